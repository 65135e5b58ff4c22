"""What somebody wants to give, or handed over, read from what they typed."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from bot.slack.orders import read_text
from handlers.errors import CannotDo
from models.policies.catalogue import PERCENT, POINTS, Quantity, Wish, matching
from models.policies.handover import Proof
from models.policies.rulebook import CompensationRules
from models.vocabulary import CompensationKind, SharedFile, places_of

_GAP = r"[ \xa0]?"
_DIGITS = rf"[+-]?{_GAP}(?:\d{{1,3}}(?:[.,'\xa0]\d{{3}})+|\d{{1,12}})(?:[.,](?:\d{{1,9}}|--?))?"
_SPACED = rf"[+-]?{_GAP}\d{{1,3}}(?: \d{{3}})+(?:[.,]\d{{1,9}})?"
_SIGN = r"€|\$|£"
_CURRENCY = rf"(?i:euros?)|[A-Za-z]{{3}}|{_SIGN}"
_UNIT = "%|percent|points"
ALONE = re.compile(
    rf"(?P<before>{_CURRENCY})?{_GAP}(?P<digits>{_SPACED}|{_DIGITS}){_GAP}(?P<after>{_UNIT}|{_CURRENCY})?",
    re.ASCII,
)
"""In a field of its own."""


def _among_words(digits: str, *, needs_unit: bool) -> re.Pattern[str]:
    """Among words a currency that stands apart is one in capitals, or where it is one of ours."""
    apart = rf"{_GAP}(?:{_UNIT}|(?i:euros?)|[A-Z]{{3}}|{_SIGN})|[A-Za-z]{{3}}"
    return re.compile(
        rf"(?P<before>(?:{_SIGN}){_GAP}|[A-Z]{{3}}[ \xa0])?(?P<digits>{digits})"
        rf"(?P<after>{apart}){'' if needs_unit else '?'}(?=[\s:,]|$)[\s:,]*",
        re.ASCII,
    )


AMONG_WORDS = (_among_words(_SPACED, needs_unit=True), _among_words(_DIGITS, needs_unit=False))
"""Digits in groups with a space between them are one amount only before its currency: "20 500 days late"."""
LIKE_AN_AMOUNT = re.compile(rf"(?:{_SIGN}|[A-Z]{{3}}{_GAP})?[+-]?{_GAP}[.,]?\d", re.ASCII)
LIKE_A_WORD = re.compile(r"([A-Za-z]{3})(?=[\s:,]|$)[\s:,]*", re.ASCII)
_SAME = {"−": "-", "–": "-", "’": "'", "\u2009": "\xa0", "\u202f": "\xa0", "\u2007": "\xa0"}
CODE = re.compile(r"code:? (\S+)\s*", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")
"""As Slack writes one that somebody typed."""
LINK_ALONE = re.compile(r"https?://[^\s<>|]{1,1900}")
UNITS = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR"} | {
    "percent": PERCENT,
    "points": POINTS,
}
THREE_DECIMALS = 3


def read_wish(words: str, rules: CompensationRules, *, example: str) -> tuple[Wish, str]:
    """How much, what and why: "20 EUR voucher parcel came late", "gesture a card by hand"."""
    text = read_text(words)
    quantity, rest = _quantity_first(text, rules, is_named=False)
    what, after = _what_first(rest, rules)
    if what is None and quantity is not None and quantity.unit == POINTS:
        what, after = CompensationKind.POINTS.value, rest
    if what is None and quantity is None and LIKE_AN_AMOUNT.match(_same_length(text)):
        raise _no_amount(text.split()[0], rules.currency, example)
    if what is None:
        raise CannotDo(f"Say what to give, one of {', '.join(rules.offers)}: `{example}`")
    if quantity is None:
        is_fixed = not any(offer.takes_a_quantity for offer in matching(what, rules.offers.values()))
        quantity, after = _quantity_first(after, rules, is_named=is_fixed)
    return Wish(what, quantity), after


def read_quantity(words: str, currency: str) -> Quantity | None:
    """An amount, percent or points; "1.000,50" and "1,000.50" by their last sign. None for no words."""
    if not words.strip():
        return None
    found = ALONE.fullmatch(_same_length(re.sub("[ \t\n]+", " ", words).strip()))
    if found is None:
        raise _no_amount(words.strip(), currency)
    return _quantity(found["digits"], _named(found), currency)


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


def _quantity_first(text: str, rules: CompensationRules, *, is_named: bool) -> tuple[Quantity | None, str]:
    """A quantity at the beginning and what follows; `is_named`: only one that says of what it is."""
    same = _same_length(text)
    found = next(filter(None, (pattern.match(same) for pattern in AMONG_WORDS)), None)
    if found is None:
        return None, text.strip()
    end, named = found.end(), _named(found)
    word = LIKE_A_WORD.match(same, end)
    if not named and word and word[1].upper() in {rules.currency, *rules.rates}:
        end, named = word.end(), word[1]
    if is_named and not named:
        return None, text.strip()
    return _quantity(found["digits"], named, rules.currency), text[end:].strip()


def _named(found: re.Match[str]) -> str:
    return (found["before"] or found["after"] or "").strip(" \xa0")


def _quantity(digits: str, named: str, currency: str) -> Quantity:
    """So much of what is named at the number, "" for a bare one, which is in `currency`."""
    unit = UNITS.get(named.lower(), named.upper()) or None
    return Quantity(Decimal(_plain_number(digits, unit or currency)), unit)


def _no_amount(said: str, currency: str, example: str = "") -> CannotDo:
    again = f": `{example}`" if example else "."
    words = f"“{said[:80]}” is no amount. Write it as 20, 19.90 or 20 {currency}{again}"
    return CannotDo(words, field="amount")


def _same_length(text: str) -> str:
    """The text with the digits and signs of any script as ours, character by character."""
    return "".join(_SAME.get(sign) or _digit(sign) for sign in text)


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


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


def _plain_number(digits: str, currency: str) -> str:
    """The last of "." and "," is the decimal sign, unless three digits follow a lone kind of them.

    Then it parts thousands, but not after a lone zero. Where the currency has three decimals, "1.234" are
    those, and "1,234" could be either and is refused.
    """
    digits = re.sub(r"['\xa0 +]|[.,]--?$", "", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    whole, decimals = digits[:last], digits[last + 1 :]
    grouped = whole.replace(".", "").replace(",", "")
    other = ({".", ","} - {digits[last]}) & set(whole)
    if len(decimals) != 3 or other or not grouped.strip("-0"):
        return f"{grouped}.{decimals}"
    if digits[last] in whole or places_of(currency) != THREE_DECIMALS:
        return grouped + decimals
    if digits[last] == ",":
        both = f"{grouped}{decimals} or {grouped}.{decimals}"
        raise CannotDo(f"“{digits}” can be read in two ways. Write {both}.", field="amount")
    return f"{grouped}.{decimals}"
