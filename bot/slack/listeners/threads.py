"""What people write in a case's thread: a mention is an order, anything else is a note."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.listeners.payloads import Said, is_by_person, read_after, read_before, read_said
from bot.slack.orders import read_order, read_text
from bot.slack.reading import where_it_is
from bot.slack.refusing import say_no
from bot.slack.routes import ROUTES, carry_out
from bot.slack.views.rendered import Rendered
from handlers import notes, places
from handlers.errors import CannotDo
from handlers.notes import Written
from handlers.places import Thread

WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
CHANGES = frozenset({"message_changed", "message_deleted"})
"""What happened to a message, by Slack's words; joining a channel and the like are no notes."""


def on_mention(desk: Desk, body: Mapping[str, Any], bot_user: str) -> None:
    """`@recovery <verb> …`, in a case's thread without the number; the answer is for the writer only."""
    if not is_by_person(body["event"], bot_user):
        return
    said = read_said(body)
    with desk.transaction() as session:
        thread = _thread_of(session, said)
    answer = _answer(desk, said, thread)
    if answer is not None:
        desk.slack.tell_only(said.slack_channel, said.by, answer, thread_ts=said.thread_ts)


def on_message(desk: Desk, body: Mapping[str, Any], bot_user: str) -> None:
    """A message in a case's thread is a note, and the note follows it when it is edited or deleted."""
    event = body["event"]
    subtype = event.get("subtype")
    before = event.get("previous_message") or {}
    if subtype in CHANGES and before.get("user") == bot_user and read_after(body) is None:
        with desk.transaction() as session:
            places.notice_deleted(session, event["channel"], before["ts"])
    elif subtype in CHANGES and _is_for_us(before, bot_user):
        with desk.transaction() as session:
            _follow(session, desk, read_before(body), read_after(body))
    elif subtype in WRITTEN and _is_for_us(event, bot_user):
        with desk.transaction() as session:
            _keep(session, desk, read_said(body))


def _is_for_us(message: Mapping[str, Any], bot_user: str) -> bool:
    """Whether people wrote it to each other; mentions of the bot come as an event of their own."""
    is_by_somebody = message.get("user") not in {None, bot_user}
    return is_by_somebody and f"<@{bot_user}>" not in (message.get("text") or "")


def _keep(session: Session, desk: Desk, said: Said) -> None:
    thread = _thread_of(session, said)
    if thread is not None:
        written = Written(read_text(said.text), said.slack_ref, said.files)
        act = desk.act(said.by)
        notes.keep_thread_message(session, thread, act, written)


def _follow(session: Session, desk: Desk, before: Said, after: Said | None) -> None:
    """Slack may bring a change before the message itself: then what was comes along with it."""
    _keep(session, desk, before)
    note = notes.find_note(session, before.slack_ref)
    if note is None:
        return
    thread = _thread_of(session, before)
    if after is None or after.edited_ts is None:
        notes.remove_thread_message(session, note, desk.act(before.by), thread=thread)
    else:
        act, text = desk.act(after.by), read_text(after.text)
        written = Written(text, before.slack_ref, after.files)
        notes.change_thread_message(session, note, act, written, edited_ts=after.edited_ts, thread=thread)


def _answer(desk: Desk, said: Said, thread: Thread | None) -> Rendered | None:
    """What the writer is told; None where the thread's own line says it."""
    thread_case = thread.case_id if thread else None
    order = None
    try:
        order = read_order(said.text, by=said.by, slack_channel=said.slack_channel, thread_case=thread_case)
        if thread is not None and thread.is_left and order.number == thread_case:
            return where_it_is(desk, order)
        is_here = thread is not None and order.number == thread.case_id
        order = replace(order, part=thread.part if thread is not None and is_here else None)
        answer = carry_out(desk, replace(order, event_id=said.event_id, files=said.files, stamp=said.ts))
    except CannotDo as refusal:
        return say_no(desk, said.by, refusal, order, thread_case=thread_case)
    doing = ROUTES[order.verb].doing
    is_shown = doing is not None and not doing.is_told_to_them_only
    return None if is_shown and order.number == thread_case else answer


def _thread_of(session: Session, said: Said) -> Thread | None:
    if said.thread_ts is None:
        return None
    return places.find_thread(session, said.slack_channel, said.thread_ts)
