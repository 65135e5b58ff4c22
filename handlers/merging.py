"""Two cases that are about the same become one, and two again where that was wrong."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import approvals, escalations, involving, messages, notices, pauses, sla
from handlers.act import Act
from handlers.cases import get_case, lock_case, refuse, standing_of, take_case
from handlers.duplicates import propose
from handlers.errors import CannotDo
from handlers.history import record
from handlers.merges import find_merge, list_taken_in
from handlers.owners import find_owner
from handlers.reopening import keep_owner
from models.case import Case, Outcome
from models.merge import Merge
from models.policies import lifecycle
from models.policies.duplicates import why_likely
from models.policies.permissions import Verb
from models.sla import SlaClock, SlaPause
from models.vocabulary import (
    CaseEventKind,
    CaseStatus,
    ClockKind,
    EscalationEnd,
    OutcomeKind,
    PartEnd,
    PauseEnd,
    PauseReason,
)


def merge(session: Session, case_id: int, act: Act, *, into: int | None) -> Merge:
    """End a case as a duplicate of another, which goes on for both; for who may work both.

    `into` None: they did not say which, and are told what is likely. Both are locked, the lower number
    first. What was promised is promised in the other one; a promise that was broken before stays so.
    """
    get_case(session, case_id)
    if into is None:
        raise CannotDo(_which(session, case_id, act), field="into")
    taken = {number: take_case(session, number, act, Verb.MERGE) for number in sorted({case_id, into})}
    case, other = taken[case_id], taken[into]
    standing, standing_of_other = standing_of(session, case), standing_of(session, other)
    taken_in = list_taken_in(session, case_id)
    refuse(lifecycle.why_not_merge(standing, standing_of_other, taken_in), field="into")
    _end(session, case, other, act)
    row = Merge(case_id=case.id, into_id=other.id, clocks=_stop_clocks(session, case, act), by=act.by)
    row.at = act.at
    session.add(row)
    _tell(session, (case, other), (CaseEventKind.MERGED, CaseEventKind.TOOK_IN), act)
    involving.end_all(session, case, act, PartEnd.MERGED)
    return row


def unmerge(session: Session, case_id: int, act: Act) -> Case:
    """Undo a merge: the case is open again, with who had it, and the clocks that the merge stopped run on.

    The time for which it was merged is a pause of all of them.
    """
    get_case(session, case_id)
    seen = find_merge(session, case_id)
    other = get_case(session, seen.into_id) if seen else None
    case = _lock_both(session, case_id, other, act)
    row = find_merge(session, case_id)
    refuse(lifecycle.why_not_unmerge(case_id, row.into_id if row else None))
    if row is None or other is None or row.into_id != other.id:
        raise CannotDo(f"Case #{case_id} was merged anew this moment. `/recovery show {case_id}` tells how.")
    row.undone_by, row.undone_at = act.by, act.at
    _open_again(session, case, row, act)
    _tell(session, (case, other), (CaseEventKind.UNMERGED, CaseEventKind.UNMERGED), act)
    return case


def _which(session: Session, case_id: int, act: Act) -> str:
    """Asks into which case, with what is likely."""
    likely = propose(session, case_id, act)
    ask = f"Say into which case: `/recovery merge {case_id}` and its number."
    return (
        f"{ask} Likely the same: {why_likely(likely)}." if likely else f"{ask} None that is open looks alike."
    )


def _lock_both(session: Session, case_id: int, other: Case | None, act: Act) -> Case:
    """Lock the case for who may undo its merge, and the one that goes on for it, the lower number first."""
    if other is not None and other.id < case_id:
        lock_case(session, other.id)
    case = take_case(session, case_id, act, Verb.UNMERGE)
    if other is not None and other.id > case_id:
        lock_case(session, other.id)
    return case


def _end(session: Session, case: Case, other: Case, act: Act) -> None:
    """The case is over, as a duplicate."""
    pauses.end(session, case, because=PauseEnd.MERGED, by=act.by, at=act.at)
    escalations.end(session, case.id, EscalationEnd.MERGED, act.at)
    approvals.lapse(session, case, act)
    case.status, case.resolved_at = CaseStatus.RESOLVED, act.at
    outcome = Outcome(case_id=case.id, kind=OutcomeKind.DUPLICATE, decided_by=act.by, at=act.at)
    outcome.what_was_done = f"Merged into #{other.id}"
    session.add(outcome)


def _stop_clocks(session: Session, case: Case, act: Act) -> list[int]:
    """Stop what runs: withdrawn, or missed where it is broken already; the ids of these clocks."""
    running = [row for row in sla.find_latest(session, case).values() if row.stopped_at is None]
    for row in running:
        if row.due_at is None or row.due_at >= act.at:
            sla.withdraw(session, row, act.at)
    sla.stop_clocks(session, case, act.at)
    return [row.id for row in running]


def _open_again(session: Session, case: Case, row: Merge, act: Act) -> None:
    session.delete(session.get_one(Outcome, case.id))
    had = find_owner(session, case.id)
    case.status, case.resolved_at = CaseStatus.OPEN, None
    owner = keep_owner(session, case, act)
    _start_clocks(session, case, row)
    rest = SlaPause(case_id=case.id, reason=PauseReason.MERGED, why="", started_by=row.by, started_at=row.at)
    rest.ended_at, rest.ended_by, rest.ended_because = act.at, act.by, PauseEnd.UNMERGED
    pauses.begin(session, case, rest)
    if had is not None and owner is None:
        sla.start_next_round(session, case, ClockKind.ACKNOWLEDGE, act.at)
    sla.recompute(session, case, act.at)


def _start_clocks(session: Session, case: Case, row: Merge) -> None:
    stopped = select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.id.in_(row.clocks))
    for clock in session.scalars(stopped):
        clock.stopped_at = clock.withdrawn_at = None
    session.flush()


def _tell(session: Session, cases: Sequence[Case], kinds: Sequence[CaseEventKind], act: Act) -> None:
    """Both histories, both threads and both cards say it, each of the other; who has one is told."""
    for case, kind, other in zip(cases, kinds, reversed(cases), strict=True):
        event = record(session, case, kind, by=act.by, at=act.at, other=other.id, title=other.title)
        notices.owe_owner(session, event)
        messages.promise_line(session, case, event)
        messages.refresh_card(session, case)
