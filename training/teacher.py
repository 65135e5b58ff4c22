"""What a larger model says of the lessons, for a smaller one to learn from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import typer
from rich.console import Console
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.vocabulary import SentimentLabel
from training.lessons import Lesson, digest_of_text, numbers_of
from training.teaching import forward, where_to_count

BATCH = 64
KEPT = "answers.npz"
"""Where a teacher's answers are kept, in its own folder: a quarter of an hour for fifty thousand texts."""

console = Console(highlight=False)


def answers_of(teachers: Sequence[Path], lessons: Sequence[Lesson], length: int, *, half: bool) -> Any:
    """The logits of each label for every lesson, in the labels' order: the mean of what the teachers say.

    They are 0 for those that are sure, of which nobody is asked.

    `teachers`: folders as `--whole` writes them; in int8 MPNet lost twenty points of a hundred. Raises
    BadParameter for one that cannot be loaded, or has other labels.
    """
    told = [_answers_of_one(each, lessons, length, half=half) for each in teachers]
    return torch.tensor(np.mean(told, axis=0))


def _answers_of_one(teacher: Path, lessons: Sequence[Lesson], length: int, *, half: bool) -> Any:
    """Asked once for each text."""
    kept = _Kept(teacher / KEPT)
    unasked = [each for each in lessons if not each.sure and each.text not in kept]
    if unasked:
        kept.add(unasked, _ask(teacher, unasked, length, half=half))
    silence = np.zeros(len(SentimentLabel), dtype=np.float32)
    return np.stack([silence if each.sure else kept[each.text] for each in lessons])


class _Kept:
    """Answers by the text's digest, on the disk."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers: dict[str, Any] = {}
        if file.exists():
            with np.load(file) as stored:
                self._answers = dict(zip(stored["digests"].tolist(), stored["logits"], strict=True))

    def __contains__(self, text: str) -> bool:
        return digest_of_text(text) in self._answers

    def __getitem__(self, text: str) -> Any:
        return self._answers[digest_of_text(text)]

    def add(self, lessons: Sequence[Lesson], logits: Any) -> None:
        """Keep the answers for these, too."""
        self._answers |= {digest_of_text(each.text): row for each, row in zip(lessons, logits, strict=True)}
        digests, rows = list(self._answers), np.stack(list(self._answers.values()))
        np.savez(self._file, digests=np.array(digests), logits=rows)


def _ask(teacher: Path, lessons: Sequence[Lesson], length: int, *, half: bool) -> Any:
    try:
        tokenizer = AutoTokenizer.from_pretrained(teacher)
        model = AutoModelForSequenceClassification.from_pretrained(teacher).eval().to(where_to_count())
    except (OSError, ValueError) as problem:
        raise typer.BadParameter(f"--teacher: {problem}") from problem
    said = [str(label).lower() for _, label in sorted(model.config.id2label.items())]
    if said != list(SentimentLabel):
        raise typer.BadParameter(f"--teacher: its labels are {said}; they must be {list(SentimentLabel)}")
    theirs = [
        Lesson(numbers_of(tokenizer, each.text, length), each.answer, each.knows_neutral, each.text)
        for each in lessons
    ]
    order = sorted(range(len(theirs)), key=lambda place: len(theirs[place].numbers))
    answers = np.zeros((len(theirs), len(SentimentLabel)), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        with torch.inference_mode(), torch.autocast(model.device.type, torch.bfloat16, enabled=half):
            answers[places] = forward(model, [theirs[place] for place in places]).float().cpu().numpy()
        if start // BATCH % 100 == 0:
            console.print(f"teacher: {start:,} of {len(order):,} texts")
    return answers
