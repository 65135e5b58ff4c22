"""What must not be missed, by what a text means: a small network, taught on our own texts.

Beside the patterns of models/policies/signals.py, which know the usual words: this hears what is put in
others. `make signals` teaches it anew.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
    """A network with an answer for each signal; a piece of text has those to which that is yes."""

    def __init__(self, signals: Sequence[str], network: Network | None) -> None:
        self._signals, self._network = tuple(signals), network

    @classmethod
    def load(cls, file: Path) -> "SignalEar":
        """As `save` wrote them; one that hears nothing where there is no file. That it must be there says the
        manifest of its folder.
        """
        if not file.exists():
            return cls((), None)
        with np.load(file) as kept:
            inner, outer = (Layer(kept[name], kept[f"{name}_bias"]) for name in Network._fields)
            return cls(kept["signals"].tolist(), Network(inner, outer))

    def save(self, file: Path) -> None:
        """Into one file; raises ValueError for one that hears nothing."""
        if self._network is None:
            raise ValueError("there is no network to be kept")
        inner, outer = self._network
        np.savez(
            file,
            signals=np.array(self._signals),
            inner=inner.weights,
            inner_bias=inner.bias,
            outer=outer.weights,
            outer_bias=outer.bias,
        )

    def hear(self, features: Vectors, owners: Sequence[int], texts: int) -> list[tuple[str, ...]]:
        """The signals of each of so many texts; each piece (row) is of the text that `owners` say."""
        if self._network is None:
            return [()] * texts
        heard: list[set[str]] = [set() for _ in range(texts)]
        told = self._network.answers(features) > 0
        for row, owner in zip(told.tolist(), owners, strict=True):
            heard[owner].update(
                signal for signal, is_heard in zip(self._signals, row, strict=True) if is_heard
            )
        return [tuple(signal for signal in self._signals if signal in found) for found in heard]
