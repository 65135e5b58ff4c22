"""The system that makes vouchers and pays money back: asked by a signed webhook, as often as it needs."""

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.clock import SystemClock
from bot.desk import Desk
from bot.jobs import TryAgain
from handlers import handover_orders
from handlers.handover_orders import Parcel
from models.policies.handover_orders import Answer, wait_after
from models.vocabulary import SYSTEM

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=15)
"""For the whole of an answer, however slowly it comes."""
LARGEST_ANSWER = 64_000
"""Bytes that are read of one."""


class NoAnswer(Exception):
    """It did not answer, or not to the end: it may have taken it or not. The words name no address."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Where it is, and the secret that we share with it."""

    url: SecretStr
    secret: SecretStr
    patience: timedelta = PATIENCE

    def ask(self, parcel: Parcel, at: datetime) -> Answer:
        """Send it once; raises NoAnswer. A redirect is an answer: what we sign goes nowhere else."""
        body = json.dumps(parcel.content, ensure_ascii=False)
        headers = self._signed(parcel.key, body, at)
        ends = time.monotonic() + self.patience.total_seconds()
        try:
            with httpx.stream(
                "POST",
                self.url.get_secret_value(),
                content=body.encode(),
                headers=headers,
                timeout=self.patience.total_seconds(),
            ) as response:
                return Answer(response.status_code, _read(response, ends), _retry_after(response))
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer ({type(error).__name__})") from error

    def _signed(self, key: str, body: str, at: datetime) -> dict[str, str]:
        """As Standard Webhooks say; the key stays the same however often it is sent."""
        return {
            "content-type": "application/json",
            "idempotency-key": key,
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret.get_secret_value()).sign(key, at, body),
        }


def hand_over(desk: Desk, shop: Shop | None, gift_id: int) -> None:
    """Ask for one gift; without a system, or after it refused, a person does it. Raises TryAgain."""
    if shop is None:
        return
    with desk.transaction() as session:
        parcel = handover_orders.take_parcel(session, gift_id, desk.now())
    if parcel is None:
        return
    try:
        answer = shop.ask(parcel, SystemClock().now())
    except NoAnswer as silence:
        _put_off(desk, gift_id, str(silence), parcel.tries, None)
        return
    if answer.is_yes:
        with desk.transaction() as session:
            handover_orders.keep_answer(session, gift_id, desk.act(SYSTEM), answer)
        log.info("gift handed over", extra={"gift_id": gift_id, "tries": parcel.tries})
    elif answer.is_no:
        _give_up(desk, gift_id, f"it answered {answer.status}")
    else:
        _put_off(desk, gift_id, f"it answered {answer.status}", parcel.tries, answer.retry_after)


def _give_up(desk: Desk, gift_id: int, why: str) -> None:
    log.error("gift was refused by the system that hands over", extra={"gift_id": gift_id, "why": why})
    with desk.transaction() as session:
        handover_orders.keep_trouble(session, gift_id, desk.act(SYSTEM), why, is_final=True)


def _put_off(desk: Desk, gift_id: int, why: str, tries: int, told: timedelta | None) -> None:
    with desk.transaction() as session:
        is_over = handover_orders.keep_trouble(session, gift_id, desk.act(SYSTEM), why, is_final=False)
    if is_over:
        return
    log.warning("gift was not taken yet", extra={"gift_id": gift_id, "why": why, "tries": tries})
    raise TryAgain(why, wait_after(tries, told))


def _read(response: httpx.Response, ends: float) -> str:
    """The body as text, up to a limit; one that drips is no answer."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("the answer did not end in time")
        if len(body) > LARGEST_ANSWER:
            break
    return body[:LARGEST_ANSWER].decode("utf-8", "replace").replace("\x00", "")


def _retry_after(response: httpx.Response) -> timedelta | None:
    told = response.headers.get("retry-after", "")
    return timedelta(seconds=int(told)) if told.isdecimal() and len(told) < 7 else None
