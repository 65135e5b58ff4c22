"""What we owe Slack gets there: once, in order, and again when it was refused."""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.jobs import TryAgain
from bot.slack.client import Posted, SlackBusy, SlackRefused
from bot.slack.views import card as card_view
from bot.slack.views import escalation as escalation_view
from bot.slack.views import lines as lines_view
from bot.slack.views.rendered import Rendered
from handlers import messages, snapshots
from handlers.cases import get_case
from handlers.history import record
from models.message import Message, MessagePurpose
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, CaseEventKind

log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "cant_update_message"})
"""Slack's words for a message of ours that somebody deleted."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One call that is due: the messages that it settles, what it says, and where it goes."""

    message_ids: tuple[int, ...]
    keys: tuple[UUID, ...]
    purpose: MessagePurpose
    channel: str
    thread_ts: str | None
    posted: Posted | None
    shows_version: int
    promised_at: datetime
    was_tried: bool
    says: Rendered


def deliver_case(desk: Desk, case_id: int) -> None:
    """Bring everything that a case owes Slack up to date: its card, then its thread, then the supervisors.

    The jobs of one case run one at a time. Each settles all that is owed when it runs, so that ten changes
    are one edit and a job that comes late finds nothing left.
    """
    settled: set[int] = set()
    while (owed := _next_owed(desk, case_id, settled)) is not None:
        settled.update(owed.message_ids)
        _settle(desk, owed, case_id)


def deliver_message(desk: Desk, message_id: int) -> None:
    """Post one message that belongs to no case."""
    with desk.transaction() as session:
        message = session.get_one(Message, message_id)
        if message.ts is not None or message.body is None:
            return
        owed = _owe(message, Rendered(text=message.body["text"], blocks=[]), None, desk.now())
    _settle(desk, owed, None)


def _next_owed(desk: Desk, case_id: int, settled: set[int]) -> Owed | None:
    """The next call that is due, marked as tried before Slack is asked; None when all is settled."""
    with desk.transaction() as session:
        rulebook, at = desk.rules.current(), desk.now()
        waiting = [m for m in messages.load_owed(session, case_id) if m.id not in settled]
        for message in waiting:
            if message.purpose is MessagePurpose.CARD:
                return _owe_card(session, message, case_id, rulebook, at)
        card = messages.find_card(session, case_id)
        if card is None or card.ts is None:
            return None  # the thread waits until its card is posted
        in_thread = [m for m in waiting if m.in_thread]
        if in_thread:
            return _owe_lines(session, in_thread, card, rulebook, at)
        for message in waiting:
            return _owe_escalation(session, message, case_id, desk, at)
        return None


def _owe_card(session: Session, message: Message, case_id: int, rulebook: Rulebook, at: datetime) -> Owed:
    snapshot = snapshots.load_card(session, case_id, rulebook)
    return _owe(message, card_view.render(snapshot, at), None, at)


def _owe_lines(
    session: Session, lines: Sequence[Message], card: Message, rulebook: Rulebook, at: datetime
) -> Owed:
    """All lines of the thread that wait, as one message; one that may stand there already goes alone."""
    untried = list(itertools.takewhile(lambda line: line.tried_at is None, lines))
    batch = untried or [lines[0]]
    events = snapshots.load_lines(session, [line.event_id for line in batch if line.event_id is not None])
    team = rulebook.teams.get(get_case(session, card.case_id or 0).team)
    says = lines_view.render([events[line.event_id] for line in batch if line.event_id in events], team)
    first, *_ = [_owe(line, says, card.ts, at) for line in batch]
    return replace(
        first,
        message_ids=tuple(line.id for line in batch),
        keys=tuple(line.key for line in batch),
        channel=card.posted_channel or "",
    )


def _owe_escalation(session: Session, message: Message, case_id: int, desk: Desk, at: datetime) -> Owed:
    snapshot = snapshots.load_card(session, case_id, desk.rules.current())
    events = snapshots.load_lines(session, [message.event_id or 0])
    card = messages.find_card(session, case_id)
    link = None
    if card is not None and card.posted_channel and card.ts:
        link = desk.slack.link_to(Posted(card.posted_channel, card.ts))
    says = escalation_view.render(snapshot, events[message.event_id or 0], at, link)
    return _owe(message, says, None, at)


