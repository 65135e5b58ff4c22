"""What a view needs, read at one moment: plain values, no rows that could change underneath."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy import case as case_of
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from handlers import messages, pauses
from handlers.act import Act
from handlers.approvals import request_of
from handlers.bursts import count_waiting, load_crowd
from handlers.cases import LARGEST_NUMBER, is_seen_by
from handlers.compensation import list_given, list_standing, words_of_gift
from handlers.contact import contacted_of
from handlers.customers import FEEDBACK_COUNT
from handlers.errors import NoSuchCase
from handlers.escalations import load_climbs
from handlers.helpers import list_helpers
from handlers.likeness import ABOUT, Likeness
from handlers.merges import list_taken_in
from handlers.owners import IS_AWAY, find_away, find_owners
from handlers.parts import find_parts
from handlers.sla import load_clocks, load_part_clocks
from handlers.waiting import paused_of
from models.absence import Absence
from models.approval import ApprovalRequest
from models.base import Base
from models.case import Assignment, Case, CaseEvent, Helper, Note, Outcome
from models.compensation import Compensation
from models.customer import Customer
from models.feedback import Feedback, FeedbackDecision, Sentiment
from models.interaction import Interaction
from models.merge import Merge
from models.message import Message, MessagePurpose
from models.notice import Notice
from models.part import Part
from models.playbook import Checklist, ChecklistStep
from models.policies.absence import Away
from models.policies.approvals import Request
from models.policies.bursts import Crowd
from models.policies.contact import Contacted
from models.policies.fairness import Spread
from models.policies.ladders import Climb
from models.policies.meanwhile import ENDED
from models.policies.pausing import Paused
from models.policies.playbooks import Knowledge, TickedStep
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock
from models.policies.themes import theme_name
from models.review import Review
from models.sla import Escalation, SlaClock, SlaPause
from models.vocabulary import (
    AgentId,
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ClockKind,
    Direction,
    Money,
    OutcomeKind,
    PartEnd,
    PauseEnd,
    Priority,
    ReviewReason,
    SentimentLabel,
)

SOMEBODY = "somebody unknown"

_NOTES = (
    select(func.count())
    .where(Note.case_id == Case.id, Note.removed_at.is_(None))
    .correlate(Case)
    .scalar_subquery()
)
_FIRST_CONTACT = (
    select(func.min(Interaction.id))
    .where(Interaction.case_id == Case.id, Interaction.direction == Direction.OUT)
    .correlate(Case)
    .scalar_subquery()
)
_LAST_REQUEST = (
    select(func.max(ApprovalRequest.id))
    .where(ApprovalRequest.case_id == Case.id)
    .correlate(Case)
    .scalar_subquery()
)
_TAKES_IN = (
    select(Merge.id)
    .where(Merge.into_id == Case.id, Merge.undone_at.is_(None))
    .correlate(Case)
    .exists()
    .label("takes_in")
)
_SPLIT_OFF = aliased(Case)
_SPLITS = (
    select(func.array_agg(aggregate_order_by(_SPLIT_OFF.id, _SPLIT_OFF.id)))
    .where(_SPLIT_OFF.split_from_id == Case.id)
    .correlate(Case)
    .scalar_subquery()
)
_INTO = aliased(Merge)


def _has(rows: type[Base], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a case has such rows: what few cases have is read where there is some, card after card."""
    return exists().where(rows.__table__.c.case_id == Case.id, *conditions).correlate(Case)


