"""Another team does something for a case: it is asked, one of it takes that, and it is done or not needed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers import assignment, messages, notices, sla
from handlers.act import Act
from handlers.cases import (
    check_may,
    get_case,
    lock_case,
    look_at,
    refuse,
    refuse_person,
    standing_of,
    take_case,
)
from handlers.errors import CannotDo
from handlers.history import record
from handlers.owners import find_away
from handlers.parts import find_open, find_parts, list_involved, standings_of
from models.case import Case, CaseEvent
from models.part import Part
from models.policies import parts as policy
from models.policies import permissions
from models.policies.parts import PartStanding
from models.policies.permissions import Verb
from models.policies.rules import Effect
from models.sla import SlaClock
from models.vocabulary import AgentId, CaseEventKind, ClockKind, PartEnd

PROMISED = (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE)
"""What a team is held to that has a part; the customer hears from the team that the case belongs to."""


def involve(session: Session, case_id: int, act: Act, *, team: str, asked_for: str) -> Part:
    """Ask another team, by its key, to do something for a case that stays where it is."""
    case = take_case(session, case_id, act, Verb.INVOLVE)
    standing, involved = standing_of(session, case), list_involved(session, case)
    refuse(policy.why_not_involve(standing, case.team, act.rulebook.teams[team], involved), field="team")
    words = _words(asked_for, example=f"/recovery involve {case_id} {team} Please check the invoice")
    part = Part(case_id=case.id, team=team, asked_for=words, asked_by=act.by, asked_at=act.at)
    session.add(part)
    session.flush()
    due = _promise(session, case, part, act)
    event = _record(session, case, part, CaseEventKind.TEAM_INVOLVED, act, asked_for=words, **due)
    messages.promise_line(session, case, event)
    case.open_parts += 1
    messages.promise_part(session, case, part.id, act.rulebook.teams[team].channel, act.at)
    messages.refresh_card(session, case)
    return part


def claim(session: Session, case_id: int, act: Act, *, part: int | None = None) -> None:
    """Take a case, or the part of one that falls to the person's team; `part` is its number where named."""
    found = _that_falls_to(session, case_id, act, part)
    if found is None:
        assignment.claim(session, case_id, act)
        return
    case = lock_case(session, case_id)
    row, now = _take(session, case, act, found)
    check_may(Verb.CLAIM, act, row.team)
    refuse(policy.why_not_take(standing_of(session, case), now, act.by))
    _give(session, case, row, act, to=act.by)


def assign(session: Session, case_id: int, act: Act, *, to: AgentId, part: int | None = None) -> None:
    """Give a case that nobody has to somebody, or the part of one, whoever has it."""
    found = _that_falls_to(session, case_id, act, part)
    if found is None:
        assignment.assign(session, case_id, act, to=to)
        return
    case = lock_case(session, case_id)
    row, now = _take(session, case, act, found)
    check_may(Verb.ASSIGN, act, row.team)
    refuse(policy.why_not_give(standing_of(session, case), now, to), field="to")
    refuse_person(permissions.why_not_hold(to, row.team, act.rulebook), row.team, field="to")
    _give(session, case, row, act, to=to)


def reassign(session: Session, case_id: int, act: Act, *, to: AgentId, part: int | None = None) -> None:
    """Move a case from the one who has it to another, or the part of one."""
    if _that_falls_to(session, case_id, act, part) is None:
        assignment.reassign(session, case_id, act, to=to)
    else:
        assign(session, case_id, act, to=to, part=part)


def release(session: Session, case_id: int, act: Act, *, part: int | None = None) -> None:
    """Give a case back to its team, or the part of one to the team that has it."""
    found = _that_falls_to(session, case_id, act, part)
    if found is None:
        assignment.release(session, case_id, act)
        return
    case = lock_case(session, case_id)
    row, now = _take(session, case, act, found)
    check_may(Verb.RELEASE, act, row.team)
    refuse(policy.why_not_release(standing_of(session, case), now))
    _free(session, case, row, act, because="gave it back")


