"""What we owe Slack gets there: once, in order, and again when it was refused."""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.jobs import TryAgain
from bot.slack.client import Posted, SlackBusy, SlackRefused
from bot.slack.owing import ALONE, EDITED, Owed, choose, owe, owe_card, says_alone
from bot.slack.views.text import clock_time
from handlers import cards, messages, places
from handlers.cases import get_case, lock_case
from handlers.history import record
from models.message import Message, MessagePurpose
from models.vocabulary import SYSTEM, CaseEventKind

log = logging.getLogger(__name__)

IN_A_MOMENT = timedelta(seconds=1)

LONG_BUSY = timedelta(minutes=2)
WELL, REFUSED, BUSY = "", "refused", "busy for minutes"
"""How posting to a channel stands; Slack has one word for a post to an archived one, another for an edit."""

GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})
"""Slack's words for a card of ours that somebody deleted, when it is edited or answered."""


def deliver_case(desk: Desk, case_id: int) -> None:
    """Bring everything that a case owes Slack up to date: its card, then its thread, then the supervisors.

    The jobs of one case run one at a time. Each settles all that is owed when it runs, so that ten changes
    are one edit and a job that comes late finds nothing left.
    """
    settled: set[int] = set()
    with alone(desk, _name_of_delivery(case_id)):
        while (owed := _next_owed(desk, case_id, settled)) is not None:
            settled.update(owed.message_ids)
            _settle(desk, owed, case_id)
            if owed.is_last:  # what is promised meanwhile brings a job of its own
                return


def deliver_new_cards(desk: Desk, case_ids: Sequence[int]) -> dict[int, TryAgain | None]:
    """Post the cards of new cases, read and booked together: half of what each costs alone.

    None stands for a case that owes nothing more, TryAgain for one that Slack has no time for. The others
    are left out: they are to be delivered one by one.
    """
    names = {_name_of_delivery(case_id): case_id for case_id in case_ids}
    outcomes: dict[int, TryAgain | None] = {}
    posted: dict[int, tuple[Owed, Posted]] = {}
    with desk.database.only_ones(names) as ours:
        for case_id, owed in _new_cards(desk, [names[name] for name in ours]).items():
            try:
                posted[case_id] = owed, desk.slack.post(owed.channel, owed.says, keys=owed.keys)
            except (SlackBusy, SlackRefused) as trouble:
                outcomes |= _outcome_of(desk, owed, case_id, trouble)
        return outcomes | dict.fromkeys(_keep_new_cards(desk, posted))


def _new_cards(desk: Desk, case_ids: Sequence[int]) -> dict[int, Owed]:
    """The cards that were never tried, by case, marked as tried before Slack is asked."""
    act = desk.act(SYSTEM)
    with desk.transaction() as session:
        waiting = messages.load_owed_at_once(session, case_ids)
        new = {
            case_id: message
            for case_id, owed in waiting.items()
            for message in owed
            if message.purpose is MessagePurpose.CARD and message.tried_at is None and not message.last_error
        }
        return {
            case_id: replace(
                owe_card(session, desk, new[case_id], card, act), is_last=len(waiting[case_id]) == 1
            )
            for case_id, card in cards.load_cards(session, list(new), act.rulebook).items()
            if not card.is_led_to
        }


def _keep_new_cards(desk: Desk, posted: Mapping[int, tuple[Owed, Posted]]) -> list[int]:
    """Keep where the cards stand; the cases that owe nothing more. What is not kept is found by its key."""
    by_key = {owed.keys[0]: (case_id, owed, place) for case_id, (owed, place) in posted.items()}
    settled = []
    if by_key:
        with desk.transaction() as session:
            for message in messages.take_free_by_keys(session, list(by_key)):
                case_id, owed, place = by_key[message.key]
                messages.book_posted(
                    message,
                    channel=place.channel,
                    ts=place.ts,
                    shown_version=owed.shows_version,
                    at=desk.now(),
                )
                if owed.is_last:
                    settled.append(case_id)
    return settled


def _outcome_of(
    desk: Desk, owed: Owed, case_id: int, trouble: SlackBusy | SlackRefused
) -> dict[int, TryAgain | None]:
    try:
        _keep_trouble(desk, owed, case_id, trouble)
    except TryAgain as again:
        return {case_id: again}
    return {case_id: None} if owed.is_last else {}