_CARD = (
    select(Case, Feedback, Customer, Sentiment, Outcome, Assignment.agent_id, Absence)
    .add_columns(SlaPause, Interaction, ApprovalRequest, FEEDBACK_COUNT, _NOTES, _INTO, _TAKES_IN, _SPLITS)
    .add_columns(ABOUT, _has(Helper), _has(Compensation), _has(Escalation))
    .add_columns(_has(Message, Message.purpose == MessagePurpose.MOVED), _has(Part))
    .join(Feedback, Feedback.id == Case.feedback_id)
    .join(Customer, Customer.id == Case.customer_id)
    .outerjoin(Sentiment, Sentiment.feedback_id == Feedback.id)
    .outerjoin(Outcome, Outcome.case_id == Case.id)
    .outerjoin(Assignment, (Assignment.case_id == Case.id) & Assignment.ended_at.is_(None))
    .outerjoin(SlaPause, (SlaPause.case_id == Case.id) & SlaPause.ended_at.is_(None))
    .outerjoin(Interaction, Interaction.id == _FIRST_CONTACT)
    .outerjoin(ApprovalRequest, ApprovalRequest.id == _LAST_REQUEST)
    .outerjoin(Absence, (Absence.agent_id == Assignment.agent_id) & IS_AWAY)
    .outerjoin(_INTO, (_INTO.case_id == Case.id) & _INTO.undone_at.is_(None))
    .where(Case.id.in_(bindparam("case_ids", expanding=True)))
)
"""Nearly all of a card; built once, which takes longer than an answer of PostgreSQL."""
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


@dataclass(frozen=True, slots=True)
class Feeling:
    """The sentiment as a card shows it; `confidence` is the probability of the label, 0 to 1."""

    label: SentimentLabel
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a resolved case ended; `theme` is the reason by its name, None where none was asked for."""

    outcome: OutcomeKind
    theme: str | None
    what_was_done: str
    by: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer said, and where it stands."""

    text: str
    title: str | None
    source: str
    permalink: str | None
    survey: str | None
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gift:
    """One thing that was given and not taken back, by its number, and what it is in words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The case that goes on for this one, and who said so."""

    number: int
    by: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case for which this one goes on: what its customer said, and what was given there."""

    number: int
    title: str
    customer: str
    words: Words
    given: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something else that the customer of a case said, which is no case of its own; its feedback's number."""

    number: int
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PartEnding:
    """How another team's part ended, who said so, and what was done, or why it ended otherwise."""

    because: PartEnd
    by: AgentId
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PartSnapshot:
    """What another team does for a case, by its number; `holder` is who of that team has it."""

    number: int
    team: str
    team_key: str
    asked_for: str
    asked_by: AgentId
    asked_at: datetime
    holder: AgentId | None
    clocks: tuple[Clock, ...]
    holder_away: Away | None = None
    ending: PartEnding | None = None


