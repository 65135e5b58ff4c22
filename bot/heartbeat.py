"""A sign of life for a monitor outside, given only while all is well."""

import logging
from datetime import timedelta

import httpx
from pydantic import SecretStr

from bot.desk import Desk
from handlers import audit

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)


def beat(desk: Desk, url: SecretStr) -> None:
    """Call the monitor, unless the auditor found something or has not looked lately.

    A monitor that does not answer is no reason to stop anything. The address is a secret: who has it can
    speak for us.
    """
    with desk.transaction() as session:
        is_well = audit.is_all_well(session, desk.now())
    if not is_well:
        return
    try:
        httpx.get(url.get_secret_value(), timeout=PATIENCE.total_seconds()).raise_for_status()
    except httpx.HTTPError as error:
        status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
        log.warning("heartbeat was not taken", extra={"error": type(error).__name__, "status": status})
