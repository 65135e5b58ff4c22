"""Score how texts feel with the transformer in a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.sentiment.calibration import tempered
from bot.sentiment.folder import SHIPPED, Traits, check_folder, open_folder
from bot.sentiment.meanings import OWN_WORDS, Meanings
from bot.sentiment.normalise import MOST_CHARACTERS, normalise
from bot.sentiment.windows import Felt, Pieces, Token, cut, join, runs
from models.vocabulary import SentimentLabel, SentimentScore

MOST_TOKENS = 512

SAYS_NOTHING = Felt(negative=0.0, neutral=1.0, positive=0.0)
"""The answer to a text with nothing in it that the model could read."""


class Scorer:
    """The bot's ear; loaded once, in a thread, for it takes about two seconds; safe to share by threads."""

    def __init__(
        self, place: Path | str = SHIPPED, *, threads: int = 2, meanings: Meanings = OWN_WORDS
    ) -> None:
        """A folder that is whole (a Path), or what somebody names: a folder, or a name on Hugging Face.

        `meanings` are those of labels that are not called as ours. Raises ModelMissing.
        """
        self._model, self.traits = _open(place, threads, meanings)
        self._model.feel([[]])  # the first run takes longer than the others

    @property
    def name(self) -> str:
        """Which model it is; every score tells it."""
        return self._model.name

    def reads(self, language: str) -> bool:
        """Whether it was taught the language, as far as we know."""
        return self.traits.languages is None or language in self.traits.languages

    def is_long(self, text: str) -> bool:
        """Whether the text is heard in windows and sentences, and not in one piece."""
        return self._read(text).pieces.is_long

    def temperature_of(self, *, is_long: bool) -> float:
        """What the probabilities were tempered by."""
        return self.traits.temperature_of_long if is_long else self.traits.temperature

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


class _Model(Protocol):
    """What a loaded model can do."""

    name: str

    def tokens(self, text: str) -> list[Token]:
        """The text's tokens."""

    def feel(self, pieces: Sequence[Sequence[int]]) -> list[Felt]:
        """How each piece feels."""


def _open(place: Path | str, threads: int, meanings: Meanings) -> tuple[_Model, Traits]:
    """Takes two seconds of imports, or more, that `--help` need not wait for."""
    if isinstance(place, str) and not any(Path(place).glob("*.onnx")):
        from bot.sentiment.torch_model import TorchModel

        return TorchModel(place, meanings=meanings), Traits()
    folder = check_folder(place) if isinstance(place, Path) else open_folder(Path(place))
    from bot.sentiment.onnx_model import OnnxModel

    return OnnxModel(folder, threads=threads, meanings=meanings), folder.traits
