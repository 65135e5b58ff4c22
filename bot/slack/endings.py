"""How a case ended, as people type it: an outcome and a reason in either order, then what was done."""

from collections.abc import Mapping

from bot.slack.orders import read_text
from handlers.errors import CannotDo
from models.policies.closing import known, why_not_theme
from models.policies.themes import Theme, follows, take_theme
from models.vocabulary import OutcomeKind


def read_ending(words: str, themes: Mapping[str, Theme], number: int | None) -> tuple[OutcomeKind, str, str]:
    """The outcome, the key of the theme, and what was done; raises CannotDo with each part that is missing.

    No theme begins as an outcome does, so that neither is taken for the other.
    """
    outcome, rest = _take_outcome(read_text(words))
    theme, rest = take_theme(rest, themes)
    if outcome is None:
        outcome, rest = _take_outcome(rest)
    if outcome is None or theme is None or not rest:
        example = f"/recovery resolve {number or 41} recovered {next(iter(themes))} Sent a new lamp"
        missing = [
            *([] if outcome else [f"Say how it ended: {known(OutcomeKind)}."]),
            *([] if theme else [_which_theme(rest, themes)]),
            *([] if rest else ["Say in a few words what was done."]),
        ]
        raise CannotDo(f"{' '.join(missing)} For example: `{example}`")
    return outcome, theme.key, rest


def _take_outcome(text: str) -> tuple[OutcomeKind | None, str]:
    """The outcome with which the text begins, and what follows."""
    for outcome in OutcomeKind:
        rest = follows(text, outcome.value)
        if rest is not None:
            return outcome, rest
    return None, text


def _which_theme(rest: str, themes: Mapping[str, Theme]) -> str:
    """A word that looks like a reason is told which it could be."""
    first = rest.partition(" ")[0].strip(" :,").lower()
    near = why_not_theme(first, themes) if first else None
    is_near = near is not None and "Did you mean" in near
    return near if near and is_near else f"Say why it was a case: {known(themes)}."
