"""What is wrong with rules.yaml, each problem with its line and what would be right."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 400
"""How long a problem may be told: what is quoted from the file can be of any length."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend; line 0 stands for the file as a whole."""

    line: int
    words: str


class RulebookError(Exception):
    """A rules file that cannot be used: one line for each problem, in the order of the file."""

    def __init__(self, file_name: str, problems: Sequence[Problem]) -> None:
        told = (Problem(found.line, _on_one_line(found.words)) for found in problems)
        self.problems = tuple(sorted(set(told)))
        places = (f"{file_name}:{found.line}" if found.line else file_name for found in self.problems)
        lines = (f"{place}: {found.words}" for place, found in zip(places, self.problems, strict=True))
        super().__init__("\n".join(lines))


def _on_one_line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def near(wrong: str, known: Iterable[str]) -> str:
    """A hint: the known word that was probably meant, and else all of them."""
    words = [str(word) for word in known]
    close = difflib.get_close_matches(wrong, words, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}known: {', '.join(words) or 'none'}"
