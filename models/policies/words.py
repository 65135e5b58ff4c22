"""Words as search compares them: small letters without accents, and those that are one slip apart."""

import re
import unicodedata
from collections.abc import Mapping

LONGEST_WORD = 60
FEWEST_LETTERS_TO_MISTYPE, MOST_LETTERS_TO_MISTYPE = 4, 40

SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han: each character counts as a word, as nothing stands between words."""
MARKS = "".join(chr(code) for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
"""What stands on or beside a letter and belongs to its word, as the vowels of Hindi do."""
UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""What has no width, and where words may be broken: it is no part of a word, and no end of one."""

_STROKES = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
"""Letters that are typed without what is special about them, and which Unicode does not take apart."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_SEEN = re.compile(f"[{UNSEEN}]")
_WORD = re.compile(f"[{SPACELESS}]|(?:(?![{SPACELESS}])[^\\W_]|[{MARKS}])+")

_SPOKEN = (
    "ar arabic, ca catalan, da danish, de german, el greek, en english, es spanish, et estonian, eu basque, "
    "fi finnish, fr french, ga irish, hi hindi, hu hungarian, hy armenian, id indonesian, it italian, "
    "lt lithuanian, nb norwegian, ne nepali, nl dutch, nn norwegian, no norwegian, pt portuguese, "
    "ro romanian, ru russian, sr serbian, sv swedish, ta tamil, tr turkish, yi yiddish"
)
STEMMERS: Mapping[str, str] = {each[:2]: f"{each[3:]}_stem" for each in _SPOKEN.split(", ")}
"""PostgreSQL's dictionaries by the language that they know. A word of another language has no stem."""


def stemmer_of(language: str | None) -> str | None:
    """The dictionary of a language, as "de" or "de-AT"; None where PostgreSQL has none."""
    return STEMMERS.get(re.split("[-_]", (language or "").lower())[0])


def fold(text: str) -> str:
    """As it is compared: small letters, no accents, nothing that cannot be seen, one way of writing."""
    plain = unicodedata.normalize("NFKC", _NOT_SEEN.sub("", text)).casefold().translate(_STROKES)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", plain)))


def words_in(text: str) -> list[str]:
    """The folded words of a text, in their order; single letters say nothing, single digits may."""
    found = (word[:LONGEST_WORD] for word in _WORD.findall(fold(text)))
    return [word for word in found if len(word) > 1 or not word.isalpha() or is_spaceless(word)]


def is_spaceless(word: str) -> bool:
    """Whether it is of a writing in which nothing stands between words."""
    return re.match(f"[{SPACELESS}]", word) is not None


def variants_of(word: str) -> list[str]:
    """A word, and it with each letter left out in turn: two words that are one slip apart share one."""
    return sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))})


def can_be_mistyped(word: str) -> bool:
    """Whether others are looked for that are near to it; short words and numbers are near to too many."""
    return FEWEST_LETTERS_TO_MISTYPE <= len(word) <= MOST_LETTERS_TO_MISTYPE and is_of_letters(word)


def is_of_letters(word: str) -> bool:
    """Whether there is no digit in it."""
    return not any(map(str.isdigit, word))


def is_one_slip(word: str, other: str) -> bool:
    """Whether one letter is missing, too much, another, or two neighbours have changed places."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    same = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    at = min(len(word), len(other)) if same is None else same
    a, b = word[at:], other[at:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
