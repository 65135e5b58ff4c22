"""Which cases look the same, and why: never by chance, never with a customer's own words as the reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.policies.duplicates import Told, find_likely, orders_in, why_likely, words_in
from tests.clock import MONDAY_MORNING

TEXT = "My parcel never came and nobody answers the phone"
CASE = Told(41, "Parcel", 1, frozenset({"HP-1042"}), words_in(TEXT), MONDAY_MORNING)
OTHER = Told(42, "Lamp", 2, frozenset(), words_in("The lamp hums at night"), MONDAY_MORNING)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({}, None),
        ({"customer_id": 1}, "same customer"),
        ({"orders": frozenset({"HP-1042", "HP-7"})}, "same order HP-1042"),
        ({"words": words_in("NOBODY answers the phone, and my parcel never came!")}, "100% of the words"),
        ({"words": words_in("My parcel never came and they do not care at all")}, None),
        ({"customer_id": 1, "orders": frozenset({"HP-1042"})}, "same order HP-1042, same customer"),
        ({"number": 41, "customer_id": 1}, None),
    ],
)
def test_a_case_is_likely_the_same_for_a_reason(changes: dict[str, Any], because: str | None) -> None:
    found = find_likely(CASE, [replace(OTHER, **changes)])

    assert because in why_likely(found) if because else found == []


def test_two_texts_of_a_few_words_are_not_the_same_by_chance() -> None:
    short = words_in("Very bad service")

    assert find_likely(replace(CASE, words=short), [replace(OTHER, words=short)]) == []


def test_the_most_reasons_come_first_then_the_nearest_in_time_and_ten_at_most() -> None:
    later = [
        replace(OTHER, number=50 + n, customer_id=1, opened_at=MONDAY_MORNING + timedelta(hours=n))
        for n in range(12)
    ]
    best = replace(OTHER, number=99, customer_id=1, orders=frozenset({"HP-1042"}))

    found = find_likely(CASE, [*reversed(later), best])

    assert [each.number for each in found] == [99, *range(50, 59)]


@pytest.mark.parametrize(
    ("text", "attributes", "orders"),
    [
        ("Where is order HP-1042?", {}, {"HP-1042"}),
        ("Where is 7002418?", {"order": "hp-7"}, {"7002418", "HP-7"}),
        ("It cost 129 euro in 2024", {"order_total": 129.0}, set()),
        ("", {"Order_ID": "<!channel>", "invoice": "x" * 500, "ticket": None}, set()),
        ("<!channel> ABC-123456|evil", {}, {"ABC-123456"}),
        ("9" * 50_000, {}, set()),
    ],
)
def test_the_numbers_of_orders_are_read_from_words_and_attributes(
    text: str, attributes: dict[str, Any], orders: set[str]
) -> None:
    assert orders_in(text, attributes) == orders
