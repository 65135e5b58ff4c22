"""What somebody wants to give is read as they mean it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.slack.wishes import read_quantity, read_wish
from handlers.errors import CannotDo
from models.policies.catalogue import PERCENT, POINTS, AsGiven, Fixed, Offer, PercentOf, Quantity
from models.vocabulary import CompensationKind
from tests.builders import a_rulebook

PLAIN = a_rulebook().compensation
OFFERS = (
    Offer("off", "Percent off the next order", CompensationKind.DISCOUNT, PercentOf(Decimal(80))),
    Offer("voucher", "Voucher", CompensationKind.VOUCHER, AsGiven()),
    Offer("voucher-large", "Large voucher", CompensationKind.VOUCHER, AsGiven()),
    Offer("delivery", "Free delivery & return", CompensationKind.FREE_SERVICE, Fixed(Decimal("4.90"))),
)
WITH_CATALOGUE = replace(PLAIN, catalogue={offer.key: offer for offer in OFFERS})


@pytest.mark.parametrize(
    ("words", "number", "unit"),
    [
        ("20", "20", None),
        ("19.90", "19.90", None),
        ("19,90", "19.90", None),
        ("1.000,50", "1000.50", None),
        ("1,000.50", "1000.50", None),
        ("1'000.50", "1000.50", None),
        ("1,000", "1000", None),
        ("20 USD", "20", "USD"),
        ("20 eur", "20", "EUR"),
        ("USD 20", "20", "USD"),
        ("€20", "20", "EUR"),
        ("20€", "20", "EUR"),
        ("-5", "-5", None),
        ("15 %", "15", PERCENT),
        ("12.5%", "12.5", PERCENT),
        ("15 percent", "15", PERCENT),
        ("500 points", "500", POINTS),
    ],
)
def test_a_quantity_is_read_as_people_write_it(words: str, number: str, unit: str | None) -> None:
    assert read_quantity(words, "EUR") == Quantity(Decimal(number), unit)


@pytest.mark.parametrize(
    "words", ["twenty", "20 30", "1e9", "NaN", "20 EUROS", "٢٠", "1.2.3,4,5.", "x" * 50_000]
)
def test_what_is_no_amount_is_refused_with_how_to_write_one(words: str) -> None:
    with pytest.raises(CannotDo, match="is no amount"):
        read_quantity(words, "EUR")


def test_no_words_are_no_quantity() -> None:
    assert read_quantity(" ", "EUR") is None


@pytest.mark.parametrize(
    ("words", "what", "number", "unit", "reason"),
    [
        ("20 EUR voucher parcel came late", "voucher", "20", "EUR", "parcel came late"),
        ("voucher 20 EUR parcel came late", "voucher", "20", "EUR", "parcel came late"),
        ("voucher 20 parcel came late", "voucher", "20", None, "parcel came late"),
        ("Voucher: €20, a &amp; b", "voucher", "20", "EUR", "a & b"),
        ("19,90 refund broken", "refund", "19.90", None, "broken"),
        ("free service 30 waited long", "free service", "30", None, "waited long"),
        ("500 points late", "points", "500", POINTS, "late"),
        ("points 500 points late", "points", "500", POINTS, "late"),
        ("20 EUR voucher", "voucher", "20", "EUR", ""),
    ],
)
def test_a_gift_is_read_in_either_order(words: str, what: str, number: str, unit: str, reason: str) -> None:
    wish, why = read_wish(words, PLAIN, example="…")

    assert (wish.what, wish.quantity, why) == (what, Quantity(Decimal(number), unit), reason)


@pytest.mark.parametrize(
    ("words", "what", "quantity", "reason"),
    [
        ("off 15% late", "off", Quantity(Decimal(15), PERCENT), "late"),
        ("15 % off late", "off", Quantity(Decimal(15), PERCENT), "late"),
        ("Percent off the next order 15 late", "percent off the next order", Quantity(Decimal(15)), "late"),
        ("voucher-large 90 late", "voucher-large", Quantity(Decimal(90)), "late"),
        ("delivery 2 days late", "delivery", None, "2 days late"),
        ("delivery 5 EUR late", "delivery", Quantity(Decimal(5), "EUR"), "late"),
        ("free delivery &amp; return late", "free delivery & return", None, "late"),
    ],
)
def test_an_entry_of_the_catalogue_is_read_by_its_key_or_name(
    words: str, what: str, quantity: Quantity | None, reason: str
) -> None:
    wish, why = read_wish(words, WITH_CATALOGUE, example="…")

    assert (wish.what.lower(), wish.quantity, why) == (what, quantity, reason)


def test_a_gesture_needs_no_amount() -> None:
    wish, why = read_wish("gesture 2 cards by hand", PLAIN, example="…")

    assert (wish.what, wish.quantity, why) == ("gesture", None, "2 cards by hand")


@pytest.mark.parametrize("words", ["20 EUR", "20 EUR flowers", "", "vouchers 20", "voucher-x 20"])
def test_a_gift_of_no_kind_is_refused_with_the_kinds(words: str) -> None:
    with pytest.raises(CannotDo, match="refund, voucher"):
        read_wish(words, PLAIN, example="…")
