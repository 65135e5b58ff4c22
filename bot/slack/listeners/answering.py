"""An answer to one click, for the one who clicked: where they can see it."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.client import SlackBusy, SlackRefused
from bot.slack.views.in_modal import in_modal
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from models.vocabulary import AgentId

log = logging.getLogger(__name__)


def is_in_view(body: Mapping[str, Any]) -> bool:
    """Whether it was clicked on the Home tab or in a modal, where no message can be answered."""
    return "channel_id" not in body["container"]


def is_on_home(body: Mapping[str, Any]) -> bool:
    """Whether it was clicked on the Home tab."""
    return is_in_view(body) and body["view"]["type"] == "home"


def answer(desk: Desk, body: Mapping[str, Any], said: Rendered) -> None:
    """Say it below the message that was clicked; on the Home tab in a modal, and in a modal in its place."""
    if not is_in_view(body):
        container, by = body["container"], AgentId(body["user"]["id"])
        desk.slack.tell_only(container["channel_id"], by, said, thread_ts=_thread_of(container))
        return
    show(desk, body, in_modal(said))


def show(desk: Desk, body: Mapping[str, Any], view: View) -> None:
    """Open a modal from the Home tab; from a modal, show it in that one's place."""
    try:
        if is_on_home(body):
            desk.slack.open_view(body["trigger_id"], view)
        else:
            desk.slack.update_view(body["view"]["id"], view)
    except (SlackBusy, SlackRefused) as trouble:  # the person sees that nothing came, and clicks again
        log.warning("a modal was not shown in time", extra={"why": str(trouble)})


def _thread_of(container: Mapping[str, Any]) -> str | None:
    """The thread in which somebody clicked; None for a card, whose own thread is often closed then.

    An answer in there would not be seen.
    """
    thread: str | None = container.get("thread_ts")
    return None if thread == container["message_ts"] else thread
