"""What an entry of the catalogue costs, to whom and by whom it is given, and which is suggested first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.policies.catalogue import (
    PERCENT,
    POINTS,
    AsGiven,
    Fixed,
    Free,
    Occasion,
    Offer,
    PercentOf,
    PerPoint,
    Quantity,
    Record,
    filled,
    suggested,
    why_not_now,
)
from models.policies.compensation import (
    cost_of,
    get_offer,
    range_of,
    why_not_find,
    why_not_offer,
    words_of_quantity,
)
from models.policies.rights import Role
from models.policies.rulebook import CompensationRules
from models.policies.themes import SOMETHING_ELSE
from models.vocabulary import CaseKind, CompensationKind
from tests.builders import A_LATE_DELIVERY, POOR_QUALITY, euro

OFF = Offer("off", "Off", CompensationKind.DISCOUNT, AsGiven(), least=Decimal(5), most=Decimal(50))
SHARE = Offer("share", "Share", CompensationKind.DISCOUNT, PercentOf(Decimal("79.99")), most=Decimal(25))
ORDER = Offer("order", "Of the order", CompensationKind.REFUND, PercentOf("order_total"))
POINT = Offer("points", "Points", CompensationKind.POINTS, PerPoint(Decimal("0.004")), least=Decimal(1))
DELIVERY = Offer("delivery", "Free delivery", CompensationKind.FREE_SERVICE, Fixed(Decimal("4.9")))
CARD = Offer("card", "Card", CompensationKind.GESTURE, Free())
BACK = Offer("back", "Money back", CompensationKind.REFUND, AsGiven(), given_by=Role.SUPERVISOR)
CHEAP = replace(SHARE, cost=PercentOf(Decimal(5)))
OFFERS = (OFF, SHARE, ORDER, POINT, DELIVERY, CARD, BACK)
RULES = CompensationRules(
    "EUR", (), {}, rates={"USD": Decimal("0.5")}, catalogue={offer.key: offer for offer in OFFERS}
)
THEMES = {theme.key: theme for theme in (A_LATE_DELIVERY, POOR_QUALITY, SOMETHING_ELSE)}
OCCASION = Occasion(
    case=41,
    kind=CaseKind.COMPLAINT,
    rule="Late parcel",
    roles=frozenset({Role.AGENT}),
    today=date(2026, 3, 2),
    attributes={"order_total": "120.40"},
    themes=THEMES,
)


def so_many(number: str, unit: str | None = None) -> Quantity:
    return Quantity(Decimal(number), unit)


@pytest.mark.parametrize(
    ("offer", "quantity", "cost", "words"),
    [
        (OFF, so_many("20"), "20", None),
        (OFF, so_many("20", "EUR"), "20", None),
        (SHARE, so_many("15"), "12.00", "15 %"),
        (SHARE, so_many("12.50", PERCENT), "10.00", "12.5 %"),
        (ORDER, so_many("10", PERCENT), "12.04", "10 %"),
        (POINT, so_many("1500", POINTS), "6.00", "1,500 points"),
        (POINT, so_many("2"), "0.01", "2 points"),
        (DELIVERY, None, "4.9", None),
        (DELIVERY, so_many("4.90"), "4.9", None),
        (CARD, None, "0", None),
        (CARD, so_many("0"), "0", None),
    ],
)
def test_a_gift_costs_what_its_entry_says(
    offer: Offer, quantity: Quantity | None, cost: str, words: str | None
) -> None:
    assert why_not_offer(offer, quantity, OCCASION, RULES) is None
    assert cost_of(offer, quantity, OCCASION, RULES) == euro(cost)
    assert words_of_quantity(offer, quantity) == words


@pytest.mark.parametrize(
    ("offer", "quantity", "said"),
    [
        (OFF, None, "needs an amount above zero"),
        (OFF, so_many("0"), "needs an amount above zero"),
        (OFF, so_many("-5"), "must be above zero"),
        (OFF, so_many("NaN"), "must be above zero"),
        (OFF, so_many("5.005"), "EUR has 2 decimals"),
        (OFF, so_many("4.99"), "Off is given 5 to 50 EUR; 4.99 is not"),
        (OFF, so_many("50.01"), "Off is given 5 to 50 EUR; 50.01 is not"),
        (OFF, so_many("101", "USD"), "Off is given 5 to 50 EUR; 50.5 is not"),
        (OFF, so_many("20", "CHF"), "We compensate in EUR, USD; CHF was given"),
        (OFF, so_many("20", PERCENT), "is given as an amount, such as 20 EUR, not in %"),
        (OFF, so_many("999999999999"), "more than anybody gives"),
        (SHARE, None, "is given in percent: say how many"),
        (SHARE, so_many("20", "EUR"), "is given in percent: say how many"),
        (SHARE, so_many("0"), "above 0 and at most 100; 0 is not"),
        (SHARE, so_many("-15"), "above 0 and at most 100; -15 is not"),
        (SHARE, so_many("101"), "above 0 and at most 100; 101 is not"),
        (SHARE, so_many("26"), "Share is given up to 25 %; 26 is not"),
        (SHARE, so_many("1.005"), "Percent have 2 decimals at most"),
        (CHEAP, so_many("0.01"), "So little comes to 0.00 EUR; give more"),
        (POINT, so_many("1.5"), "whole points, above zero; 1.5 is not"),
        (POINT, so_many("-1", POINTS), "whole points, above zero; -1 is not"),
        (POINT, so_many("1"), "So little comes to 0.00 EUR; give more"),
        (POINT, so_many("1000001"), "more than anybody gives"),
        (POINT, so_many("20", "EUR"), "is given in points: say how many"),
        (DELIVERY, so_many("5"), "always costs 4.90 EUR; leave the amount out"),
        (CARD, so_many("5"), "costs nothing; for 5 EUR choose another option"),
        (BACK, so_many("20"), "is given by a supervisor or somebody above; ask one"),
    ],
)
def test_what_cannot_be_given_so_is_refused_with_what_would_be_right(
    offer: Offer, quantity: Quantity | None, said: str
) -> None:
    assert said in (why_not_offer(offer, quantity, OCCASION, RULES) or "")


@pytest.mark.parametrize(
    "told",
    [{}, {"order_total": "a lot"}, {"order_total": "1.200,50"}, {"order_total": -1}, {"order_total": "NaN"}],
)
def test_a_share_of_an_order_needs_its_value(told: dict[str, object]) -> None:
    refusal = why_not_offer(ORDER, so_many("10"), replace(OCCASION, attributes=told), RULES)

    assert (
        refusal
        == "The feedback tells no amount as order_total, of which Of the order is a share; choose another."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"for_kinds": frozenset({CaseKind.QUERY})}, "Off is for a query; this is a complaint."),
        ({"for_rules": frozenset({"Danger"})}, "Off is for cases of the rule Danger; choose another."),
        ({"until": date(2026, 3, 1)}, "Off was given until 01 Mar 2026; choose another."),
        ({"given_by": Role.LEAD}, "Off is given by a lead or somebody above; ask one to give it."),
    ],
)
def test_an_entry_is_for_some_cases_some_days_and_some_people(changes: dict[str, object], said: str) -> None:
    assert why_not_now(replace(OFF, **changes), OCCASION) == said


UNKNOWN = (
    "Off is for cases about Late or lost delivery, and what this one is about is not known. If it is that"
)
WRONG = "this one is about {}. If that is wrong: `/recovery correct 41 delivery`."


@pytest.mark.parametrize(
    ("themes", "about", "said"),
    [
        ({"delivery"}, "delivery", None),
        ({"delivery", "quality"}, "quality", None),
        ({"delivery"}, None, f"{UNKNOWN}, say so first: `/recovery correct 41 delivery`."),
        (
            {"quality", "delivery"},
            "other",
            f"Off is for cases about Late or lost delivery or Quality; {WRONG.format('Something else')}",
        ),
        (
            {"delivery"},
            "gone-from-the-file",
            f"Off is for cases about Late or lost delivery; {WRONG.format('gone-from-the-file')}",
        ),
    ],
)
def test_an_entry_for_a_theme_is_given_where_a_case_is_known_to_be_about_it(
    themes: set[str], about: str | None, said: str | None
) -> None:
    offer = replace(OFF, for_themes=frozenset(themes))

    assert why_not_now(offer, replace(OCCASION, about=about)) == said


def test_an_entry_is_given_on_its_last_day_and_by_every_higher_role() -> None:
    last_day = replace(OFF, until=OCCASION.today, given_by=Role.SUPERVISOR)

    assert why_not_now(last_day, replace(OCCASION, roles=frozenset({Role.ADMIN}))) is None


def test_an_entry_is_found_by_its_key_its_name_and_its_kind() -> None:
    assert [
        get_offer(what, OCCASION, RULES).key for what in ("off", "FREE delivery", "points", "gesture")
    ] == [
        *("off", "delivery", "points", "card"),
    ]
    assert why_not_find("discount", OCCASION, RULES) == "Say which discount: off, share."
    assert (why_not_find("voucher", OCCASION, RULES) or "").startswith("A voucher is not among the options")


def test_of_several_entries_of_a_kind_the_one_that_may_be_given_is_meant() -> None:
    assert get_offer("refund", OCCASION, RULES) == ORDER


def test_money_back_is_suggested_last_and_what_worked_first() -> None:
    records = {
        "delivery": Record(10, 9, euro("4.90")),
        "off": Record(5, 1, euro(20)),
        "share": Record(4, 0, euro(9)),
        "back": Record(50, 50, euro(5)),
    }

    order = [offer.key for offer in suggested([BACK, CARD, DELIVERY, OFF, SHARE, POINT], records)]

    assert order == ["delivery", "share", "points", "card", "off", "back"]


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (OFF, "5 to 50 EUR"),
        (SHARE, "up to 25 %"),
        (POINT, "from 1 points"),
        (DELIVERY, "4.90 EUR"),
        (BACK, "any amount in EUR"),
        (CARD, ""),
    ],
)
def test_the_range_of_an_entry_is_told_in_what_it_is_given_in(offer: Offer, words: str) -> None:
    assert range_of(offer, RULES) == words


def test_what_is_not_known_yet_stays_in_its_braces() -> None:
    text = filled("{amount} until {until}: {code}", {"amount": "15 %", "until": "{code}"})

    assert text == "15 % until {code}: {code}"
