"""Scores as people and exports write them."""

import re
from dataclasses import dataclass

from bot.sources.files.refusals import Unusable


@dataclass(frozen=True, slots=True)
class Score:
    """What a customer gave, on the scale on which they gave it: nps 0 to 10, stars and csat to 5, percent."""

    value: float
    scale: str | None


TOPS = {"nps": 10, "stars": 5, "csat": 5, "percent": 100}
_SCALES_BY_TOP = {5: "stars", 10: "nps", 100: "percent"}
_NO_SCORE = {"", "-", "–", "—", "n/a", "na", "none", "null", "?"}
_SCORE = re.compile(
    r"(?P<value>-?\d{1,9}(\.\d{1,9}|,\d{1,2})?)\s*"
    r"(?:(?:/|out of|of|von)\s*(?P<top>\d{1,3})(?:\s*stars?)?|(?P<percent>%)|(?P<stars>stars?)"
    r"|[-–—(:]\s*[^\W\d].*)?"
)
_STARS = re.compile("([★⭐]{1,5})([☆✩]{0,4})")
_SATISFACTION = {
    "very dissatisfied": 1,
    "very unsatisfied": 1,
    "dissatisfied": 2,
    "unsatisfied": 2,
    "neutral": 3,
    "satisfied": 4,
    "very satisfied": 5,
}


def read_score(cell: str, scale: str | None) -> Score | None:
    """A score as people write them; None when there is none. Raises when it cannot be read for certain.

    `scale`: on which a bare number is.
    """
    words = cell.strip().casefold()
    if words in _NO_SCORE:
        return None
    if words in _SATISFACTION:
        return Score(_SATISFACTION[words], "csat")
    if (stars := _STARS.fullmatch(words.replace("\ufe0f", ""))) and len(stars[0]) <= TOPS["stars"]:
        return Score(len(stars[1]), "stars")
    found = _SCORE.fullmatch(words)
    if not found:
        raise Unusable(f"The score {cell[:40]!r} cannot be read.")
    return _scored(found, scale)


def _scored(found: re.Match[str], scale: str | None) -> Score:
    value = float(found["value"].replace(",", "."))
    top = 100 if found["percent"] else 5 if found["stars"] else int(found["top"] or 0)
    if top and TOPS.get(scale or "") != top:
        scale = _SCALES_BY_TOP.get(top)
        if scale is None:
            raise Unusable(f"The score {found[0][:40]!r} is on no scale that is known (of 5, of 10, %).")
    if scale in TOPS and not 0 <= value <= TOPS[scale]:
        raise Unusable(f"The score {found[0][:40]!r} is outside {scale}, 0 to {TOPS[scale]}.")
    return Score(value, scale)