def finish(session: Session, case_id: int, act: Act, *, words: str, part: int | None = None) -> None:
    """Say that a team has done its part, and what; for the people of that team."""
    case = _lock(session, case_id, act, Verb.DONE)
    row, now = _take(session, case, act, _which(session, case, act, part))
    check_may(Verb.DONE, act, row.team)
    refuse(policy.why_not_go_on(standing_of(session, case), now))
    done = _words(words, example=f"/recovery done {case_id} The invoice is right now")
    if row.holder is None:
        row.holder, row.held_since = act.by, act.at
    event = _end(session, case, row, act, because=PartEnd.DONE, words=done)
    notices.owe_owner(session, event)


def uninvolve(
    session: Session,
    case_id: int,
    act: Act,
    *,
    words: str,
    team: str | None = None,
    part: int | None = None,
) -> None:
    """Take a team off a case, or send the part back; for the people of the case's team and of that one."""
    case = _lock(session, case_id, act, Verb.UNINVOLVE)
    row, now = _take(session, case, act, _which(session, case, act, part, team=team))
    check_may(Verb.UNINVOLVE, act, case.team, involved=[row.team])
    refuse(policy.why_not_go_on(standing_of(session, case), now))
    why = _words(words, example=f"/recovery uninvolve {case_id} {row.team} The customer found it")
    is_theirs = permissions.roles_in(act.by, case.team, act.rulebook)
    because = PartEnd.WITHDRAWN if is_theirs else PartEnd.SENT_BACK
    event = _end(session, case, row, act, because=because, words=why)
    notices.owe_owner(session, event)
    _tell_holder(session, row, event)


def leave(
    session: Session, case: Case, who: AgentId, act: Act, *, because: str, stand_in: AgentId | None = None
) -> None:
    """Somebody can do no part of the case, locked by now: it is for who stands in, or back with its team."""
    for part in find_open(session, case) if case.open_parts else ():
        if part.holder != who:
            continue
        if stand_in is not None and _can_stand_in(session, stand_in, part, act):
            _give(session, case, part, act, to=stand_in)
        else:
            _free(session, case, part, act, because=because)


def end_all(session: Session, case: Case, act: Act, because: PartEnd, *, of_team: str | None = None) -> None:
    """The case, locked by now, ends or goes where a team has a part; `of_team` names that one."""
    if not case.open_parts:
        return
    for row in find_open(session, case):
        if of_team in {None, row.team}:
            event = _end(session, case, row, act, because=because, words="")
            _tell_holder(session, row, event)


def _words(words: str, *, example: str) -> str:
    said = words.strip()
    refuse(policy.why_not_words(said, example=example), field="words")
    return said


def _lock(session: Session, case_id: int, act: Act, verb: Verb) -> Case:
    """The case, locked; also for a team whose part is over, which is then told by whom."""
    case = lock_case(session, case_id)
    check_may(verb, act, case.team, involved=[part.team for part in find_parts(session, [case_id])])
    return case


def _that_falls_to(session: Session, case_id: int, act: Act, wanted: int | None) -> PartStanding | None:
    """The part that the person means who names the case; None: the case itself."""
    case = get_case(session, case_id)
    if wanted is None and not case.open_parts:
        return None
    parts = standings_of(session, case, act.rulebook)
    found = policy.falls_to(parts, act.by, case.team, act.rulebook, wanted)
    if wanted is not None and found is None:
        look_at(session, case_id, act)
        raise CannotDo(policy.why_none(standing_of(session, case), parts, _name(case.team, act)))
    return found


def _which(
    session: Session, case: Case, act: Act, wanted: int | None, *, team: str | None = None
) -> PartStanding:
    """The part that is named by its number or its team; else that of the person's team, or the only one."""
    parts = standings_of(session, case, act.rulebook)
    if team is not None:
        wanted = max((part.number for part in parts if part.team == team), default=0)
    found = policy.choose(parts, act.by, act.rulebook, wanted)
    if found is None:
        raise CannotDo(policy.why_none(standing_of(session, case), parts, _name(case.team, act)))
    return found


