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


class SignalEar:
    """From the features of a piece of text to hidden numbers, none below 0, to one for each signal: a piece
    in which that is above 0 has it.
    """

    def __init__(self, signals: Sequence[str], inner: Layer, outer: Layer) -> None:
        self._signals, self._inner, self._outer = tuple(signals), inner, outer

    @classmethod
    def load(cls, file: Path) -> "SignalEar":
        """As `save` wrote them; one that hears nothing where there is no file. That it must be there says the
        manifest of its folder.
        """
        if not file.exists():
            nothing = Layer(np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
            return cls((), nothing, nothing)
        with np.load(file) as kept:
            inner, outer = (Layer(kept[name], kept[f"{name}_bias"]) for name in ("inner", "outer"))
            return cls(kept["signals"].tolist(), inner, outer)

    def save(self, file: Path) -> None:
        """Into one file."""
        np.savez(
            file,
            signals=np.array(self._signals),
            inner=self._inner.weights,
            inner_bias=self._inner.bias,
            outer=self._outer.weights,
            outer_bias=self._outer.bias,
        )

    def hear(self, features: Vectors, owners: Sequence[int], texts: int) -> list[tuple[str, ...]]:
        """The signals of each of so many texts; each piece (row) is of the text that `owners` say."""
        heard: list[set[str]] = [set() for _ in range(texts)]
        if not self._signals:
            return [()] * texts
        told = self._outer.of(np.maximum(self._inner.of(features), 0)) > 0
        for row, owner in zip(told.tolist(), owners, strict=True):
            heard[owner].update(
                signal for signal, is_heard in zip(self._signals, row, strict=True) if is_heard
            )
        return [tuple(signal for signal in self._signals if signal in found) for found in heard]
