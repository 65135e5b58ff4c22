"""The loaded model: tokenizer and labels by transformers, run by ONNX Runtime.

Importing this module takes two seconds: only who is about to score should.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from bot.sentiment.folder import ModelFolder, ModelMissing
from bot.sentiment.windows import Felt, Token
from models.vocabulary import SentimentLabel

# Its root logger answers the import with an advice to install PyTorch, which we do without on purpose.
logging.getLogger("transformers").addFilter(lambda record: "PyTorch was not found" not in record.getMessage())

from transformers import AutoConfig, AutoTokenizer  # noqa: E402


class OnnxModel:
    """One model in memory; every method may be called from several threads at once."""

    def __init__(self, folder: ModelFolder, *, threads: int) -> None:
        home = folder.config.parent
        tokenizer = AutoTokenizer.from_pretrained(home, local_files_only=True)
        self.name = folder.name
        self._first, self._last = tokenizer.cls_token_id, tokenizer.sep_token_id
        self._unknown, self._padding = tokenizer.unk_token_id, tokenizer.pad_token_id
        # Its own encode neither cuts nor pads, so it changes nothing that another thread could be reading.
        self._encoder = tokenizer.backend_tokenizer
        self._encoder.no_padding()
        self._encoder.no_truncation()
        self._columns = _columns(folder.config)
        self._session = _open(folder.weights, threads)

    def tokens(self, text: str) -> list[Token]:
        """The text's tokens without the ones that begin and end a piece; [] when the model knows none."""
        encoding = self._encoder.encode(text, add_special_tokens=False)
        if all(number == self._unknown for number in encoding.ids):
            return []
        return [
            Token(number, start) for number, (start, _) in zip(encoding.ids, encoding.offsets, strict=True)
        ]

    def feel(self, pieces: Sequence[Sequence[int]]) -> list[Felt]:
        """How each piece feels, heard in one run; shorter ones are padded to the longest."""
        numbers = np.full((len(pieces), max(map(len, pieces)) + 2), self._padding, dtype=np.int64)
        mask = np.zeros_like(numbers)
        for row, piece in enumerate(pieces):
            numbers[row, : len(piece) + 2] = [self._first, *piece, self._last]
            mask[row, : len(piece) + 2] = 1
        (logits,) = self._session.run(None, {"input_ids": numbers, "attention_mask": mask})
        return [Felt(*row) for row in _softmax(logits[:, self._columns]).tolist()]


def _columns(config: Path) -> list[int]:
    """Where the model says negative, neutral and positive, in this order."""
    labels = AutoConfig.from_pretrained(config.parent, local_files_only=True).id2label
    columns = {str(label).lower(): column for column, label in labels.items()}
    if columns.keys() != set(SentimentLabel):
        said = ", ".join(map(str, labels.values()))
        raise ModelMissing(config, f"has the labels {said}; id2label must say negative, neutral and positive")
    return [columns[label] for label in SentimentLabel]


def _open(weights: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: npt.NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