def _take(session: Session, case: Case, act: Act, found: PartStanding) -> tuple[Part, PartStanding]:
    """The part as it is now that its case is locked."""
    row = session.get_one(Part, found.number, populate_existing=True)
    (now,) = (part for part in standings_of(session, case, act.rulebook) if part.number == found.number)
    return row, now


def _give(session: Session, case: Case, part: Part, act: Act, *, to: AgentId) -> None:
    before, part.holder, part.held_since = part.holder, to, act.at
    _stop(session, part, act, kinds=[ClockKind.ACKNOWLEDGE])
    event = _record(session, case, part, CaseEventKind.PART_TAKEN, act, to=to, before=before)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)


def _can_stand_in(session: Session, who: AgentId, part: Part, act: Act) -> bool:
    """Whether they work for the team that has the part, and are not away as well."""
    works_there = permissions.why_not_hold(who, part.team, act.rulebook) is None
    return works_there and not find_away(session, [who])


def _free(session: Session, case: Case, part: Part, act: Act, *, because: str) -> None:
    before, part.holder, part.held_since = part.holder, None, None
    event = _record(session, case, part, CaseEventKind.PART_GIVEN_BACK, act, before=before, because=because)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)


def _end(session: Session, case: Case, part: Part, act: Act, *, because: PartEnd, words: str) -> CaseEvent:
    """The part is over; what was promised of it and is not done counts neither way while it is in time."""
    kind = CaseEventKind.PART_DONE if because is PartEnd.DONE else CaseEventKind.PART_ENDED
    details = {"because": because.value, "words": words, "asked_by": part.asked_by}
    event = _record(session, case, part, kind, act, **details)
    messages.promise_line(session, case, event)
    part.ended_at, part.ended_by, part.ended_because, part.words = act.at, act.by, because, words
    case.open_parts -= 1
    _stop(session, part, act, is_withdrawn=because is not PartEnd.DONE)
    messages.refresh_card(session, case)
    return event


def _promise(session: Session, case: Case, part: Part, act: Act) -> dict[str, Any]:
    """Start the clocks of a part, as a case of that team would be promised; when each is due."""
    effect = Effect(kind=case.kind, team=part.team, priority=case.priority)
    part.promise = act.rulebook.promise_for(effect, case.customer.segment).promise
    terms = act.rulebook.terms_of(part.team, part.promise)
    clocks = [
        sla.new_clock(case, kind, terms[kind], started_at=act.at, at=act.at)
        for kind in PROMISED
        if kind in terms
    ]
    for clock in clocks:
        clock.part_id = part.id
    session.add_all(clocks)
    return {"deadlines": {row.kind.value: row.due_at.isoformat() for row in clocks if row.due_at}}


def _stop(
    session: Session,
    part: Part,
    act: Act,
    *,
    kinds: Sequence[ClockKind] = PROMISED,
    is_withdrawn: bool = False,
) -> None:
    """Stop those clocks of a part that still run; what is withdrawn and not late yet is no promise more."""
    running = (SlaClock.part_id == part.id) & SlaClock.stopped_at.is_(None) & SlaClock.kind.in_(kinds)
    if is_withdrawn:
        in_time = update(SlaClock).where(running, SlaClock.due_at >= act.at)
        session.execute(in_time.values(stopped_at=act.at, withdrawn_at=act.at, next_mark_at=None))
    session.execute(update(SlaClock).where(running).values(stopped_at=act.at, next_mark_at=None))


def _record(
    session: Session, case: Case, part: Part, kind: CaseEventKind, act: Act, /, **details: Any
) -> CaseEvent:
    about = {"part": part.id, "team": part.team, "team_name": _name(part.team, act)}
    return record(session, case, kind, by=act.by, at=act.at, **about, **details)


def _tell_holder(session: Session, part: Part, event: CaseEvent) -> None:
    if part.holder is not None and part.holder != event.actor:
        notices.owe(session, part.holder, event)


def _name(team: str, act: Act) -> str:
    return act.rulebook.teams[team].name if team in act.rulebook.teams else team
