"""The encoder for meaning is taught what customers' texts are about; only where PyTorch is installed."""

import random
from pathlib import Path

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
    import torch
    from transformers import AutoModel, AutoTokenizer

    from training.meaning_teaching import Plan, Reader, teach

    base = a_tiny_encoder(tmp_path / "base", layers=3)
    encoder, tokenizer = AutoModel.from_pretrained(base), AutoTokenizer.from_pretrained(base)
    signalled = [
        (text, frozenset({HEARD[0].value}) if place % 2 else frozenset())
        for place, text in enumerate(text for texts in a_business(3).texts for text in texts)
    ]

    def right() -> float:
        others = a_business(2)
        with torch.no_grad():
            said, _ = Reader(encoder, tokenizer, half=False).read(
                [t for texts in others.texts for t in texts]
            )
            themes, _ = Reader(encoder, tokenizer, half=False).read(
                [described(theme) for theme in others.themes]
            )
        nearest = (said @ themes.T).argmax(1).numpy()
        return float((nearest == np.repeat(np.arange(3), 40)).mean())

    before = right()
    encoder = teach(encoder, tokenizer, [a_business(1)], signalled, Plan(80, 3e-3, half=False, seed=7))

    assert before < 0.7
    assert right() > 0.9
