"""What a larger model says of the lessons, for a smaller one to learn from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import typer
from rich.console import Console
from rich.progress import track

from bot.sentiment.folder import ModelMissing, open_folder
from bot.sentiment.onnx_model import OnnxModel
from training.lessons import Lesson

BATCH = 32
LEAST = 1e-6
"""The probability below which a teacher's answer is taken for this, since it has no logarithm."""

console = Console(highlight=False)


def answers_of(teacher: Path, lessons: Sequence[Lesson], length: int) -> Any:
    """The logarithm of each label's probability for every lesson, in the labels' order.

    `teacher`: a folder as `make train` writes it, or any that SENTIMENT_MODEL takes. Raises BadParameter
    where it cannot be loaded.
    """
    try:
        model = OnnxModel(open_folder(teacher), threads=torch.get_num_threads(), meanings={})
    except (ModelMissing, OSError, ValueError) as problem:
        raise typer.BadParameter(f"--teacher: {problem}") from problem
    pieces = [[token.number for token in model.tokens(each.text)][: length - 2] for each in lessons]
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
    answers = torch.zeros(len(lessons), 3)
    for start in track(range(0, len(order), BATCH), description="teacher", console=console, transient=True):
        places = order[start : start + BATCH]
        felt = model.feel([pieces[place] for place in places])
        shares = torch.tensor([[each.negative, each.neutral, each.positive] for each in felt])
        answers[places] = shares.clamp(min=LEAST).log()
    return answers
