"""What somebody wants to give, or handed over, read from what they typed."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.slack.orders import read_text
from handlers.errors import CannotDo
from models.policies.catalogue import PERCENT, POINTS, Quantity, Wish, matching
from models.policies.handover import Proof
from models.policies.rulebook import CompensationRules
from models.vocabulary import CompensationKind, SharedFile

_DIGITS = r"-?(?:\d{1,3}(?:[.,']\d{3})+|\d{1,12})(?:[.,]\d{1,9})?"
_CURRENCY = r"[A-Za-z]{3}|€|\$|£"
_UNIT = "%|percent|points"
ALONE = re.compile(rf"({_CURRENCY})? ?({_DIGITS}) ?({_UNIT}|{_CURRENCY})?", re.ASCII)
"""In a field of its own; among words a currency that stands apart is one only in capitals."""
AMONG_WORDS = re.compile(
    rf"(€|\$|£|[A-Z]{{3}} )?({_DIGITS})( ?(?:{_UNIT}|[A-Z]{{3}}|€|\$|£)|[A-Za-z]{{3}})?(?=[\s:,]|$)[\s:,]*",
    re.ASCII,
)
CODE = re.compile(r"code:? (\S+)\s*", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")
"""As Slack writes one that somebody typed."""
LINK_ALONE = re.compile(r"https?://[^\s<>|]{1,1900}")
UNITS = {"€": "EUR", "$": "USD", "£": "GBP", "percent": PERCENT, POINTS: POINTS, PERCENT: PERCENT}


def read_wish(words: str, rules: CompensationRules, *, example: str) -> tuple[Wish, str]:
    """How much, what and why: "20 EUR voucher parcel came late", "gesture a card by hand"."""
    quantity, rest = _quantity_first(read_text(words), is_named=False)
    what, after = _what_first(rest, rules)
    if what is None and quantity is not None and quantity.unit == POINTS:
        what, after = CompensationKind.POINTS.value, rest
    if what is None:
        raise CannotDo(f"Say what to give, one of {', '.join(rules.offers)}: `{example}`")
    if quantity is None:
        is_fixed = not any(offer.takes_a_quantity for offer in matching(what, rules.offers.values()))
        quantity, after = _quantity_first(after, is_named=is_fixed)
    return Wish(what, quantity), after


def read_quantity(words: str, currency: str) -> Quantity | None:
    """An amount, percent or points; "1.000,50" and "1,000.50" by their last sign. None for no words."""
    if not words.strip():
        return None
    found = ALONE.fullmatch(" ".join(words.split()))
    if found is None:
        raise CannotDo(
            f"“{words.strip()}” is no amount. Write it as 20, 19.90 or 20 {currency}.", field="amount"
        )
    return _quantity(found)


def read_proof(words: str, files: tuple[SharedFile, ...]) -> Proof:
    """With what something was handed over: "code SUMMER-20 sent by e-mail", "transfer 4711", links, files."""
    links = tuple(linked_file(found[1]) for found in LINK.finditer(words))
    rest = " ".join(LINK.sub(" ", words).split())
    named = CODE.match(rest)
    code, reference = (named[1], rest[named.end() :]) if named else ("", rest)
    return Proof(code, reference, (*files, *links))


def linked_file(link: str) -> SharedFile:
    """A file by its link; raises CannotDo where that is none."""
    if not LINK_ALONE.fullmatch(link):
        raise CannotDo(f"“{link[:80]}” is no link; it begins with https:// or http://.", field="link")
    return SharedFile(link.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1][:80] or link[:80], link)


def _quantity_first(text: str, *, is_named: bool) -> tuple[Quantity | None, str]:
    """A quantity at the beginning and what follows; `is_named`: only one that says of what it is."""
    found = AMONG_WORDS.match(text)
    if found is None or (is_named and not (found[1] or found[3])):
        return None, text.strip()
    return _quantity(found), text[found.end() :].strip()


def _quantity(found: re.Match[str]) -> Quantity:
    named = (found[1] or found[3] or "").strip()
    return Quantity(Decimal(_plain_number(found[2])), UNITS.get(named, named.upper()) or None)


def _what_first(text: str, rules: CompensationRules) -> tuple[str | None, str]:
    """An entry at the beginning, by its key, name or kind, and what follows; None where there is none."""
    for phrase in sorted(set(_phrases(rules)), key=lambda phrase: (-len(phrase), phrase)):
        found = re.match(rf"{re.escape(phrase)}(?![\w-])[\s:,]*", text, re.IGNORECASE)
        if found:
            return phrase, text[found.end() :]
    return None, text


def _phrases(rules: CompensationRules) -> Iterator[str]:
    yield from CompensationKind
    for offer in rules.offers.values():
        yield from (offer.key, offer.name)


def _plain_number(digits: str) -> str:
    """The last of "." and "," is the decimal sign, unless three digits follow a lone kind of them."""
    digits = digits.replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    whole, decimals = digits[:last], digits[last + 1 :]
    grouped = whole.replace(".", "").replace(",", "")
    is_thousands = len(decimals) == 3 and not ({".", ","} - {digits[last]}) & set(whole)
    return grouped + decimals if is_thousands else f"{grouped}.{decimals}"
