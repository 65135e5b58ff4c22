"""Which encoding a file is in, told by reading all of it."""

import codecs
from functools import partial
from pathlib import Path

from bot.sources.files.refusals import UnreadableFile

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"\x1f\x8b": "a gzip archive"}


def find_encoding(path: Path, asked: str | None) -> tuple[str, int]:
    """The encoding that reads the whole file, and the number of its lines."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, what in _NOT_TEXT.items():
        if start.startswith(mark):
            raise UnreadableFile(f"{path.name} is {what}. Save it as CSV (UTF-8) first.")
    candidates = _asked_encoding(asked) if asked else _likely_encodings(start)
    for encoding in candidates:
        lines = _count_lines(path, encoding)
        if lines == 0:
            raise UnreadableFile(f"{path.name} is empty.")
        if lines:
            return encoding, lines
    raise UnreadableFile(f"{path.name} is not text in {' or '.join(candidates)}. Name its --encoding.")


def _asked_encoding(asked: str) -> list[str]:
    try:
        name = codecs.lookup(asked).name
    except LookupError as unknown:
        usual = "utf-8, cp1252 and utf-16 are usual"
        raise UnreadableFile(f"--encoding {asked}: no such encoding; {usual}.") from unknown
    return ["utf-8-sig" if name == "utf-8" else name]  # which reads files without the mark as well


def _likely_encodings(start: bytes) -> list[str]:
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return [encoding]
    # Latin letters in UTF-16 without its mark: every second byte is NUL.
    if start[1::2].count(0) > len(start) / 4:
        return ["utf-16-le"]
    if start[0::2].count(0) > len(start) / 4:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _count_lines(path: Path, encoding: str) -> int | None:
    """Physical lines; 0 when there is nothing but blanks, None when the file is not in this encoding."""
    lines, last, is_blank = 0, "\n", True
    try:
        with path.open(encoding=encoding) as file:
            for piece in iter(partial(file.read, 1 << 16), ""):
                lines += piece.count("\n")
                last = piece[-1]
                is_blank = is_blank and not piece.strip("\ufeff\0 \t\n")
    except (UnicodeError, LookupError):  # the second for codecs that Python has, but not for text
        return None
    return 0 if is_blank else lines + (last != "\n")