@dataclass(frozen=True, slots=True)
class CardSnapshot:
    """Everything that the card of one case shows; `version` is the case's at that moment.

    `about` is the key of its theme. `was_moved`: it stood somewhere else before. `crowd` is for whom the
    parent of a burst stands, `parent` is the case that stands for this one. `request` is the last that was
    made for approval, also when it is over. `asked_about` is the part of another team on whose card somebody
    clicked.
    """

    number: int
    version: int
    title: str
    kind: CaseKind
    priority: Priority
    status: CaseStatus
    team: str
    team_key: str
    customer: str
    segment: str | None
    times_written: int
    words: Words
    feeling: Feeling | None
    rule: str
    why: str
    owner: AgentId | None
    clocks: tuple[Clock, ...]
    paused: Paused | None
    first_contact: Contacted | None
    compensation: tuple[Money, ...]
    gifts: tuple[Gift, ...]
    notes: int
    opened_at: datetime
    ending: Ending | None
    owner_away: Away | None = None
    climb: Climb | None = None
    helpers: tuple[AgentId, ...] = ()
    about: str | None = None
    themes: tuple[str, ...] = ()
    merged: MergedInto | None = None
    taken_in: tuple[TakenIn, ...] = ()
    split_from: int | None = None
    split_off: tuple[int, ...] = ()
    was_moved: bool = False
    usual: Spread | None = None
    request: Request | None = None
    parts: tuple[PartSnapshot, ...] = ()
    asked_about: PartSnapshot | None = None
    crowd: Crowd | None = None
    parent: int | None = None

    @property
    def is_led_to(self) -> bool:
        """Whether another message of its case leads to the card."""
        return self.was_moved or bool(self.parts)

    @property
    def open_parts(self) -> tuple[PartSnapshot, ...]:
        """What other teams do for it now."""
        return tuple(part for part in self.parts if part.ending is None)

    @property
    def has_open_request(self) -> bool:
        """Whether somebody waits for approval."""
        return self.request is not None and self.request.end is None

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has it and knows: who was given it by a rule may not have seen it yet."""
        is_awaited = any(
            clock.kind is ClockKind.ACKNOWLEDGE and clock.stopped_at is None for clock in self.clocks
        )
        return self.owner is not None and not is_awaited

    @property
    def likeness(self) -> Likeness:
        """What cases like it have in common with it."""
        return Likeness(self.number, self.kind, self.rule, self.about)

    @property
    def others(self) -> list[int]:
        """Those that it is merged with, whichever goes on, that stand for it, that it was split from."""
        merged = [case.number for case in (*self.taken_in, *((self.merged,) if self.merged else ()))]
        return [
            *merged,
            *((self.parent,) if self.parent else ()),
            *((self.split_from,) if self.split_from else ()),
            *self.split_off,
        ]


@dataclass(frozen=True, slots=True)
class PauseSnapshot:
    """One pause of a case, that lasts or that is over; `until` as `Paused` has it, or the end that it had."""

    paused: Paused
    ended_because: PauseEnd | None


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """One line of history for the thread or for `show`."""

    number: int
    kind: CaseEventKind
    actor: AgentId
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What others did to a case, the oldest first, since a form was opened; `version` is with all of it."""

    lines: tuple[LineSnapshot, ...]
    version: int

    @property
    def tells_of_an_end(self) -> bool:
        """Whether the case was over meanwhile, or is."""
        return any(line.kind in ENDED for line in self.lines)


@dataclass(frozen=True, slots=True)
class NoticeSnapshot:
    """One happening that a person is told of; the card's (channel, ts), None while it is not posted."""

    line: LineSnapshot
    title: str
    card: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A case that somebody who is away had: who has it now, None where it waits for its team."""

    number: int
    title: str
    team: str
    to: AgentId | None


@dataclass(frozen=True, slots=True)
class Gone:
    """What came of somebody's absence: whether it goes on now, and the cases that others have instead."""

    has_begun: bool
    passed_on: list[PassedOn]


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """One question about feedback, and what came of it.

    `shares` are the model's probabilities of negative, neutral and positive, `language` what it is in where
    that was told. `label` is what counts once it is settled, `by` who said so; None: nobody in time. `case`
    is the number of the one that was opened, `rule` what decided.
    """

    feedback_id: int
    words: Words
    customer: str
    reason: ReviewReason
    shares: tuple[float, float, float]
    language: str | None
    is_settled: bool
    label: SentimentLabel | None
    by: AgentId | None
    case: int | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class ChecklistSnapshot:
    """The checklist of a playbook on one case, `number`; as the playbook was when it was begun."""

    number: int
    name: str
    begun_by: AgentId
    steps: tuple[TickedStep, ...]
    knowledge: tuple[Knowledge, ...]


@dataclass(frozen=True, slots=True)
class RowSnapshot:
    """One case in a list; `parts` are what other teams do for it now. It `stands_for` so many of a burst."""

    number: int
    title: str
    kind: CaseKind
    priority: Priority
    status: CaseStatus
    team: str
    owner: AgentId | None
    clocks: tuple[Clock, ...]
    owner_away: Away | None = None
    climb: Climb | None = None
    parts: tuple[PartSnapshot, ...] = ()
    stands_for: int = 0


def load_card(session: Session, case_id: int, rulebook: Rulebook) -> CardSnapshot:
    """Read what a card shows; raises NoSuchCase."""
    found = load_cards(session, [case_id], rulebook)
    if not found:
        raise NoSuchCase(case_id)
    return found[case_id]


