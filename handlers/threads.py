"""What stands in a case's thread read from the books: its history, notices, reviews and checklists."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy import case as case_of
from sqlalchemy.orm import Session

from handlers import messages, pauses
from handlers.cards import read_words
from handlers.merges import list_taken_in
from handlers.snapshots import (
    SOMEBODY,
    ChecklistSnapshot,
    LineSnapshot,
    NoticeSnapshot,
    PauseSnapshot,
    ReviewSnapshot,
)
from handlers.waiting import paused_of
from models.case import Case, CaseEvent
from models.customer import Customer
from models.feedback import Feedback, FeedbackDecision, Sentiment
from models.message import Message, MessagePurpose
from models.notice import Notice
from models.playbook import Checklist, ChecklistStep
from models.policies.playbooks import Knowledge, TickedStep
from models.policies.rulebook import Rulebook
from models.review import Review
from models.vocabulary import (
    CaseEventKind,
)

_REVIEW = (
    select(Review, Feedback, Customer, Sentiment, FeedbackDecision, Case.id)
    .join(Feedback, Feedback.id == Review.feedback_id)
    .join(Customer, Customer.id == Feedback.customer_id)
    .join(Sentiment, Sentiment.feedback_id == Review.feedback_id)
    .outerjoin(FeedbackDecision, FeedbackDecision.feedback_id == Review.feedback_id)
    .outerjoin(Case, (Case.feedback_id == Review.feedback_id) & (Case.matter == 1))
    .where(Review.feedback_id == bindparam("feedback_id"))
)
_IS_OF_A_PART = CaseEvent.kind.in_((CaseEventKind.PART_DUE, CaseEventKind.PART_LATE))
_SHOWS_IT = case_of(
    (
        _IS_OF_A_PART,
        (Message.purpose == MessagePurpose.PART)
        & (Message.part_id == CaseEvent.details["part"].as_integer()),
    ),
    else_=Message.purpose == MessagePurpose.CARD,
)
"""Of a message and an event: it is the card on which the person sees what happened."""
_NOTICES = (
    select(CaseEvent, Case.title, Message.posted_channel, Message.ts)
    .join(Notice, Notice.event_id == CaseEvent.id)
    .join(Case, Case.id == CaseEvent.case_id)
    .outerjoin(Message, (Message.case_id == Case.id) & messages.IS_CARD & _SHOWS_IT)
    .where(Notice.message_id == bindparam("message_id"))
    .order_by(Notice.id)
)


def load_lines(session: Session, event_ids: Sequence[int]) -> dict[int, LineSnapshot]:
    """Lines of history by their ids."""
    events = session.scalars(select(CaseEvent).where(CaseEvent.id.in_(event_ids)))
    return {event.id: line_of(event) for event in events}


def load_pauses(session: Session, case_id: int) -> list[PauseSnapshot]:
    """Every pause of a case, the oldest first."""
    return [
        PauseSnapshot(
            replace(paused_of(row), until=row.ended_at or row.until),
            row.ended_because,
        )
        for row in pauses.load_pauses(session, case_id)
    ]


def load_history(session: Session, case_id: int, limit: int | None = 20) -> list[LineSnapshot]:
    """The latest lines of a case's history, or all, the oldest of them first.

    Those of the cases for which it goes on are among them, each with its own number.
    """
    cases = [case_id, *list_taken_in(session, case_id)]
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id.in_(cases)).order_by(CaseEvent.id.desc()).limit(limit)
    ).all()
    return [line_of(event) for event in reversed(events)]


def load_notices(session: Session, message_id: int) -> list[NoticeSnapshot]:
    """What a direct message tells, in the order in which it was found."""
    rows = session.execute(_NOTICES, {"message_id": message_id})
    return [
        NoticeSnapshot(line_of(event), title, (channel, ts) if channel and ts else None)
        for event, title, channel, ts in rows
    ]


def load_review(session: Session, feedback_id: int, rulebook: Rulebook) -> ReviewSnapshot:
    """Read what people are asked about one piece of feedback."""
    review, feedback, customer, sentiment, decision, case = session.execute(
        _REVIEW, {"feedback_id": feedback_id}
    ).one()
    return ReviewSnapshot(
        feedback_id=feedback.id,
        words=read_words(feedback, rulebook),
        customer=customer.name or SOMEBODY,
        reason=review.reason,
        shares=(sentiment.p_negative, sentiment.p_neutral, sentiment.p_positive),
        language=sentiment.language,
        is_settled=review.settled_at is not None,
        label=sentiment.label if sentiment.is_read else None,
        by=review.answered_by,
        case=case,
        rule=decision.rule if decision else None,
    )


def load_checklists(session: Session, case_id: int) -> list[ChecklistSnapshot]:
    """All checklists of a case, the first that was begun first."""
    begun = select(Checklist.id).where(Checklist.case_id == case_id).order_by(Checklist.id)
    return [load_checklist(session, checklist_id) for checklist_id in session.scalars(begun).all()]


def load_checklist(session: Session, checklist_id: int) -> ChecklistSnapshot:
    """Read a checklist with all its steps."""
    checklist = session.get_one(Checklist, checklist_id, populate_existing=True)
    steps = session.scalars(
        select(ChecklistStep)
        .where(ChecklistStep.checklist_id == checklist_id)
        .order_by(ChecklistStep.number)
        .execution_options(populate_existing=True)
    )
    return ChecklistSnapshot(
        number=checklist.case_id,
        name=checklist.name,
        begun_by=checklist.begun_by,
        steps=tuple(
            TickedStep(step.number, step.care, step.words, step.done_by, step.done_at) for step in steps
        ),
        knowledge=tuple(Knowledge(name, link) for name, link in checklist.knowledge),
    )


def line_of(event: CaseEvent) -> LineSnapshot:
    """The row as the value that views look at."""
    return LineSnapshot(
        number=event.case_id, kind=event.kind, actor=event.actor, at=event.at, details=dict(event.details)
    )
