"""Score how texts feel with the transformer in a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sentiment.calibration import tempered
from bot.sentiment.folder import SHIPPED, check_folder
from bot.sentiment.normalise import MOST_CHARACTERS, normalise
from bot.sentiment.windows import Felt, Pieces, cut, join, runs
from models.vocabulary import SentimentLabel, SentimentScore

MOST_TOKENS = 512

SAYS_NOTHING = Felt(negative=0.0, neutral=1.0, positive=0.0)
"""The answer to a text with nothing in it that the model could read."""


class Scorer:
    """The bot's ear; loaded once, in a thread, for it takes about two seconds; safe to share by threads."""

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 2) -> None:
        """Raises ModelMissing when a file is missing or damaged."""
        whole = check_folder(folder)
        from bot.sentiment.onnx_model import (
            OnnxModel,
        )  # two seconds of imports that `--help` need not wait for

        self.taught_on = whole.taught_on
        self._temperatures = (whole.temperature, whole.temperature_of_long)
        self._model = OnnxModel(whole, threads=threads)
        self._model.feel([[]])  # the first run takes longer than the others

    @property
    def name(self) -> str:
        """Which model it is; every score tells it."""
        return self._model.name

    def is_long(self, text: str) -> bool:
        """Whether the text is heard in windows and sentences, and not in one piece."""
        return self._read(text).pieces.is_long

    def temperature_of(self, *, is_long: bool) -> float:
        """What the probabilities were tempered by."""
        return self._temperatures[is_long]

    def score(self, texts: Sequence[str]) -> list[SentimentScore]:
        """One score for each text, in the same order, for any text whatever.

        Reads a text's first MOST_TOKENS tokens of its first MOST_CHARACTERS characters; what is longer is
        marked `is_truncated`. A text in which the model can read nothing is neutral beyond doubt (0, 1, 0).
        """
        readings = [self._read(text) for text in texts]
        felt = iter(self._feel([piece for reading in readings for piece in reading.pieces.all()]))
        return [self._answer(reading, felt) for reading in readings]

    def _read(self, text: str) -> "_Reading":
        written = normalise(text)
        tokens = self._model.tokens(written[:MOST_CHARACTERS])  # emoji have become words: more than there was
        is_truncated = max(len(text), len(written)) > MOST_CHARACTERS or len(tokens) > MOST_TOKENS
        return _Reading(cut(written, tokens[:MOST_TOKENS]), is_truncated)

    def _feel(self, pieces: Sequence[Sequence[int]]) -> list[Felt]:
        """How each piece feels; those of like length go together, so that little is padding."""
        felt: dict[int, Felt] = {}
        for places in runs([len(piece) for piece in pieces]):
            felt.update(zip(places, self._model.feel([pieces[place] for place in places]), strict=True))
        return [felt[place] for place in range(len(pieces))]

    def _answer(self, reading: "_Reading", felt: Iterator[Felt]) -> SentimentScore:
        pieces = reading.pieces
        windows = [next(felt) for _ in pieces.windows]
        sentences = [next(felt) for _ in pieces.sentences]
        temperature = self.temperature_of(is_long=pieces.is_long)
        whole = tempered(join(pieces, windows, sentences), temperature) if windows else SAYS_NOTHING
        return SentimentScore(
            label=max(zip(whole, SentimentLabel, strict=True), key=lambda pair: pair[0])[1],
            score=whole.positive - whole.negative,
            p_negative=whole.negative,
            p_neutral=whole.neutral,
            p_positive=whole.positive,
            model=self._model.name,
            is_truncated=reading.is_truncated,
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """What of one text will be heard, and whether that is less than all of it."""

    pieces: Pieces
    is_truncated: bool
