"""What is looked for, and where: the document of a case, and the question to PostgreSQL."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.policies.words import fold, stemmer_of, words_in

LONGEST_QUESTION = 200
"""Characters; more are no question but a text."""
MOST_WORDS = 12
FEWEST_LETTERS_OF_PREFIX = 3
MOST_WORDS_READ = 5_000
"""Of each text of a case."""
ERA = 20_000
"""So many cases in a row share a mark in their documents, so that the newest can be asked for alone."""

_MOST_POSITIONS, _LAST_POSITION = 250, 16_000
"""Of one word, and of all. Source: PostgreSQL's manual, limitations of text search."""
_MOST_BYTES, _BYTES_OF_WORD, _BYTES_OF_POSITION = 1_000_000, 3, 2
"""Of a document, of which PostgreSQL takes 1,048,575, and what a word takes besides its letters."""
_APART = 10
"""Positions between two texts, whose words do not stand beside each other."""

Stems = Mapping[tuple[str, str], Sequence[str]]
"""By dictionary and word, what the dictionary makes of it: nothing of a word that says nothing, as "the"."""


class Weight(StrEnum):
    """How much a word counts where it is found, the most first; by the letters that PostgreSQL has for it."""

    CUSTOMER = "A"
    FEEDBACK = "B"
    NOTE = "C"


@dataclass(frozen=True, slots=True)
class Text:
    """Part of a case's document: its folded words; `language` as ISO 639 has it, None: nobody could tell."""

    words: Sequence[str]
    weight: Weight
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: folded words, all of which a case must have. The last may be a beginning.

    `number`: it may be a case's. `completed` are the known words that begin as the last one does; None: too
    many to be named. `near` are known words that are one slip of a finger from one of them.
    """

    words: tuple[str, ...]
    number: int | None = None
    completed: tuple[str, ...] | None = None
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def prefix(self) -> str | None:
        """The word that may be the beginning of one."""
        last = self.words[-1]
        return last if len(last) >= FEWEST_LETTERS_OF_PREFIX else None

    @property
    def beginning(self) -> str | None:
        """The same where so many words begin so that they are not named."""
        return self.prefix if self.completed is None else None

    def meant_by(self, word: str) -> tuple[str, ...]:
        """A word, and those that it may have been meant to be."""
        return (word, *self.near.get(word, ()))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as PostgreSQL reads it.

    `key` is what its index is asked: all words but for a beginning of very many, where there are others. To
    gather those would take longer than to look at each case that has the others.
    """

    query: str
    key: str


def why_not_search(question: str) -> str | None:
    """Why there is nothing to look for in what somebody typed; None where there is."""
    typed, asked = question.strip(), words_in(question)
    example = "Say words of the case, its customer or its number: `/recovery search lamp Fenwick`."
    if not typed:
        return f"What do you look for? {example}"
    if len(typed) > LONGEST_QUESTION:
        return (
            f"A search takes at most {LONGEST_QUESTION} characters; this one has {len(typed):,}. "
            "Two or three rare words are enough."
        )
    if not asked and any(map(str.isalpha, fold(typed))):
        return f"“{typed}”: single letters stand in every text. Say a word of two letters or more."
    if not asked:
        return f"There is no word in “{typed}”. {example}"
    if len(asked) > MOST_WORDS:
        return (
            f"A search takes at most {MOST_WORDS} words; this one has {len(asked)}. The rare ones are enough."
        )
    return None


def read_question(question: str) -> Asked:
    """What is looked for; of what `why_not_search` lets pass."""
    number = re.fullmatch(r"#?([0-9]{1,9})", question.strip())
    return Asked(tuple(dict.fromkeys(words_in(question))), int(number[1]) if number else None)


def era_of(case_id: int) -> str:
    """The mark in a case's document; no word looks like it."""
    return f"@{case_id // ERA}"


def write_vector(case_id: int, texts: Iterable[Text], stems: Stems) -> str:
    """A case's document, as PostgreSQL reads it: each word in its place, with its stem in the same place.

    What says nothing in the language of its text is left out, and of very much what was said last.
    """
    places: dict[str, list[str]] = {}
    position = 1
    for text in texts:
        stemmer = stemmer_of(text.language)
        for word in text.words[:MOST_WORDS_READ]:
            for form in _forms(word, stemmer, stems):
                places.setdefault(form, []).append(f"{min(position, _LAST_POSITION)}{text.weight}")
            position += 1
        position += _APART
    return " ".join([*_written(places), f"'{era_of(case_id)}'"])


def _written(places: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The words with their places, the first of them, as many as PostgreSQL takes."""
    room = _MOST_BYTES
    for form, at in places.items():
        kept = at[:_MOST_POSITIONS]
        room -= len(form.encode()) + _BYTES_OF_WORD + _BYTES_OF_POSITION * len(kept)
        if room < 0:
            return
        yield f"'{form}':{','.join(kept)}"


def says_nothing(asked: Asked, stemmer: str | None, stems: Stems) -> bool:
    """Whether no document in that language has any of the words, as they stand in every text."""
    return all(not _forms(word, stemmer, stems) for word in asked.words)


def write_question(asked: Asked, stemmers: Sequence[str | None], stems: Stems) -> Question:
    """The question in all of these languages at once.

    A case fits where it has, in whatever form, all the words that say something in one of the languages.
    """
    parts = {word: _part(asked, word, stemmers, stems) for word in asked.words}
    needed = [frozenset(word for word in asked.words if _forms(word, stemmer, stems)) for stemmer in stemmers]
    fewest = [
        words for words in dict.fromkeys(needed) if words and not any(each < words for each in needed if each)
    ]
    keys = [words - {asked.beginning} or words for words in fewest]
    return Question(_any_of(fewest, parts), _any_of(keys, parts))


def _any_of(questions: Iterable[Collection[str]], parts: Mapping[str, str]) -> str:
    """The questions as one, each for all of its words."""
    whole = (" & ".join(part for word, part in parts.items() if word in words) for words in questions)
    return " | ".join(f"({each})" for each in dict.fromkeys(whole))


def _part(asked: Asked, word: str, stemmers: Sequence[str | None], stems: Stems) -> str:
    """What stands for a word: it and its stems, those that it may have been meant to be, or begins."""
    meant = asked.meant_by(word)
    forms = [word, *(form for each in meant for stemmer in stemmers for form in _forms(each, stemmer, stems))]
    if word == asked.prefix:
        forms += asked.completed or ()
    written = [f"'{form}'" for form in dict.fromkeys(forms)]
    if word == asked.beginning:
        written[0] = f"'{word}':*"
    return f"({' | '.join(written)})"


def _forms(word: str, stemmer: str | None, stems: Stems) -> list[str]:
    """A word and its stems; nothing for one that says nothing."""
    found = stems.get((stemmer, word)) if stemmer else None
    return [word] if found is None else list(dict.fromkeys((word, *found))) if found else []