def load_cards(session: Session, case_ids: Sequence[int], rulebook: Rulebook) -> dict[int, CardSnapshot]:
    """The same for several cases, by their numbers; a number that no case has is left out."""
    asked = [case_id for case_id in case_ids if case_id <= LARGEST_NUMBER]
    found = session.execute(_CARD, {"case_ids": asked}).all()
    clocks = load_clocks(session, [row[0].id for row in found]) if found else {}
    return {row[0].id: _card(session, row, clocks[row[0].id], rulebook) for row in found}


def _card(session: Session, row: Sequence[Any], clocks: Sequence[Clock], rulebook: Rulebook) -> CardSnapshot:
    case, feedback, customer, sentiment, outcome, owner, absence, *more = row
    pause, contact, request, written, notes, merge, takes_in, splits, about, *has = more
    has_helpers, has_gifts, has_climbs, was_moved, has_parts = has
    helpers = list_helpers(session, case.id) if has_helpers else []
    return CardSnapshot(
        number=case.id,
        version=case.version,
        title=case.title,
        kind=case.kind,
        priority=case.priority,
        status=case.status,
        team=team_name(rulebook, case.team),
        team_key=case.team,
        customer=customer.name or SOMEBODY,
        segment=customer.segment,
        times_written=written,
        words=_words(feedback, rulebook),
        feeling=_feeling(sentiment),
        themes=_themes(sentiment, rulebook),
        about=about,
        rule=case.rule,
        why=case.why,
        owner=owner,
        helpers=tuple(who for who in helpers if who != owner),
        clocks=tuple(clocks),
        paused=paused_of(pause) if pause else None,
        first_contact=contacted_of(contact) if contact else None,
        compensation=tuple(list_given(session, case.id) if has_gifts else ()),
        gifts=tuple(_gifts(session, case.id) if has_gifts else ()),
        notes=notes,
        opened_at=case.opened_at,
        ending=_ending(outcome, rulebook),
        owner_away=Away(absence.starts_at, absence.until, absence.stand_in) if absence else None,
        climb=load_climbs(session, [case.id]).get(case.id) if has_climbs else None,
        was_moved=was_moved,
        parts=load_parts(session, [case.id], rulebook)[case.id] if has_parts else (),
        request=request_of(request) if request else None,
        merged=MergedInto(merge.into_id, merge.by, merge.at) if merge else None,
        taken_in=load_taken_in(session, case.id, rulebook) if takes_in else (),
        split_from=case.split_from_id,
        split_off=tuple(splits or ()),
        crowd=load_crowd(session, case.id) if case.is_parent else None,
        parent=case.parent_id,
    )


def load_taken_in(session: Session, case_id: int, rulebook: Rulebook) -> tuple[TakenIn, ...]:
    """The cases for which this one goes on, the first that was merged into it first."""
    rows = session.execute(
        select(Case, Feedback, Customer)
        .join(Merge, (Merge.case_id == Case.id) & Merge.undone_at.is_(None))
        .join(Feedback, Feedback.id == Case.feedback_id)
        .join(Customer, Customer.id == Case.customer_id)
        .where(Merge.into_id == case_id)
        .order_by(Merge.id)
    )
    return tuple(
        TakenIn(
            number=case.id,
            title=case.title,
            customer=customer.name or SOMEBODY,
            words=_words(feedback, rulebook),
            given=tuple(list_given(session, case.id)),
        )
        for case, feedback, customer in rows
    )


def load_parts(
    session: Session, case_ids: Sequence[int], rulebook: Rulebook
) -> dict[int, tuple[PartSnapshot, ...]]:
    """What other teams do for these cases, and did, the first that was asked first; nothing asked of none."""
    if not case_ids:
        return {}
    rows = find_parts(session, case_ids)
    clocks = load_part_clocks(session, [part.id for part in rows])
    away = find_away(session, [part.holder for part in rows if part.holder])
    found: dict[int, tuple[PartSnapshot, ...]] = {}
    for part in rows:
        holder_away = away.get(part.holder) if part.holder else None
        snapshot = _part(part, clocks[part.id], holder_away, rulebook)
        found[part.case_id] = (*found.get(part.case_id, ()), snapshot)
    return found


