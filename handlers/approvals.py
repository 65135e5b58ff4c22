"""Requests to give more than a limit allows: asked of one after the other until somebody decides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.act import Act
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import list_here
from models.approval import ApprovalRequest
from models.case import Case, CaseEvent
from models.policies import approvals as policy
from models.policies import ladders
from models.policies.approvals import End, Request
from models.policies.catalogue import Quantity, Wish, words_of_gift
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, AgentId, ApprovalEnd, CaseEventKind, Money


def tell_next(
    session: Session, case: Case, request: ApprovalRequest, act: Act, able: Sequence[AgentId]
) -> None:
    """Ask whoever comes next on the ladder; past its end the admins are told, once.

    `able` are those who may say yes to it. Who is away is asked only where everybody is.
    """
    steps, people = ladders.read(request.ladder), act.rulebook.groups_of(case.team)
    here = _here(session, request, able)
    found = policy.next_asked(steps, request.step, people, here)
    if found is None and not request.told:  # a ladder for smaller requests: nobody on it may decide this one
        found = len(steps), ladders.Told(tuple(here), (), ())
    if found is None:
        _tell_admins(session, case, request, act)
        return
    number, told = found
    request.step = number
    request.told = [*request.told, *told.people, *told.user_groups, *told.channels]
    request.next_step_at = act.at + ladders.wait_after(steps, number)
    event = _record_asking(session, case, request, act, told)
    messages.promise_line(session, case, event, Urgency.PING)
    messages.refresh_approval(session, case.id, request.id)
    for channel in _places(case, act.rulebook, told):
        messages.promise_approval(session, case, event, channel=channel, request_id=request.id)


def end(
    session: Session, case: Case, request: ApprovalRequest, what: ApprovalEnd, act: Act, **details: Any
) -> CaseEvent:
    """It waits for nobody any more: the thread, its messages, and who asked are told at once."""
    request.ended_as, request.ended_by, request.ended_at = what, act.by, act.at
    request.next_step_at = None
    kind = _END_EVENTS.get(what, CaseEventKind.APPROVAL_LAPSED)
    event = record(
        session,
        case,
        kind,
        by=act.by,
        at=act.at,
        request=request.id,
        gift=request_of(request).gift,
        asked_by=request.asked_by,
        because=what.value,
        seconds=(act.at - request.asked_at).total_seconds(),
        **details,
    )
    messages.promise_line(session, case, event)
    messages.refresh_approval(session, case.id, request.id)
    messages.refresh_card(session, case)
    if act.by != request.asked_by:
        notices.tell(session, request.asked_by, event)
    return event


def lapse(session: Session, case: Case, act: Act) -> None:
    """The case is over: what somebody asked for it need not be decided."""
    request = find_open(session, case.id)
    if request is not None:
        end(session, case, request, ApprovalEnd.OVER, act)


def ask_anew(session: Session, case: Case, at: datetime) -> None:
    """The case is another team's now: the next sweep asks the people of that one, from the first step on."""
    request = find_open(session, case.id)
    if request is not None:
        request.step, request.next_step_at = 0, at


def find_open(session: Session, case_id: int) -> ApprovalRequest | None:
    """The request of a case that nobody has decided yet."""
    return session.scalar(
        select(ApprovalRequest)
        .where(ApprovalRequest.case_id == case_id, ApprovalRequest.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def find_latest(session: Session, case_id: int) -> ApprovalRequest | None:
    """The request that was made last for a case, open or not."""
    return session.scalar(
        select(ApprovalRequest)
        .where(ApprovalRequest.case_id == case_id)
        .order_by(ApprovalRequest.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def find_due(session: Session, case_ids: Collection[int], at: datetime) -> Mapping[int, ApprovalRequest]:
    """Of these cases the requests for which somebody else is to be asked by now."""
    rows = session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.case_id.in_(case_ids), ApprovalRequest.next_step_at <= at)
        .execution_options(populate_existing=True)
    )
    return {row.case_id: row for row in rows}


def request_of(row: ApprovalRequest) -> Request:
    """The row as the value that policies and views know."""
    money = Money(row.amount, row.currency)
    return Request(
        number=row.id,
        case=row.case_id,
        wish=Wish(row.what, None if row.number is None else Quantity(row.number.normalize(), row.unit)),
        gift=words_of_gift(row.name or row.kind.value, row.quantity, str(money)),
        money=money,
        reason=row.reason,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        over=tuple(row.over),
        told=tuple(row.told),
        end=_end_of(row),
    )


_END_EVENTS = {
    ApprovalEnd.APPROVED: CaseEventKind.APPROVED,
    ApprovalEnd.LESS: CaseEventKind.APPROVED,
    ApprovalEnd.DECLINED: CaseEventKind.DECLINED,
}


def _end_of(row: ApprovalRequest) -> End | None:
    if row.ended_as is None or row.ended_by is None or row.ended_at is None:
        return None
    given = None if row.given is None else Money(row.given, row.currency)
    return End(row.ended_as, row.ended_by, row.ended_at, given, row.why or "")


def _here(session: Session, request: ApprovalRequest, able: Sequence[AgentId]) -> list[AgentId]:
    """Who may decide, was not asked yet, and is not away; the others too where everybody is."""
    return [person for person in list_here(session, able) if person not in request.told]


def _record_asking(
    session: Session, case: Case, request: ApprovalRequest, act: Act, told: ladders.Told
) -> CaseEvent:
    is_first = act.at == request.asked_at
    return record(
        session,
        case,
        CaseEventKind.APPROVAL_ASKED if is_first else CaseEventKind.APPROVAL_PASSED_ON,
        by=request.asked_by if is_first else SYSTEM,
        at=act.at,
        request=request.id,
        gift=request_of(request).gift,
        reason=request.reason,
        over=list(request.over),
        to=list(told.people),
        user_groups=list(told.user_groups),
        channels=list(told.channels),
    )


def _tell_admins(session: Session, case: Case, request: ApprovalRequest, act: Act) -> None:
    """The ladder is at its end: the admins are told; the request waits on."""
    request.next_step_at = None
    admins = act.rulebook.admins
    words = (
        f"🙏 For case #{case.id} somebody waits since {request.asked_at:%d %b %H:%M} UTC for approval, and "
        f"everybody whom the ladder names was asked. `/recovery show {case.id}` tells more."
    )
    messages.tell_admins(session, admins.channel, words, act.at)
    told = ladders.Told(admins.members, (), ())
    messages.promise_line(session, case, _record_asking(session, case, request, act, told), Urgency.PING)


def _places(case: Case, rulebook: Rulebook, told: ladders.Told) -> list[str]:
    """People are asked by direct message, user groups where their team reads what is escalated."""
    team = rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    home = team.escalation_channel if team else rulebook.admins.channel
    return list(dict.fromkeys([*told.people, *([home] if told.user_groups else []), *told.channels]))
