"""Finding out what a file is: CSV or JSON Lines, its delimiter, its heading, its columns."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

from bot.sources.files.columns import Columns, choose_columns, detect_columns, find_name, quoted_list
from bot.sources.files.encoding import find_encoding
from bot.sources.files.layout import FileKind, Heading, ImportOptions, Layout
from bot.sources.files.records import Quotes, never, physical_lines, records, split_row
from bot.sources.files.refusals import UnreadableFile, Unusable
from bot.sources.files.values import clean, json_values

_LIKE_A_VALUE = re.compile(r"[-+]?\d+([.,]\d+)?|\d{4}-\d\d-\d\d.*|[^@\s]+@[^@\s]+\.[^@\s]+")


def inspect_file(path: Path, options: ImportOptions) -> Layout:
    """Find out a file's encoding, form and columns, in one pass over it; raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"{path} is not a file.")
    encoding, lines = find_encoding(path, options.encoding)
    with path.open(encoding=encoding, newline="") as file:
        if _is_json(path, file):
            return _lay_out_json(file, path, options, encoding=encoding, lines=lines)
        return _lay_out_csv(file, path, options, encoding=encoding, lines=lines)


def _is_json(path: Path, file: TextIO) -> bool:
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv", ".txt"}:
        return False
    first = next((line.lstrip("\ufeff \t")[:1] for line in physical_lines(file) if line.strip()), "")
    file.seek(0)
    if first == "[" and suffix == ".json":
        raise UnreadableFile(
            f"{path.name} is one JSON array. JSON Lines has one object a line, and no brackets."
        )
    return first == "{" or suffix in {".jsonl", ".ndjson", ".json"}


def _lay_out_json(file: TextIO, path: Path, options: ImportOptions, *, encoding: str, lines: int) -> Layout:
    """Columns by the keys of the first thousand objects: one line alone may lack some."""
    names: dict[str, None] = {}
    for record in islice(records(file, never), 1000):
        try:
            names.update(dict.fromkeys(json_values(record)))
        except Unusable:
            continue  # reported when it is read
    if not names:
        raise UnreadableFile(
            f"{path.name} has no JSON object on a line of its own. JSON Lines has one a line."
        )
    columns = choose_columns(tuple(names), options.overrides)
    heading = Heading(0, "", tuple(names))
    return Layout(
        path,
        options,
        kind=FileKind.JSON_LINES,
        encoding=encoding,
        lines=lines,
        columns=columns,
        heading=heading,
    )


def _lay_out_csv(file: TextIO, path: Path, options: ImportOptions, *, encoding: str, lines: int) -> Layout:
    chosen = options.overrides.get("text")

    def has_text(names: Sequence[str]) -> bool:
        if chosen:
            return find_name(tuple(names), chosen) is not None
        return isinstance(detect_columns(names), Columns)

    heading = find_heading(file, has_text)
    columns = choose_columns(heading.names, options.overrides)
    if "text" not in options.overrides and any(_LIKE_A_VALUE.fullmatch(name) for name in heading.names):
        raise UnreadableFile(
            f"The first line looks like a row of feedback, not like a heading: {quoted_list(heading.names)}. "
            "Add a line with the columns' names on top, or, if it is the heading, say --text COLUMN."
        )
    return Layout(
        path, options, kind=FileKind.CSV, encoding=encoding, lines=lines, columns=columns, heading=heading
    )


def find_heading(file: TextIO, fits: Callable[[Sequence[str]], bool]) -> Heading:
    """The first row of a CSV, by the delimiter under which its names fit; else under which there are most."""
    # Excel writes its own delimiter on top, as sep=;
    told = re.fullmatch(r'\ufeff?"?sep=(.)"?\s*', file.readline(100))
    delimiters = told[1] if told else ",;\t|"
    headings = [_heading(file, delimiter, after=1 if told else 0) for delimiter in delimiters]
    return max(headings, key=lambda heading: (fits(heading.names), len(heading.names)))


def _heading(file: TextIO, delimiter: str, *, after: int) -> Heading:
    """The first row below line `after` that is not blank, by this delimiter."""
    file.seek(0)
    for record in records(file, Quotes(delimiter).goes_on):
        if record.line > after and not record.is_blank(delimiter):
            return Heading(record.line, delimiter, _unique(split_row(record.raw, delimiter)))
    return Heading(after, delimiter, ())


def _unique(cells: Iterable[str]) -> tuple[str, ...]:
    names: list[str] = []
    for cell in cells:
        name = base = clean(cell).strip("\ufeff \t\r\n")
        number = 2
        while name and name in names:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
    return tuple(names)
