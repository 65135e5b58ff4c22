"""Cases are opened, found, and taken to be worked on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from handlers import messages, sla
from handlers.act import Act
from handlers.bursts import count_open_members
from handlers.errors import CannotDo, NoSuchCase, NotAllowed
from handlers.merges import find_merge
from handlers.owners import find_assignment
from handlers.parts import find_parts, list_involved
from models.case import Case, CaseEvent, Outcome
from models.feedback import Feedback
from models.part import Part
from models.policies import lifecycle, permissions
from models.policies.lifecycle import TITLE_LENGTH, Ended, Standing
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.policies.rules import Decision, Effect
from models.vocabulary import SYSTEM, CaseEventKind, CaseStatus

LARGEST_NUMBER = 2**31 - 1
"""A person may type a larger one, which PostgreSQL could not even compare; no case has this one."""


def open_cases(
    session: Session,
    ordered: Sequence[tuple[Feedback, Decision]],
    rulebook: Rulebook,
    at: datetime,
    parents: Mapping[int, int] | None = None,
) -> list[Case]:
    """Open the cases that rules ordered, start their clocks, and owe each card to its team's channel.

    Several at once are written table by table, which is much less work than case by case. `parents` stand for
    cases by the ids of their feedback: such a case is a member, without a card and a clock of its own.
    """
    opened = [_new_case(feedback, decision, rulebook, at) for feedback, decision in ordered]
    for case in opened:
        case.parent_id = (parents or {}).get(case.feedback_id)
    session.add_all(opened)
    session.flush()
    for case in opened:
        # Not by record(): the version of a case that nobody has seen need not move.
        event = CaseEvent(case_id=case.id, kind=CaseEventKind.OPENED, actor=SYSTEM, at=at)
        event.details = {"rule": case.rule}
        session.add(event)
        if case.parent_id is not None:
            continue
        sla.start_clocks(session, case, rulebook, at)
        messages.promise_card(session, case, rulebook.teams[case.team].channel, at)
    return opened


def get_case(session: Session, case_id: int) -> Case:
    """The case with that number; raises NoSuchCase."""
    case = session.get(Case, min(case_id, LARGEST_NUMBER))
    if case is None:
        raise NoSuchCase(case_id)
    return case


def lock_case(session: Session, case_id: int) -> Case:
    """The case, locked until the transaction ends; before its messages, or two would wait for each other.

    Raises NoSuchCase.
    """
    locked = select(Case).where(Case.id == min(case_id, LARGEST_NUMBER)).with_for_update()
    case = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if case is None:
        raise NoSuchCase(case_id)
    return case


def lock_cases(session: Session, case_ids: Collection[int]) -> dict[int, Case]:
    """Several of them, locked in the order of their numbers; those that there are not are left out."""
    locked = select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update()
    return {case.id: case for case in session.scalars(locked.execution_options(populate_existing=True))}


def take_case(session: Session, case_id: int, act: Act, verb: Verb) -> Case:
    """The case with that number, locked until the transaction ends, for who may do `verb` to it.

    Whoever has a case and does something to it has seen it; claiming says so itself. One for which the parent
    of a burst stands is refused: it has no card and no clock in which what is done would show.
    """
    case = lock_case(session, case_id)
    check_may(verb, act, case.team, involved=list_involved(session, case))
    if verb is not Verb.SHOW:
        refuse(lifecycle.why_not_alone(case.id, case.parent_id))
    if verb is not Verb.CLAIM:
        sla.acknowledge(session, case, by=act.by, at=act.at)
    return case


def look_at(session: Session, case_id: int, act: Act) -> Case:
    """The case with that number, as it is, for who may look at it; raises NoSuchCase, NotAllowed.

    A team that has a part in it, or had, may look at it ever after.
    """
    case = get_case(session, case_id)
    is_closed = case.team in permissions.teams_closed_to(act.by, act.rulebook)
    involved = [part.team for part in find_parts(session, [case_id])] if is_closed else ()
    check_may(Verb.SHOW, act, case.team, involved=involved)
    return case


def is_seen_by(act: Act) -> ColumnElement[bool]:
    """The cases at which the person may look: what every query asks that shows somebody cases."""
    closed = permissions.teams_closed_to(act.by, act.rulebook)
    if not closed:
        return true()
    theirs = [team.key for team in act.rulebook.teams_of(act.by)]
    involved = select(Part.case_id).where(Part.team.in_(theirs))
    return Case.team.not_in(closed) | Case.id.in_(involved)


def standing_of(session: Session, case: Case) -> Standing:
    """Where a case stands, for a decision."""
    merge = find_merge(session, case.id) if case.status is CaseStatus.RESOLVED else None
    outcome = session.get(Outcome, case.id) if case.status is CaseStatus.RESOLVED else None
    held = find_assignment(session, case.id)
    return Standing(
        number=case.id,
        status=case.status,
        owner=held.agent_id if held else None,
        merged_into=merge.into_id if merge else None,
        since=held.assigned_at if held else None,
        ended=Ended(outcome.kind, outcome.decided_by, outcome.at) if outcome else None,
        stands_for=count_open_members(session, case.id) if case.is_parent else 0,
        parent=case.parent_id,
    )


def check_may(
    verb: Verb, act: Act, team: str, *, involved: Collection[str] = (), field: str | None = None
) -> None:
    """Refuse who may not do this in that team, nor as one of those `involved`; raises NotAllowed."""
    refuse_person(permissions.why_not_may(verb, act.by, team, act.rulebook, involved), team, field=field)


def refuse_person(why: str | None, team: str, *, field: str | None = None) -> None:
    """Turn the words of a policy about people into a refusal that says whose the case is."""
    if why is not None:
        raise NotAllowed(why, team=team, field=field)


def refuse(why: str | None, *, field: str | None = None) -> None:
    """Turn a policy's words into the refusal that the person sees, at that field of a form."""
    if why is not None:
        raise CannotDo(why, field=field)


def _effect(feedback: Feedback, decision: Decision) -> Effect:
    if decision.effect is None or decision.rule is None:
        raise ValueError(f"feedback {feedback.id}: the decision orders no case")
    return decision.effect


def _new_case(feedback: Feedback, decision: Decision, rulebook: Rulebook, at: datetime) -> Case:
    effect = _effect(feedback, decision)
    return Case(
        feedback_id=feedback.id,
        customer_id=feedback.customer_id,
        title=title_of(feedback),
        kind=effect.kind,
        priority=effect.priority,
        status=CaseStatus.OPEN,
        team=effect.team,
        promise=rulebook.promise_for(effect, feedback.customer.segment).promise,
        rule=decision.rule,
        why=decision.why,
        needs=sorted(effect.needs),
        opened_at=at,
    )


def title_of(feedback: Feedback) -> str:
    """The title a source gave, or the beginning of what the customer said, cut at a word."""
    words = " ".join((feedback.title or feedback.text).split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
