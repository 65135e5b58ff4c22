"""What the doctor finds: well, worth a note, or ill and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How a finding stands at the margin."""

    WELL = "✓"
    NOTE = "·"
    ILL = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do, where there is something to do."""

    sign: Sign
    what: str
    found: str
    mend: str = ""


def well(what: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(Sign.WELL, what, found)


def note(what: str, found: str, mend: str = "") -> Finding:
    """Not wrong, but worth knowing."""
    return Finding(Sign.NOTE, what, found, mend)


def ill(what: str, found: str, mend: str = "") -> Finding:
    """The bot cannot do all of its work until this is mended."""
    return Finding(Sign.ILL, what, found, mend)
