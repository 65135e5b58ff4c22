"""`make signals`: learn to hear signals by meaning and words from our own texts, and measure it on others."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from bot.sentiment.folder import MANIFEST, ModelMissing, digest_of
from bot.sentiment.ngrams import Floats, Runs, count_tokens, weigh
from bot.sentiment.signals import FILE, Layer, Network, SignalEar, Vectors
from bot.sentiment.themes import SHIPPED, ThemeFinder
from training.networks import teach, teach_straight
from training.signal_texts import (
    HEARD,
    THEMED_HELD_OUT,
    TRAINING,
    Rows,
    measure,
    read_rows,
    read_taught,
    table_of,
)

RIGHT_IN = 0.7
"""Of what is found in texts that were left out of the learning; the threshold is the lowest that keeps it."""
HELD_OUT = (TRAINING / "signals_held_out.csv", THEMED_HELD_OUT, TRAINING / "registers_held_out.csv")
"""Written for measuring signals; texts as they come; notes of staff and dry verdicts as they come."""
WORDS_WEIGH = 0.5
"""What the straight line's answer weighs beside the network's: what was best on texts left out."""
FOLDS = 5
SEED = 7

console = Console(highlight=False, width=120)


def main(
    out: Annotated[Path, typer.Option(help="the folder of the model for meaning")] = SHIPPED,
    held_out: Annotated[
        list[Path] | None, typer.Option(help="CSV with text and signals, for measuring; ours if left out")
    ] = None,
) -> None:
    """Learn, write the weights into OUT, and print how well patterns, meaning and both do on HELD_OUT."""
    try:
        finder = ThemeFinder(out)
    except ModelMissing as missing:
        raise typer.BadParameter(f"--out: {missing}. `make meaning` writes such a folder") from missing
    taught = read_taught()
    texts = [text for text, _ in taught]
    console.print(f"{len(texts):,} texts are read, and learned from six times: some minutes.")
    runs = [count_tokens(piece) for piece in finder.tokens(texts)]
    network, of_ngrams = _learn(finder.read(texts).features, runs, _truth(taught))
    SignalEar([signal.value for signal in HEARD], network, of_ngrams).save(out / FILE)
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["sha256"][FILE] = digest_of(out / FILE)
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    for file in held_out or HELD_OUT:
        console.print(table_of(measure(read_rows(file), ThemeFinder(out)), file.name))


def _truth(rows: Rows) -> Vectors:
    """1 where a text (row) has a signal (column)."""
    return np.array([[signal.value in said for signal in HEARD] for _, said in rows], dtype=np.float32)


def _learn(features: Vectors, runs: Sequence[Runs], truth: Vectors) -> tuple[Network, Floats]:
    """A network, and weights of n-grams, whose answers come to more than 0 where a signal is heard."""
    folds = np.random.default_rng(SEED).permutation(len(truth)) % FOLDS
    tried = np.zeros_like(truth)
    for fold in range(FOLDS):
        here, there = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        others, of_words = _teach(features[here], [runs[row] for row in here.tolist()], truth[here])
        tried[there] = others.answers(features[there])
        tried[there] += weigh([runs[row] for row in there.tolist()], of_words)
    network, of_ngrams = _teach(features, runs, truth)
    thresholds = [_threshold(tried[:, signal], truth[:, signal]) for signal in range(len(HEARD))]
    bias = network.outer.bias - np.array(thresholds, dtype=np.float32)
    return Network(network.inner, Layer(network.outer.weights, bias)), of_ngrams


def _teach(features: Vectors, runs: Sequence[Runs], truth: Vectors) -> tuple[Network, Floats]:
    """Each by itself: what is learned of words is not what meaning has left to learn."""
    return teach(features, truth, SEED), WORDS_WEIGH * teach_straight(runs, truth)


def _threshold(tried: Vectors, truth: Vectors) -> float:
    order = np.argsort(-tried)
    right = np.cumsum(truth[order]) / np.arange(1, len(truth) + 1)
    return float(tried[order[np.flatnonzero(right >= RIGHT_IN)[-1]]])


if __name__ == "__main__":
    typer.run(main)
