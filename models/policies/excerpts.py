"""The part of a text in which words that were looked for stand."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from models.policies.words import MARKS, SPACELESS, UNSEEN, words_in

EXCERPT_BEFORE, EXCERPT_LENGTH = 60, 180
"""Characters of a text that are shown, and how many of them stand before the first word that was found."""

_AS_WRITTEN = re.compile(f"[{SPACELESS}]|(?:(?![{SPACELESS}])[^\\W_]|[{MARKS}{UNSEEN}])+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an excerpt; `is_found`: it is a word that was looked for."""

    words: str
    is_found: bool = False


def find_in(text: str, is_found: Callable[[str], bool]) -> tuple[Piece, ...]:
    """The part of a text where words that were looked for stand, with those marked; () where none does."""
    spans = [
        (found.start(), found.end())
        for found in _AS_WRITTEN.finditer(text)
        if any(is_found(word) for word in words_in(found[0]))
    ]
    if not spans:
        return ()
    start = _word_start(text, max(spans[0][0] - EXCERPT_BEFORE, 0))
    end = max(min(start + EXCERPT_LENGTH, len(text)), min(spans[0][1], start + 2 * EXCERPT_LENGTH))
    pieces, at = [Piece("…")] if start else [], start
    for first, last in spans:
        if last > end:
            break
        pieces += [Piece(text[at:first]), Piece(text[first:last], is_found=True)]
        at = last
    pieces += [Piece(text[at:end]), *([Piece("…")] if end < len(text) else [])]
    plain = (Piece(re.sub(r"\s+", " ", piece.words), piece.is_found) for piece in pieces)
    return tuple(piece for piece in plain if piece.words)


def _word_start(text: str, at: int) -> int:
    """The beginning of the next word, where one begins soon."""
    if at == 0:
        return 0
    blank = text.find(" ", at, at + EXCERPT_BEFORE // 2)
    return at if blank < 0 else blank + 1