def _part(part: Part, clocks: Sequence[Clock], holder_away: Away | None, rulebook: Rulebook) -> PartSnapshot:
    return PartSnapshot(
        number=part.id,
        team=team_name(rulebook, part.team),
        team_key=part.team,
        asked_for=part.asked_for,
        asked_by=part.asked_by,
        asked_at=part.asked_at,
        holder=part.holder,
        holder_away=holder_away,
        clocks=tuple(clocks),
        ending=_part_ending(part),
    )


def _part_ending(part: Part) -> PartEnding | None:
    if part.ended_because is None or part.ended_by is None or part.ended_at is None:
        return None
    return PartEnding(part.ended_because, part.ended_by, part.ended_at, part.words)


def _gifts(session: Session, case_id: int) -> Iterator[Gift]:
    return (Gift(gift.id, words_of_gift(gift)) for gift in list_standing(session, case_id))


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
        words=_words(feedback, rulebook),
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


def load_list(
    session: Session, act: Act, *, teams: Sequence[str] | None, owner: AgentId | None, limit: int = 15
) -> tuple[list[RowSnapshot], int]:
    """Open cases at which the person may look, the oldest promise first, and how many there are in all.

    For the members of a burst stands their parent. `teams` None means every team; else those in which they
    have a part are among them. `owner` None means whoever has it; else those that they help on as well.
    """
    wanted = select(Case).where(Case.status != CaseStatus.RESOLVED, is_seen_by(act), Case.parent_id.is_(None))
    if teams is not None:
        does = select(Part.case_id).where(Part.team.in_(teams), Part.ended_at.is_(None))
        wanted = wanted.where(Case.team.in_(teams) | Case.id.in_(does))
    if owner is not None:
        wanted = wanted.where(is_with(owner))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    cases = session.scalars(wanted.order_by(Case.opened_at, Case.id).limit(limit)).all()
    return rows_of(session, cases, act.rulebook), total


def load_mine(
    session: Session, agent: AgentId, rulebook: Rulebook, *, page: int, length: int
) -> tuple[list[RowSnapshot], int]:
    """The open cases that a person has or helps on, the nearest deadline first; how many there are in all.

    Of a case in which they do a part for another team, it is the deadline of that. What is due at no known
    moment, as it waits, comes last. `page` counts from 1.
    """
    wanted = select(Case).where(Case.status != CaseStatus.RESOLVED, is_with(agent))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    by_deadline = wanted.order_by(due_for(agent).nulls_last(), Case.id)
    cases = session.scalars(by_deadline.offset((page - 1) * length).limit(length)).all()
    return rows_of(session, cases, rulebook), total


def is_with(agent: AgentId) -> ColumnElement[bool]:
    """The cases that somebody has, helps on, or does another team's part for."""
    has = select(Assignment.case_id).where(Assignment.agent_id == agent, Assignment.ended_at.is_(None))
    helps = select(Helper.case_id).where(Helper.agent_id == agent, Helper.ended_at.is_(None))
    does = select(Part.case_id).where(Part.holder == agent, Part.ended_at.is_(None))
    return Case.id.in_(has.union(helps, does))


def due_for(agent: AgentId) -> ColumnElement[datetime | None]:
    """When a case falls due for somebody: where they do another team's part, when that does.

    None: at no known moment, as it waits.
    """
    runs = select(func.min(SlaClock.due_at)).where(SlaClock.stopped_at.is_(None)).correlate(Case)
    due = runs.where(SlaClock.case_id == Case.id, SlaClock.part_id.is_(None)).scalar_subquery()
    theirs = runs.join(Part, Part.id == SlaClock.part_id).where(Part.case_id == Case.id, Part.holder == agent)
    return func.coalesce(case_of((Case.open_parts > 0, theirs.scalar_subquery())), due)


