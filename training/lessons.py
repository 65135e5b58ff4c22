"""Labelled texts made into lessons: written as the bot writes them, as numbers, in batches of like length."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sentiment.normalise import normalise
from models.vocabulary import SentimentLabel
from training.labelled import Labelled, LabelledFile

HELD_BACK = 0.05
"""Of the three-way texts; the temperature is fitted on them."""
POOL = 50
"""Batches that are sorted by length together, so that little is padding."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text as numbers, with its answer.

    `knows_neutral` is False where its set has only two answers, `sure` True where no teacher is asked.
    """

    numbers: list[int]
    answer: int
    knows_neutral: bool
    text: str
    sure: bool = False


def lessons_of(
    files: Sequence[LabelledFile],
    tokenizer: Any,
    length: int,
    never: frozenset[str],
    sure: frozenset[str] = frozenset(),
) -> list[Lesson]:
    """Each text once, at most `length` tokens of it; texts that must not be learned are left out."""
    seen: dict[str, tuple[Labelled, bool]] = {}
    for file in files:
        knows_neutral = SentimentLabel.NEUTRAL in file.labels
        for row in file.rows:
            seen.setdefault(normalise(row.text), (row, knows_neutral))
    places = list(SentimentLabel)
    return [
        Lesson(
            numbers_of(tokenizer, text, length), places.index(row.label), knows_neutral, text, text in sure
        )
        for text, (row, knows_neutral) in seen.items()
        if text and text not in never
    ]


def numbers_of(tokenizer: Any, text: str, length: int) -> list[int]:
    """The text's tokens, with those that begin and end it."""
    numbers: list[int] = tokenizer(text, truncation=True, max_length=length)["input_ids"]
    return numbers


def split(
    lessons: Sequence[Lesson], seed: int, held_from: frozenset[str] = frozenset()
) -> tuple[list[Lesson], list[Lesson]]:
    """What is learned, in an order by chance, and what is held back of the texts that could be neutral; of
    `held_from`, if that is not empty.

    A text is held back by its own digest, whatever the seed and the other texts: what a model was not taught
    its teachers were not either, nor what it began as or is averaged with. One is, where chance gives none.
    """
    order = random.Random(seed).sample(list(lessons), len(lessons))
    may = [each for each in order if each.knows_neutral and (not held_from or each.text in held_from)]
    three_way = sorted(may, key=lambda each: _share(each.text))
    back = three_way[: max(1, sum(_share(each.text) < HELD_BACK for each in three_way))]
    held = {lesson.text for lesson in back}
    return [lesson for lesson in order if lesson.text not in held], back


def digest_of_text(text: str) -> str:
    """By which it is known in every file that is made of it: half a SHA-256, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _share(text: str) -> float:
    """Between 0 and 1, by the digest of the text."""
    return int(digest_of_text(text)[:16], 16) / 2**64


def batches_of(lessons: Sequence[Lesson], size: int, seed: int) -> Iterator[list[int]]:
    """Places, drawn by chance, those of like length together; again and again."""
    chance = random.Random(seed)
    while True:
        order = chance.sample(range(len(lessons)), len(lessons))
        for start in range(0, len(order), size * POOL):
            pool = sorted(order[start : start + size * POOL], key=lambda p: len(lessons[p].numbers))
            batches = [pool[first : first + size] for first in range(0, len(pool), size)]
            chance.shuffle(batches)
            yield from batches
