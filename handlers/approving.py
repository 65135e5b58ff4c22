"""What people and time do about a request for approval: it is asked, decided, taken back, passed on."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import approvals, compensation, messages
from handlers.act import Act
from handlers.approvals import request_of
from handlers.budgets import load_limits, take_budgets
from handlers.cases import refuse, refuse_person, standing_of, take_case
from handlers.compensation import Yes
from handlers.errors import CannotDo
from handlers.offers import Settled, settle
from models.approval import ApprovalRequest
from models.case import Case
from models.policies import approvals as policy
from models.policies import budgets, ladders, lifecycle
from models.policies.approvals import Request
from models.policies.budgets import Limit, passed_by
from models.policies.catalogue import Quantity, Wish
from models.policies.permissions import WHO_LEADS, Verb, roles_in
from models.vocabulary import AgentId, ApprovalEnd, mention


def ask(session: Session, case_id: int, act: Act, *, wish: Wish, reason: str) -> ApprovalRequest:
    """Ask for what passes a limit; asked again it is the same request, and nobody is told twice."""
    case = take_case(session, case_id, act, Verb.ASK)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    words = compensation.why_of(reason, f"/recovery ask {case_id} 80 EUR voucher parcel came late")
    settled = settle(session, case, act, wish)
    before = approvals.find_open(session, case_id)
    if before is not None:
        refuse(policy.why_not_ask(request_of(before), act.by, settled.offer.key, settled.money))
        return before
    limits = _take_limits(session, case, act)
    passed = passed_by(act.rulebook.compensation.in_own_currency(settled.money), limits)
    refuse(policy.why_not_need(settled.money, passed, case_id), field="amount")
    able = _able(case, act, settled, limits)
    if not able:
        raise CannotDo(policy.who_can_approve(able), field="amount")
    request = _new_request(case, act, settled, wish.quantity)
    request.reason, request.over = words, [budgets.words_of(limit, "their") for limit in passed]
    session.add(request)
    session.flush()
    approvals.tell_next(session, case, request, act, able)
    messages.refresh_card(session, case)
    return request


def approve(
    session: Session, case_id: int, act: Act, *, request: int | None, quantity: Quantity | None
) -> ApprovalRequest:
    """Say yes to all that was asked for, or to so much of it: who asked gives it, at this moment.

    `request` None: whichever is open. It is decided by the rules and against the sums of now, under the locks
    of every gift. Raises NotAllowed for who may not say yes to so much.
    """
    case = take_case(session, case_id, act, Verb.APPROVE)
    row, asked = _take_to_decide(session, case, act, request)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    giver = replace(act, by=row.asked_by)
    settled = _settle_asked(session, case, giver, asked, quantity)
    refuse(policy.why_not_less(settled.money, asked), field="amount")
    limits = _take_limits(session, case, giver)
    able, roles = _able(case, giver, settled, limits), roles_in(act.by, case.team, act.rulebook)
    refuse_person(policy.why_not_approve(settled.money, act.by, able, roles), case.team, field="amount")
    passed = passed_by(act.rulebook.compensation.in_own_currency(settled.money), limits)
    yes = Yes(act.by, "; ".join(map(budgets.name_of, passed)) or None)
    gift = compensation.give(session, case, giver, settled, why=row.reason, yes=yes)
    row.over = [budgets.words_of(limit, "their") for limit in passed]
    row.given, row.compensation_id = settled.money.amount, gift.id
    what = ApprovalEnd.APPROVED if settled.money == asked.money else ApprovalEnd.LESS
    approvals.end(session, case, row, what, act, given=str(settled.money), over=row.over)
    return row


def decline(session: Session, case_id: int, act: Act, *, request: int | None, reason: str) -> ApprovalRequest:
    """Say no, and why; `request` None: whichever is open."""
    case = take_case(session, case_id, act, Verb.DECLINE)
    row, _ = _take_to_decide(session, case, act, request)
    row.why = compensation.why_of(reason, f"/recovery decline {case_id} We gave them as much last week")
    approvals.end(session, case, row, ApprovalEnd.DECLINED, act, reason=row.why)
    return row


def withdraw(session: Session, case_id: int, act: Act) -> ApprovalRequest:
    """Take back what one asked for."""
    case = take_case(session, case_id, act, Verb.WITHDRAW)
    row, asked = _take_open(session, case, None)
    refuse(policy.why_not_withdraw(asked, act.by))
    approvals.end(session, case, row, ApprovalEnd.WITHDRAWN, act)
    return row


def climb_due(session: Session, case: Case, request: ApprovalRequest, act: Act) -> None:
    """Nobody has decided in time: ask whoever comes next."""
    approvals.tell_next(session, case, request, act, load_able(session, case, request, act))


def load_able(session: Session, case: Case, request: ApprovalRequest, act: Act) -> list[AgentId]:
    """Who may say yes to what is asked for, as things stand now.

    Where that cannot be counted, because a rate has left rules.yaml, all who lead the team.
    """
    asked = request_of(request)
    try:
        limits = load_limits(session, case, act, request.asked_by)
        return policy.approvers(asked.money, limits, request.asked_by, team=case.team, rulebook=act.rulebook)
    except (CannotDo, KeyError):
        leaders = act.rulebook.people_of(case.team, WHO_LEADS)
        return [person for person in leaders if person != request.asked_by]


def _take_to_decide(
    session: Session, case: Case, act: Act, number: int | None
) -> tuple[ApprovalRequest, Request]:
    """The open request, for somebody who may decide it."""
    row, asked = _take_open(session, case, number)
    refuse_person(policy.why_not_decide(asked, act.by, load_able(session, case, row, act)), case.team)
    return row, asked


def _take_open(session: Session, case: Case, number: int | None) -> tuple[ApprovalRequest, Request]:
    """The request that is to be ended; the case is locked, so of two who end it at once one is second."""
    row = approvals.find_latest(session, case.id)
    found = request_of(row) if row is not None else None
    refuse(policy.why_not_open(found, number, case.id))
    if row is None or found is None:
        raise CannotDo(f"Nothing is asked for in case #{case.id}.")
    return row, found


def _settle_asked(
    session: Session, case: Case, giver: Act, asked: Request, quantity: Quantity | None
) -> Settled:
    """What was asked for, or so much of it, by the catalogue of now; a refusal says how the request ends."""
    if quantity is not None:
        return settle(session, case, giver, replace(asked.wish, quantity=quantity))
    try:
        return settle(session, case, giver, asked.wish)
    except CannotDo as refusal:
        ends = f"`/recovery decline {case.id} …` ends the request, and tells {mention(asked.asked_by)} why."
        raise CannotDo(f"{refusal} {ends}", field=refusal.field) from refusal


def _take_limits(session: Session, case: Case, giver: Act) -> list[Limit]:
    take_budgets(session, case, giver.by)
    return load_limits(session, case, giver, giver.by)


def _able(case: Case, giver: Act, settled: Settled, limits: Sequence[Limit]) -> list[AgentId]:
    return policy.approvers(settled.money, limits, giver.by, team=case.team, rulebook=giver.rulebook)


def _new_request(case: Case, act: Act, settled: Settled, quantity: Quantity | None) -> ApprovalRequest:
    offer, money = settled.offer, settled.money
    return ApprovalRequest(
        case_id=case.id,
        what=offer.key,
        number=quantity.number if quantity else None,
        unit=quantity.unit if quantity else None,
        kind=offer.kind,
        name=offer.name if act.rulebook.compensation.catalogue else None,
        quantity=settled.quantity,
        amount=money.amount,
        currency=money.currency,
        asked_by=act.by,
        asked_at=act.at,
        ladder=ladders.kept(act.rulebook.ladder_of_approvals),
        step=0,
        told=[],
    )
