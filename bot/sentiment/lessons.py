"""What people said of themes, learned: how much nearer a text is to each of them than its meaning says.

A softmax over the themes begins at their nearness, as it is without any training, and learns corrections to
it from texts to which people gave a theme; few texts move it little. What it makes least is convex: the same
texts teach the same.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.sentiment.themes import ThemeFinder, sought
from models.policies.themes import Theme

Floats = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.intp]

FEWEST = 5
"""Texts of a theme; one with less is not corrected."""
FIRMNESS = 2.0
"""How hard each weight is held at 0: the smaller, the less is believed of what people said."""
STEPS = 150
FOLDS = 5
SEED = 7
SHARPNESS = 15.0
"""What nearness is multiplied by to be a softmax: the least surprising one of the airline tweets' reasons."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Corrections of nearness for the themes `keys`: a row of `weights` and one of `bias` for each."""

    keys: tuple[str, ...]
    weights: Floats
    bias: Floats

    def corrections(self, features: Floats, keys: Sequence[str]) -> Floats:
        """What is to be added to the nearness of each text (row) to each of these themes (column)."""
        added = np.zeros((len(features), len(keys)), dtype=np.float32)
        learned = features @ self.weights.T + self.bias
        for column, key in enumerate(keys):
            if key in self.keys:
                added[:, column] = learned[:, self.keys.index(key)]
        return added

    def to_bytes(self) -> bytes:
        """For keeping; `keys` are kept beside it."""
        return np.hstack([self.weights, self.bias[:, None]]).astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, keys: Sequence[str], content: bytes) -> "Lessons":
        """What `to_bytes` gave for these keys."""
        table = np.frombuffer(content, dtype="<f4").reshape(len(keys), -1)
        return cls(tuple(keys), table[:, :-1], table[:, -1])


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of teaching: from how many texts, and in how many of 100 the first theme was right.

    `before`: by nearness alone; `after`: by lessons from the other texts. `lessons` None: that was no better.
    """

    texts: int
    before: float
    after: float
    lessons: Lessons | None


def teach(finder: ThemeFinder, told: Sequence[tuple[str, str]], themes: Collection[Theme]) -> Taught:
    """Learn from texts with the key of a theme each; those of themes that are not looked for say nothing.

    Of equal texts the first counts: else what was learned would be tried on what it was learned from.
    """
    looked_for = sought(themes)
    keys = [theme.key for theme in looked_for]
    known: dict[str, str] = {}
    for text, key in told:
        if key in keys:
            known.setdefault(text, key)
    places = np.array([keys.index(key) for key in known.values()], dtype=np.intp)
    if not known:
        return Taught(0, 0.0, 0.0, None)
    read = finder.read(list(known))
    near = finder.nearness(read, looked_for)
    before, after = (
        100 * float((each.argmax(axis=1) == places).mean())
        for each in (near, foretold(read.features, near, places, keys))
    )
    lessons = learn(read.features, near, places, keys) if after > before else None
    return Taught(len(known), before, after, lessons)


def learn(features: Floats, nearness: Floats, places: Places, keys: Sequence[str]) -> Lessons | None:
    """Corrections from texts (rows) whose theme is `keys[place]`; None without two themes that have enough.

    `features`: what is known of each text; `nearness`: to each theme, without training.
    """
    counts = np.bincount(places, minlength=len(keys))
    taught = np.flatnonzero(counts >= FEWEST)
    if len(taught) < 2:
        return None
    rows = np.isin(places, taught)
    truth = np.searchsorted(taught, places[rows])
    near, known = nearness[np.ix_(rows, taught)], features[rows]
    middle, spread = known.mean(axis=0), (known.std(axis=0) + 1e-6) * math.sqrt(known.shape[1])
    scaled = (known - middle) / spread
    known = np.hstack([scaled, np.ones((len(scaled), 1), np.float32)])
    weights = _descend(known, near * SHARPNESS, truth)
    plain = weights[:, :-1] / spread / SHARPNESS
    bias = weights[:, -1] / SHARPNESS - plain @ middle
    return Lessons(tuple(keys[int(place)] for place in taught), plain, bias)


def foretold(features: Floats, nearness: Floats, places: Places, keys: Sequence[str]) -> Floats:
    """The corrected nearness of each text as it is learned from the others: a fifth is left out each time."""
    folds = np.random.default_rng(SEED).permutation(len(places)) % FOLDS
    told = nearness.copy()
    for fold in range(FOLDS):
        here, there = folds != fold, folds == fold
        lessons = learn(features[here], nearness[here], places[here], keys)
        if lessons is not None:
            told[there] += lessons.corrections(features[there], keys)
    return told


def _descend(known: Floats, offset: Floats, truth: Places) -> Floats:
    """The weights (a row for each theme) of least surprise, by accelerated descent from 0."""
    wanted = np.eye(offset.shape[1], dtype=np.float32)[truth]
    hold = 1 / (FIRMNESS * len(known))
    pace = 1 / (0.5 * _largest(known) + hold)
    weights: Floats = np.zeros((offset.shape[1], known.shape[1]), dtype=np.float32)
    ahead = weights
    for step in range(STEPS):
        wrong = _shares(known @ ahead.T + offset) - wanted
        moved = ahead - pace * (wrong.T @ known / len(known) + hold * ahead)
        ahead = moved + step / (step + 3) * (moved - weights)
        weights = moved
    return weights


def _largest(known: Floats) -> float:
    """The largest eigenvalue of the features' second moment, by which the pace is bounded."""
    square = known.T @ known / len(known)
    return float(np.linalg.eigvalsh(square)[-1])


def _shares(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
