"""What people write in a case's thread: a mention is an order, anything else is a note."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.listeners.payloads import Said, read_said
from bot.slack.orders import read_order, read_text
from bot.slack.reading import where_it_is
from bot.slack.routes import ROUTES, carry_out
from bot.slack.views.rendered import Rendered
from handlers import notes, places
from handlers.errors import CannotDo
from handlers.places import Thread


def on_mention(desk: Desk, body: Mapping[str, Any]) -> None:
    """`@recovery <verb> …`, in a case's thread without the number; the answer is for the writer only."""
    said = read_said(body)
    with desk.transaction() as session:
        thread = _thread_of(session, said)
    answer = _answer(desk, said, thread)
    if answer is not None:
        desk.slack.tell_only(said.slack_channel, said.by, answer, thread_ts=said.thread_ts)


def on_message(desk: Desk, body: Mapping[str, Any], bot_user: str) -> None:
    """A message in a case's thread is a note; mentions of the bot come as an event of their own."""
    event = body["event"]
    if event.get("subtype") not in {None, "file_share", "thread_broadcast"} or "user" not in event:
        return
    if event["user"] == bot_user or f"<@{bot_user}>" in (event.get("text") or ""):
        return
    said = read_said(body)
    with desk.transaction() as session:
        thread = _thread_of(session, said)
        if thread is not None:
            notes.keep_thread_message(
                session,
                thread.case_id,
                desk.act(said.by),
                text=read_text(said.text),
                slack_ref=f"{said.slack_channel}:{said.ts}",
                is_left=thread.is_left,
            )


def _answer(desk: Desk, said: Said, thread: Thread | None) -> Rendered | None:
    """What the writer is told; None where the thread's own line says it."""
    thread_case = thread.case_id if thread else None
    try:
        order = read_order(said.text, by=said.by, slack_channel=said.slack_channel, thread_case=thread_case)
        if thread is not None and thread.is_left and order.number == thread_case:
            return where_it_is(desk, order)
        answer = carry_out(desk, replace(order, event_id=said.event_id))
    except CannotDo as refusal:
        return Rendered(text=f"✋ {refusal}", blocks=[])
    is_told_by_thread = ROUTES[order.verb].doing is not None and order.number == thread_case
    return None if is_told_by_thread else answer


def _thread_of(session: Session, said: Said) -> Thread | None:
    if said.thread_ts is None:
        return None
    return places.find_thread(session, said.slack_channel, said.thread_ts)
