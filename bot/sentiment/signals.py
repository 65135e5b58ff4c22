"""What must not be missed, by what a text means and which of its words stand together.

Beside the patterns of models/policies/signals.py, which know the usual words: this hears what is put in
others, and was taught on our own texts. A small network hears the meaning, a straight line the words; their
answers are added up. `make signals` teaches them anew.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.sentiment.ngrams import Floats, count_tokens, weigh

FILE = "signals.npz"

Vectors = npt.NDArray[np.float32]


class Layer(NamedTuple):
    """One weight from each number (row) to each of the next (column), and what is added to these."""

    weights: Vectors
    bias: Vectors

    def of(self, numbers: Vectors) -> Vectors:
        """The next numbers of each row."""
        told: Vectors = numbers @ self.weights + self.bias
        return told


class Network(NamedTuple):
    """From features (rows) to hidden numbers, none below 0, to one number for each answer (column), which is
    above 0 for yes.
    """

    inner: Layer
    outer: Layer

    def answers(self, features: Vectors) -> Vectors:
        """A row for each of the features', a column for each answer."""
        return self.outer.of(np.maximum(self.inner.of(features), 0))


class SignalEar:
    """A network and weights of n-grams, each with an answer for each signal; a piece of text has those to
    which the sum is yes.
    """

    def __init__(self, signals: Sequence[str], network: Network | None, of_ngrams: Floats) -> None:
        """`of_ngrams`: a row of weights for each signal."""
        self._signals, self._network, self._of_ngrams = tuple(signals), network, of_ngrams

    @classmethod
    def load(cls, file: Path) -> "SignalEar":
        """As `save` wrote them; one that hears nothing where there is no file. That it must be there says the
        manifest of its folder.
        """
        if not file.exists():
            return cls((), None, np.zeros((0, 0), dtype=np.float32))
        with np.load(file) as kept:
            inner, outer = (Layer(kept[name], kept[f"{name}_bias"]) for name in Network._fields)
            of_ngrams = kept["of_ngrams"].astype(np.float32)
            return cls(kept["signals"].tolist(), Network(inner, outer), of_ngrams)

    def save(self, file: Path) -> None:
        """Into one file; raises ValueError for one that hears nothing."""
        if self._network is None:
            raise ValueError("there is no network to be kept")
        inner, outer = self._network
        np.savez(
            file,
            signals=np.array(self._signals),
            of_ngrams=self._of_ngrams.astype(np.float16),
            inner=inner.weights,
            inner_bias=inner.bias,
            outer=outer.weights,
            outer_bias=outer.bias,
        )

    def hear(
        self, features: Vectors, pieces: Sequence[Sequence[int]], owners: Sequence[int], texts: int
    ) -> list[tuple[str, ...]]:
        """The signals of each of so many texts.

        Each piece has a row of `features`, its tokens, and the text that `owners` say it is of.
        """
        if self._network is None:
            return [()] * texts
        heard: list[set[str]] = [set() for _ in range(texts)]
        by_words = weigh([count_tokens(piece) for piece in pieces], self._of_ngrams)
        told = self._network.answers(features) + by_words > 0
        for row, owner in zip(told.tolist(), owners, strict=True):
            heard[owner].update(
                signal for signal, is_heard in zip(self._signals, row, strict=True) if is_heard
            )
        return [tuple(signal for signal in self._signals if signal in found) for found in heard]
