"""What is usual for a case, and how what was given spreads over themes, teams and segments."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from handlers import closing, compensation, corrections
from handlers.fairness import load_spread, load_usual
from handlers.likeness import likeness_of
from handlers.offers import load_choices
from models.case import Case
from models.feedback import Sentiment
from models.policies.catalogue import Record
from models.policies.fairness import By, Group, Spread
from models.policies.periods import Period
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.vocabulary import Money, OutcomeKind
from tests.builders import ANA, SAM, a_case, a_rulebook, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING

DAY = timedelta(days=1)
PERIOD = Period("today", MONDAY_MORNING, MONDAY_MORNING + DAY)


def rules() -> Rulebook:
    """Everybody may give 1,000 euro, or dollars at four fifths of it."""
    plain = a_rulebook()
    limits = {Role.AGENT: euro(1000), Role.SUPERVISOR: euro(1000)}
    usual = replace(plain.compensation, limits_per_case=limits, rates={"USD": Decimal("0.8")})
    return replace(plain, compensation=usual)


RULES = rules()


def given(session: Session, *amounts: int | Money, segment: str | None = None) -> Case:
    """A case that was given that much, in so many gifts."""
    attributes = {"segment": segment} if segment else {}
    case = a_case(session, attributes=attributes)
    for amount in amounts:
        money = amount if isinstance(amount, Money) else euro(amount)
        act = an_act(ANA, rulebook=RULES)
        compensation.grant(session, case.id, act, wish=a_wish(money), reason="late")
    return case


def is_about(session: Session, case: Case, theme: str) -> None:
    """Ana says what the case is about."""
    corrections.correct(session, case.id, an_act(ANA, rulebook=RULES), sentiment=None, theme=theme)


def closed(session: Session, case: Case, theme: str, outcome: OutcomeKind) -> None:
    """The case ended so, and was about that."""
    act = an_act(ANA, rulebook=RULES)
    closing.resolve_case(session, case.id, act, outcome=outcome, theme=theme, what_was_done="Called")


def test_the_usual_is_the_middle_of_what_like_cases_were_given(session: Session) -> None:
    for amount in (10, 20, 40):
        given(session, amount)
    given(session, 20, 10)
    given(session, Money(Decimal(125), "USD"))
    now = given(session, 500)
    back = given(session, 300)
    compensation.revoke(session, back.id, an_act(SAM, rulebook=RULES), gift=None, reason="wrong")
    a_case(session)

    usual = load_usual(session, likeness_of(session, now), an_act(ANA, rulebook=RULES))

    assert usual == Spread(5, euro("20.00"), euro("30.00"), euro("40.00"))


@pytest.mark.parametrize("later", [timedelta(0), 366 * DAY])
def test_of_too_few_cases_of_a_year_nothing_is_said(session: Session, later: timedelta) -> None:
    for amount in (10, 20, 30, 40, 50)[: 4 if not later else 5]:
        given(session, amount)

    act = an_act(ANA, rulebook=RULES, at=MONDAY_MORNING + later)

    assert load_usual(session, likeness_of(session, a_case(session)), act) is None


def test_cases_about_the_same_are_nearer_than_those_of_the_same_rule(session: Session) -> None:
    late = [given(session, amount) for amount in (10, 10, 20, 30, 30)]
    for case in late:
        is_about(session, case, "delivery")
    for amount in (100, 100, 100):
        is_about(session, given(session, amount), "quality")
    of_delivery, of_quality, of_neither = a_case(session), a_case(session), a_case(session)
    is_about(session, of_delivery, "delivery")
    is_about(session, of_quality, "quality")

    act = an_act(ANA, rulebook=RULES)
    nearer, *others = (
        load_usual(session, likeness_of(session, case), act) for case in (of_delivery, of_quality, of_neither)
    )

    assert nearer == Spread(5, euro("10.00"), euro("20.00"), euro("30.00"))
    assert [other.cases for other in others if other] == [8, 8]


def test_what_worked_is_told_of_cases_about_the_same(session: Session) -> None:
    for theme, outcome in (("delivery", OutcomeKind.RECOVERED), ("quality", OutcomeKind.NOT_RECOVERABLE)):
        for _ in range(5):
            closed(session, given(session, 10), theme, outcome)
    case = a_case(session)
    is_about(session, case, "quality")

    of_quality, of_neither = (
        [
            choice.record
            for choice in load_choices(session, each, an_act(ANA, rulebook=RULES))
            if choice.record
        ]
        for each in (case, a_case(session))
    )

    assert of_quality == [Record(5, 0, euro("10.00"))]
    assert of_neither == [Record(10, 5, euro("10.00"))]


def test_a_case_that_is_open_spreads_by_the_theme_that_was_found(session: Session) -> None:
    for amount in (10, 20, 30, 40, 50):
        session.get_one(Sentiment, given(session, amount).feedback_id).themes = [
            ["quality", 0.6],
            ["delivery", 0.4],
        ]

    told = load_spread(session, PERIOD, By.THEME, RULES.compensation, teams=None)

    assert [group.key for group in told.groups] == ["quality"]


def test_the_spread_is_told_by_theme_team_and_segment_and_small_groups_together(session: Session) -> None:
    gold = [given(session, amount, segment="gold") for amount in (50, 50, 60, 70, 70)]
    for amount in (10, 20, 30, 40, 50):
        given(session, amount)
    given(session, 999, segment="silver")
    for case in gold:
        closed(session, case, "delivery", OutcomeKind.RECOVERED)

    told = {by: load_spread(session, PERIOD, by, RULES.compensation, teams=None) for by in By}

    rich = Spread(5, euro("50.00"), euro("60.00"), euro("70.00"))
    assert told[By.SEGMENT].groups == (
        Group("gold", rich),
        Group(None, Spread(5, euro("20.00"), euro("30.00"), euro("40.00"))),
    )
    assert told[By.SEGMENT].too_few == 1
    assert told[By.THEME].groups[0] == Group("delivery", rich)
    assert [(group.key, group.spread.cases) for group in told[By.TEAM].groups] == [("deliveries", 11)]
    assert load_spread(session, PERIOD, By.TEAM, RULES.compensation, teams=["billing"]).groups == ()
