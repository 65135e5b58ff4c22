"""Who may say yes to what passes a limit, and whom a request asks next."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.policies.approvals import End, Request, next_asked, roles_for, why_not_less, why_not_open
from models.policies.budgets import Limit, LimitKind
from models.policies.catalogue import Wish
from models.policies.ladders import Group, Step, Told
from models.policies.rights import Role
from models.vocabulary import AgentId, ApprovalEnd, Money
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, euro
from tests.clock import MONDAY_MORNING

KIM = AgentId("U0KIM")
SUPERVISOR, LEAD, ADMIN = Role.SUPERVISOR, Role.LEAD, Role.ADMIN
RULES = a_rulebook().compensation
CASE = Limit(LimitKind.CASE, euro(50), euro(20))
MONTH = Limit(LimitKind.TEAM, euro(100), euro(90))
OPEN = Request(
    number=7,
    case=1,
    wish=Wish("voucher"),
    gift="voucher of 80.00 EUR",
    money=euro(80),
    reason="late",
    asked_by=ANA,
    asked_at=MONDAY_MORNING,
    over=(),
    told=(),
    end=None,
)
PEOPLE = {Group.SUPERVISORS: [SAM, BEN], Group.LEADS: [LEA], Group.ADMINS: [KIM]}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("money", "limits", "approval", "roles"),
    [
        (euro(230), [CASE], {}, {SUPERVISOR, LEAD, ADMIN}),  # with the 20 that were given it is 250
        (euro("230.01"), [CASE], {}, {LEAD, ADMIN}),
        (euro(480), [CASE], {SUPERVISOR: euro(500)}, {SUPERVISOR, LEAD, ADMIN}),
        (euro(2000), [CASE], {SUPERVISOR: euro(500), LEAD: euro(2000)}, {ADMIN}),
        (euro(2000), [CASE], {LEAD: euro(1000), ADMIN: euro(2000)}, set()),
        (euro(40), [CASE, MONTH], {}, {LEAD, ADMIN}),
        (euro(40), [CASE, replace(MONTH, kind=LimitKind.CUSTOMER)], {}, {LEAD, ADMIN}),
        (euro(40), [CASE, replace(MONTH, kind=LimitKind.PERSON)], {}, {SUPERVISOR, LEAD, ADMIN}),
        (Money(Decimal(300), "USD"), [CASE], {SUPERVISOR: euro(260)}, {SUPERVISOR, LEAD, ADMIN}),
        (Money(Decimal(301), "USD"), [CASE], {SUPERVISOR: euro(260)}, {LEAD, ADMIN}),
    ],
)
def test_a_supervisor_says_yes_up_to_a_limit_and_never_over_what_is_everybodys(
    money: Money, limits: list[Limit], approval: dict[Role, Money], roles: set[Role]
) -> None:
    rules = replace(RULES, limits_per_approval=approval, rates={"USD": Decimal("0.8")})

    assert roles_for(money, limits, rules) == roles


@pytest.mark.parametrize(
    ("tell", "after", "able", "asked"),
    [
        ([("supervisors",), ("leads",)], 0, [SAM, LEA], (1, Told((SAM,), (), ()))),
        ([("supervisors",), ("leads",)], 1, [LEA], (2, Told((LEA,), (), ()))),
        ([("supervisors",), ("leads",)], 0, [LEA], (2, Told((LEA,), (), ()))),
        ([("supervisors",), ("leads",)], 2, [SAM, LEA], None),
        ([("supervisors",), ("leads",)], 0, [KIM], None),
        ([("supervisors", "#alarms")], 0, [LEA], (1, Told((), (), ("#alarms",)))),
        ([("supervisors", "S0CARE")], 0, [BEN], (1, Told((BEN,), ("S0CARE",), ()))),
        ([("U0ANA", "leads")], 0, [LEA], (1, Told((LEA,), (), ()))),
    ],
)
def test_a_step_asks_those_of_its_people_who_may_decide(
    tell: list[tuple[str, ...]], after: int, able: list[AgentId], asked: tuple[int, Told] | None
) -> None:
    steps = [Step(n * HOUR, words) for n, words in enumerate(tell)]

    assert next_asked(steps, after, PEOPLE, able) == asked


@pytest.mark.parametrize(
    ("money", "is_right"),
    [(euro(80), True), (euro("0.01"), True), (euro("80.01"), False), (euro(0), False), (euro(-5), False)],
)
def test_what_is_approved_is_all_of_it_or_less(money: Money, *, is_right: bool) -> None:
    assert (why_not_less(money, OPEN) is None) == is_right
    assert why_not_less(Money(Decimal(5), "USD"), OPEN) is not None


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            ApprovalEnd.APPROVED,
            "<@U0SAM> has approved the voucher of 80.00 EUR that <@U0ANA> asked for already",
        ),
        (ApprovalEnd.LESS, "<@U0SAM> has approved 60.00 EUR of the voucher"),
        (ApprovalEnd.DECLINED, "<@U0SAM> has declined the voucher"),
        (ApprovalEnd.WITHDRAWN, "has taken back"),
        (ApprovalEnd.OVER, "<@U0SAM> has ended case #1"),
    ],
)
def test_what_is_over_says_by_whom(what: ApprovalEnd, said: str) -> None:
    over = replace(OPEN, end=End(what, SAM, MONDAY_MORNING + HOUR, euro(60), "no"))

    assert said in (why_not_open(over, 7, 1) or "")
    assert "R6 of case #1 is over" in (why_not_open(OPEN, 6, 1) or "")
    assert "Nobody has asked" in (why_not_open(None, None, 1) or "")
    assert why_not_open(OPEN, None, 1) is None


def test_only_a_decision_has_a_wait() -> None:
    decided = replace(OPEN, end=End(ApprovalEnd.DECLINED, SAM, MONDAY_MORNING + HOUR, None, "no"))
    lapsed = replace(OPEN, end=End(ApprovalEnd.WITHDRAWN, ANA, MONDAY_MORNING + HOUR, None, ""))

    assert (OPEN.wait, decided.wait, lapsed.wait) == (None, HOUR, None)
