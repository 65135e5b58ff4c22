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
        ("20 EUROS", "20", "EUR"),
        ("20,5 €", "20.5", "EUR"),
        ("+20", "20", None),
        ("20,- EUR", "20", "EUR"),
        ("\u0662\u0660 EUR", "20", "EUR"),
        ("\uff12\uff10", "20", None),
        ("\u22125", "-5", None),
        ("1\u2019000", "1000", None),
        ("1 000 EUR", "1000", "EUR"),
        ("1\u202f000,50\xa0EUR", "1000.50", "EUR"),
        ("1.500.000 JPY", "1500000", "JPY"),
        ("0.005", "0.005", None),
        ("-0,500 EUR", "-0.500", "EUR"),
        ("0.001 BHD", "0.001", "BHD"),
        ("1.500 BHD", "1.500", "BHD"),
        ("1,234.500 BHD", "1234.500", "BHD"),
        ("1,234,500 BHD", "1234500", "BHD"),
    ],
)
def test_a_quantity_is_read_as_people_write_it(words: str, number: str, unit: str | None) -> None:
    assert read_quantity(words, "EUR") == Quantity(Decimal(number), unit)


@pytest.mark.parametrize(
    "words",
    ["twenty", "20 30", "1e9", "NaN", "20 EUR OS", "1..5", ".5", "20-30", "1 00", "1.2.3,4,5.", "x" * 50_000],
)
def test_what_is_no_amount_is_refused_with_how_to_write_one(words: str) -> None:
    with pytest.raises(CannotDo, match="is no amount"):
        read_quantity(words, "EUR")


def test_three_decimals_after_a_comma_could_be_thousands_where_the_currency_has_three() -> None:
    with pytest.raises(CannotDo, match=r"in two ways. Write 1234 or 1\.234\."):
        read_quantity("1,234 KWD", "EUR")


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
        ("20 eur voucher late", "voucher", "20", "EUR", "late"),
        ("20 Euro voucher late", "voucher", "20", "EUR", "late"),
        ("20 voucher eur and more", "voucher", "20", None, "eur and more"),
        ("voucher \u0662\u0660 EUR \u0662 days", "voucher", "20", "EUR", "\u0662 days"),
        ("1 000,50 EUR voucher late", "voucher", "1000.50", "EUR", "late"),
        ("refund 20 500 days late", "refund", "20", None, "500 days late"),
        ("refund 0.005 EUR late", "refund", "0.005", "EUR", "late"),
        ("refund 5 ABC123 late", "refund", "5", None, "ABC123 late"),
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


@pytest.mark.parametrize(
    "words", ["1e9 EUR voucher late", "1..5 EUR refund x", ".5 refund x", "20-30 refund x"]
)
def test_an_amount_that_cannot_be_read_is_told_as_that(words: str) -> None:
    with pytest.raises(CannotDo, match=r"is no amount. Write it as 20, 19.90 or 20 EUR: `…`"):
        read_wish(words, PLAIN, example="…")


@pytest.mark.parametrize("words", ["20 EUR", "20 EUR flowers", "", "vouchers 20", "voucher-x 20"])
def test_a_gift_of_no_kind_is_refused_with_the_kinds(words: str) -> None:
    with pytest.raises(CannotDo, match="refund, voucher"):
        read_wish(words, PLAIN, example="…")
