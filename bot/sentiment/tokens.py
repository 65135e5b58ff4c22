"""From text to the numbers that a model knows words by, and from pieces to what it takes in one run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.sentiment.windows import Token

Numbers = npt.NDArray[np.int64]


class Tokenizer:
    """A tokenizer of transformers; every method may be called from several threads at once."""

    def __init__(self, tokenizer: Any) -> None:
        self._begin = [] if tokenizer.cls_token_id is None else [tokenizer.cls_token_id]
        self._end = [] if tokenizer.sep_token_id is None else [tokenizer.sep_token_id]
        self._unknown, self._padding = tokenizer.unk_token_id, tokenizer.pad_token_id or 0
        # Its own encode neither cuts nor pads, so it changes nothing that another thread could be reading.
        self._encoder = tokenizer.backend_tokenizer
        self._encoder.no_padding()
        self._encoder.no_truncation()

    def tokens(self, text: str) -> list[Token]:
        """The text's tokens without the ones that begin and end a piece; [] when the model knows none."""
        encoding = self._encoder.encode(text, add_special_tokens=False)
        if all(number == self._unknown for number in encoding.ids):
            return []
        return [
            Token(number, start) for number, (start, _) in zip(encoding.ids, encoding.offsets, strict=True)
        ]

    def framed(self, pieces: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
        """The pieces as one table of numbers, the shorter ones padded, and which of them are not padding."""
        framed = [[*self._begin, *piece, *self._end] for piece in pieces]
        numbers = np.full((len(framed), max(map(len, framed))), self._padding, dtype=np.int64)
        mask = np.zeros_like(numbers)
        for row, piece in enumerate(framed):
            numbers[row, : len(piece)] = piece
            mask[row, : len(piece)] = 1
        return numbers, mask
