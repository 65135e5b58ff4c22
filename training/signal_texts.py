"""Texts with the signals that a person heard in them, and how well these are found."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.database import ROOT
from bot.sentiment.themes import ThemeFinder
from models.policies.signals import Signal, find_signals

HEARD = (Signal.LEAVING, Signal.LEGAL, Signal.SAFETY, Signal.VULNERABLE, Signal.REPEATED)
"""Those that are heard by meaning, too."""
TRAINING = ROOT / "training"
THEMED, THEMED_HELD_OUT = TRAINING / "themed.csv", TRAINING / "themed_held_out.csv"
TAUGHT = (
    *(TRAINING / f"{name}.csv" for name in ("service", "service_signals", "signals_taught", "signals")),
    THEMED,
    TRAINING / "notes.csv",
)

Rows = Sequence[tuple[str, frozenset[str]]]


def read_rows(file: Path) -> Rows:
    """Each text with its signals."""
    with file.open(encoding="utf-8", newline="") as rows:
        return [(row["text"], frozenset(row["signals"].split())) for row in csv.DictReader(rows)]


def read_taught() -> Rows:
    """What signals are learned from: those of service.csv stand in a file of their own, the rest has none."""
    service, signals, *others = TAUGHT
    given = dict(read_rows(signals))
    with service.open(encoding="utf-8", newline="") as rows:
        found = [(row["text"], given.get(row["text"], frozenset())) for row in csv.DictReader(rows)]
    return [*found, *(row for file in others for row in read_rows(file))]


def measure(rows: Rows, finder: ThemeFinder) -> Mapping[Signal, Mapping[str, tuple[int, int, int]]]:
    """For each signal and way of finding it: how often rightly, how often at all, how often it is there."""
    texts = [text for text, _ in rows]
    by_meaning = [set(meant.signals) for meant in finder.find(texts, ())]
    by_words = [{signal.value for signal in find_signals(text)} for text in texts]
    either = [words | meaning for words, meaning in zip(by_words, by_meaning, strict=True)]
    ways = {"words": by_words, "meaning": by_meaning, "either": either}
    return {
        signal: {way: _counted(signal, [said for _, said in rows], found) for way, found in ways.items()}
        for signal in HEARD
    }


def table_of(measured: Mapping[Signal, Mapping[str, tuple[int, int, int]]], title: str) -> Table:
    """A line for each signal."""
    table = Table("signal", title=title)
    for way in ("words", "meaning", "either"):
        table.add_column(f"{way}: precision")
        table.add_column("recall")
    for signal, ways in measured.items():
        cells = [f"{right}/{of}" for right, found, there in ways.values() for of in (found, there)]
        table.add_row(signal.value, *cells)
    return table


def _counted(signal: Signal, said: Sequence[Any], found: Sequence[set[str]]) -> tuple[int, int, int]:
    pairs = [(signal.value in there, signal.value in heard) for there, heard in zip(said, found, strict=True)]
    right = sum(there and heard for there, heard in pairs)
    return right, sum(heard for _, heard in pairs), sum(there for there, _ in pairs)
