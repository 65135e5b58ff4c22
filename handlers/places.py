"""Where the cards of a case stand, and where its own stood before the case was moved."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from handlers import messages
from models.case import Case, CaseEvent
from models.message import Message, MessagePurpose


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread below a card of a case.

    `begun_by` is the message that is that card; None: the case's own, wherever it stands. `is_left`: the case
    was moved, and that one stands elsewhere now. `part` is the number of another team's part, where it is the
    card of that.
    """

    case_id: int
    begun_by: int | None = None
    is_left: bool = False
    part: int | None = None


def find_thread(session: Session, channel: str, thread_ts: str) -> Thread | None:
    """The thread that begins at (channel, thread_ts); None where no card stands or stood."""
    row = session.execute(
        select(Message.case_id, Message.id, Message.purpose, Message.part_id).where(
            Message.posted_channel == channel,
            Message.ts == thread_ts,
            Message.purpose.in_((MessagePurpose.CARD, MessagePurpose.PART, MessagePurpose.MOVED)),
        )
    ).one_or_none()
    if row is None or row.case_id is None:
        return None
    begun_by = row.id if row.purpose is not MessagePurpose.CARD else None
    return Thread(row.case_id, begun_by, is_left=row.purpose is MessagePurpose.MOVED, part=row.part_id)


def move_card(session: Session, case: Case, event: CaseEvent, channel: str) -> None:
    """Owe the card to another channel, and a word of it to the place that it leaves.

    What was posted for the card, or may have been, keeps its key and becomes the old place: whoever delivers
    finds it there and edits it, or finds nothing and forgets it. The card gets a key of its own, as that of a
    new case has, so that no look-up takes the one for the other. The parent of a burst that has no card yet
    gets it where it is by then.
    """
    card = session.scalars(
        select(Message)
        .where(Message.case_id == case.id, Message.purpose == MessagePurpose.CARD)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if card is None:
        return
    if card.tried_at is not None or card.ts is not None:
        old_place = _leave(session, card)
        messages.promise_line(session, case, event, thread_of=old_place.id)
        _bring_checklists(session, case, event, old_place)
    card.slack_channel, card.promised_at = channel, event.at
    messages.book_lost(card)
    messages.forget_failures(card)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)


def lead_to_card(session: Session, case_id: int, posted: Message) -> None:
    """A card was posted: what said only where it would be, old places and other cards, is owed an edit."""
    leads = or_(
        _is_old_place(case_id), (Message.case_id == case_id) & messages.IS_CARD & (Message.id != posted.id)
    )
    said = update(Message).where(
        leads, Message.ts.is_not(None), Message.shown_version == Message.wanted_version
    )
    edits = said.values(wanted_version=Message.wanted_version + 1).returning(Message.id)
    if session.scalars(edits).all():
        messages.deliver_soon(session, case_id)


def find_old_place(session: Session, case_id: int) -> Message | None:
    """Where the card stood last before it was moved; None where it was not, or was not posted there."""
    return session.scalar(
        select(Message)
        .where(_is_old_place(case_id), Message.ts.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )


def notice_deleted(session: Session, channel: str, ts: str) -> None:
    """Somebody deleted a card, or a case that was raised: an edit finds it gone, and it is posted anew."""
    edited = (MessagePurpose.CARD, MessagePurpose.PART, MessagePurpose.ESCALATION, MessagePurpose.CHECKLIST)
    gone = update(Message).where(
        Message.posted_channel == channel, Message.ts == ts, Message.purpose.in_(edited)
    )
    edits = gone.values(wanted_version=Message.wanted_version + 1).returning(Message.case_id)
    for case_id in session.scalars(edits).all():
        if case_id is not None:
            messages.deliver_soon(session, case_id)


def book_nothing_there(session: Session, old_place: Message) -> None:
    """Nothing stands there, or not any more.

    What may have been said below it is owed to the card's thread; what was to be said there only, to nobody.
    A checklist stands in the card's thread as well.
    """
    below = Message.thread_of == old_place.id
    session.execute(delete(Message).where(below, Message.purpose == MessagePurpose.CHECKLIST))
    session.execute(delete(Message).where(below, Message.tried_at.is_(None), Message.ts.is_(None)))
    session.execute(update(Message).where(below).values(thread_of=None))
    session.delete(old_place)


def _leave(session: Session, card: Message) -> Message:
    """The place that a card leaves; what may stand in its thread already is looked for there."""
    old_place = Message(
        key=card.key,
        purpose=MessagePurpose.MOVED,
        case_id=card.case_id,
        slack_channel=card.slack_channel,
        in_thread=False,
        posted_channel=card.posted_channel,
        ts=card.ts,
        posted_at=card.posted_at,
        wanted_version=card.wanted_version + 1,
        shown_version=card.shown_version,
        promised_at=card.promised_at,
        tried_at=card.tried_at,
    )
    card.key = uuid4()
    session.flush()
    session.add(old_place)
    session.flush()
    session.execute(
        update(Message)
        .where(Message.case_id == card.case_id, Message.in_thread, Message.thread_of.is_(None))
        .where(Message.ts.is_(None), Message.tried_at.is_not(None))
        .values(thread_of=old_place.id)
    )
    return old_place


def _bring_checklists(session: Session, case: Case, event: CaseEvent, old_place: Message) -> None:
    """Owe the new thread each checklist that stands in the old one, or may; both are kept in step."""
    left = session.scalars(
        update(Message)
        .where(Message.case_id == case.id, Message.purpose == MessagePurpose.CHECKLIST)
        .where(Message.tried_at.is_not(None))
        .where(Message.thread_of.is_(None) | (Message.thread_of == old_place.id))
        .values(thread_of=old_place.id)
        .returning(Message.checklist_id)
    )
    for checklist_id in left.all():
        if checklist_id is not None:
            messages.promise_checklist(session, case, event, checklist_id=checklist_id)


def _is_old_place(case_id: int) -> ColumnElement[bool]:
    return (Message.case_id == case_id) & (Message.purpose == MessagePurpose.MOVED)