def deliver_message(desk: Desk, message_id: int) -> None:
    """Post one message that belongs to no case."""
    with alone(desk, f"deliver message {message_id}"):
        with desk.transaction() as session:
            message = session.get_one(Message, message_id)
            if message.ts is not None and message.shown_version >= message.wanted_version:
                return
            owed = owe(message, says_alone(session, desk, message), None, desk.now())
        _settle(desk, owed, None)


@contextlib.contextmanager
def alone(desk: Desk, name: str) -> Iterator[None]:
    """Nobody else delivers this meanwhile; raises TryAgain where somebody does.

    The job's lock does not promise that: a worker that stood still for a while, with the machine asleep say,
    was taken for dead and its job given to another, and now it goes on.
    """
    with desk.database.only_one(name) as is_ours:
        if not is_ours:
            raise TryAgain("another worker is at it", IN_A_MOMENT)
        yield


def _name_of_delivery(case_id: int) -> str:
    return f"deliver case {case_id}"


def _next_owed(desk: Desk, case_id: int, settled: set[int]) -> Owed | None:
    """The next call that is due, marked as tried before Slack is asked; None when all is settled."""
    with desk.transaction() as session:
        waiting = [m for m in messages.load_owed(session, case_id) if m.id not in settled]
        owed = choose(session, desk, waiting, case_id) if waiting else None
        return owed and replace(owed, is_last=len(waiting) == len(owed.message_ids))


def _settle(desk: Desk, owed: Owed, case_id: int | None) -> None:
    """Ask Slack, and keep its answer; raises TryAgain where there was none."""
    try:
        posted = _post_or_edit(desk, owed)
    except (SlackBusy, SlackRefused) as trouble:
        _keep_trouble(desk, owed, case_id, trouble)
        return
    if posted is None:
        _keep_lost(desk, owed, case_id or 0)
    else:
        _keep_posted(desk, owed, case_id, posted)


def _keep_trouble(desk: Desk, owed: Owed, case_id: int | None, trouble: SlackBusy | SlackRefused) -> None:
    """Keep why Slack did not do it; raises TryAgain where it may do it soon."""
    if isinstance(trouble, SlackBusy):
        if trouble.retry_after is not None and not owed.was_tried:
            _keep_untried(desk, owed)
        if case_id is not None:
            _tell_if_long(desk, owed, case_id)
        raise TryAgain(str(trouble), trouble.retry_after) from trouble
    if trouble.error in GONE and case_id is not None:
        _keep_lost(desk, owed, case_id)
        raise TryAgain("a message of ours was deleted; what hung on it is owed again") from trouble
    if trouble.error in GONE and owed.purpose is MessagePurpose.REVIEW and owed.posted is not None:
        _keep_posted(desk, owed, case_id, owed.posted)  # somebody deleted it; its end is told nowhere
        return
    _keep_refusal(desk, owed, case_id, trouble)


def _post_or_edit(desk: Desk, owed: Owed) -> Posted | None:
    """Where it stands now; None for an old place of a card where nothing was ever posted."""
    if owed.posted is not None:
        desk.slack.edit(owed.posted, owed.says)
        return owed.posted
    if owed.was_tried:  # an earlier try may have got through and lost its answer
        found = desk.slack.find_by_key(
            owed.channel, owed.keys[0], since=owed.promised_at, thread_ts=owed.thread_ts
        )
        if found is not None:
            if owed.purpose in EDITED:  # the case may have moved on since
                desk.slack.edit(found, owed.says)
            return found
    if owed.purpose is MessagePurpose.MOVED:
        return None
    return desk.slack.post(owed.channel, owed.says, keys=owed.keys, thread_ts=owed.thread_ts)


def _keep_posted(desk: Desk, owed: Owed, case_id: int | None, posted: Posted) -> None:
    with desk.transaction() as session:
        at = desk.now()
        if (owed.had_failed or owed.is_led_to) and case_id is not None:
            lock_case(session, case_id)  # before other messages than those that were posted
        for message in _rows(session, owed):
            mended, is_new = message.last_error, message.ts is None
            messages.book_posted(
                message, channel=posted.channel, ts=posted.ts, shown_version=owed.shows_version, at=at
            )
            if mended and not _is_left(session, message):
                _note_mended(session, owed, case_id, mended, at)
            is_card = message.purpose in messages.CARDS_FIRST  # it may have become an old place meanwhile
            if is_new and is_card and owed.is_led_to and case_id is not None:
                places.lead_to_card(session, case_id, message)


def _note_mended(session: Session, owed: Owed, case_id: int | None, error: str, at: datetime) -> None:
    messages.is_news(session, _posting_to(owed), WELL, at)
    if case_id is not None:
        case = get_case(session, case_id)
        record(session, case, CaseEventKind.DELIVERY_MENDED, by=SYSTEM, at=at, error=error)


