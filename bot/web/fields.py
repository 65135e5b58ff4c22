"""Kinds of fields that a source may fill: lines, names, ids, addresses."""

import unicodedata
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from models.policies.intake import clean_text

LONGEST_TEXT = 200_000
LONGEST_LINE = 500
"""Characters; ids and handles are in unique indexes, which take no long values."""
LONGEST_PERMALINK = 2_000

_NOTHING_TO_SEE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Categories of characters that show nothing when they stand alone; new emoji are Cn to an old Python."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _words(text: str) -> str:
    if not is_seen(text):
        raise ValueError("must hold words")
    return text


def _cleaned(said: Any) -> Any:
    return clean_text(said) if isinstance(said, str) else said


def _line(said: Any) -> Any:
    """None for a text in which nothing is to be seen."""
    cleaned = _cleaned(said)
    if not isinstance(cleaned, str):
        return cleaned
    return cleaned.strip() if is_seen(cleaned) else None


def _digits(said: Any) -> Any:
    """A number that names somebody or something is its digits."""
    return str(said) if isinstance(said, int) and not isinstance(said, bool) else said


def _whole_id(said: Any) -> Any:
    """Nothing is taken out of an id: what is left could be the id of something else."""
    if isinstance(said, str) and said != clean_text(said):
        raise ValueError("must not hold NUL or half a character")
    return said


def _address(link: str) -> str:
    parts = urlsplit(link)  # which raises a ValueError of its own
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(link.split()) > 1:
        raise ValueError("must be an address that begins with https:// or http://")
    return link


def is_seen(text: str) -> bool:
    """Whether there is anything to read in it."""
    return any(
        unicodedata.category(char) not in _NOTHING_TO_SEE and char not in _BLANK_LETTERS for char in text
    )


_Short = Annotated[str, Field(max_length=LONGEST_LINE)]
_Long = Annotated[str, Field(max_length=LONGEST_PERMALINK), AfterValidator(_address)]

Words = Annotated[str, Field(max_length=LONGEST_TEXT), BeforeValidator(_cleaned), AfterValidator(_words)]
"""What somebody said: as it came, but for what cannot be stored."""
Line = Annotated[_Short | None, BeforeValidator(_line)]
"""Something short; None where nothing of it is to be seen."""
Name = Annotated[_Short | None, BeforeValidator(_line), BeforeValidator(_digits)]
"""What somebody is known by; some sources number their people."""
ExternalId = Annotated[
    _Short | None, BeforeValidator(_line), BeforeValidator(_digits), BeforeValidator(_whole_id)
]
"""What a source knows a piece of feedback by; None for a blank one, which would make all of them the same."""
Permalink = Annotated[_Long | None, BeforeValidator(_line)]
"""Where a source shows it."""
