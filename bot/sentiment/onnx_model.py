"""A model from a folder, loaded: tokenizer and labels by transformers, run by ONNX Runtime.

Importing this module takes two seconds: only who is about to score should.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnxruntime

from bot.sentiment.answers import read_logits
from bot.sentiment.folder import ModelFolder, ModelMissing
from bot.sentiment.meanings import Meanings, StrangeLabels, places_of
from bot.sentiment.tokens import Tokenizer
from bot.sentiment.windows import Felt

# Its root logger answers the import with an advice to install PyTorch, which we do without on purpose.
logging.getLogger("transformers").addFilter(lambda record: "PyTorch was not found" not in record.getMessage())

from transformers import AutoConfig, AutoTokenizer  # noqa: E402


class OnnxModel:
    """One model in memory; every method may be called from several threads at once."""

    def __init__(self, folder: ModelFolder, *, threads: int, meanings: Meanings) -> None:
        home = folder.config.parent
        self.name = folder.name
        tokenizer = Tokenizer(AutoTokenizer.from_pretrained(home, local_files_only=True))
        self.tokens, self._framed = tokenizer.tokens, tokenizer.framed
        self._places = _places(folder.config, meanings)
        self._session = open_weights(folder.weights, threads)
        self._takes = {taken.name for taken in self._session.get_inputs()}

    def feel(self, pieces: Sequence[Sequence[int]]) -> list[Felt]:
        """How each piece feels, heard in one run; shorter ones are padded to the longest."""
        numbers, mask = self._framed(pieces)
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": numbers * 0}
        logits, *_ = self._session.run(None, {name: given[name] for name in self._takes})
        return read_logits(logits, self._places)


def _places(config: Path, meanings: Meanings) -> list[list[int]]:
    labels = AutoConfig.from_pretrained(config.parent, local_files_only=True).id2label
    try:
        return places_of({place: str(label) for place, label in labels.items()}, meanings)
    except StrangeLabels as strange:
        raise ModelMissing(config, str(strange), strange.mend) from strange


def open_weights(weights: Path, threads: int) -> Any:
    """A session of ONNX Runtime, which uses so many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
