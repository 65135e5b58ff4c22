"""What feedback and cases can be about: the themes of rules.yaml, and how one is called."""

import re
from dataclasses import dataclass

from models.vocabulary import OutcomeKind


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing that customers write about; `examples` are what they then say."""

    key: str
    name: str
    description: str
    examples: tuple[str, ...] = ()


SOMETHING_ELSE = Theme("other", "Something else", "Whatever customers write about")
"""The only theme of a file that names none: a case cannot be closed without one."""


def words_of(called: str) -> tuple[str, ...]:
    """A key or a name as it is compared: small letters, whatever stands between the words."""
    return tuple(re.findall(r"[^\W_]+", called.casefold()))


def find_outcome_in(called: str) -> OutcomeKind | None:
    """The outcome that a key or name could be read as, in "resolve 41 no reply We wrote three times".

    There an outcome and a theme stand before free words, so that none may begin as the other does.
    """
    words = words_of(called)
    for outcome in OutcomeKind:
        theirs = words_of(outcome.value)
        shorter = min(len(words), len(theirs))
        if words[:shorter] == theirs[:shorter]:
            return outcome
    return None
