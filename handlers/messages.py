"""What we owe Slack: promised here, in the transaction of what happened; posted by a job."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.jobs import Job, Urgency, defer
from models.case import Case, CaseEvent
from models.message import Message, MessagePurpose, Standing
from models.part import Part
from models.policies.parts import is_for_all
from models.vocabulary import AgentId

_OWED = (
    select(Message)
    .where(Message.failed_at.is_(None))
    .where((Message.ts.is_(None)) | (Message.shown_version < Message.wanted_version))
    .order_by(Message.id)
    .execution_options(populate_existing=True)
)
_OWED_BY_CASE = _OWED.where(Message.case_id == bindparam("case_id")).with_for_update()
_OWED_BY_CASES = _OWED.where(Message.case_id.in_(bindparam("case_ids", expanding=True))).with_for_update(
    skip_locked=True
)
_CARDS = select(Message).where(
    Message.case_id.in_(bindparam("case_ids", expanding=True)), Message.purpose == MessagePurpose.CARD
)
_BY_KEYS = (
    select(Message)
    .where(Message.key.in_(bindparam("keys", expanding=True)))
    .order_by(Message.id)
    .execution_options(populate_existing=True)
)

IS_CARD = or_(Message.purpose == MessagePurpose.CARD, Message.purpose == MessagePurpose.PART)
"""Of a message: it shows the case to its team, or to one that has a part in it. Either reads an index."""
CARDS_FIRST = (MessagePurpose.CARD, MessagePurpose.PART)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=10)


def promise_card(session: Session, case: Case, channel: str, at: datetime) -> None:
    """Owe the team's channel the card of a new case."""
    session.add(_message(MessagePurpose.CARD, channel, at, case_id=case.id))
    _deliver(session, case.id, Urgency.NEW_CASE)


def promise_line(
    session: Session,
    case: Case,
    event: CaseEvent,
    urgency: Urgency = Urgency.LINE,
    *,
    thread_of: int | None = None,
) -> None:
    """Owe the thread one line about an event: the card's, or that of the message `thread_of`.

    What every team on the case must know is told in the threads of their parts as well.
    """
    threads = [thread_of]
    if thread_of is None and case.open_parts and is_for_all(event.kind):
        threads += find_part_cards(session, case.id)
    session.add_all(_line(case, event, urgency, each) for each in threads)
    _deliver(session, case.id, urgency)


def repeat_line(session: Session, case: Case, event: CaseEvent, *, said_in: int | None) -> None:
    """Owe what was written in one thread to the others of the case.

    `said_in` is the message with which that thread begins; None: it is the card's.
    """
    parts = find_part_cards(session, case.id) if case.open_parts else []
    threads = [each for each in (None, *parts) if each != said_in]
    if threads:
        session.add_all(_line(case, event, Urgency.LINE, each) for each in threads)
        _deliver(session, case.id, Urgency.LINE)


def promise_part(session: Session, case: Case, part_id: int, channel: str, at: datetime) -> None:
    """Owe another team's channel the card of its part in a case; it is edited as the case's card is."""
    message = _message(MessagePurpose.PART, channel, at, case_id=case.id)
    message.part_id = part_id
    session.add(message)
    _deliver(session, case.id, Urgency.NEW_CASE)


def find_part_cards(session: Session, case_id: int) -> list[int]:
    """The messages that are the cards of what other teams do for a case now, by their ids."""
    cards = (
        select(Message.id)
        .join(Part, Part.id == Message.part_id)
        .where(Message.case_id == case_id, Message.purpose == MessagePurpose.PART, Part.ended_at.is_(None))
        .order_by(Message.id)
    )
    return list(session.scalars(cards))


def promise_escalation(
    session: Session, case: Case, event: CaseEvent, *, channel: str, escalation_id: int
) -> None:
    """Owe a channel the case that is raised to who reads there; it is edited as that goes on."""
    message = _message(MessagePurpose.ESCALATION, channel, event.at, case_id=case.id)
    message.event_id, message.escalation_id = event.id, escalation_id
    session.add(message)
    _deliver(session, case.id, Urgency.ESCALATION)