def load_rows(session: Session, numbers: Sequence[int], rulebook: Rulebook) -> list[RowSnapshot]:
    """The same by their numbers."""
    if not numbers:
        return []
    found = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(numbers)))}
    return rows_of(session, [found[number] for number in numbers], rulebook)


def rows_of(session: Session, cases: Sequence[Case], rulebook: Rulebook) -> list[RowSnapshot]:
    """These cases for a list, in the same order."""
    if not cases:
        return []
    numbers = [case.id for case in cases]
    owners, clocks = find_owners(session, numbers), load_clocks(session, numbers)
    away, climbs = find_away(session, list(owners.values())), load_climbs(session, numbers)
    parts = load_parts(session, [case.id for case in cases if case.open_parts], rulebook)
    waiting = count_waiting(session, [case.id for case in cases if case.is_parent])
    rows = [_row(case, owners.get(case.id), clocks[case.id], rulebook) for case in cases]
    return [
        replace(
            row,
            owner_away=away.get(row.owner) if row.owner else None,
            climb=climbs.get(row.number),
            parts=tuple(part for part in parts.get(row.number, ()) if part.ending is None),
            stands_for=waiting.get(row.number, 0),
        )
        for row in rows
    ]


def _row(case: Case, owner: AgentId | None, clocks: list[Clock], rulebook: Rulebook) -> RowSnapshot:
    return RowSnapshot(
        number=case.id,
        title=case.title,
        kind=case.kind,
        priority=case.priority,
        status=case.status,
        team=team_name(rulebook, case.team),
        owner=owner,
        clocks=tuple(clocks),
    )


def team_name(rulebook: Rulebook, key: str) -> str:
    """A team may have left rules.yaml since the case was opened; its key then stands for it."""
    return rulebook.teams[key].name if key in rulebook.teams else key


def _words(feedback: Feedback, rulebook: Rulebook) -> Words:
    source = rulebook.sources.get(feedback.source)
    survey = None
    if feedback.survey_score is not None:
        survey = f"{feedback.survey_score:g} ({feedback.survey_scale or 'survey'})"
    return Words(
        text=feedback.text,
        title=feedback.title,
        source=source.name if source else feedback.source,
        permalink=feedback.permalink,
        survey=survey,
        attributes=dict(feedback.attributes),
    )


def _themes(sentiment: Sentiment | None, rulebook: Rulebook) -> tuple[str, ...]:
    """What it is about, by name, the likeliest first; a theme that left the file is called by its key."""
    near = sentiment.themes if sentiment else []
    return tuple(theme_name(rulebook.themes, key) for key, _ in near)


def _feeling(sentiment: Sentiment | None) -> Feeling | None:
    if sentiment is None or not sentiment.is_read:
        return None
    confidence = max(sentiment.p_negative, sentiment.p_neutral, sentiment.p_positive)
    return Feeling(label=sentiment.label, score=sentiment.score, confidence=confidence)


def _ending(outcome: Outcome | None, rulebook: Rulebook) -> Ending | None:
    if outcome is None:
        return None
    return Ending(
        outcome=outcome.kind,
        theme=theme_name(rulebook.themes, outcome.theme) if outcome.theme else None,
        what_was_done=outcome.what_was_done,
        by=outcome.decided_by,
        at=outcome.at,
    )


def line_of(event: CaseEvent) -> LineSnapshot:
    """The row as the value that views look at."""
    return LineSnapshot(
        number=event.case_id, kind=event.kind, actor=event.actor, at=event.at, details=dict(event.details)
    )


def money_of(details: dict[str, Any]) -> Money:
    """The money that a line of history tells of."""
    return Money(Decimal(details["amount"]), details["currency"])
