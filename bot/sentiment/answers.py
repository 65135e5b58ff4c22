"""From a model's logits to negative, neutral and positive."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.sentiment.windows import Felt


def read_logits(logits: npt.NDArray[np.float32], places: Sequence[Sequence[int]]) -> list[Felt]:
    """One feeling for each row; `places`: which columns mean negative, neutral and positive."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    summed = [shares[:, list(columns)].sum(axis=1) for columns in places]
    return [Felt(*row) for row in np.stack(summed, axis=1).tolist()]
