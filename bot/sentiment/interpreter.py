"""Each text is heard by the model that reads its language; what none reads is not scored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sentiment.folder import SHIPPED
from bot.sentiment.language import detect_language
from bot.sentiment.meanings import Meanings
from bot.sentiment.scorer import Scorer
from bot.sentiment.themes import Meant, ThemeFinder
from models.policies.themes import Theme
from models.vocabulary import SentimentLabel, SentimentScore

if TYPE_CHECKING:
    from bot.sentiment.lessons import Lessons

NOBODY = "no model"
"""Stands for the model's name where none reads the language."""
UNREAD = SentimentScore(
    SentimentLabel.NEUTRAL,
    score=0.0,
    p_negative=1 / 3,
    p_neutral=1 / 3,
    p_positive=1 / 3,
    model=NOBODY,
    is_read=False,
)

NOTHING = Meant()


@dataclass(frozen=True, slots=True)
class Models:
    """Which models there shall be: folders, or names on Hugging Face. `main` None: the shipped one.

    `by_language`: others, by the code of the language that each is for. `meanings` of their labels.
    """

    main: str | None = None
    by_language: Mapping[str, str] = field(default_factory=dict)
    meanings: Meanings = field(default_factory=dict)


class Interpreter:
    """The bot's ear with all its models; safe to share by threads."""

    def __init__(self, models: Models | None = None, *, threads: int = 2) -> None:
        """Loads them, which takes two seconds or more; raises ModelMissing, which says what to do."""
        wanted = models or Models()
        named: dict[str | None, Path | str] = {None: wanted.main or SHIPPED}
        named.update(wanted.by_language)
        self._scorers = {
            language: Scorer(place, threads=threads, meanings=wanted.meanings)
            for language, place in named.items()
        }
        self.themes = ThemeFinder(threads=threads)

    @property
    def scorers(self) -> Sequence[Scorer]:
        """Every model: the main one first."""
        return list(self._scorers.values())

    def score(
        self, texts: Sequence[str], themes: Collection[Theme] = (), lessons: "Lessons | None" = None
    ) -> list[SentimentScore]:
        """One score for each text, in the same order; `is_read` is False where no model reads the language.

        A text whose language nobody could tell is heard by the main model. `themes` and signals are looked
        for in the languages of the model for meaning only, themes with what `lessons` of it say.
        """
        languages = [detect_language(text) for text in texts]
        readers = [self._reader_of(language) for language in languages]
        scores: dict[int, SentimentScore] = {}
        for scorer in self.scorers:
            places = [place for place, reader in enumerate(readers) if reader is scorer]
            scores.update(zip(places, scorer.score([texts[place] for place in places]), strict=True))
        meant = self._find_themes(texts, languages, themes, lessons)
        return [
            replace(
                scores.get(place, UNREAD),
                language=language,
                themes=meant.get(place, NOTHING).themes,
                signals=meant.get(place, NOTHING).signals,
                sketch=meant.get(place, NOTHING).sketch,
            )
            for place, language in enumerate(languages)
        ]

    def _find_themes(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        themes: Collection[Theme],
        lessons: "Lessons | None",
    ) -> dict[int, Meant]:
        places = [place for place, language in enumerate(languages) if self.themes.reads(language)]
        found = self.themes.find([texts[place] for place in places], themes, lessons)
        return dict(zip(places, found, strict=True))

    def _reader_of(self, language: str | None) -> Scorer | None:
        if language is not None and language in self._scorers:
            return self._scorers[language]
        main = self._scorers[None]
        return main if language is None or main.reads(language) else None
