"""Which themes a text is near to in meaning, without any training: by a name, a description, examples."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sentiment.folder import check_folder
from bot.sentiment.normalise import MOST_CHARACTERS, normalise
from bot.sentiment.scorer import MOST_TOKENS
from bot.sentiment.windows import cut, runs
from models.policies.themes import SOMETHING_ELSE, Theme
from models.vocabulary import NearTheme

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "meaning"
NEAR = 0.25
"""Cosine; what is less near is no theme of the text. See the card in bot/sentiment/meaning."""
MOST = 2
"""The likeliest is right in half of the cases, one of two in seven of ten."""
FILES = 4
"""Rulebooks whose themes are kept: the one in force, and one that is tried beside it."""


class ThemeFinder:
    """The bot's ear for what a text is about; safe to share by threads."""

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 2) -> None:
        """Raises ModelMissing."""
        whole = check_folder(folder)
        from bot.sentiment.onnx_meaning import OnnxMeaning  # two seconds of imports

        self._model, self._languages = OnnxMeaning(whole, threads=threads), whole.traits.languages
        self._centres = lru_cache(maxsize=FILES)(self._find_centres)

    def reads(self, language: str | None) -> bool:
        """Whether it knows the language; one that nobody could tell is worth a try."""
        return language is None or self._languages is None or language in self._languages

    def find(self, texts: Sequence[str], themes: Collection[Theme]) -> list[tuple[NearTheme, ...]]:
        """For each text the themes that it is near to, the nearest first, MOST at most."""
        looked_for = tuple(theme for theme in themes if theme.key != SOMETHING_ELSE.key)
        if not looked_for or not texts:
            return [()] * len(texts)
        nearness = self._meanings(texts) @ self._centres(looked_for).T
        return [_nearest(row, looked_for) for row in nearness.tolist()]

    def _find_centres(self, themes: tuple[Theme, ...]) -> "Vectors":
        """One direction for each theme: the mean of what is said of it. Once for each reading of the file."""
        import numpy as np

        said = [[f"{theme.name}. {theme.description}", *theme.examples] for theme in themes]
        means = np.stack([self._meanings(each).mean(axis=0) for each in said])
        centres: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return centres

    def _meanings(self, texts: Sequence[str]) -> "Vectors":
        """One direction for each text, that of its windows together; none for a text that says nothing."""
        import numpy as np

        windows: list[list[int]] = []
        owners: list[int] = []
        for owner, text in enumerate(texts):
            found = self._windows(text)
            windows += found
            owners += [owner] * len(found)
        summed = np.zeros((len(texts), self._model.width), dtype=np.float32)
        for places in runs([len(window) for window in windows]):
            meant = self._model.mean_of([windows[place] for place in places])
            np.add.at(summed, [owners[place] for place in places], meant)
        lengths = np.linalg.norm(summed, axis=1, keepdims=True)
        directions: Vectors = summed / np.maximum(lengths, 1e-9)
        return directions

    def _windows(self, text: str) -> list[list[int]]:
        written = normalise(text).replace("@user", "").replace("http", "")[:MOST_CHARACTERS]
        return cut(written, self._model.tokens(written)[:MOST_TOKENS]).windows


def _nearest(nearness: Sequence[float], themes: Sequence[Theme]) -> tuple[NearTheme, ...]:
    told = [NearTheme(theme.key, round(near, 3)) for theme, near in zip(themes, nearness, strict=True)]
    return tuple(sorted((each for each in told if each.nearness >= NEAR), key=lambda t: -t.nearness)[:MOST])
