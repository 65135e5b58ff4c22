"""Which cases are likely about the same, and why each of them is thought to be."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_PROPOSED = 10
ALIKE = 0.6
"""Of all words that either says, so many are in both."""
FEWEST_WORDS = 4
"""With fewer words than these, texts are alike by chance."""
READ = 2000
"""Characters of a text: what somebody says again, they say at its beginning."""

_ORDER_NAMES = frozenset(
    {"order", "order_id", "order_number", "order_no", "booking", "invoice", "ticket", "parcel", "tracking"}
)
_ORDER_NUMBER = re.compile(r"\b(?:[A-Z]{1,5}-?\d{3,12}|\d{6,12})\b")
_WRITTEN_AS = re.compile(r"[A-Z0-9][A-Z0-9-]{2,29}")
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Told:
    """A case as its customer told it; `orders` are the numbers of orders that it names."""

    number: int
    title: str
    customer_id: int
    orders: frozenset[str]
    words: frozenset[str]
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Likely:
    """A case that is likely about the same, and every reason to think so, the strongest first."""

    number: int
    title: str
    because: tuple[str, ...]


def orders_in(text: str, attributes: Mapping[str, Any]) -> frozenset[str]:
    """The numbers of orders that feedback names, in its attributes or in its words."""
    named = {
        str(value).strip()
        for name, value in attributes.items()
        if name.lower() in _ORDER_NAMES and isinstance(value, str | int)
    }
    found = {order.upper() for order in named | set(_ORDER_NUMBER.findall(text[:READ]))}
    return frozenset(order for order in found if _WRITTEN_AS.fullmatch(order))


def words_in(text: str) -> frozenset[str]:
    """The words of a text, whatever their order and however they are written."""
    return frozenset(_WORD.findall(text[:READ].casefold()))


def find_likely(case: Told, others: Iterable[Told]) -> list[Likely]:
    """The cases that are likely about the same as this one: those with the most reasons, then the nearest."""
    found = [(other, reasons) for other in others if (reasons := _reasons(case, other))]
    found.sort(key=lambda pair: (-len(pair[1]), abs(pair[0].opened_at - case.opened_at), pair[0].number))
    return [Likely(other.number, other.title, reasons) for other, reasons in found[:MOST_PROPOSED]]


def why_likely(likely: Sequence[Likely]) -> str:
    """Their numbers and reasons in one line of words: "#42 (same customer), #43 (same order HP-1042)"."""
    return ", ".join(f"#{each.number} ({', '.join(each.because)})" for each in likely)


def _reasons(case: Told, other: Told) -> tuple[str, ...]:
    if case.number == other.number:
        return ()
    same_orders = sorted(case.orders & other.orders)
    alike = _alike(case.words, other.words)
    return (
        *(f"same order {order}" for order in same_orders[:1]),
        *(("same customer",) if case.customer_id == other.customer_id else ()),
        *((f"{alike:.0%} of the words are the same",) if alike >= ALIKE else ()),
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words that both say; 0 where one of them says too little."""
    if min(len(one), len(other)) < FEWEST_WORDS:
        return 0.0
    return len(one & other) / len(one | other)
