"""How a case could be closed, proposed from what happened in it; and why a theme is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from models.policies.themes import Theme
from models.vocabulary import CaseKind, OutcomeKind, PauseReason

DONE_LENGTH = 1000
"""Characters of what was done: the card shows all of it."""
MOST_NAMED = 20
"""So many themes a refusal names; a file may have a hundred."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What a proposal looks at.

    `gifts` in words; `last_words` are those of the latest note or contact; `theme` is the key of the one
    with which the case was closed before, or that somebody said it is about; `waits_for` is the reason of
    the pause in which it is.
    """

    kind: CaseKind
    theme: str | None
    gifts: tuple[str, ...]
    last_words: str | None
    waits_for: PauseReason | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the form of resolving is filled in with; `theme` None: nothing tells it."""

    outcome: OutcomeKind
    theme: str | None
    what_was_done: str


def propose(happened: Happened, themes: Mapping[str, Theme]) -> Proposal:
    """The outcome that fits best, the theme where one is known, and what is known to have been done."""
    given = [f"Gave: {gift}." for gift in happened.gifts]
    said = [happened.last_words.strip()] if happened.last_words else []
    return Proposal(
        outcome=_outcome(happened),
        theme=happened.theme if happened.theme in themes else _only(themes),
        what_was_done="\n".join([*given, *said])[:DONE_LENGTH].rstrip(),
    )


def why_not_theme(key: str, themes: Mapping[str, Theme]) -> str | None:
    """A case is closed with a theme of the rulebook in force."""
    if key in themes:
        return None
    near = get_close_matches(key, themes, n=1, cutoff=0.6)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    return f"“{key}” is no reason. {hint}It is one of: {known(themes)}."


def known(words: Iterable[str]) -> str:
    """What may be typed, separated by commas."""
    listed = list(words)
    more = [f"and {len(listed) - MOST_NAMED} more in the form"] if len(listed) > MOST_NAMED else []
    return ", ".join([*listed[:MOST_NAMED], *more])


def _outcome(happened: Happened) -> OutcomeKind:
    """Whoever waits for the customer has not heard from them: an answer would have ended the pause."""
    if happened.waits_for is PauseReason.CUSTOMER:
        return OutcomeKind.NO_REPLY
    if happened.kind is CaseKind.COMPLAINT and happened.gifts:
        return OutcomeKind.RECOVERED
    return OutcomeKind.RESOLVED


def _only(themes: Mapping[str, Theme]) -> str | None:
    return next(iter(themes)) if len(themes) == 1 else None
