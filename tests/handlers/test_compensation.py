"""Limits on what is given, several at once, and the ledger that they are read from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from handlers import closing, compensation
from handlers.act import Act
from handlers.errors import CannotDo
from models.case import Case, CaseEvent
from models.compensation import Compensation, LedgerEntry
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.vocabulary import (
    AgentId,
    CaseEventKind,
    LedgerState,
    Money,
    OutcomeKind,
)
from tests.builders import ANA, BEN, SAM, STRANGER, a_case, a_rulebook, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING

DAY = timedelta(days=1)
FEBRUARY_28_IN_BERLIN = datetime(2026, 2, 28, 22, 59, tzinfo=UTC)
MARCH_1_IN_BERLIN = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)


def rules(**limits: object) -> Rulebook:
    """The usual limits for one case, and these besides."""
    plain = a_rulebook()
    return replace(plain, compensation=replace(plain.compensation, **limits))


WEEK = rules(limits_per_week={Role.AGENT: euro(60), Role.SUPERVISOR: euro(500)})
MONTH = rules(budgets_per_month={"deliveries": euro(60)})
YEAR = rules(limit_per_customer_year=euro(60))
DOLLARS = rules(rates={"USD": Decimal("0.80"), "JPY": Decimal("0.006"), "KWD": Decimal("2.5")})


def give(session: Session, case: Case, act: Act, money: Money) -> Compensation:
    return compensation.grant(session, case.id, act, wish=a_wish(money), reason="late")


def ledger(session: Session, case: Case) -> list[tuple[LedgerState, Decimal, AgentId]]:
    """The lines about a case, in order."""
    rows = session.execute(
        select(LedgerEntry.state, LedgerEntry.amount, LedgerEntry.by)
        .where(LedgerEntry.case_id == case.id)
        .order_by(LedgerEntry.id)
    )
    return [(state, amount, by) for state, amount, by in rows]


def test_a_person_gives_no_more_in_seven_days_than_the_limit_over_all_cases(session: Session) -> None:
    first, second = a_case(session), a_case(session)
    give(session, first, an_act(ANA, rulebook=WEEK), euro(40))

    with pytest.raises(CannotDo, match=r"over your limit of 60\.00 EUR for one person in seven days: 40\.00"):
        give(session, second, an_act(ANA, rulebook=WEEK), euro(21))
    give(session, second, an_act(BEN, rulebook=WEEK), euro(21))


def test_what_a_person_gave_seven_days_ago_counts_no_longer(session: Session) -> None:
    first, second = a_case(session), a_case(session)
    give(session, first, an_act(ANA, rulebook=WEEK), euro(40))
    almost = an_act(ANA, rulebook=WEEK, at=MONDAY_MORNING + 7 * DAY)
    later = replace(almost, at=almost.at + timedelta(seconds=1))

    with pytest.raises(CannotDo, match="seven days"):
        give(session, second, almost, euro(40))
    give(session, second, later, euro(40))


def test_a_teams_month_begins_at_its_own_midnight(session: Session) -> None:
    first, second = a_case(session), a_case(session)
    give(session, first, an_act(ANA, rulebook=MONTH, at=FEBRUARY_28_IN_BERLIN), euro(50))

    with pytest.raises(CannotDo, match=r"the limit of 60\.00 EUR for the team this month: 50\.00 EUR was"):
        give(session, second, an_act(BEN, rulebook=MONTH, at=FEBRUARY_28_IN_BERLIN), euro(20))
    give(session, second, an_act(BEN, rulebook=MONTH, at=MARCH_1_IN_BERLIN), euro(20))


def test_a_customer_gets_no_more_in_a_year_than_the_limit_over_all_cases(session: Session) -> None:
    first = a_case(session, author_handle="ottilie@example.com")
    second = a_case(session, author_handle="ottilie@example.com")
    give(session, first, an_act(ANA, rulebook=YEAR), euro(50))

    with pytest.raises(CannotDo, match="for one customer in a year"):
        give(session, second, an_act(BEN, rulebook=YEAR), euro(20))
    give(session, second, an_act(BEN, rulebook=YEAR, at=MONDAY_MORNING + 366 * DAY), euro(20))


def test_every_limit_that_would_be_passed_is_told(session: Session) -> None:
    case = a_case(session)
    both = rules(limit_per_customer_year=euro(10), budgets_per_month={"deliveries": euro(5)})

    with pytest.raises(CannotDo, match=r"one case.*the team this month.*one customer in a year"):
        give(session, case, an_act(ANA, rulebook=both), euro(51))


def test_other_currencies_count_by_their_rate(session: Session) -> None:
    case = a_case(session)
    give(session, case, an_act(ANA, rulebook=DOLLARS), Money(Decimal(50), "USD"))

    with pytest.raises(CannotDo, match=r"40\.00 EUR was given, 10\.00 EUR is left"):
        give(session, case, an_act(ANA, rulebook=DOLLARS), euro("10.01"))
    give(session, case, an_act(ANA, rulebook=DOLLARS), euro(10))

    assert compensation.list_given(session, case.id) == [Money(Decimal(50), "USD"), euro(10)]


def test_what_was_given_in_a_currency_whose_rate_is_gone_is_not_counted_as_nothing(session: Session) -> None:
    case = a_case(session)
    give(session, case, an_act(ANA, rulebook=DOLLARS), Money(Decimal(20), "USD"))

    with pytest.raises(CannotDo, match="given in USD cannot be counted: an admin must give its rate"):
        give(session, case, an_act(ANA), euro(5))


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("0.5", "JPY", "JPY has 0 decimals; 0.5 has more"),
        ("1.0005", "KWD", "KWD has 3 decimals; 1.0005 has more"),
        ("20", "CHF", "We compensate in EUR, USD, JPY, KWD; CHF was given"),
        ("1000000000", "EUR", "is more than anybody gives here"),
    ],
)
def test_amounts_are_as_exact_as_their_currency(
    session: Session, amount: str, currency: str, said: str
) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match=said):
        give(session, case, an_act(ANA, rulebook=DOLLARS), Money(Decimal(amount), currency))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("1234.5", "EUR", "1,234.50 EUR"), ("1200", "JPY", "1,200 JPY"), ("1.2345", "KWD", "1.235 KWD")],
)
def test_money_is_shown_as_its_currency_is_rounded(amount: str, currency: str, shown: str) -> None:
    assert str(Money(Decimal(amount), currency)) == shown


def test_what_is_taken_back_is_a_line_against_it_and_free_again(session: Session) -> None:
    case = a_case(session)
    gift = give(session, case, an_act(ANA, rulebook=WEEK), euro(50))

    compensation.revoke(session, case.id, an_act(ANA), gift=None, reason="order cancelled")

    assert ledger(session, case) == [
        (LedgerState.GRANTED, Decimal(50), ANA),
        (LedgerState.CANCELLED, Decimal(-50), ANA),
    ]
    assert compensation.list_given(session, case.id) == []
    assert give(session, case, an_act(ANA, rulebook=WEEK), euro(50)).id != gift.id


def test_a_gift_is_taken_back_once(session: Session) -> None:
    case = a_case(session)
    gift = give(session, case, an_act(ANA), euro(20))
    compensation.revoke(session, case.id, an_act(ANA), gift=gift.id, reason="wrong case")

    with pytest.raises(CannotDo, match="Nothing was given"):
        compensation.revoke(session, case.id, an_act(ANA), gift=gift.id, reason="again")


def test_which_of_several_gifts_is_taken_back_must_be_said(session: Session) -> None:
    case = a_case(session)
    first, second = give(session, case, an_act(ANA), euro(20)), give(session, case, an_act(ANA), euro(5))

    with pytest.raises(CannotDo, match=f"Say which: G{first.id}, G{second.id}"):
        compensation.revoke(session, case.id, an_act(ANA), gift=None, reason="wrong")
    compensation.revoke(session, case.id, an_act(ANA), gift=second.id, reason="wrong")

    assert compensation.list_given(session, case.id) == [euro(20)]


def test_a_gift_is_taken_back_by_its_giver_or_a_supervisor(session: Session) -> None:
    case = a_case(session)
    give(session, case, an_act(ANA), euro(20))

    with pytest.raises(CannotDo, match=f"Only <@{ANA}>, who gave it, or a supervisor"):
        compensation.revoke(session, case.id, an_act(BEN), gift=None, reason="wrong")
    with pytest.raises(CannotDo, match="Only people of Deliveries"):
        compensation.revoke(session, case.id, an_act(STRANGER), gift=None, reason="wrong")
    compensation.revoke(session, case.id, an_act(SAM), gift=None, reason="wrong")


def test_a_case_that_is_over_gets_nothing_more_but_can_be_corrected(session: Session) -> None:
    case = a_case(session)
    give(session, case, an_act(ANA), euro(20))
    closing.resolve_case(
        session, case.id, an_act(ANA), outcome=OutcomeKind.RECOVERED, theme="delivery", what_was_done="Called"
    )

    with pytest.raises(CannotDo, match="already resolved"):
        give(session, case, an_act(ANA), euro(1))
    compensation.revoke(session, case.id, an_act(SAM), gift=None, reason="never sent")

    kinds = session.scalars(
        select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()
    assert kinds[-1] is CaseEventKind.COMPENSATION_REVOKED


@pytest.mark.parametrize("reason", ["", " \n", "x" * 301])
def test_a_gift_needs_a_reason_of_a_line(session: Session, reason: str) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="Say why"):
        compensation.grant(session, case.id, an_act(), wish=a_wish(euro(5)), reason=reason)


@pytest.mark.parametrize(
    "change", ["update ledger_entries set amount = 1", "delete from ledger_entries where amount > 0"]
)
def test_nobody_can_change_the_ledger(session: Session, change: str) -> None:
    give(session, a_case(session), an_act(ANA), euro(20))

    with pytest.raises(DBAPIError, match="only ever added to"), session.begin_nested():
        session.execute(text(change))


amounts = st.decimals("0.01", 60, places=2)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.sampled_from([ANA, BEN, SAM]), st.integers(0, 1), amounts),
        st.tuples(st.just("take back"), st.just(SAM), st.integers(0, 1), st.integers(0, 5)),
    ),
    max_size=25,
)
LIMITED = rules(
    limits_per_week={Role.AGENT: euro(80), Role.SUPERVISOR: euro(120)},
    budgets_per_month={"deliveries": euro(150)},
    limit_per_customer_year=euro(130),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=deeds)
def test_whatever_is_done_no_limit_is_passed_and_the_ledger_sums(session: Session, deeds: list) -> None:
    two = [a_case(session, author_handle="same@example.com") for _ in range(2)]
    earlier = _sum(session)
    standing: list[list[Compensation]] = [[], []]

    for deed, who, where, what in deeds:
        act = an_act(who, rulebook=LIMITED)
        try:
            with session.begin_nested():
                if deed == "give":
                    standing[where].append(give(session, two[where], act, Money(what, "EUR")))
                elif what < len(standing[where]):
                    gift = standing[where][what]
                    compensation.revoke(session, two[where].id, act, gift=gift.id, reason="wrong")
                    standing[where].remove(gift)
        except CannotDo:
            continue

    gifts = [gift for each in standing for gift in each]
    total = sum((gift.amount for gift in gifts), start=Decimal(0))
    assert _sum(session) - earlier == total
    assert total <= 130
    assert all(sum(gift.amount for gift in gifts if gift.granted_by == who) <= 80 for who in (ANA, BEN))
    assert all(sum(gift.amount for gift in each) <= 250 for each in standing)
    session.rollback()


def _sum(session: Session) -> Decimal:
    return session.scalar(select(func.coalesce(func.sum(LedgerEntry.amount), 0))) or Decimal(0)
