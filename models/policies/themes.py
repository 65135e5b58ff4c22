"""What feedback and cases can be about: the themes of rules.yaml, and how one is called."""

import re
from collections.abc import Mapping
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


def theme_name(themes: Mapping[str, Theme], key: str) -> str:
    """A theme may have left rules.yaml since a case was closed with it; its key then stands for it."""
    return themes[key].name if key in themes else key


def words_of(called: str) -> tuple[str, ...]:
    """A key or a name as it is compared: small letters, whatever stands between the words."""
    return tuple(re.findall(r"[^\W_]+", called.casefold()))


def follows(text: str, called: str) -> str | None:
    """What stands in the text after that key, name or outcome; None where it does not begin with it.

    Capitals and what stands between its words do not count: "No-reply: we wrote" begins with "no reply".
    """
    words = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", called)))
    found = re.match(rf"{words}(?![^\W_])[ :,;.–-]*", text.strip(), re.IGNORECASE)
    return text.strip()[found.end() :].strip() if found else None


def take_theme(text: str, themes: Mapping[str, Theme]) -> tuple[Theme | None, str]:
    """The theme with which the text begins, by its key or its name, the longest that fits; what follows."""
    called = [(name, theme) for theme in themes.values() for name in (theme.key, theme.name)]
    for name, theme in sorted(called, key=lambda each: -len(each[0])):
        rest = follows(text, name)
        if rest is not None:
            return theme, rest
    return None, text


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
