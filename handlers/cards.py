"""Cards read from the books: everything that one shows, with few statements."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from handlers.approvals import request_of
from handlers.bursts import load_crowd
from handlers.cases import LARGEST_NUMBER
from handlers.compensation import list_given, list_standing, words_of_gift
from handlers.contact import contacted_of
from handlers.customers import FEEDBACK_COUNT
from handlers.errors import NoSuchCase
from handlers.escalations import load_climbs
from handlers.helpers import list_helpers
from handlers.likeness import ABOUT
from handlers.owners import IS_AWAY, find_away
from handlers.parts import find_parts
from handlers.sla import load_clocks, load_part_clocks
from handlers.snapshots import (
    SOMEBODY,
    CardSnapshot,
    Ending,
    Feeling,
    Gift,
    MergedInto,
    PartEnding,
    PartSnapshot,
    TakenIn,
    Words,
    team_name,
)
from handlers.waiting import paused_of
from models.absence import Absence
from models.approval import ApprovalRequest
from models.base import Base
from models.case import Assignment, Case, Helper, Note, Outcome
from models.compensation import Compensation
from models.customer import Customer
from models.feedback import Feedback, Sentiment
from models.interaction import Interaction
from models.merge import Merge
from models.message import Message, MessagePurpose
from models.part import Part
from models.policies.absence import Away
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock
from models.policies.themes import theme_name
from models.sla import Escalation, SlaPause
from models.vocabulary import (
    Direction,
)

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
        words=read_words(feedback, rulebook),
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
            words=read_words(feedback, rulebook),
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


def read_words(feedback: Feedback, rulebook: Rulebook) -> Words:
    """What the customer said, and how it was heard."""
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
