"""Labelled texts from CSV files, with what tells one file from every other."""

import csv
import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.sources.files.columns import NoTextColumn, detect_columns, find_name, quoted_list
from bot.sources.files.encoding import find_encoding
from bot.sources.files.inspection import find_heading
from bot.sources.files.records import Quotes, records, split_row
from bot.sources.files.refusals import UnreadableFile
from models.vocabulary import SentimentLabel

USUAL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "label": ("label", "sentiment", "sentiment label", "airline sentiment", "polarity"),
    "reason": ("reason", "negative reason"),
}
"""What a column may be called where nobody names it, in any letters; the first that is there. Texts have the
names that they have in files that are imported.
"""
USUAL_LABELS: Mapping[str, SentimentLabel] = {
    **{label.value: label for label in SentimentLabel},
    **{label.value[:3]: label for label in SentimentLabel},
}


class Unusable(Exception):
    """A file from which nothing can be learned or measured: which, and why."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and what a person said of it."""

    text: str
    label: SentimentLabel


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """The usable rows of one file; `sha256` is of the file as it lies there, `left_out` counts other rows."""

    name: str
    sha256: str
    rows: tuple[Labelled, ...]
    left_out: int

    @property
    def labels(self) -> tuple[SentimentLabel, ...]:
        """Those that occur, from negative to positive; a set may know no neutral."""
        found = {row.label for row in self.rows}
        return tuple(label for label in SentimentLabel if label in found)


@dataclass(frozen=True, slots=True)
class ReasonedFile:
    """The texts of one file for which somebody gave a reason, with it, whatever they said of how it feels."""

    name: str
    sha256: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what, and which written label means which; what is not named is looked for."""

    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, SentimentLabel] = field(default_factory=dict)

    def find(self, what: str, header: Sequence[str]) -> str | None:
        """The column of the file that holds this; raises Unusable for one that was named and is not there."""
        named = self.names.get(what)
        if named is None:
            return _find_text(header) if what == "text" else _find_usual(what, header)
        column = find_name(header, named)
        if column is None:
            raise Unusable(f"has no column {named!r}; its columns: {quoted_list(header)}")
        return column

    def label_of(self, written: str) -> SentimentLabel | None:
        """What was meant; None for what is no sentiment."""
        known = self.labels or USUAL_LABELS
        return known.get(written.strip().lower())


def read_all(places: Iterable[Path], columns: Columns) -> Iterator[LabelledFile | Unusable]:
    """Every CSV file that is named, or lies in a folder that is; those of no use with the reason."""
    for place in places:
        files = files_in(place)
        if not files:
            yield Unusable(f"{place} holds no .csv file")
        for file in files:
            try:
                yield read_file(file, columns)
            except (Unusable, csv.Error) as problem:
                yield Unusable(f"{file} {problem}")
            except OSError as problem:
                yield Unusable(f"{file}: {problem.strerror or problem}")
            except UnreadableFile as problem:
                yield Unusable(str(problem).removesuffix("."))


def files_in(place: Path) -> list[Path]:
    """The CSV files of a folder, or the one file."""
    return sorted(place.rglob("*.csv")) if place.is_dir() else [place]


def read_reasons(path: Path, columns: Columns) -> ReasonedFile | None:
    """The rows with a text and a reason; None where the file has none, or cannot be read."""
    try:
        rows, header = _rows(path, columns)
        text, reason = columns.find("text", header), columns.find("reason", header)
        digest = _digest(path)
    except (Unusable, UnreadableFile, OSError, csv.Error):
        return None
    if text is None or reason is None:
        return None
    told = [(row.get(text, ""), row.get(reason, "").strip()) for row in rows]
    given = tuple((words, why) for words, why in told if words.strip() and why)
    return ReasonedFile(path.name, digest, given) if given else None


def read_file(path: Path, columns: Columns) -> LabelledFile:
    """The rows with a text and a label; raises Unusable, UnreadableFile, OSError, csv.Error."""
    rows, header = _rows(path, columns)
    text, label = columns.find("text", header), columns.find("label", header)
    if text is None or label is None:
        missing = "text" if text is None else "label"
        words = f"has no column for the {missing}; name it, as in {missing}=COLUMN"
        raise Unusable(f"{words}; its columns: {quoted_list(header)}")
    told = [_labelled(row, text, label, columns) for row in rows]
    usable = tuple(row for row in told if row is not None)
    if not usable:
        written = quoted_list(sorted({row.get(label, "") for row in rows})) or "no row"
        words = f"has no row whose {label!r} is a sentiment; it has {written}"
        raise Unusable(f"{words}: say what they mean, as in 1=negative")
    return LabelledFile(path.name, _digest(path), usable, len(told) - len(usable))


def sample(rows: Sequence[Labelled], at_most: int | None, seed: int) -> list[Labelled]:
    """All of them in their order, or so many drawn by chance, always the same ones for a seed."""
    if at_most is None or len(rows) <= at_most:
        return list(rows)
    return random.Random(seed).sample(list(rows), at_most)


def sample_each(rows: Sequence[Labelled], at_most: int | None, seed: int) -> list[Labelled]:
    """The same for each label by itself: what is common is cut, what is rare stays."""
    return [
        row
        for label in SentimentLabel
        for row in sample([each for each in rows if each.label is label], at_most, seed)
    ]


def _rows(path: Path, columns: Columns) -> tuple[list[dict[str, str]], Sequence[str]]:
    """Each row by the columns' names, and those: read as files are that are imported."""

    def fits(names: Sequence[str]) -> bool:
        try:
            return None not in {columns.find(what, names) for what in ("text", "label")}
        except Unusable:
            return False

    encoding, _ = find_encoding(path, None)
    with path.open(encoding=encoding, newline="") as file:
        heading = find_heading(file, fits)
        file.seek(0)
        found = [
            dict(zip(heading.names, split_row(record.raw, heading.delimiter), strict=False))
            for record in records(file, Quotes(heading.delimiter).goes_on)
            if record.line > heading.line and not record.is_blank(heading.delimiter)
        ]
    return found, heading.names


def _find_text(header: Sequence[str]) -> str | None:
    columns = detect_columns(header)
    return None if isinstance(columns, NoTextColumn) else columns.text


def _find_usual(what: str, header: Sequence[str]) -> str | None:
    return next(filter(None, (find_name(header, name) for name in USUAL_COLUMNS[what])), None)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _labelled(row: Mapping[str, str], text: str, label: str, columns: Columns) -> Labelled | None:
    meant, words = columns.label_of(row.get(label, "")), row.get(text, "")
    return Labelled(words, meant) if meant is not None and words.strip() else None