def refresh_escalation(session: Session, case_id: int, escalation_id: int) -> None:
    """Owe an edit to every message of an escalation."""
    session.execute(
        update(Message)
        .where(Message.escalation_id == escalation_id)
        .values(wanted_version=Message.wanted_version + 1)
    )
    deliver_soon(session, case_id)


def promise_approval(
    session: Session, case: Case, event: CaseEvent, *, channel: str, request_id: int
) -> None:
    """Owe a person, or a channel, what they are asked to approve; it is edited as that is decided."""
    message = _message(MessagePurpose.APPROVAL, channel, event.at, case_id=case.id)
    message.event_id, message.approval_id = event.id, request_id
    session.add(message)
    _deliver(session, case.id, Urgency.ESCALATION)


def refresh_approval(session: Session, case_id: int, request_id: int) -> None:
    """Owe an edit to every message that asks for this approval, before all that hurries less."""
    session.execute(
        update(Message)
        .where(Message.approval_id == request_id)
        .values(wanted_version=Message.wanted_version + 1)
    )
    _deliver(session, case_id, Urgency.PING)


def promise_nomination(session: Session, case: Case, event: CaseEvent, *, to: AgentId, story_id: int) -> None:
    """Owe a lead a nominated story with its preview; it is edited as they decide."""
    message = _message(MessagePurpose.NOMINATION, to, event.at, case_id=case.id)
    message.event_id, message.story_id = event.id, story_id
    session.add(message)
    _deliver(session, case.id, Urgency.LINE)


def refresh_nomination(session: Session, case_id: int, story_id: int) -> None:
    """Owe an edit to every message about this nomination."""
    session.execute(
        update(Message).where(Message.story_id == story_id).values(wanted_version=Message.wanted_version + 1)
    )
    deliver_soon(session, case_id)


def promise_story(session: Session, channel: str, text: str, at: datetime) -> None:
    """Owe the stories' channel a story; nothing in it leads to the case."""
    _tell_channel(session, MessagePurpose.STORY, channel, text, at)


def promise_origin(session: Session, case: Case, *, channel: str, below_ts: str, at: datetime) -> None:
    """Owe the thread of the message that became a case a word of it."""
    message = _message(MessagePurpose.ORIGIN, channel, at, case_id=case.id)
    message.below_ts = below_ts
    session.add(message)
    _deliver(session, case.id, Urgency.LINE)


def promise_checklist(session: Session, case: Case, event: CaseEvent, *, checklist_id: int) -> None:
    """Owe the case's thread the checklist of a playbook; it is edited as people tick its steps."""
    message = _message(MessagePurpose.CHECKLIST, "", event.at, case_id=case.id)
    message.event_id, message.checklist_id, message.in_thread = event.id, checklist_id, True
    session.add(message)
    _deliver(session, case.id, Urgency.LINE)


def refresh_checklist(session: Session, case_id: int, checklist_id: int) -> None:
    """Owe an edit to every message that shows this checklist; that of a moved case stands in two threads."""
    session.execute(
        update(Message)
        .where(Message.checklist_id == checklist_id)
        .values(wanted_version=Message.wanted_version + 1)
    )
    deliver_soon(session, case_id)


def refresh_card(session: Session, case: Case) -> None:
    """Owe the card an edit, and those of other teams' parts.

    Ten changes are ten small jobs of which the first edits and the others find nothing left to do. A single
    waiting job (a queueing lock) would be cheaper and wrong: it may start before this transaction commits,
    show the old state, and be the last.
    """
    refresh_cards(session, [case.id])


def refresh_cards(session: Session, case_ids: Collection[int]) -> None:
    """The same for several cases at once.

    A case may have several cards: they are locked in the order in which who delivers locks them.
    """
    cards = select(Message.id).where(Message.case_id.in_(case_ids), IS_CARD).order_by(Message.id)
    session.execute(
        update(Message)
        .where(Message.id.in_(cards.with_for_update()))
        .values(wanted_version=Message.wanted_version + 1)
        .execution_options(synchronize_session=False)
    )
    for case_id in case_ids:
        deliver_soon(session, case_id)


def deliver_soon(session: Session, case_id: int) -> None:
    """Bring what a case owes Slack up to date when nothing more urgent waits."""
    _deliver(session, case_id, Urgency.REFRESH)


