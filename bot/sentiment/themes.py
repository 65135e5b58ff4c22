"""What a text means: which themes it is near to, which signals it gives, and a sketch to compare it by.

Nearness needs no training: it is that of the text's meaning to what rules.yaml says of a theme. What people
said of other texts corrects it (lessons.py), where they said enough.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.sentiment.folder import ModelFolder, ModelMissing, check_folder
from bot.sentiment.normalise import MOST_CHARACTERS, has_words, normalise
from bot.sentiment.scorer import MOST_TOKENS
from bot.sentiment.windows import Pieces, cut, runs
from models.policies.bursts import BITS
from models.policies.themes import SOMETHING_ELSE, Theme
from models.vocabulary import NearTheme

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from bot.sentiment.lessons import Lessons

    Vectors = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "meaning"
NEAR = 0.25
"""Cosine; what is less near is no theme of the text. See the card in bot/sentiment/meaning."""
MOST = 2
"""The likeliest is right in five to eight of ten cases, one of two in seven to nine."""
FILES = 4
"""Rulebooks whose themes are kept: the one in force, and one that is tried beside it."""
LESSONS = "ngrams"
"""What lessons are made of beside what the model says; those made otherwise are those of another model."""
SEED = 8
"""Of the directions of a sketch: every process draws the same ones, whatever its version of numpy."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What one text means: the themes that it is near to, the nearest first, its signals and its sketch."""

    themes: tuple[NearTheme, ...] = ()
    signals: tuple[str, ...] = ()
    sketch: bytes = b""


class Read(NamedTuple):
    """Texts (rows) as they were read: the direction of each one's meaning, and its words; 0 for silence."""

    meanings: "Vectors"
    words: "Vectors"

    @property
    def features(self) -> "Vectors":
        """All of it, to learn from."""
        import numpy as np

        return np.hstack([self.meanings, self.words])


