"""`make signals`: learn to hear signals by meaning from our own texts, and measure it on others."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from bot.database import ROOT
from bot.sentiment.folder import MANIFEST, digest_of
from bot.sentiment.lessons import Floats, descend, largest
from bot.sentiment.signals import FILE, SignalEar
from bot.sentiment.themes import SHIPPED, ThemeFinder
from models.policies.signals import Signal, find_signals

HEARD = (Signal.LEAVING, Signal.LEGAL, Signal.SAFETY, Signal.VULNERABLE, Signal.REPEATED)
TRAINING = ROOT / "training"
RIGHT_IN = 0.7
"""Of what is found in texts that were left out of the learning; the threshold is the lowest that keeps it."""
RARE_WEIGHS = 3.0
FIRMNESS = 3.0
STEPS = 400
FOLDS = 5
SEED = 7

Rows = Sequence[tuple[str, frozenset[str]]]

console = Console(highlight=False, width=120)


def main(
    out: Annotated[Path, typer.Option(help="the folder of the model for meaning")] = SHIPPED,
    held_out: Annotated[Path, typer.Option(help="CSV with text and signals, for measuring")] = TRAINING
    / "signals_held_out.csv",
) -> None:
    """Learn, write the weights into OUT, and print how well patterns, meaning and both do on HELD_OUT."""
    finder = ThemeFinder()
    taught = read_taught()
    features = finder.read([text for text, _ in taught]).features.astype(np.float64)
    heads = [_learn(features, _truth(taught, signal)) for signal in HEARD]
    weights, bias = (np.array(each, dtype=np.float32) for each in zip(*heads, strict=True))
    SignalEar([signal.value for signal in HEARD], weights, bias).save(out / FILE)
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["sha256"][FILE] = digest_of(out / FILE)
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    console.print(table_of(measure(read_rows(held_out), ThemeFinder(out))))


def read_rows(file: Path) -> Rows:
    """Each text with its signals."""
    with file.open(encoding="utf-8", newline="") as rows:
        return [(row["text"], frozenset(row["signals"].split())) for row in csv.DictReader(rows)]


def read_taught() -> Rows:
    """What signals are learned from: those of service.csv stand in a file of their own, the rest has none."""
    given = dict(read_rows(TRAINING / "service_signals.csv"))
    with (TRAINING / "service.csv").open(encoding="utf-8", newline="") as rows:
        service = [(row["text"], given.get(row["text"], frozenset())) for row in csv.DictReader(rows)]
    return [*service, *read_rows(TRAINING / "signals_taught.csv"), *read_rows(TRAINING / "signals.csv")]


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


def table_of(measured: Mapping[Signal, Mapping[str, tuple[int, int, int]]]) -> Table:
    """A line for each signal."""
    table = Table("signal")
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


def _truth(rows: Rows, signal: Signal) -> Floats:
    return np.array([float(signal.value in said) for _, said in rows])


def _learn(features: Floats, truth: Floats) -> tuple[Floats, float]:
    """Weights and bias with which the sum is above 0 where the signal is heard."""
    folds = np.random.default_rng(SEED).permutation(len(truth)) % FOLDS
    tried = np.zeros(len(truth))
    for fold in range(FOLDS):
        weights, bias = _fit(features[folds != fold], truth[folds != fold])
        tried[folds == fold] = features[folds == fold] @ weights + bias
    weights, bias = _fit(features, truth)
    return weights, bias - _threshold(tried, truth)


def _threshold(tried: Floats, truth: Floats) -> float:
    order = np.argsort(-tried)
    right = np.cumsum(truth[order]) / np.arange(1, len(truth) + 1)
    return float(tried[order[np.flatnonzero(right >= RIGHT_IN)[-1]]])


def _fit(features: Floats, truth: Floats) -> tuple[Floats, float]:
    """Logistic regression, rare answers weighing more, by accelerated descent from 0."""
    middle, spread = features.mean(axis=0), (features.std(axis=0) + 1e-6) * math.sqrt(features.shape[1])
    known = np.hstack([(features - middle) / spread, np.ones((len(features), 1))])
    weighs = np.where(truth > 0, RARE_WEIGHS, 1.0)
    weighs /= weighs.mean()
    hold = 1 / (FIRMNESS * len(known))
    pace = 1 / (0.25 * largest((known * weighs[:, None]).T @ known / len(known)) + hold)

    def slope(weights: Floats) -> Floats:
        wrong = (1 / (1 + np.exp(-known @ weights)) - truth) * weighs
        return known.T @ wrong / len(known) + hold * weights

    weights = descend(slope, np.zeros(known.shape[1]), pace, STEPS)
    plain = weights[:-1] / spread
    return plain, float(weights[-1] - plain @ middle)


if __name__ == "__main__":
    typer.run(main)
