"""Where one row of a file ends and the next begins."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TextIO

from bot.sources.files.layout import FileKind, Layout
from bot.sources.files.limits import LONGEST_ROW


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file, and the line on which it begins.

    `swallowed`: how many lines below it a quotation mark took that nothing closes; None in a sound row.
    """

    line: int
    raw: str
    is_whole: bool
    swallowed: int | None = None

    def is_blank(self, delimiter: str) -> bool:
        return not self.raw.strip(f' \t\r\n\ufeff\0\x1a"{delimiter}')


def records(file: TextIO, goes_on: Callable[[str], bool]) -> Iterator[Record]:
    """Row by row; of one that is longer than LONGEST_ROW only the beginning is kept."""
    line, begun, size = 1, 1, 0
    is_open = is_whole_line = False
    kept: list[str] = []
    for piece in physical_lines(file):
        size += len(piece)
        if size <= LONGEST_ROW:
            kept.append(piece)
        is_open, is_whole_line = goes_on(piece), piece.endswith(("\n", "\r"))
        line += is_whole_line
        if is_whole_line and not is_open:
            yield Record(begun, "".join(kept), is_whole=size <= LONGEST_ROW)
            kept, size, begun = [], 0, line
    if size:
        swallowed = line - begun - is_whole_line if is_open else None
        yield Record(begun, "".join(kept), is_whole=size <= LONGEST_ROW, swallowed=swallowed)


def physical_lines(file: TextIO) -> Iterator[str]:
    """Physical lines with their ends; one that is longer than a row may be comes in pieces."""
    return iter(partial(file.readline, LONGEST_ROW), "")


def continuation(layout: Layout) -> Callable[[str], bool]:
    """What tells, piece by piece, whether a row of this file goes on."""
    return Quotes(layout.heading.delimiter).goes_on if layout.kind is FileKind.CSV else never


def never(_: str) -> bool:
    """A line of JSON Lines never goes on in the next."""
    return False


class Quotes:
    """Follows a CSV's quotation marks, so that a line's end inside them does not end the row.

    As in the csv module, one opens only where a cell begins, and a doubled one is a letter.
    """

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.state: Literal["cell begins", "bare", "quoted", "mark"] = "cell begins"

    def goes_on(self, piece: str) -> bool:
        """Whether the row goes on after this piece of it, because a quotation mark is open."""
        if self.state == "cell begins" and '"' not in piece and piece.endswith(("\n", "\r")):
            return False  # most rows; only faster
        at = 0
        while at < len(piece):
            at = self._step(piece, at)
        if self.state != "quoted" and piece.endswith(("\n", "\r")):
            self.state = "cell begins"
        return self.state == "quoted"

    def _step(self, piece: str, at: int) -> int:
        """Go to the next place that matters, and return the one after it."""
        match self.state:
            case "cell begins":
                self.state = "quoted" if piece[at] == '"' else "bare"
                return at + (piece[at] == '"')
            case "mark":
                self.state = "quoted" if piece[at] == '"' else "bare"
                return at + (piece[at] == '"')
            case "quoted":
                return self._jump(piece, at, to='"', then="mark")
            case "bare":
                return self._jump(piece, at, to=self.delimiter, then="cell begins")

    def _jump(self, piece: str, at: int, *, to: str, then: Literal["mark", "cell begins"]) -> int:
        found = piece.find(to, at)
        if found < 0:
            return len(piece)
        self.state = then
        return found + 1


def split_row(raw: str, delimiter: str) -> list[str]:
    """The cells of one row of a CSV."""
    # The limit belongs to the whole process; longer rows never come here, and we judge cells ourselves.
    csv.field_size_limit(LONGEST_ROW)
    return next(csv.reader([raw], delimiter=delimiter))
