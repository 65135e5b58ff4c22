"""The members of a burst: gathered under its parent, listed, and let go on by themselves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from handlers import assignment, messages, sla
from handlers.act import Act
from handlers.cases import refuse
from handlers.history import event_of, write_down
from models.case import Assignment, Case, CaseEvent, Outcome
from models.customer import Customer
from models.feedback import Feedback
from models.message import Message, MessagePurpose
from models.policies import lifecycle
from models.policies.bursts import Member
from models.policies.rules import Effect
from models.sla import SlaClock
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, CaseStatus


def list_members(session: Session, parent_id: int, *, page: int, length: int) -> tuple[list[Member], int]:
    """A page of the cases for which a parent stands, the latest first; how many there are in all."""
    mine = Case.parent_id == parent_id
    total = session.scalar(select(func.count()).select_from(Case).where(mine)) or 0
    rows = session.execute(
        select(Case.id, Customer.name, Feedback.text, Case.status, Case.opened_at)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Feedback, Feedback.id == Case.feedback_id)
        .where(mine)
        .order_by(Case.id.desc())
        .offset((page - 1) * length)
        .limit(length)
    )
    return [Member(*row) for row in rows], total


def gather_in(session: Session, parent: Case, cases: Sequence[Case], at: datetime) -> None:
    """Let a parent stand for these cases, locked by now; what somebody has begun with is left alone.

    Nothing is promised in them any more, it is promised in the parent; what a strategy gave to somebody is
    with nobody. A card that is in Slack says so; a case whose card is not there yet gets none.
    """
    untouched = _find_untouched(session, [case.id for case in cases])
    gathered = {case.id: case for case in cases if case.id in untouched}
    for case in gathered.values():
        case.parent_id, case.status = parent.id, CaseStatus.OPEN
    _hold_back(session, list(gathered), at)
    _keep_unseen(session, list(gathered))
    _tell(session, parent, gathered, CaseEventKind.GATHERED, by=SYSTEM, at=at)
    begun = {
        case.id: case for case in cases if case.id not in untouched and case.status is not CaseStatus.RESOLVED
    }
    _tell(session, parent, begun, CaseEventKind.LEFT_ALONE, by=SYSTEM, at=at)


def let_out(session: Session, parent: Case, members: Mapping[int, Case], act: Act) -> None:
    """Let these members, locked by now, go on by themselves: each with a card and a clock from now on.

    One that was resolved with its parent is open again. One without a card gets it where the parent has its
    own, and comes to the parent's team.
    """
    refuse(lifecycle.why_not_by_itself(parent.team, act.rulebook.teams))
    shown = find_shown(session, list(members))
    session.execute(delete(Outcome).where(Outcome.case_id.in_(list(members))))
    for case in members.values():
        case.parent_id, case.status, case.resolved_at = None, CaseStatus.OPEN, None
        if case.id not in shown or case.team not in act.rulebook.teams:
            case.team = parent.team
        _promise(case, act)
        sla.start_clocks(session, case, act.rulebook, act.at)
        if case.id not in shown:
            messages.promise_card(session, case, act.rulebook.teams[case.team].channel, act.at)
    _tell(session, parent, members, CaseEventKind.TAKEN_OUT, by=act.by, at=act.at)
    assignment.assign_by_rules(session, list(members.values()), act.rulebook, act.at)


def tell_threads(session: Session, cases: Mapping[int, Case], events: Sequence[CaseEvent]) -> None:
    """Owe a line and an edit to the cards of these cases; those that have none are told nothing."""
    shown = find_shown(session, list(cases))
    for event in events:
        if event.case_id in shown:
            messages.promise_line(session, cases[event.case_id], event)
    if shown:
        messages.refresh_cards(session, shown)


def _tell(
    session: Session,
    parent: Case,
    cases: Mapping[int, Case],
    kind: CaseEventKind,
    *,
    by: AgentId,
    at: datetime,
) -> None:
    """The histories of these cases, and the threads of those with a card, say what came of them."""
    about = {"other": parent.id, "title": parent.title}
    events = [event_of(case, kind, by=by, at=at, **about) for case in cases.values()]
    write_down(session, cases, events)
    tell_threads(session, cases, events)


def find_shown(session: Session, case_ids: Collection[int]) -> list[int]:
    """Those of these cases that have a card, or are owed one."""
    cards = select(Message.case_id).where(Message.case_id.in_(case_ids), _IS_CARD).order_by(Message.case_id)
    return [case_id for case_id in session.scalars(cards) if case_id is not None]


_IS_CARD: ColumnElement[bool] = Message.purpose == MessagePurpose.CARD
_IS_OF_ITSELF = or_(
    CaseEvent.kind.in_((CaseEventKind.OPENED, CaseEventKind.PINGED)),
    CaseEvent.kind.in_((CaseEventKind.DELIVERY_FAILED, CaseEventKind.DELIVERY_MENDED)),
    (CaseEvent.kind == CaseEventKind.ASSIGNED) & (CaseEvent.actor == SYSTEM),
)
"""Of an event: it comes without anybody having begun with the case."""


def _find_untouched(session: Session, case_ids: Collection[int]) -> set[int]:
    """Those of these cases that are open, on their own, and that nobody has begun with."""
    begun = select(CaseEvent.id).where(CaseEvent.case_id == Case.id, ~_IS_OF_ITSELF).exists()
    free = (Case.status != CaseStatus.RESOLVED) & Case.parent_id.is_(None) & (Case.matter == 1)
    return set(session.scalars(select(Case.id).where(Case.id.in_(case_ids), free, ~begun)))


def _hold_back(session: Session, case_ids: Collection[int], at: datetime) -> None:
    """Nobody has them, and nothing is promised in them: what ran counts neither as kept nor as missed."""
    session.execute(
        update(Assignment)
        .where(Assignment.case_id.in_(case_ids), Assignment.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.execute(
        update(SlaClock)
        .where(SlaClock.case_id.in_(case_ids), SlaClock.stopped_at.is_(None))
        .values(stopped_at=at, withdrawn_at=at, next_mark_at=None)
    )


def _keep_unseen(session: Session, case_ids: Collection[int]) -> None:
    """What Slack was never asked to show of these cases need not be shown any more."""
    cards = select(Message).where(Message.case_id.in_(case_ids), _IS_CARD).order_by(Message.id)
    locked = session.scalars(cards.with_for_update().execution_options(populate_existing=True)).all()
    unseen = [card.case_id for card in locked if card.tried_at is None and card.ts is None]
    session.execute(delete(Message).where(Message.case_id.in_(unseen), _IS_CARD | Message.in_thread))


def _promise(case: Case, act: Act) -> None:
    """What it was promised when it was opened, where that is there still; else what fits it now."""
    if case.promise not in act.rulebook.promises:
        effect = Effect(case.kind, case.team, case.priority, None, frozenset())
        case.promise = act.rulebook.promise_for(effect, case.customer.segment).promise
