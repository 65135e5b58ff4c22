"""Lengths of time and shares as admins write them; nothing that could be read in two ways."""

import re
from datetime import timedelta

import pytimeparse2

LONGEST = timedelta(days=366)

_LENGTH = re.compile(
    r"[0-9]+(\.[0-9]+)? ?(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
    r"((,| and)? ?[0-9]+(\.[0-9]+)? ?(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?))*"
)
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
BEFORE = "before"
THRESHOLD_EXAMPLE = "write it like '50 %' or '10 minutes before'"
_EXAMPLE = "write it like '2 minutes', '1 hour 30 min' or '7 days'"


def read_length(written: str) -> timedelta:
    """A length of time with its units, the largest first. Raises ValueError in words for an admin."""
    words = " ".join(written.lower().split())
    seconds = _seconds(words) if _LENGTH.fullmatch(words) else None
    if seconds is None:
        raise ValueError(f"'{written}' is not a length of time; {_EXAMPLE}{_hint(words)}")
    if seconds == 0:
        raise ValueError(f"'{written}' is no time at all; {_EXAMPLE}")
    if seconds > LONGEST / timedelta(seconds=1):
        raise ValueError(f"'{written}' is longer than {LONGEST.days} days")
    return timedelta(seconds=seconds)


def read_share(written: str, remark: str = "") -> float:
    """A share such as '50 %', above none and below all of it. Raises ValueError in words for an admin.

    `remark` is why it must be, where that is worth saying.
    """
    found = _SHARE.fullmatch(written.strip())
    if found is None:
        raise ValueError(f"'{written}' is not a share; write it like '50 %'")
    share = float(found[1]) / 100
    if not 0 < share < 1:
        raise ValueError(f"'{written}' is not between 0 % and 100 %{remark}")
    return share


def read_threshold(written: str) -> float | timedelta:
    """When to ping: a share such as '50 %', or a time such as '10 minutes before'. Raises ValueError."""
    words = written.strip()
    if words.lower().endswith(BEFORE):
        return read_length(words[: -len(BEFORE)].strip())
    try:
        return read_share(words, "; at 100 % the promise is broken")
    except ValueError as problem:
        if "%" in words:
            raise
        raise ValueError(f"'{written}' is no time to ping; {THRESHOLD_EXAMPLE}") from problem


def _seconds(words: str) -> float | None:
    parsed: float | None = pytimeparse2.parse(words.replace(" and ", " ").replace(",", " "))
    return parsed


def _hint(words: str) -> str:
    if re.search(r"[0-9] ?m\b", words):
        return "; 'm' may be minutes or months, write 'min'"
    if re.search(r"mo|y", words):
        return "; months and years differ in length, write days"
    return ""
