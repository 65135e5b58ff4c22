"""What shows that a gift reached the customer, and what the customer is told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from models.policies.catalogue import filled, placeholders_in
from models.vocabulary import LedgerState, SharedFile

PROOF_LENGTH = 200
"""Characters of a code or of a reference."""


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
    for what, words in (("code", proof.code), ("reference", proof.reference)):
        if len(words) > PROOF_LENGTH:
            return f"A {what} has at most {PROOF_LENGTH} characters; this one has {len(words)}."
    if proof == latest:
        return "It was handed over with just this already; say it again only with another code or reference."
    return None


def text_with(text: str, *, name: str, amount: str, until: date | None) -> str:
    """A text of the catalogue with what is known as the gift is given."""
    values = {"name": name, "amount": amount}
    return filled(text, values | ({"until": f"{until:%d %b %Y}"} if until else {}))


def text_for(text: str, code: str) -> str:
    """What the customer can be told: with the code, where there is one; "" while one is missing."""
    words = filled(text, {"code": code} if code else {})
    return "" if "code" in placeholders_in(words) else words


def why_not_redeem(
    states: Collection[LedgerState], gift: int, used_at: datetime, expires_at: datetime | None
) -> str | None:
    """None when that can have been used then."""
    if LedgerState.CANCELLED in states:
        return f"G{gift} was taken back before it was used."
    if LedgerState.EXPIRED in states and expires_at is not None and used_at > expires_at:
        return f"G{gift} expired at {expires_at:%Y-%m-%dT%H:%M:%SZ}, before it was used."
    return None