def _owe(message: Message, says: Rendered, thread_ts: str | None, at: datetime) -> Owed:
    was_tried = message.tried_at is not None
    message.tried_at = at
    posted = Posted(message.posted_channel, message.ts) if message.posted_channel and message.ts else None
    return Owed(
        message_ids=(message.id,),
        keys=(message.key,),
        purpose=message.purpose,
        channel=message.slack_channel,
        thread_ts=thread_ts,
        posted=posted,
        shows_version=message.wanted_version,
        promised_at=message.promised_at,
        was_tried=was_tried,
        says=says,
    )


def _settle(desk: Desk, owed: Owed, case_id: int | None) -> None:
    """Ask Slack, and keep its answer; raises TryAgain where there was none."""
    try:
        posted = _post_or_edit(desk, owed)
    except SlackBusy as busy:
        if busy.retry_after is not None and not owed.was_tried:
            _keep_untried(desk, owed)
        raise TryAgain(str(busy), busy.retry_after) from busy
    except SlackRefused as refusal:
        if owed.posted is not None and refusal.error in GONE:
            _keep_lost(desk, owed)
            raise TryAgain("a message of ours was deleted; it is posted again") from refusal
        _keep_refusal(desk, owed, case_id, refusal)
        return
    _keep_posted(desk, owed, case_id, posted)


def _post_or_edit(desk: Desk, owed: Owed) -> Posted:
    if owed.posted is not None:
        desk.slack.edit(owed.posted, owed.says)
        return owed.posted
    if owed.was_tried:  # an earlier try may have got through and lost its answer
        found = desk.slack.find_by_key(
            owed.channel, owed.keys[0], since=owed.promised_at, thread_ts=owed.thread_ts
        )
        if found is not None:
            if owed.purpose is MessagePurpose.CARD:  # the case may have moved on since
                desk.slack.edit(found, owed.says)
            return found
    return desk.slack.post(owed.channel, owed.says, keys=owed.keys, thread_ts=owed.thread_ts)


def _keep_posted(desk: Desk, owed: Owed, case_id: int | None, posted: Posted) -> None:
    with desk.transaction() as session:
        at = desk.now()
        for message in _rows(session, owed):
            mended = message.last_error
            messages.book_posted(
                message, channel=posted.channel, ts=posted.ts, shown_version=owed.shows_version, at=at
            )
            if mended and case_id is not None:
                case = get_case(session, case_id)
                record(session, case, CaseEventKind.DELIVERY_MENDED, by=SYSTEM, at=at, error=mended)


def _keep_untried(desk: Desk, owed: Owed) -> None:
    """A 429 was not carried out: nobody need look for the message before the next try."""
    with desk.transaction() as session:
        for message in _rows(session, owed):
            message.tried_at = None


def _keep_lost(desk: Desk, owed: Owed) -> None:
    with desk.transaction() as session:
        for message in _rows(session, owed):
            messages.book_lost(message)


def _keep_refusal(desk: Desk, owed: Owed, case_id: int | None, refusal: SlackRefused) -> None:
    """Keep why Slack refused, tell the admins once, and try again later: channels are mended."""
    with desk.transaction() as session:
        at = desk.now()
        news = [messages.book_failed(row, error=str(refusal), at=at) for row in _rows(session, owed)]
        log.warning("slack refused a message", extra={"case_id": case_id, "error": refusal.error})
        if any(news) and owed.purpose is not MessagePurpose.ADMIN:
            _tell(session, desk.rules.current(), owed, case_id, refusal, at)


def _tell(
    session: Session, rulebook: Rulebook, owed: Owed, case_id: int | None, refusal: SlackRefused, at: datetime
) -> None:
    subject = f"case #{case_id}" if case_id else "a message"
    if case_id is not None:
        case = get_case(session, case_id)
        record(session, case, CaseEventKind.DELIVERY_FAILED, by=SYSTEM, at=at, error=refusal.error)
    words = (
        f"⚠️ Slack refused the {owed.purpose.value} of {subject} in {owed.channel}: `{refusal.error}`. "
        f"The case is kept, and posted when this is mended; `recovery doctor` says how."
    )
    messages.tell_admins(session, rulebook.admins.channel, words, at)


def _rows(session: Session, owed: Owed) -> list[Message]:
    return [session.get_one(Message, message_id) for message_id in owed.message_ids]
