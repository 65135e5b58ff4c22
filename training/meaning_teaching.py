"""How the encoder for meaning is taught: what customers write comes near to the theme that it is about.

Three things are asked of it at once: of the themes of one business, described in a sentence, the right one is
the nearest, and texts about one theme are near to each other (Khosla and others, Supervised contrastive
learning, 2020); the signals can be heard in what it says; and texts stay as near to each other as they were
before it was taught, since searches for a burst of complaints build on that.
"""

import copy
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import Linear, ReLU, Sequential
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize

from bot.sentiment.lessons import SHARPNESS
from bot.sentiment.themes import described, plain
from training.signal_texts import HEARD, Rows
from training.teaching import descend, seed_all
from training.themed import Business

SMOOTHING = 0.05
OF_A_THEME = 4
"""Texts of each theme in a step."""
EXAMPLES = (0, 0, 1, 2)
"""Texts that stand beside a theme's description as its examples, by chance one of these numbers."""
APART = 40
"""Texts in a step of which the signals are asked, and the nearness they had."""
ALIKE, HEARING, KEPT = 0.5, 0.5, 150.0
"""What texts of one theme weigh beside the themes themselves; the signals; the nearness as it was."""
RARE = 3.0
"""What a signal that is there weighs: few texts have one."""
HIDDEN = 192
LENGTH = 48
"""Tokens of a text that are read while teaching."""
PARTS = 3
"""Runs of like length that a batch is read in, so that less of it is padding."""
WORDS = 3
"""The layer in whose middle the words are not yet melted into one meaning; a trained head hears them, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how fast, and which chance."""

    steps: int
    rate: float
    half: bool
    seed: int


def teach(encoder: Any, tokenizer: Any, businesses: Sequence[Business], signalled: Rows, plan: Plan) -> Any:
    """Teach it; the encoder whose weights are the mean of those of the last steps.

    `signalled`: texts with the signals in them; some have none.
    """
    chance = random.Random(plan.seed)
    seed_all(plan.seed)
    ear = Sequential(Linear(2 * encoder.config.hidden_size, HIDDEN), ReLU(), Linear(HIDDEN, len(HEARD)))
    optimiser = torch.optim.AdamW(
        [{"params": encoder.parameters(), "lr": plan.rate}, {"params": ear.parameters(), "lr": 1e-3}],
        weight_decay=0.01,
    )
    reader, before = (
        Reader(each, tokenizer, half=plan.half) for each in (encoder, copy.deepcopy(encoder).eval())
    )

    def surprise() -> Any:
        asked = chance.sample(signalled, APART)
        themes = _theme_loss(reader, chance.choice(businesses), chance)
        return themes + _apart_loss(reader, before, ear, asked)

    return descend(encoder, optimiser, plan.steps, surprise)


@dataclass(frozen=True, slots=True)
class Reader:
    """Texts through an encoder."""

    encoder: Any
    tokenizer: Any
    half: bool

    def read(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """The direction of each one's meaning, of length 1, and its words; in the order of the texts."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        size = math.ceil(len(order) / PARTS)
        parts = [order[start : start + size] for start in range(0, len(order), size)]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            read = [self._read_part([texts[place] for place in part]) for part in parts]
        back = torch.tensor(np.argsort(order))
        meanings, words = (torch.cat(each)[back].float() for each in zip(*read, strict=True))
        return meanings, words

    def _read_part(self, texts: Sequence[str]) -> tuple[Any, Any]:
        written = [plain(text) or "." for text in texts]
        batch = self.tokenizer(written, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt")
        return meaning_and_words(self.encoder, batch["input_ids"], batch["attention_mask"])


def meaning_and_words(encoder: Any, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
    """The mean over the tokens of the last layer, of length 1, and that of an earlier one."""
    told = encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    is_text = attention_mask.unsqueeze(-1).to(told.last_hidden_state.dtype)
    meaning, words = (
        (layer * is_text).sum(1) / is_text.sum(1).clamp(min=1e-9)
        for layer in (told.last_hidden_state, told.hidden_states[WORDS])
    )
    return normalize(meaning, dim=1), words


def _theme_loss(reader: Reader, business: Business, chance: random.Random) -> Any:
    """How surprising it is which theme of the business each text is about, and which texts go together."""
    asked, said = [], []
    for theme, texts in zip(business.themes, business.texts, strict=True):
        drawn = chance.sample(texts, min(len(texts), OF_A_THEME + max(EXAMPLES)))
        asked.append(drawn[:OF_A_THEME])
        examples = drawn[OF_A_THEME:][: chance.choice(EXAMPLES)]
        said.append([described(theme), *examples])
    truth = torch.tensor([place for place, texts in enumerate(asked) for _ in texts])
    flat = [text for texts in (*asked, *said) for text in texts]
    meanings, _ = reader.read(flat)
    own, of_themes = meanings[: len(truth)], meanings[len(truth) :].split([len(each) for each in said])
    centres = normalize(torch.stack([each.mean(0) for each in of_themes]), dim=1)
    nearest = cross_entropy(SHARPNESS * own @ centres.T, truth, label_smoothing=SMOOTHING)
    return nearest + ALIKE * _likeness_loss(own, truth)


def _likeness_loss(meanings: Any, truth: Any) -> Any:
    """How surprising the others of each one's theme are among all others."""
    itself = torch.eye(len(truth), dtype=torch.bool)
    logs = (SHARPNESS * meanings @ meanings.T).masked_fill(itself, -1e4).log_softmax(1)
    same = ((truth[:, None] == truth) & ~itself).float()
    return -((logs * same).sum(1) / same.sum(1).clamp(min=1)).mean()


def _apart_loss(reader: Reader, before: Reader, ear: Any, asked: Rows) -> Any:
    """What is missed of the signals, and how far the texts have moved to or from each other."""
    texts = [text for text, _ in asked]
    meanings, words = reader.read(texts)
    with torch.no_grad():
        were, _ = before.read(texts)
    moved = ((meanings @ meanings.T - were @ were.T) ** 2).mean()
    truth = torch.tensor([[float(signal.value in there) for signal in HEARD] for _, there in asked])
    heard = ear(torch.hstack([meanings * math.sqrt(meanings.shape[1]), words]))
    missed = binary_cross_entropy_with_logits(heard, truth, pos_weight=torch.full((len(HEARD),), RARE))
    return HEARING * missed + KEPT * moved