def _tell_if_long(desk: Desk, owed: Owed, case_id: int) -> None:
    """Slack has had no time for minutes: it is on the case, and the admins are told once; tried on and on."""
    with desk.transaction() as session:
        at, since = desk.now(), messages.waits_since(session, case_id)
        if since is None or at - since < LONG_BUSY:
            return
        case = lock_case(session, case_id)
        rows = [row for row in _rows(session, owed) if row.last_error is None]
        for row in rows:
            row.last_error = BUSY
        if rows:
            record(session, case, CaseEventKind.DELIVERY_FAILED, by=SYSTEM, at=at, error=BUSY)
        if rows and messages.is_news(session, _posting_to(owed), BUSY, at):
            words = (
                f"⚠️ Slack has had no time for what we post to {owed.channel_name} since {clock_time(since)}. "
                f"It began with case #{case_id}. Everything is kept, and posted as soon as Slack takes it."
            )
            messages.tell_admins(session, desk.rules.current().admins.channel, words, at)


def _keep_untried(desk: Desk, owed: Owed) -> None:
    with desk.transaction() as session:
        _forget_try(_rows(session, owed))


def _forget_try(rows: Sequence[Message]) -> None:
    """What Slack did not carry out nobody need look for before the next try."""
    for message in rows:
        message.tried_at = None


def _keep_lost(desk: Desk, owed: Owed, case_id: int) -> None:
    """What stands alone and somebody deleted is owed again; an old place of a card is not."""
    with desk.transaction() as session:
        if owed.purpose is MessagePurpose.CHECKLIST and owed.posted is not None:
            messages.book_checklists_lost(session, _rows(session, owed))
            return
        if owed.purpose is MessagePurpose.ORIGIN:
            messages.forget(session, _rows(session, owed))
            return
        for message in _rows(session, owed):
            begun_by = session.get(Message, message.thread_of) if message.thread_of else message
            if begun_by is not None and begun_by.purpose is MessagePurpose.MOVED:
                places.book_nothing_there(session, begun_by)
                return
            if begun_by is not None and begun_by.purpose in ALONE:
                messages.book_lost(begun_by)
                return
        card = messages.find_card(session, case_id)
        if card is not None:
            messages.book_lost(card)


def _is_left(session: Session, message: Message) -> bool:
    """Whether it stands where the case is no more: what Slack makes of it troubles nobody."""
    begun_by = session.get(Message, message.thread_of) if message.thread_of else message
    return begun_by is not None and begun_by.purpose is MessagePurpose.MOVED


def _keep_refusal(desk: Desk, owed: Owed, case_id: int | None, refusal: SlackRefused) -> None:
    """Keep why Slack refused, tell the admins once, and try again later: channels are mended."""
    with desk.transaction() as session:
        at = desk.now()
        if case_id is not None:
            lock_case(session, case_id)
        rows = _rows(session, owed)
        news = [messages.book_failed(row, error=str(refusal), at=at) for row in rows]
        if not owed.was_tried:
            _forget_try(rows)
        log.warning("slack refused a message", extra={"case_id": case_id, "error": refusal.error})
        is_left = any(_is_left(session, row) for row in rows)
        if not any(news) or owed.purpose is MessagePurpose.ADMIN or is_left:
            return
        if case_id is not None:
            case = get_case(session, case_id)
            record(session, case, CaseEventKind.DELIVERY_FAILED, by=SYSTEM, at=at, error=refusal.error)
        if messages.is_news(session, _posting_to(owed), REFUSED, at):
            words = _words_for_admins(owed, case_id, refusal)
            messages.tell_admins(session, desk.rules.current().admins.channel, words, at)


def _posting_to(owed: Owed) -> str:
    """What the admins are told of once, however many cases it keeps from their channel."""
    return f"posting to {owed.channel_name}"


def _words_for_admins(owed: Owed, case_id: int | None, refusal: SlackRefused) -> str:
    subject = f"case #{case_id}" if case_id else "a message"
    return (
        f"⚠️ Slack refuses what we post to {owed.channel_name}: `{refusal.error}`. It began with the "
        f"{owed.purpose.value} of {subject}. Everything is kept, and posted when this is mended; "
        f"`recovery doctor` says how."
    )


def _rows(session: Session, owed: Owed) -> Sequence[Message]:
    return messages.take_by_keys(session, owed.keys)