class ThemeFinder:
    """The bot's ear for what a text is about; safe to share by threads."""

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 2) -> None:
        """Raises ModelMissing."""
        whole = check_folder(folder)
        from bot.sentiment.onnx_meaning import OnnxMeaning  # two seconds of imports
        from bot.sentiment.signals import FILE, SignalEar

        self.name = _named(whole)
        self._model, self._languages = OnnxMeaning(whole, threads=threads), whole.traits.languages
        self._signals = SignalEar.load(folder / FILE)
        self._centres = lru_cache(maxsize=FILES)(self._find_centres)

    def reads(self, language: str | None) -> bool:
        """Whether it knows the language; one that nobody could tell is worth a try."""
        return language is None or self._languages is None or language in self._languages

    def find(
        self, texts: Sequence[str], themes: Collection[Theme], lessons: "Lessons | None" = None
    ) -> list[Meant]:
        """For each text the themes that it is near to, MOST at most, its signals, and its sketch.

        One that says nothing has none of it, one of pictures alone no themes: an angry face is as near to the
        counter as to the lamp. `lessons` are of this model.
        """
        import numpy as np

        from bot.sentiment.ngrams import count_characters

        if not texts:
            return []
        looked_for = sought(themes)
        said = written(texts)
        pieces = self._cut(said)
        windows = self._read_pieces([each.windows for each in pieces])
        sentences = self._read_pieces([_apart(each) for each in pieces])
        read = windows.joined(len(texts))
        nearness = self.nearness(read, looked_for)
        if lessons is not None:
            spelt = [count_characters(text) for text in said]
            nearness += lessons.corrections(read.features, spelt, [theme.key for theme in looked_for])
        signals = self._signals.hear(
            np.vstack([windows.read.features, sentences.read.features]),
            [*windows.pieces, *sentences.pieces],
            [*windows.owners, *sentences.owners],
            len(texts),
        )
        sketches = self._sketches(read.meanings) if looked_for else [b""] * len(texts)
        rows = zip(texts, nearness.tolist(), signals, sketches, read.meanings, strict=True)
        return [
            Meant(_nearest(near, looked_for) if has_words(text) else (), heard, sketch)
            if meaning.any()
            else Meant()
            for text, near, heard, sketch, meaning in rows
        ]

    def nearness(self, read: Read, themes: Sequence[Theme]) -> "Vectors":
        """The cosine of each text (row) and each of these themes (column), without any lesson."""
        import numpy as np

        if not themes:
            return np.zeros((len(read.meanings), 0), dtype=np.float32)
        nearness: Vectors = read.meanings @ self._centres(tuple(themes)).T
        return nearness

    def _sketches(self, meanings: "Vectors") -> list[bytes]:
        """For each of the fixed directions a bit, on which side of it the meaning lies."""
        import numpy as np

        signs = np.packbits(meanings @ self._directions > 0, axis=1)
        return [row.tobytes() for row in signs]

    @cached_property
    def _directions(self) -> "Vectors":
        import numpy as np

        drawn = np.random.RandomState(SEED).standard_normal((self._model.width, BITS))
        directions: Vectors = drawn.astype(np.float32)
        return directions

    def _find_centres(self, themes: tuple[Theme, ...]) -> "Vectors":
        """One direction for each theme: the mean of what is said of it. Once for each reading of the file."""
        import numpy as np

        said = [[described(theme), *theme.examples] for theme in themes]
        means = np.stack([self.read(each).meanings.mean(axis=0) for each in said])
        centres: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return centres

    def read(self, texts: Sequence[str]) -> Read:
        """What each text means and which words it has, by its windows together."""
        return self._read_pieces([each.windows for each in self._cut(written(texts))]).joined(len(texts))

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of what is read of each."""
        return [
            [number for window in each.windows for number in window] for each in self._cut(written(texts))
        ]

    def _cut(self, said: Sequence[str]) -> list[Pieces]:
        """What is to be heard of texts as they are `written`."""
        return [cut(words, self._model.tokens(words)[:MOST_TOKENS]) for words in said]

    def _read_pieces(self, of_texts: Sequence[Sequence[list[int]]]) -> "_PiecesRead":
        """What each piece of each text means, and which words it has."""
        import numpy as np

        pieces = [piece for of_text in of_texts for piece in of_text]
        owners = [owner for owner, of_text in enumerate(of_texts) for _ in of_text]
        meanings, words = (np.zeros((len(pieces), self._model.width), dtype=np.float32) for _ in range(2))
        for places in runs([len(piece) for piece in pieces]):
            meanings[places], words[places] = self._model.mean_of([pieces[place] for place in places])
        return _PiecesRead(pieces, Read(meanings, words), owners)


class _PiecesRead(NamedTuple):
    """Pieces (rows) as they were read, and which text each is of."""

    pieces: list[list[int]]
    read: Read
    owners: list[int]

    def joined(self, texts: int) -> Read:
        """The pieces of each of so many texts as one."""
        import numpy as np

        meanings, words = (np.zeros((texts, self.read.meanings.shape[1]), dtype=np.float32) for _ in range(2))
        np.add.at(meanings, self.owners, self.read.meanings)
        np.add.at(words, self.owners, self.read.words)
        meanings /= np.maximum(np.linalg.norm(meanings, axis=1, keepdims=True), 1e-9)
        words /= np.maximum(np.bincount(self.owners, minlength=texts), 1)[:, None]
        return Read(meanings, words)


def described(theme: Theme) -> str:
    """What is said of it, beside its examples."""
    return f"{theme.name}. {theme.description}"


def shipped_name() -> str | None:
    """What a ThemeFinder is called that is opened now; None where its files are not whole."""
    try:
        return _named(check_folder(SHIPPED))
    except ModelMissing:
        return None


def _named(folder: ModelFolder) -> str:
    return f"{folder.name}+{LESSONS}"


def plain(text: str) -> str:
    """As the encoder reads it: as it is scored, without whom it names and where it points."""
    return normalise(text).replace("@user", "").replace("http", "")


def written(texts: Sequence[str]) -> list[str]:
    """As much of each as is read, the way that it is read."""
    return [plain(text)[:MOST_CHARACTERS] for text in texts]


def _apart(pieces: Pieces) -> list[list[int]]:
    """The sentences of a letter, in whose windows one is lost; none of a shorter text: they take time."""
    return pieces.sentences if len(pieces.windows) > 1 else []


def sought(themes: Collection[Theme]) -> tuple[Theme, ...]:
    """Those that are looked for: all but the one for what is about none of them."""
    return tuple(theme for theme in themes if theme.key != SOMETHING_ELSE.key)


def _nearest(nearness: Sequence[float], themes: Sequence[Theme]) -> tuple[NearTheme, ...]:
    told = [
        NearTheme(theme.key, min(round(near, 3), 1.0)) for theme, near in zip(themes, nearness, strict=True)
    ]
    return tuple(sorted((each for each in told if each.nearness >= NEAR), key=lambda t: -t.nearness)[:MOST])
