"""Texts of invented businesses, each with the theme that it is about, and how well these are found."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from rich.table import Table

from bot.sentiment.themes import ThemeFinder
from models.policies.themes import Theme
from training.reasons import Found, found
from training.signal_texts import TRAINING

THEMES = TRAINING / "themes.csv"
COUNTED = 10
"""Themes of one business."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Business:
    """What it counts, and of each of its themes the texts that are about it."""

    key: str
    themes: tuple[Theme, ...]
    texts: tuple[tuple[str, ...], ...]


def read_businesses(texts: Path, themes: Path = THEMES) -> list[Business]:
    """Those of which there are texts.

    `texts`: CSV with text, business, theme. `themes`: CSV with business, theme, name, description, the themes
    of a business together.
    """
    said: dict[tuple[str, str], list[str]] = {}
    for row in _rows(texts):
        said.setdefault((row["business"], row["theme"]), []).append(row["text"])
    businesses = []
    for key, rows in groupby(_rows(themes), itemgetter("business")):
        counted = [
            Theme(row["theme"], row["name"], row["description"], ())
            for row in rows
            if (key, row["theme"]) in said
        ]
        if counted:
            of_themes = tuple(tuple(said[key, theme.key]) for theme in counted)
            businesses.append(Business(key, tuple(counted), of_themes))
    return businesses


def read_topics(file: Path) -> list[Business]:
    """A set with more topics than one business counts, as businesses of ten topics each.

    `file`: CSV with text and label, which is the topic, its words parted by `_`; there is no description.
    """
    texts: dict[str, list[str]] = {}
    for row in _rows(file):
        texts.setdefault(row["label"], []).append(row["text"])
    topics = random.Random(SEED).sample(sorted(texts), len(texts))
    groups = [topics[start : start + COUNTED] for start in range(0, len(topics), COUNTED)]
    return [
        Business(
            f"{file.stem}-{place}",
            tuple(Theme(topic, topic.replace("_", " "), "", ()) for topic in group),
            tuple(tuple(texts[topic]) for topic in group),
        )
        for place, group in enumerate(groups, start=1)
        if len(group) > 1
    ]


def measure(businesses: Sequence[Business], finder: ThemeFinder) -> list[Found]:
    """How well the themes of each business are found, by their descriptions alone."""
    measured = []
    for each in businesses:
        read = finder.read([text for texts in each.texts for text in texts])
        truth = np.repeat(np.arange(len(each.themes)), [len(texts) for texts in each.texts])
        measured.append(found(finder.nearness(read, each.themes), truth))
    return measured


def table_of(businesses: Sequence[Business], before: Sequence[Found], after: Sequence[Found]) -> Table:
    """A line for each business: by the model that is shipped, and by another."""
    table = Table("business", title="Themes by their descriptions: as shipped, and as taught now")
    for name in ("texts", "accuracy", "macro-F1", "top two", "now: accuracy", "macro-F1", "top two"):
        table.add_column(name, justify="right")
    for each, *both in zip(businesses, before, after, strict=True):
        figures = [figure for one in both for figure in (one.accuracy, one.macro_f1, one.top_two)]
        texts = str(sum(map(len, each.texts)))
        table.add_row(each.key, texts, *(f"{figure:.3f}" for figure in figures))
    return table


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
