"""Requests for approval among gifts and what is taken back: nothing passes a limit without a yes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import approving, compensation
from handlers.approval_report import load_waits
from handlers.errors import CannotDo, NeedsApproval, NotAllowed
from models.approval import ApprovalRequest
from models.case import Case
from models.compensation import LedgerEntry
from models.policies.approvals import Waits
from models.policies.periods import Period
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.vocabulary import CompensationKind, LedgerState, Money
from tests.builders import ANA, BEN, LEA, SAM, a_case, a_rulebook, a_team, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING

HOUR = timedelta(hours=1)
TEAMS = {"deliveries": a_team(supervisors=(SAM,), leads=(LEA,))}


def rules(**limits: object) -> Rulebook:
    """The usual limits for one case, and these besides; Lea leads."""
    plain = a_rulebook(teams=TEAMS)
    return replace(plain, compensation=replace(plain.compensation, **limits))


PLAIN = rules()
MONTH = rules(budgets_per_month={"deliveries": euro(60)})


def ask(session: Session, case: Case, money: Money, rulebook: Rulebook = PLAIN) -> ApprovalRequest:
    """Ana asks for a voucher."""
    return approving.ask(session, case.id, an_act(ANA, rulebook=rulebook), wish=a_wish(money), reason="late")


@pytest.mark.parametrize(("amount", "limits"), [(51, PLAIN), (61, MONTH)])
def test_only_what_somebody_may_approve_is_offered_to_be_asked_for(
    session: Session, amount: int, limits: Rulebook
) -> None:
    case = a_case(session)
    act = an_act(ANA, rulebook=limits)
    nobody = replace(limits, teams={"deliveries": a_team(supervisors=())})
    strict = {Role.SUPERVISOR: euro(0), Role.LEAD: euro(0), Role.ADMIN: euro(0)}
    nobody = replace(nobody, compensation=replace(limits.compensation, limits_per_approval=strict))

    with pytest.raises(NeedsApproval, match=f"<@{LEA}>"):
        compensation.grant(session, case.id, act, wish=a_wish(euro(amount)), reason="late")
    with pytest.raises(CannotDo, match="Nobody can approve so much") as refusal:
        compensation.grant(
            session, case.id, replace(act, rulebook=nobody), wish=a_wish(euro(amount)), reason="late"
        )

    assert not isinstance(refusal.value, NeedsApproval)


def test_a_budget_of_the_team_is_passed_with_the_yes_of_a_lead_only(session: Session) -> None:
    case, first = a_case(session), a_case(session)
    compensation.grant(session, first.id, an_act(BEN, rulebook=MONTH), wish=a_wish(euro(50)), reason="late")
    ask(session, case, euro(20), MONTH)

    with pytest.raises(NotAllowed, match=f"more than supervisors may approve here. <@{LEA}> can"):
        approving.approve(session, case.id, an_act(SAM, rulebook=MONTH), request=None, quantity=None)
    approving.approve(session, case.id, an_act(LEA, rulebook=MONTH), request=None, quantity=None)

    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id.desc())).first()
    assert entry is not None
    assert (entry.granted_by, entry.approved_by, entry.by) == (ANA, LEA, ANA)
    assert entry.over == "60.00 EUR for the team this month"


def test_what_was_raised_meanwhile_is_given_as_within_the_limits(session: Session) -> None:
    case = a_case(session)
    row = ask(session, case, euro(80))
    more = rules(limits_per_case={Role.AGENT: euro(100)})

    approving.approve(session, case.id, an_act(SAM, rulebook=more), request=row.id, quantity=None)

    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.case_id == case.id)).one()
    assert (entry.approved_by, entry.over, row.over) == (SAM, None, [])


def test_an_option_that_left_the_rules_is_not_approved_any_more(session: Session) -> None:
    case = a_case(session)
    ask(session, case, euro(80))
    without = rules(options=(CompensationKind.REFUND,))

    ends = rf"`/recovery decline {case.id} …` ends the request, and tells <@{ANA}> why"
    with pytest.raises(CannotDo, match=rf"A voucher is not among the options .* {ends}"):
        approving.approve(session, case.id, an_act(SAM, rulebook=without), request=None, quantity=None)
    approving.decline(session, case.id, an_act(SAM, rulebook=without), request=None, reason="No vouchers now")


def test_the_waits_are_measured_for_what_was_decided(session: Session) -> None:
    cases = [a_case(session) for _ in range(5)]
    for case in cases:
        ask(session, case, euro(80))
    decisions = [an_act(SAM, rulebook=PLAIN, at=MONDAY_MORNING + n * HOUR) for n in (1, 2, 4)]
    less = a_wish(euro(60)).quantity

    approving.approve(session, cases[0].id, decisions[0], request=None, quantity=None)
    approving.approve(session, cases[1].id, decisions[1], request=None, quantity=less)
    approving.decline(session, cases[2].id, decisions[2], request=None, reason="no")
    approving.withdraw(session, cases[3].id, an_act(ANA, rulebook=PLAIN))

    day = Period("today", MONDAY_MORNING, MONDAY_MORNING + 24 * HOUR)
    expected = Waits(approved=1, less=1, declined=1, lapsed=1, open=1, median=2 * HOUR)
    assert load_waits(session, day, teams=None, by=None) == expected
    assert load_waits(session, day, teams=["deliveries"], by=ANA) == expected
    assert load_waits(session, day, teams=["billing"], by=None).asked == 0
    assert load_waits(session, day, teams=None, by=BEN).median is None


LIMITED = rules(
    limits_per_week={Role.AGENT: euro(80), Role.SUPERVISOR: euro(120)},
    budgets_per_month={"deliveries": euro(150)},
    limit_per_customer_year=euro(130),
)
amounts = st.decimals("0.01", 120, places=2)
who_works, where = st.sampled_from([ANA, BEN, SAM]), st.integers(0, 1)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("give"), who_works, where, amounts),
        st.tuples(st.just("ask"), who_works, where, amounts),
        st.tuples(st.just("approve"), st.sampled_from([SAM, LEA]), where, st.none() | amounts),
        st.tuples(st.just("decline"), st.sampled_from([SAM, LEA]), where, amounts),
        st.tuples(st.just("withdraw"), who_works, where, amounts),
        st.tuples(st.just("take back"), st.just(SAM), where, amounts),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=deeds)
def test_whatever_is_done_nothing_passes_a_limit_without_a_yes_and_the_ledger_sums(
    session: Session, deeds: list
) -> None:
    two = [a_case(session, rulebook=PLAIN, author_handle="same@example.com") for _ in range(2)]

    for deed, who, at, amount in deeds:
        try:
            with session.begin_nested():
                do(session, deed, two[at], who, amount)
        except CannotDo:
            continue

    ids = [case.id for case in two]
    lines = session.scalars(
        select(LedgerEntry).where(LedgerEntry.case_id.in_(ids)).order_by(LedgerEntry.id)
    ).all()
    rows = session.scalars(select(ApprovalRequest).where(ApprovalRequest.case_id.in_(ids))).all()
    approved = [line for line in lines if line.approved_by is not None]
    assert unapproved_excess(lines) == []
    assert sorted((row.given, row.ended_by) for row in rows if row.given is not None) == sorted(
        (line.amount, line.approved_by) for line in approved
    )
    assert all(line.approved_by not in {None, line.granted_by} for line in approved)
    session.rollback()


def do(session: Session, deed: str, case: Case, who: str, amount: Decimal | None) -> None:
    """One deed of a person; raises CannotDo where it is refused."""
    act = an_act(who, rulebook=LIMITED)
    wish = a_wish(euro(amount or 1))
    match deed:
        case "give":
            compensation.grant(session, case.id, act, wish=wish, reason="late")
        case "ask":
            approving.ask(session, case.id, act, wish=wish, reason="late")
        case "approve":
            quantity = None if amount is None else wish.quantity
            approving.approve(session, case.id, act, request=None, quantity=quantity)
        case "decline":
            approving.decline(session, case.id, act, request=None, reason="no")
        case "withdraw":
            approving.withdraw(session, case.id, act)
        case "take back":
            standing = compensation.list_standing(session, case.id)
            gift = standing[-1].id if standing else None
            compensation.revoke(session, case.id, act, gift=gift, reason="wrong")


def unapproved_excess(lines: list[LedgerEntry]) -> list[int]:
    """The lines after which a limit was passed although nobody had said yes to that line."""
    own = {ANA: (50, 80), BEN: (50, 80), SAM: (250, 120)}
    passed = []
    for number, line in enumerate(lines):
        before = lines[: number + 1]
        in_case = sum(each.amount for each in before if each.case_id == line.case_id)
        by_person = sum(each.amount for each in before if each.granted_by == line.granted_by)
        total = sum(each.amount for each in before)
        case_limit, week_limit = own[line.granted_by]
        is_over = in_case > case_limit or by_person > week_limit or total > 130
        if is_over and line.state is LedgerState.GRANTED and line.approved_by is None:
            passed.append(line.id)
    return passed
