"""How the encoder for meaning is taught: what customers write comes near to the theme that it is about.

Three things are asked of it at once: of the themes of one business, described in a sentence, the right one is
the nearest, and texts about one theme are near to each other (Khosla and others, Supervised contrastive
learning, 2020); the signals can be heard in what it says; and texts stay as near to each other as they were
before it was taught, since searches for a burst of complaints build on that. With a teacher, a larger encoder
taught the same, a fourth: whatever is written is as near to the themes of any business as the teacher finds.
"""

import copy
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch.nn import Linear, ReLU, Sequential
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, kl_div, normalize

from bot.sentiment.lessons import SHARPNESS
from bot.sentiment.themes import described, plain
from training.signal_texts import HEARD, Rows
from training.teaching import descend, seed_all, where_to_count
from training.themed import Business

SMOOTHING = 0.05
OF_A_THEME = 4
"""Texts of each theme in a step."""
EXAMPLES = (0, 0, 1, 2)
"""Texts that stand beside a theme's description as its examples, by chance one of these numbers."""
APART = 40
"""Texts in a step of which the signals are asked, and the nearness they had."""
ALIKE, HEARING, KEPT, FOLLOWED = 0.5, 0.5, 150.0, 2.0
"""What texts of one theme weigh beside the themes themselves; the signals; the nearness as it was; the
nearness that a teacher finds."""
RARE = 3.0
"""What a signal that is there weighs: few texts have one."""
HIDDEN = 192
AT_ONCE = 256
"""Texts that a teacher reads at once."""
LENGTH = 48
"""Tokens of a text that are read while teaching."""
PARTS = 3
"""Runs of like length that a batch is read in, so that less of it is padding."""
WORDS = 3
"""The layer in whose middle the words are not yet melted into one meaning; a trained head hears them, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how fast, how many businesses in a step, and which chance."""

    steps: int
    rate: float
    at_once: int
    half: bool
    seed: int


