"""How often and how soon another system is asked again, and what it means by its answer."""

import json
from dataclasses import dataclass
from datetime import timedelta

from models.policies.handover import PROOF_LENGTH, Proof

MOST_TRIES = 15
"""With the waits between them, a little more than an hour."""
LONGEST_WAIT = timedelta(minutes=10)
COMES_BACK = frozenset({408, 409, 425, 429})
"""What is refused now and may be taken later; so is every answer from 500 on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and as much of the body as is read."""

    status: int
    body: str
    retry_after: timedelta | None = None

    @property
    def is_yes(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300

    @property
    def is_no(self) -> bool:
        """Whether it will not be taken, however often it is sent."""
        return not self.is_yes and self.status < 500 and self.status not in COMES_BACK


def wait_after(tries: int, told: timedelta | None) -> timedelta:
    """How long to wait after so many tries; `told` is what the other side asked for."""
    usual = min(timedelta(seconds=2 ** min(tries, 20)), LONGEST_WAIT)
    return usual if told is None else max(timedelta(seconds=1), min(told, LONGEST_WAIT))


def proof_in(body: str, key: str) -> Proof:
    """The code and the reference of an answer; without either, the delivery itself is the reference."""
    told = _object(body)
    code, reference = _words(told.get("code")), _words(told.get("reference"))
    return Proof(code, reference) if code or reference else Proof(reference=f"delivery {key}")


def _object(body: str) -> dict[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _words(told: object) -> str:
    """A text or a number on one line; "" for what is none, or too long to be one."""
    if isinstance(told, bool) or not isinstance(told, str | int):
        return ""
    words = " ".join("".join(letter for letter in str(told) if letter.isprintable() or letter == " ").split())
    return words if len(words) <= PROOF_LENGTH else ""
