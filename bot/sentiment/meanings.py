"""What a model's own labels mean: one of negative, neutral and positive each."""

from collections.abc import Mapping

from models.vocabulary import SentimentLabel

Meanings = Mapping[str, SentimentLabel]
"""By the label in small letters: {"1 star": negative, "2 stars": negative, …}."""
OWN_WORDS: Meanings = {label.value: label for label in SentimentLabel}

NEEDED = (SentimentLabel.NEGATIVE, SentimentLabel.POSITIVE)
"""A model without neutral answers is a poor one, and can be used."""


class StrangeLabels(Exception):
    """A model's labels are not understood: which they are, and how to mend it."""

    def __init__(self, fault: str, mend: str) -> None:
        super().__init__(fault)
        self.mend = mend


def places_of(labels: Mapping[int, str], meanings: Meanings) -> list[list[int]]:
    """Where the model says negative, neutral and positive, in this order; several labels may mean the same.

    Raises StrangeLabels for a label of which nobody said what it means.
    """
    known = {**OWN_WORDS, **meanings}
    meant = {place: known.get(label.lower()) for place, label in labels.items()}
    if None in meant.values() or not set(NEEDED) <= set(meant.values()):
        said = ", ".join(labels.values())
        example = ",".join(f"{label}=…" for label in labels.values())
        raise StrangeLabels(
            f"has the labels {said}; each must mean negative, neutral or positive, and not all the same",
            f'Say what they mean: SENTIMENT_LABELS="{example}"',
        )
    return [[place for place, label in meant.items() if label is wanted] for wanted in SentimentLabel]