def teach(
    encoder: Any,
    tokenizer: Any,
    businesses: Sequence[Business],
    signalled: Rows,
    plan: Plan,
    teacher: "Remembered | None" = None,
) -> Any:
    """Teach it; the encoder whose weights are the mean of those of the last steps.

    `signalled`: texts with the signals in them; some have none. `teacher`: what a larger encoder, taught
    so before, reads in all of these texts and in the themes (`said_of`).
    """
    chance = random.Random(plan.seed)
    seed_all(plan.seed)
    encoder.to(where_to_count())
    heard = Sequential(Linear(2 * encoder.config.hidden_size, HIDDEN), ReLU(), Linear(HIDDEN, len(HEARD)))
    ear = heard.to(encoder.device)
    optimiser = torch.optim.AdamW(
        [{"params": encoder.parameters(), "lr": plan.rate}, {"params": ear.parameters(), "lr": 1e-3}],
        weight_decay=0.01,
    )
    reader, before = (
        Reader(each, tokenizer, half=plan.half) for each in (encoder, copy.deepcopy(encoder).eval())
    )

    at_once = min(plan.at_once, len(businesses))

    def surprise() -> Any:
        asked = chance.sample(signalled, APART)
        others = [text for text, _ in asked]
        meanings, words = reader.read(others)
        loss = _apart_loss(before, ear, asked, meanings, words)
        for business in chance.sample(businesses, at_once):
            drawn = _drawn(business, chance)
            own, centres = drawn.read(reader)
            loss = loss + _theme_loss(own, centres, drawn.truth) / at_once
            if teacher is not None:
                near = torch.cat([own, meanings]) @ centres.T
                loss = loss + FOLLOWED * _unlike_loss(near, drawn, teacher, others) / at_once
        return loss

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
        with torch.autocast(self.encoder.device.type, torch.bfloat16, enabled=self.half):
            read = [self._read_part([texts[place] for place in part]) for part in parts]
        back = torch.tensor(np.argsort(order))
        meanings, words = (torch.cat(each)[back].float() for each in zip(*read, strict=True))
        return meanings, words

    def _read_part(self, texts: Sequence[str]) -> tuple[Any, Any]:
        written = [plain(text) or "." for text in texts]
        batch = self.tokenizer(written, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt")
        batch = batch.to(self.encoder.device)
        return meaning_and_words(self.encoder, batch["input_ids"], batch["attention_mask"])


class Remembered:
    """What a teacher reads, each text once: it does not change while it teaches."""

    def __init__(self, reader: Reader, texts: Sequence[str]) -> None:
        """`texts`: all that it may be asked."""
        self._places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        said = sorted(self._places, key=len)
        with torch.no_grad():
            read = [reader.read(said[start : start + AT_ONCE])[0] for start in range(0, len(said), AT_ONCE)]
        back = torch.tensor([self._places[text] for text in said])
        self._meanings = torch.cat(read)[torch.argsort(back)]

    def read(self, texts: Sequence[str]) -> tuple[Any, None]:
        """The direction of each one's meaning."""
        return self._meanings[[self._places[text] for text in texts]], None


def meaning_and_words(encoder: Any, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
    """The mean over the tokens of the last layer, of length 1, and that of an earlier one."""
    told = encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    is_text = attention_mask.unsqueeze(-1).to(told.last_hidden_state.dtype)
    meaning, words = (
        (layer * is_text).sum(1) / is_text.sum(1).clamp(min=1e-9)
        for layer in (told.last_hidden_state, told.hidden_states[WORDS])
    )
    return normalize(meaning, dim=1), words


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Of a business: `asked`, some texts of each theme; `said`, of each its description and some examples."""

    asked: Sequence[Sequence[str]]
    said: Sequence[Sequence[str]]

    @property
    def truth(self) -> list[int]:
        """The theme of each text that is asked about."""
        return [place for place, texts in enumerate(self.asked) for _ in texts]

    def read(self, reader: "Reader | Remembered") -> tuple[Any, Any]:
        """The meanings of what is asked about, and those of the themes."""
        meanings, _ = reader.read([*chain.from_iterable(self.asked), *chain.from_iterable(self.said)])
        own, *of_themes = meanings.split([len(self.truth), *map(len, self.said)])
        return own, normalize(torch.stack([each.mean(0) for each in of_themes]), dim=1)


def said_of(businesses: Sequence[Business]) -> list[str]:
    """Everything that is read of them: the texts, and the themes as they are described."""
    themes = [described(theme) for each in businesses for theme in each.themes]
    return [*themes, *(text for each in businesses for texts in each.texts for text in texts)]


def _drawn(business: Business, chance: random.Random) -> _Drawn:
    asked, said = [], []
    for theme, texts in zip(business.themes, business.texts, strict=True):
        drawn = chance.sample(texts, min(len(texts), OF_A_THEME + max(EXAMPLES)))
        asked.append(drawn[:OF_A_THEME])
        examples = drawn[OF_A_THEME:][: chance.choice(EXAMPLES)]
        said.append([described(theme), *examples])
    return _Drawn(asked, said)


def _theme_loss(own: Any, centres: Any, places: Sequence[int]) -> Any:
    """How surprising it is which theme of the business each text is about, and which texts go together."""
    truth = torch.tensor(places, device=own.device)
    nearest = cross_entropy(SHARPNESS * own @ centres.T, truth, label_smoothing=SMOOTHING)
    return nearest + ALIKE * _likeness_loss(own, truth)


def _unlike_loss(near: Any, drawn: _Drawn, teacher: Remembered, others: Sequence[str]) -> Any:
    """How far what is near to the themes of a business, of its texts and others, is from what the teacher
    finds.
    """
    with torch.no_grad():
        own, centres = drawn.read(teacher)
        theirs, _ = teacher.read(others)
        found = (SHARPNESS * torch.cat([own, theirs]) @ centres.T).softmax(1)
    return kl_div((SHARPNESS * near).log_softmax(1), found, reduction="batchmean")


def _likeness_loss(meanings: Any, truth: Any) -> Any:
    """How surprising the others of each one's theme are among all others."""
    itself = torch.eye(len(truth), dtype=torch.bool, device=truth.device)
    logs = (SHARPNESS * meanings @ meanings.T).masked_fill(itself, -1e4).log_softmax(1)
    same = ((truth[:, None] == truth) & ~itself).float()
    return -((logs * same).sum(1) / same.sum(1).clamp(min=1)).mean()


def _apart_loss(before: Reader, ear: Any, asked: Rows, meanings: Any, words: Any) -> Any:
    """What is missed of the signals, and how far the texts have moved to or from each other."""
    with torch.no_grad():
        were, _ = before.read([text for text, _ in asked])
    moved = ((meanings @ meanings.T - were @ were.T) ** 2).mean()
    there = [[float(signal.value in signals) for signal in HEARD] for _, signals in asked]
    truth = torch.tensor(there, device=words.device)
    heard = ear(torch.hstack([meanings * math.sqrt(meanings.shape[1]), words]))
    missed = binary_cross_entropy_with_logits(heard, truth, pos_weight=torch.full_like(truth[0], RARE))
    return HEARING * missed + KEPT * moved
