"""The model for meaning, loaded; importing this takes two seconds, so only who is about to use it should."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from transformers import AutoTokenizer

from bot.sentiment.folder import ModelFolder
from bot.sentiment.onnx_model import open_weights
from bot.sentiment.tokens import Tokenizer


class OnnxMeaning:
    """One encoder in memory; every method may be called from several threads at once."""

    def __init__(self, folder: ModelFolder, *, threads: int) -> None:
        tokenizer = Tokenizer(AutoTokenizer.from_pretrained(folder.config.parent, local_files_only=True))
        self.tokens, self._framed = tokenizer.tokens, tokenizer.framed
        self._session = open_weights(folder.weights, threads)
        self.width = int(self._session.get_outputs()[0].shape[1])

    def mean_of(self, pieces: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """The direction of each piece's meaning, of length 1."""
        numbers, mask = self._framed(pieces)
        (meant,) = self._session.run(None, {"input_ids": numbers, "attention_mask": mask})
        directions: npt.NDArray[np.float32] = meant
        return directions
