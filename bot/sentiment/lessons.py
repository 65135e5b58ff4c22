"""What people said of themes, learned: how much nearer a text is to each of them than its meaning says.

Two that know nothing of each other are heard together. A softmax over the themes begins at their nearness,
as it is without any training, and learns corrections to it from the meaning of texts to which people gave a
theme. A ridge regression learns from how these texts are spelt: the names, words and turns that belong to a
theme here, whatever they mean. Few texts move either little, and the same texts teach the same.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.sentiment.ngrams import WIDTH, Floats, Places, Runs, add_up, count_characters, likeness, weigh
from bot.sentiment.themes import ThemeFinder, sought, written
from models.policies.themes import Theme

FEWEST = 5
"""Texts of a theme; one with less is not corrected."""
FIRMNESS = 2.0
"""How hard each weight is held at 0: the smaller, the less is believed of what people said."""
STEPS = 150
FOLDS = 5
SEED = 7
SHARPNESS = 15.0
"""What nearness is multiplied by to be a softmax: the least surprising one of the airline tweets' reasons."""
RIDGE, SPELLING = 1.0, 3.0
"""How hard the weights of n-grams are held at 0; and what is told by them, how much likelier than usual it is
that a text is about a theme, weighs beside the softmax's logarithms.
"""
CLOSE = 1e-3
"""How much of what is sought may be left when it is solved."""
TINY = 1e-30


class Known(NamedTuple):
    """Texts (rows) as lessons see them.

    `features` of what they mean, their `nearness` to each theme (column) without any lesson; how they are
    `spelt`, and how alike each two of them are in it, each itself by RIDGE more.
    """

    features: Floats
    nearness: Floats
    spelt: Sequence[Runs]
    alike: Floats

    def only(self, rows: Places) -> "Known":
        """Some of the texts."""
        spelt = [self.spelt[row] for row in rows.tolist()]
        return Known(self.features[rows], self.nearness[rows], spelt, self.alike[np.ix_(rows, rows)])


@dataclass(frozen=True, slots=True)
class Lessons:
    """Corrections of nearness for the themes `keys`: a row of each of the weights and a bias for each."""

    keys: tuple[str, ...]
    of_features: Floats
    of_ngrams: Floats
    bias: Floats

    def corrections(self, features: Floats, spelt: Sequence[Runs], keys: Sequence[str]) -> Floats:
        """What is to be added to the nearness of each text (row) to each of these themes (column)."""
        added = np.zeros((len(features), len(keys)), dtype=np.float32)
        learned = features @ self.of_features.T + weigh(spelt, self.of_ngrams) + self.bias
        for column, key in enumerate(keys):
            if key in self.keys:
                added[:, column] = learned[:, self.keys.index(key)]
        return added

    def to_bytes(self) -> bytes:
        """For keeping; `keys` are kept beside it."""
        return np.hstack([self.of_ngrams, self.of_features, self.bias[:, None]]).astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, keys: Sequence[str], content: bytes) -> "Lessons":
        """What `to_bytes` gave for these keys."""
        table = np.frombuffer(content, dtype="<f4").reshape(len(keys), -1)
        return cls(tuple(keys), table[:, WIDTH:-1], table[:, :WIDTH], table[:, -1])


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
    read = read_known(finder, list(known), looked_for)
    before, after = (
        100 * float((each.argmax(axis=1) == places).mean())
        for each in (read.nearness, foretold(read, places, keys))
    )
    lessons = learn(read, places, keys) if after > before else None
    return Taught(len(known), before, after, lessons)


def read_known(finder: ThemeFinder, texts: Sequence[str], themes: Sequence[Theme]) -> Known:
    """All that can be learned from of each text."""
    read = finder.read(texts)
    spelt = [count_characters(text) for text in written(texts)]
    alike = likeness(spelt)
    alike[np.diag_indices_from(alike)] += RIDGE
    return Known(read.features, finder.nearness(read, themes), spelt, alike)


def learn(read: Known, places: Places, keys: Sequence[str]) -> Lessons | None:
    """Corrections from texts (rows) whose theme is `keys[place]`; None without two that have enough."""
    counts = np.bincount(places, minlength=len(keys))
    taught = np.flatnonzero(counts >= FEWEST)
    if len(taught) < 2:
        return None
    rows = np.flatnonzero(np.isin(places, taught))
    truth = np.searchsorted(taught, places[rows])
    known = read.only(rows)
    middle = known.features.mean(axis=0)
    spread = (known.features.std(axis=0) + 1e-6) * math.sqrt(known.features.shape[1])
    scaled = (known.features - middle) / spread
    scaled = np.hstack([scaled, np.ones((len(scaled), 1), np.float32)])
    weights = _descend(scaled, known.nearness[:, taught] * SHARPNESS, truth)
    of_features = weights[:, :-1] / spread / SHARPNESS
    bias = weights[:, -1] / SHARPNESS - of_features @ middle
    of_ngrams = SPELLING / SHARPNESS * _regress(known, truth)
    return Lessons(tuple(keys[int(place)] for place in taught), of_features, of_ngrams, bias)


def foretold(read: Known, places: Places, keys: Sequence[str]) -> Floats:
    """The corrected nearness of each text as it is learned from the others: a fifth is left out each time."""
    folds = np.random.default_rng(SEED).permutation(len(places)) % FOLDS
    told = read.nearness.copy()
    for fold in range(FOLDS):
        here, there = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        lessons = learn(read.only(here), places[here], keys)
        if lessons is not None:
            spelt = [read.spelt[row] for row in there.tolist()]
            told[there] += lessons.corrections(read.features[there], spelt, keys)
    return told


def _regress(known: Known, truth: Places) -> Floats:
    """The weights of n-grams (a row for each theme) that tell best how much likelier than usual it is.

    Reckoned from how alike the texts are, of which there are fewer than n-grams.
    """
    wanted = np.eye(int(truth.max()) + 1, dtype=np.float32)[truth]
    return add_up(known.spelt, _solve(known.alike, wanted - wanted.mean(axis=0)))


def _solve(alike: Floats, wanted: Floats) -> Floats:
    """What, multiplied by `alike`, is as good as `wanted`: by conjugate gradients, each column by itself.

    numpy's own way makes two copies in double precision: 144 MB for 3,000 texts.
    """
    found = np.zeros_like(wanted)
    left, way, size = wanted, wanted, (wanted**2).sum(axis=0)
    enough = CLOSE**2 * size.max()
    for _ in range(len(alike)):  # as many as it needs if numbers were exact; some forty are enough
        if size.max() <= enough:
            break
        step = alike @ way
        pace = size / np.maximum((way * step).sum(axis=0), TINY)
        found, left = found + pace * way, left - pace * step
        before, size = size, (left**2).sum(axis=0)
        way = left + size / np.maximum(before, TINY) * way
    return found


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
