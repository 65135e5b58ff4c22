"""What must not be missed, by what a text means: for each signal one direction, learned from our own texts.

Beside the patterns of models/policies/signals.py, which know the usual words: this hears what is put in
others. `make signals` learns them anew.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

FILE = "signals.npz"

Vectors = npt.NDArray[np.float32]


class SignalEar:
    """One weight for each feature and signal; a piece of text in which their sum is above 0 has it."""

    def __init__(self, signals: Sequence[str], weights: Vectors, bias: Vectors) -> None:
        self._signals, self._weights, self._bias = tuple(signals), weights, bias

    @classmethod
    def load(cls, file: Path) -> "SignalEar":
        """As `save` wrote them; one that hears nothing where there is no file. That it must be there says the
        manifest of its folder.
        """
        if not file.exists():
            return cls((), np.zeros((0, 1), np.float32), np.zeros(0, np.float32))
        with np.load(file) as kept:
            return cls(kept["signals"].tolist(), kept["weights"], kept["bias"])

    def save(self, file: Path) -> None:
        """Into one file."""
        np.savez(file, signals=np.array(self._signals), weights=self._weights, bias=self._bias)

    def hear(self, features: Vectors, owners: Sequence[int], texts: int) -> list[tuple[str, ...]]:
        """The signals of each of so many texts; each piece (row) is of the text that `owners` say."""
        heard: list[set[str]] = [set() for _ in range(texts)]
        if not self._signals:
            return [()] * texts
        for row, owner in zip((features @ self._weights.T + self._bias > 0).tolist(), owners, strict=True):
            heard[owner].update(
                signal for signal, is_heard in zip(self._signals, row, strict=True) if is_heard
            )
        return [tuple(signal for signal in self._signals if signal in found) for found in heard]
