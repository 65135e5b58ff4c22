"""Any sequence classifier of Hugging Face, by name or folder, run by PyTorch; needs the [torch] extra."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.sentiment.answers import read_logits
from bot.sentiment.folder import ModelMissing
from bot.sentiment.meanings import Meanings, StrangeLabels, places_of
from bot.sentiment.tokens import Tokenizer
from bot.sentiment.windows import Felt

NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
"""What a model may be called on Hugging Face, with whose it is or without."""
INSTALL = "Install PyTorch: pip install 'recovery-bot[torch]', or name a folder with an ONNX model"
NAME_IT = "SENTIMENT_MODEL takes a folder, or a sequence classifier's name on Hugging Face"


class TorchModel:
    """One model in memory; every method may be called from several threads at once."""

    def __init__(self, name: str, *, meanings: Meanings) -> None:
        """Raises ModelMissing."""
        self.name = name
        self._torch, loaded, tokenizer = _load(name)
        reader = Tokenizer(tokenizer)
        self.tokens, self._framed = reader.tokens, reader.framed
        self._model = loaded.eval()
        labels = {place: str(label) for place, label in loaded.config.id2label.items()}
        try:
            self._places = places_of(labels, meanings)
        except StrangeLabels as strange:
            raise ModelMissing(name, str(strange), strange.mend) from strange

    def feel(self, pieces: Sequence[Sequence[int]]) -> list[Felt]:
        """How each piece feels, heard in one run; shorter ones are padded to the longest."""
        numbers, mask = (self._torch.from_numpy(table) for table in self._framed(pieces))
        with self._torch.inference_mode():
            logits = self._model(input_ids=numbers, attention_mask=mask).logits
        return read_logits(logits.numpy().astype(np.float32), self._places)


def _load(name: str) -> tuple[Any, Any, Any]:
    is_folder = Path(name).is_dir()
    if not is_folder and not NAME.fullmatch(name):
        raise ModelMissing(name, "is not there", NAME_IT)
    try:
        import torch
    except ImportError as error:
        what = "has no .onnx file, and" if is_folder else "is no folder here; if it is a model's name, it"
        raise ModelMissing(name, f"{what} needs PyTorch, which is not installed", INSTALL) from error
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        loaded = AutoModelForSequenceClassification.from_pretrained(name)
    except (OSError, ValueError, ImportError) as error:
        raise ModelMissing(name, f"cannot be loaded ({_first_line(error)})", NAME_IT) from error
    if not tokenizer.is_fast:
        raise ModelMissing(name, "has no fast tokenizer", NAME_IT)
    return torch, loaded, tokenizer


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
