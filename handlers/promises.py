"""A case that changed comes under the promise that fits it now, from the original start."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import contact, sla
from handlers.act import Act
from handlers.owners import find_owner
from models.case import Case
from models.policies.opening_hours import OpeningHours
from models.policies.promises import Terms, Traits, choose_promise, which_change
from models.policies.rulebook import Rulebook
from models.sla import SlaClock
from models.vocabulary import ClockKind


def promise_anew(
    session: Session,
    case: Case,
    act: Act,
    *,
    hours: OpeningHours | None = None,
    afresh: frozenset[ClockKind] = frozenset(),
) -> dict[str, Any]:
    """Give the case's clocks the promise that fits it now; what the history keeps of it.

    A clock that runs is withdrawn, and runs anew from the same start where the new promise has it too. One
    that has stopped stays kept or missed, and what is done already is not promised again, except for what is
    to be done `afresh`, from now on. `hours` are those of the team that the case was moved to. `deadlines`
    are those that moved, each with the clock, and the moments before and after; None: it is not promised,
    empty: a pause keeps it from being known.
    """
    latest = sla.find_latest(session, case)
    rows = {kind: row for kind, row in latest.items() if row.stopped_at is None}
    running = {kind: sla.terms_of(row) for kind, row in rows.items()}
    again = {kind: sla.terms_of(row) for kind, row in latest.items() if kind in afresh}
    before = case.promise
    over = (set(latest) | _done_already(session, case)) - set(again)
    case.promise, wanted = _choose(case, again | running, act.rulebook, hours)
    changed: list[tuple[ClockKind, str | None, SlaClock | None]] = []
    for kind in which_change(running, wanted, over):
        old, new = rows.get(kind), None
        if old is not None:
            sla.withdraw(session, old, act.at)
        if kind in wanted:
            since = _begun(session, case, kind)
            new = _renewed(case, kind, wanted[kind], latest.get(kind), act, since=since)
            session.add(new)
        changed.append((kind, _due(old), new))
    sla.recompute(session, case, act.at)
    deadlines = [{"clock": kind.value, "before": was, "after": _due(new)} for kind, was, new in changed]
    return {"promise": case.promise, "promise_before": before, "deadlines": deadlines}


def _renewed(
    case: Case, kind: ClockKind, terms: Terms, last: SlaClock | None, act: Act, *, since: datetime
) -> SlaClock:
    """From the start of the last one, if that was withdrawn; its next round, if it had stopped."""
    if last is None:
        return sla.new_clock(case, kind, terms, started_at=since, at=act.at)
    if last.withdrawn_at is not None:
        return sla.new_clock(case, kind, terms, started_at=last.started_at, at=act.at, round_=last.round)
    return sla.new_clock(case, kind, terms, started_at=act.at, at=act.at, round_=last.round + 1)


def _done_already(session: Session, case: Case) -> set[ClockKind]:
    """What nobody need be promised any more: a case that somebody has was taken, a customer was reached."""
    done = {ClockKind.ACKNOWLEDGE} if find_owner(session, case.id) is not None else set()
    return done | ({ClockKind.CONTACT} if contact.find_first(session, case.id) else set())


def _begun(session: Session, case: Case, kind: ClockKind) -> datetime:
    """Since when what was not promised before is promised; the next update since the latest contact."""
    last = contact.find_last(session, case.id) if kind is ClockKind.UPDATE else None
    return last.at if last else case.opened_at


def _choose(
    case: Case, running: Mapping[ClockKind, Terms], rulebook: Rulebook, hours: OpeningHours | None
) -> tuple[str | None, Mapping[ClockKind, Terms]]:
    """The promise's name and what its clocks run under.

    Where it is the one that the case has, its clocks keep what was promised, whatever rules.yaml says of it
    by now; and so they do when the team has left rules.yaml while its cases are open.
    """
    traits = Traits(case.kind, case.priority, case.team, case.customer.segment)
    choice = choose_promise(rulebook.promises, traits) if case.team in rulebook.teams else None
    if choice is not None and choice.promise != case.promise:
        return choice.promise, rulebook.terms_of(case.team, choice.promise)
    if hours is None:
        return case.promise, running
    return case.promise, {kind: terms.in_hours_of(hours) for kind, terms in running.items()}


def _due(clock: SlaClock | None) -> str | None:
    """When it is due, empty while a pause keeps that from being known; None where it is not promised."""
    if clock is None:
        return None
    return clock.due_at.isoformat() if clock.due_at else ""
