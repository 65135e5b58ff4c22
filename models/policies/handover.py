"""What shows that a gift reached the customer, and what the customer is told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.policies.catalogue import filled, placeholders_in
from models.vocabulary import LedgerState, SharedFile

PROOF_LENGTH = 200
"""Characters of a code or of a reference."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that the customer uses, a reference of where it was done, files by where they are."""

    code: str = ""
    reference: str = ""
    files: tuple[SharedFile, ...] = ()


def why_not_prove(proof: Proof, latest: Proof | None, example: str) -> str | None:
    """None when the proof says something; `latest` is what was said of this gift before."""
    if proof == Proof():
        return f"Say with what it was handed over, a code or a reference: `{example}`"
    too_long = why_too_long("code", proof.code) or why_too_long("reference", proof.reference)
    if too_long is not None:
        return too_long
    if proof == latest:
        return "It was handed over with just this already; say it again only with another code or reference."
    return None


def why_too_long(what: str, words: str) -> str | None:
    """None when a code or a reference can be kept."""
    if len(words) <= PROOF_LENGTH:
        return None
    return f"A {what} has at most {PROOF_LENGTH} characters; this one has {len(words)}."


def text_with(text: str, *, name: str, amount: str, until: date | None) -> str:
    """A text of the catalogue with what is known as the gift is given."""
    values = {"name": name, "amount": amount}
    return filled(text, values | ({"until": f"{until:%d %b %Y}"} if until else {}))


def text_for(text: str, code: str) -> str:
    """What the customer can be told: with the code, where there is one; "" while one is missing."""
    words = filled(text, {"code": code} if code else {})
    return "" if "code" in placeholders_in(words) else words


@dataclass(frozen=True, slots=True)
class Span:
    """From when a gift could be used, and until when; None: for ever."""

    granted_at: datetime
    expires_at: datetime | None


def why_not_redeem(states: Collection[LedgerState], gift: int, used_at: datetime, span: Span) -> str | None:
    """None when that can have been used then; who tells only the day means its beginning."""
    if used_at < span.granted_at - A_DAY:
        return f"G{gift} was given only at {_iso(span.granted_at)}, after {_iso(used_at)}."
    if LedgerState.CANCELLED in states:
        return f"G{gift} was taken back before it was used."
    if LedgerState.EXPIRED in states and span.expires_at is not None and used_at > span.expires_at:
        return f"G{gift} expired at {_iso(span.expires_at)}, before it was used."
    return None


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
