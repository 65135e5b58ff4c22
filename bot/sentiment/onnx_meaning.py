"""The model for meaning, loaded; importing this takes two seconds, so only who is about to use it should."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from transformers import AutoTokenizer

from bot.sentiment.folder import ModelFolder
from bot.sentiment.onnx_model import open_weights
from bot.sentiment.tokens import Tokenizer

Vectors = npt.NDArray[np.float32]


class OnnxMeaning:
    """One encoder in memory; every method may be called from several threads at once."""

    def __init__(self, folder: ModelFolder, *, threads: int) -> None:
        tokenizer = Tokenizer(AutoTokenizer.from_pretrained(folder.config.parent, local_files_only=True))
        self.tokens, self._framed = tokenizer.tokens, tokenizer.framed
        self._session = open_weights(folder.weights, threads)
        self.width = int(self._session.get_outputs()[0].shape[1])

    def mean_of(self, pieces: Sequence[Sequence[int]]) -> tuple[Vectors, Vectors]:
        """The direction of each piece's meaning, of length 1, and what its words are, each of this width."""
        numbers, mask = self._framed(pieces)
        meaning, words = self._session.run(None, {"input_ids": numbers, "attention_mask": mask})
        return meaning, words
