"""The encoder for meaning is taught what customers' texts are about; only where PyTorch is installed."""

import copy
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'recovery-bot[train]'")

from bot.sentiment.themes import described
from models.policies.themes import Theme
from tests.training.test_train import a_tiny_encoder
from training.signal_texts import HEARD
from training.themed import Business

ABOUT = {
    "parcel": "courier box track doorstep",
    "desk": "clerk rude shout counter",
    "price": "money bill fee cost",
}
FILLING = "the a my it was and then on we you they to of in at"


def a_business(seed: int) -> Business:
    chance = random.Random(seed)
    texts = tuple(
        tuple(
            " ".join([*chance.sample(words.split(), 2), *chance.sample(FILLING.split(), 4)])
            for _ in range(40)
        )
        for words in ABOUT.values()
    )
    return Business("shop", tuple(Theme(key, key, f"About the {key}", ()) for key in ABOUT), texts)


@pytest.mark.filterwarnings("ignore")
def test_texts_come_nearer_to_the_theme_that_they_are_about(tmp_path: Path) -> None:
    from training.meaning_teaching import Plan, teach

    encoder, tokenizer = an_encoder(tmp_path / "base")
    before = right(encoder, tokenizer)

    taught = teach(encoder, tokenizer, [a_business(1)], with_signals(), Plan(80, 3e-3, 1, half=False, seed=7))

    assert before < 0.7
    assert right(taught, tokenizer) > 0.9


@pytest.mark.filterwarnings("ignore")
def test_what_a_teacher_finds_near_is_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training import meaning_teaching
    from training.meaning_teaching import Plan, Reader, teach

    monkeypatch.setattr(meaning_teaching, "FOLLOWED", 40.0)
    of_teacher, of_student = (an_encoder(tmp_path / name) for name in ("teacher", "student"))
    plan = Plan(80, 3e-3, 2, half=False, seed=7)
    good, (first, *others) = a_business(1), a_business(4).texts
    mixed_up = [replace(good, texts=(*others, first))]
    teacher = Reader(teach(*of_teacher, [good], with_signals(), plan).eval(), of_teacher[1], half=False)

    alone = teach(*copy.deepcopy(of_student), mixed_up, with_signals(), plan)
    followed = teach(*of_student, mixed_up, with_signals(), plan, teacher)

    assert right(alone, of_student[1]) < 0.2
    assert right(followed, of_student[1]) > 0.9


def an_encoder(folder: Path) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    base = a_tiny_encoder(folder, layers=3)
    return AutoModel.from_pretrained(base), AutoTokenizer.from_pretrained(base)


def with_signals() -> list[tuple[str, frozenset[str]]]:
    return [
        (text, frozenset({HEARD[0].value}) if place % 2 else frozenset())
        for place, text in enumerate(text for texts in a_business(3).texts for text in texts)
    ]


def right(encoder: Any, tokenizer: Any) -> float:
    """In which share of other texts the nearest theme is the right one."""
    import torch

    from training.meaning_teaching import Reader

    others = a_business(2)
    with torch.no_grad():
        said, _ = Reader(encoder, tokenizer, half=False).read([t for texts in others.texts for t in texts])
        themes, _ = Reader(encoder, tokenizer, half=False).read([described(each) for each in others.themes])
    nearest = (said @ themes.T).argmax(1).numpy()
    return float((nearest == np.repeat(np.arange(3), 40)).mean())
