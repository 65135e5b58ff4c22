"""How well themes are found: by nearness alone, and with lessons from other texts of the same set."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table

from bot.rulebook.schema import ThemeEntry
from bot.rulebook.tree import UnreadableError, read_tree
from bot.sentiment.lessons import foretold, read_known
from bot.sentiment.ngrams import Floats, Places
from bot.sentiment.themes import ThemeFinder, sought
from models.policies.themes import Theme, words_of
from training.labelled import ReasonedFile
from training.measures import macro_f1

TOP = 2
"""As many as a card shows."""


@dataclass(frozen=True, slots=True)
class Found:
    """How often the first theme was right, the mean F1 of the themes, how often one of the first two was."""

    accuracy: float
    macro_f1: float
    top_two: float


@dataclass(frozen=True, slots=True)
class ReasonFigures:
    """What was measured on the reasons of one set; `left_out` have one that is none of the themes.

    `commonest` is how often somebody is right who always says the commonest. `untaught`: by what is said of
    the themes. `taught`: with lessons as the bot learns them, each fifth of the texts from the other four.
    """

    name: str
    sha256: str
    texts: int
    left_out: int
    reasons: int
    commonest: float
    untaught: Found
    taught: Found


def read_themes(file: Path) -> list[Theme]:
    """The `themes:` of a file, which may be a whole rules.yaml; raises BadParameter."""
    try:
        written = read_tree(file.read_bytes()).root.get("themes")
        entries = TypeAdapter(dict[str, ThemeEntry]).validate_python(written)
    except (OSError, UnreadableError, ValidationError) as problem:
        words = f"--themes: {file} has no themes as rules.yaml has them: {problem}"
        raise typer.BadParameter(words) from problem
    return [Theme(key, each.name, each.description, tuple(each.examples)) for key, each in entries.items()]


def measure_reasons(told: ReasonedFile, finder: ThemeFinder, themes: Sequence[Theme]) -> ReasonFigures | None:
    """Find the themes of every text whose reason is one of them, by its key or name; None where none is."""
    looked_for = sought(themes)
    names = [(place, called) for place, each in enumerate(looked_for) for called in (each.name, each.key)]
    places = {words_of(called): place for place, called in names}
    known = [(text, places[words_of(reason)]) for text, reason in told.rows if words_of(reason) in places]
    if not known:
        return None
    truth = np.array([place for _, place in known], dtype=np.intp)
    read = read_known(finder, [text for text, _ in known], looked_for)
    taught = foretold(read, truth, [theme.key for theme in looked_for])
    counts = np.bincount(truth)
    return ReasonFigures(
        name=told.name,
        sha256=told.sha256,
        texts=len(known),
        left_out=len(told.rows) - len(known),
        reasons=int((counts > 0).sum()),
        commonest=float(counts.max() / len(known)),
        untaught=found(read.nearness, truth),
        taught=found(taught, truth),
    )


def table_of(found: Sequence[ReasonFigures]) -> Table:
    """A line for each set."""
    table = Table("reasons of", title="Themes: untaught, and taught by the rest of the set")
    for name in ("texts", "left out", "reasons", "commonest", "accuracy", "macro-F1", "top two"):
        table.add_column(name, justify="right")
    for name in ("taught: accuracy", "macro-F1", "top two"):
        table.add_column(name, justify="right")
    for each in found:
        figures = [each.commonest]
        for way in (each.untaught, each.taught):
            figures += [way.accuracy, way.macro_f1, way.top_two]
        counts = (f"{each.texts:,}", f"{each.left_out:,}", str(each.reasons))
        table.add_row(each.name, *counts, *(f"{figure:.3f}" for figure in figures))
    return table


def found(near: Floats, truth: Places) -> Found:
    """`near`: a row for each text, a column for each theme; `truth`: the column of each row's theme."""
    first = near.argmax(axis=1)
    best = np.argsort(-near, axis=1)[:, :TOP]
    return Found(
        accuracy=float((first == truth).mean()),
        macro_f1=macro_f1(truth.tolist(), first.tolist()),
        top_two=float((best == truth[:, None]).any(axis=1).mean()),
    )