def deliver_first(session: Session, case_id: int) -> None:
    """The same before all new cases: what tells of a flood must not wait for its end."""
    _deliver(session, case_id, Urgency.PING)


def tell_admins(session: Session, channel: str, words: str, at: datetime) -> None:
    """Owe the admins' channel a few words of ours (never a customer's)."""
    _tell_channel(session, MessagePurpose.ADMIN, channel, words, at)


def tell_team(session: Session, channel: str, words: str, at: datetime) -> None:
    """Owe a team's channel a few words of ours that are about no single case."""
    _tell_channel(session, MessagePurpose.TEAM, channel, words, at)


def promise_direct(session: Session, to: AgentId, at: datetime) -> Message:
    """Owe one person a direct message; what it tells are the notices that name it."""
    message = _message(MessagePurpose.DIRECT, to, at)
    session.add(message)
    _deliver_alone(session, message)
    return message


def answer_directly(
    session: Session, to: AgentId, text: str, blocks: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Owe one person an answer to what they wrote to the bot alone."""
    message = promise_direct(session, to, at)
    message.body = {"text": text, "blocks": list(blocks)}


def promise_reviews(session: Session, channel: str, feedback_ids: Collection[int], at: datetime) -> None:
    """Owe the review channel a question about each of these pieces of feedback."""
    asking = [_message(MessagePurpose.REVIEW, channel, at) for _ in feedback_ids]
    for message, feedback_id in zip(asking, feedback_ids, strict=True):
        message.feedback_id = feedback_id
    session.add_all(asking)
    session.flush()
    for message in asking:
        _defer_alone(session, message, Urgency.LINE)


def refresh_reviews(session: Session, feedback_ids: Collection[int]) -> None:
    """Owe these questions an edit: they are settled."""
    changed = session.scalars(
        update(Message)
        .where(Message.feedback_id.in_(feedback_ids), Message.purpose == MessagePurpose.REVIEW)
        .values(wanted_version=Message.wanted_version + 1)
        .returning(Message)
    )
    for message in changed.all():
        _defer_alone(session, message, Urgency.REFRESH)


def is_news(session: Session, subject: str, state: str, at: datetime) -> bool:
    """Whether a thing stands otherwise than the admins were last told; from now on they were. "" is well."""
    session.execute(insert(Standing).values(subject=subject, state="", since=at).on_conflict_do_nothing())
    changed = session.execute(
        update(Standing)
        .where(Standing.subject == subject, Standing.state != state)
        .values(state=state, since=at)
        .returning(Standing.subject)
    )
    return changed.first() is not None


def load_owed(session: Session, case_id: int) -> list[Message]:
    """What a case still owes Slack, its cards first, then in the order of happening; failed ones left out.

    Locked until the transaction ends: where a message goes does not change while it is marked as tried.
    """
    rows = session.scalars(_OWED_BY_CASE, {"case_id": case_id}).all()
    return sorted(rows, key=lambda message: (message.purpose not in CARDS_FIRST, message.id))


def load_owed_at_once(session: Session, case_ids: Sequence[int]) -> dict[int, list[Message]]:
    """What several cases owe, by case; what somebody else is changing now is left out, and has its own job.

    Who holds messages of several cases and waits for more might wait for somebody who waits for these.
    """
    owed: dict[int, list[Message]] = {}
    for message in session.scalars(_OWED_BY_CASES, {"case_ids": case_ids}):
        owed.setdefault(message.case_id or 0, []).append(message)
    return owed


def waits_since(session: Session, case_id: int) -> datetime | None:
    """Since when the case owes Slack something that is not there; None where it owes nothing."""
    return session.scalar(
        select(func.min(Message.promised_at)).where(Message.case_id == case_id, Message.ts.is_(None))
    )


def find_card(session: Session, case_id: int) -> Message | None:
    """The card's message; None for a case that never had one (an import that opens nothing)."""
    return find_cards(session, [case_id]).get(case_id)


def find_cards(session: Session, case_ids: Collection[int]) -> dict[int, Message]:
    """The cards' messages of several cases, by their numbers; a case without one is left out."""
    if not case_ids:
        return {}
    cards = session.scalars(_CARDS, {"case_ids": case_ids})
    return {card.case_id: card for card in cards if card.case_id is not None}


def list_part_cards(session: Session, case_id: int) -> Sequence[Message]:
    """The cards of what other teams do for a case, and did."""
    return session.scalars(
        select(Message).where(Message.case_id == case_id, Message.purpose == MessagePurpose.PART)
    ).all()


def take_by_keys(session: Session, keys: Sequence[UUID]) -> Sequence[Message]:
    """The messages that Slack knows by these keys, locked until the transaction ends.

    A card that was moved while it was on its way has left its key to the place where it was going.
    """
    return session.scalars(_BY_KEYS.with_for_update(), {"keys": keys}).all()


def take_free_by_keys(session: Session, keys: Sequence[UUID]) -> Sequence[Message]:
    """The same for messages of several cases: those that nobody else is changing now."""
    return session.scalars(_BY_KEYS.with_for_update(skip_locked=True), {"keys": keys}).all()


def book_posted(message: Message, *, channel: str, ts: str, shown_version: int, at: datetime) -> None:
    """Keep where Slack put a message."""
    message.posted_channel, message.ts, message.posted_at = channel, ts, at
    message.shown_version = shown_version
    forget_failures(message)


def book_lost(message: Message) -> None:
    """Somebody deleted the message in Slack: it is owed again, from the start."""
    message.posted_channel = message.ts = message.posted_at = message.tried_at = None
    message.shown_version = 0


def book_checklists_lost(session: Session, lost: Sequence[Message]) -> None:
    """The same for checklists; one in a thread that the case has left stands in its new one too."""
    for message in lost:
        if message.thread_of is None:
            book_lost(message)
        else:
            session.delete(message)


def forget(session: Session, messages: Sequence[Message]) -> None:
    """Owe these no more: where they belonged is gone."""
    for message in messages:
        session.delete(message)


def forget_failures(message: Message) -> None:
    """Slack takes it, or it goes elsewhere."""
    message.failures = 0
    message.failed_at = message.try_again_at = message.last_error = None


def book_failed(message: Message, *, error: str, at: datetime) -> bool:
    """Keep why Slack refused a message and when to try again; True when that is news."""
    is_news = message.last_error != error
    wait = min(FIRST_RETRY * 2**message.failures, LONGEST_RETRY)
    message.failures = min(message.failures + 1, 10)
    message.failed_at, message.try_again_at, message.last_error = at, at + wait, error
    return is_news


def retry_failed(session: Session, at: datetime, limit: int = 50) -> int:
    """Owe again what Slack refused and may take by now; how many messages."""
    due = session.scalars(
        select(Message)
        .where(Message.failed_at.is_not(None), Message.try_again_at <= at)
        .order_by(Message.try_again_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for message in due:
        message.failed_at = None
        if message.case_id is None:
            _deliver_alone(session, message)
        else:
            _deliver(session, message.case_id, Urgency.REFRESH)
    return len(due)


def _message(purpose: MessagePurpose, channel: str, at: datetime, *, case_id: int | None = None) -> Message:
    return Message(
        key=uuid4(), purpose=purpose, case_id=case_id, slack_channel=channel, in_thread=False, promised_at=at
    )


def _line(case: Case, event: CaseEvent, urgency: Urgency, thread_of: int | None) -> Message:
    purpose = MessagePurpose.PING if urgency is Urgency.PING else MessagePurpose.LINE
    line = _message(purpose, "", event.at, case_id=case.id)
    line.event_id, line.in_thread, line.thread_of = event.id, True, thread_of
    return line


def _tell_channel(session: Session, purpose: MessagePurpose, channel: str, words: str, at: datetime) -> None:
    message = _message(purpose, channel, at)
    message.body = {"text": words}
    session.add(message)
    _deliver_alone(session, message)


def _deliver(session: Session, case_id: int, urgency: Urgency) -> None:
    defer(session, Job.DELIVER_CASE, case_id, lock=f"case:{case_id}", urgency=urgency)


def _deliver_alone(session: Session, message: Message) -> None:
    session.flush()
    _defer_alone(session, message, Urgency.PING)


def _defer_alone(session: Session, message: Message, urgency: Urgency) -> None:
    defer(session, Job.DELIVER_MESSAGE, message.id, lock=f"message:{message.id}", urgency=urgency)
