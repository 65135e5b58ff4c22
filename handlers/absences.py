"""Being away: said, begun, ended; what somebody has is handed over as it begins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, Select, func, or_, select, union
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.act import Act
from handlers.assignment import hand_over
from handlers.cases import refuse
from handlers.errors import CannotDo
from handlers.history import record
from handlers.involving import leave
from handlers.owners import IS_AWAY, find_owners
from handlers.snapshots import Gone, PassedOn, team_name
from models.absence import Absence
from models.case import Assignment, Case
from models.part import Part
from models.policies.absence import Away, why_not_away, why_not_say_away
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, CaseStatus, mention

_DUE = (
    select(Absence)
    .where(Absence.ended_at.is_(None))
    .order_by(Absence.starts_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)

_IS_LEFT = or_(Assignment.assigned_by == SYSTEM, Assignment.assigned_at <= Absence.begun_at)
"""Of an assignment: not by the person's own wish while they are away."""
_LOADED = (
    select(Absence)
    .where(
        IS_AWAY,
        select(Assignment.id)
        .join(Case, Case.id == Assignment.case_id)
        .where(
            Assignment.agent_id == Absence.agent_id,
            Assignment.ended_at.is_(None),
            Case.status != CaseStatus.RESOLVED,
            _IS_LEFT,
        )
        .exists(),
    )
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""Who is away and has a case all the same: given as they went, or reopened since."""


def go_away(session: Session, act: Act, *, who: AgentId, away: Away) -> Gone:
    """Know that somebody is away, or will be; what was known of the same time before gives way to it."""
    refuse(why_not_say_away(act.by, who, act.rulebook))
    refuse(why_not_away(who, away, act.at, act.rulebook))
    _one_at_a_time(session, who)
    absence = Absence(
        agent_id=who,
        starts_at=away.starts_at,
        until=away.until,
        stand_in=away.stand_in,
        said_by=act.by,
        said_at=act.at,
        begun_at=_replace(session, who, away, act),
    )
    session.add(absence)
    session.flush()
    if away.starts_at > act.at:
        return Gone(has_begun=False, passed_on=[])
    return Gone(has_begun=True, passed_on=_begin(session, absence, act.rulebook, act.at))


def come_back(session: Session, act: Act, *, who: AgentId) -> Gone:
    """End an absence; who is not away yet will not be. Raises CannotDo where nothing is known of one."""
    refuse(why_not_say_away(act.by, who, act.rulebook))
    _one_at_a_time(session, who)
    known = _not_ended(session, who)
    if not known:
        raise CannotDo("There is no absence to end. To begin one: `/recovery away until friday`")
    absence = next((each for each in known if each.begun_at is not None), known[0])
    return _end(session, absence, act.rulebook, by=act.by, at=act.at)


def keep_time(session: Session, rulebook: Rulebook, at: datetime) -> bool:
    """End an absence that is over, or begin one whose time has come; whether there was one.

    One in each transaction: it locks its cases before it waits for its turn to choose. What another replica
    is at is skipped. An absence that was over before anybody looked hands nothing over. Who was chosen for
    a case at the very moment at which they went does not keep it.
    """
    over = session.scalar(_DUE.where(Absence.until <= at))
    if over is not None:
        _end(session, over, rulebook, by=SYSTEM, at=at)
        return True
    due = session.scalar(_DUE.where(Absence.starts_at <= at, Absence.begun_at.is_(None)))
    if due is not None:
        _begin(session, due, rulebook, at)
        return True
    loaded = session.scalar(_LOADED)
    if loaded is not None:
        _hand_over(session, loaded, rulebook, at)
    return loaded is not None


def _one_at_a_time(session: Session, who: AgentId) -> None:
    """Wait until nobody else says something of this person's absences."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"absences of {who}", 0))))


def _not_ended(session: Session, who: AgentId) -> Sequence[Absence]:
    return session.scalars(
        select(Absence)
        .where(Absence.agent_id == who, Absence.ended_at.is_(None))
        .order_by(Absence.starts_at)
        .with_for_update()
    ).all()


def _replace(session: Session, who: AgentId, away: Away, act: Act) -> datetime | None:
    """End what was known of the same time; since when they are away already, where they are."""
    begun_at = None
    for known in _not_ended(session, who):
        if away.overlaps(Away(known.starts_at, known.until)):
            if known.begun_at is not None and away.starts_at > act.at:
                raise CannotDo(
                    f"{mention(who)} is away by then already. To change until when, leave out the beginning: "
                    f"`/recovery away until friday`"
                )
            known.ended_at, known.ended_by = act.at, act.by
            begun_at = begun_at or known.begun_at
    session.flush()
    return begun_at


def _begin(session: Session, absence: Absence, rulebook: Rulebook, at: datetime) -> list[PassedOn]:
    """From now on they are away, and what they have is handed over."""
    absence.begun_at = absence.begun_at or at
    session.flush()
    return _hand_over(session, absence, rulebook, at)


def _hand_over(session: Session, absence: Absence, rulebook: Rulebook, at: datetime) -> list[PassedOn]:
    """Let others have what they hold, parts in other teams' cases too, but for what they took since."""
    held = (
        select(Assignment.case_id)
        .join(Absence, Absence.agent_id == Assignment.agent_id)
        .where(Absence.id == absence.id, Assignment.ended_at.is_(None), _IS_LEFT)
    )
    does = (
        select(Part.case_id)
        .join(Absence, Absence.agent_id == Part.holder)
        .where(Absence.id == absence.id, Part.ended_at.is_(None), Part.held_since <= Absence.begun_at)
    )
    cases = _take(session, union(held, does))
    owners = find_owners(session, [case.id for case in cases])  # asked again, now that nobody can change it
    theirs = [case for case in cases if owners.get(case.id) == absence.agent_id]
    hand_over(session, theirs, absence, rulebook, at)
    act = Act(by=SYSTEM, at=at, rulebook=rulebook)
    for case in cases:
        leave(session, case, absence.agent_id, act, because="is away", stand_in=absence.stand_in)
    return _passed_on(session, theirs, rulebook)


def _end(session: Session, absence: Absence, rulebook: Rulebook, *, by: AgentId, at: datetime) -> Gone:
    """They are back; the threads of what they had when they went, and others have now, are told."""
    absence.ended_at, absence.ended_by = at, by
    session.flush()
    if absence.begun_at is None:
        return Gone(has_begun=False, passed_on=[])
    is_since = or_(Assignment.ended_at.is_(None), Assignment.ended_at >= absence.begun_at)
    had = select(Assignment.case_id).where(Assignment.agent_id == absence.agent_id, is_since)
    cases = _take(session, had)
    owners = find_owners(session, [case.id for case in cases])
    with_others = [case for case in cases if owners.get(case.id) != absence.agent_id]
    for case in with_others:
        owner = owners.get(case.id)
        event = record(session, case, CaseEventKind.RETURNED, by=absence.agent_id, at=at, owner=owner)
        if by == SYSTEM:  # nobody is there to be answered
            notices.owe(session, absence.agent_id, event)
        messages.promise_line(session, case, event)
    for case in cases:
        messages.refresh_card(session, case)  # whoever has it here shows as away no more
    return Gone(has_begun=True, passed_on=_passed_on(session, with_others, rulebook))


def _take(session: Session, case_ids: Select[int] | CompoundSelect[int]) -> Sequence[Case]:
    """Those of these cases that are not over, locked in the order of their numbers."""
    return session.scalars(
        select(Case)
        .where(Case.id.in_(case_ids), Case.status != CaseStatus.RESOLVED)
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _passed_on(session: Session, cases: Sequence[Case], rulebook: Rulebook) -> list[PassedOn]:
    owners = find_owners(session, [case.id for case in cases])
    return [
        PassedOn(case.id, case.title, team_name(rulebook, case.team), owners.get(case.id)) for case in cases
    ]
