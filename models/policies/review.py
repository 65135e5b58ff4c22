"""When a person is asked how feedback feels, and what their answer is worth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from models.policies.rules import Decision
from models.vocabulary import ReviewReason, SentimentLabel, SentimentScore

BY_A_PERSON = "a person"
"""Stands for the model's name where a person said how it feels."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Where people are asked, below which probability, for how long, and about how much at a time.

    What nobody answers within `wait`, and what comes while `at_most` wait, is decided as the model heard it.
    """

    channel: str
    below: float
    wait: timedelta
    at_most: int


def why_ask(score: SentimentScore, rules: ReviewRules) -> ReviewReason | None:
    """Why the model is not believed; None where it is."""
    if not score.is_read:
        return ReviewReason.LANGUAGE
    is_sure = max(score.p_negative, score.p_neutral, score.p_positive) >= rules.below
    return None if is_sure else ReviewReason.UNSURE


def matters(decide: Callable[[SentimentScore], Decision], heard: SentimentScore) -> bool:
    """Whether the answer changes what becomes of the feedback: else nobody need be asked."""
    return len({decide(as_said(heard, label)).rule for label in SentimentLabel}) > 1


def as_said(heard: SentimentScore, label: SentimentLabel) -> SentimentScore:
    """What was heard, with a person's word on how it feels; what it is about stays as the model has it."""
    told = certain(label)
    return replace(told, language=heard.language, themes=heard.themes, signals=heard.signals)


def certain(label: SentimentLabel) -> SentimentScore:
    """How a text feels of which a person said so."""
    negative, neutral, positive = (float(label is each) for each in SentimentLabel)
    return SentimentScore(label, positive - negative, negative, neutral, positive, model=BY_A_PERSON)
