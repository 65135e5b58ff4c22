"""Old feedback from a file, CSV or JSON Lines: each row is taken, or refused with its line and the reason."""

import codecs
import csv
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NoReturn, TextIO
from zoneinfo import ZoneInfo

from models.policies.intake import IncomingFeedback, clean_text

LONGEST_CELL = 1_000_000
"""Characters in one cell; a longer one is refused with its row."""

LONGEST_ROW = 4 * LONGEST_CELL
"""Characters of one row that are kept while it is read, so that no file can fill the memory."""

LONGEST_NAME = 500
"""Characters in an id or a handle: the database keeps both in unique indexes, which take no long values."""

LONGEST_RAW = 10_000
"""Characters of a refused row that go to the rejects file."""

DateOrder = Literal["dmy", "mdy", "ymd"]


class UnreadableFile(Exception):  # noqa: N818 - what it says is what a person reads
    """A file that cannot be imported at all; its text says what would be right."""


class FileKind(StrEnum):
    """The two forms of file that are read."""

    CSV = "CSV"
    JSON_LINES = "JSON Lines"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person who imports a file says about it.

    `at`: the moment of the import; feedback cannot be from later. `time_zone`: of dates that name none.
    `overrides`: a field of `Columns` to the column that holds it, or to "" where no column shall.
    `score_scale`: nps, stars or csat, for bare numbers whose column does not tell.
    """

    source: str
    at: datetime
    time_zone: ZoneInfo
    date_order: DateOrder | None = None
    encoding: str | None = None
    score_scale: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where no column does. What is left over becomes attributes."""

    text: str
    external_id: str | None = None
    author: str | None = None
    author_name: str | None = None
    occurred_at: str | None = None
    title: str | None = None
    score: str | None = None
    score_scale: str | None = None
    language: str | None = None
    permalink: str | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoTextColumn:
    """None of the columns looks like the one with the customers' words."""

    header: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"No column looks like the customers' words; found: {_listed(self.header)}. "
            "If that is the heading, name the column with --text COLUMN. If it is the first row of feedback, "
            "the file has no heading: add a line with the columns' names on top."
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a CSV's heading stands, and what it says; JSON Lines has its keys at line 0 instead."""

    line: int
    delimiter: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file turned out to be; `read_file` reads it so.

    `lines`: physical lines in the file, its heading and blank ones included.
    """

    path: Path
    options: ImportOptions
    kind: FileKind
    encoding: str
    lines: int
    columns: Columns
    heading: Heading


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that became feedback; `remarks` say what in it could not be read and was left out."""

    line: int
    feedback: IncomingFeedback
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that did not, as it stands in the file (at most LONGEST_RAW characters of it), and why."""

    line: int
    raw: str
    why: str


Row = Accepted | Rejected


def inspect_file(path: Path, options: ImportOptions) -> Layout:
    """Find out a file's encoding, form and columns, in one pass over it; raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"{path} is not a file.")
    encoding, lines = _find_encoding(path, options.encoding)
    with path.open(encoding=encoding, newline="") as file:
        if _is_json(path, file):
            return _lay_out_json(file, path, options, encoding=encoding, lines=lines)
        return _lay_out_csv(file, path, options, encoding=encoding, lines=lines)


def read_file(layout: Layout) -> Iterator[Row]:
    """The rows in the order of the file; blank ones are left out.

    Only one row is held at a time, and about a hundred bytes for each row read, by which equal rows and
    ids that stand twice are known.
    """
    seen = _Seen()
    with layout.path.open(encoding=layout.encoding, newline="") as file:
        for record in _records(file, _goes_on(layout)):
            if record.line > layout.heading.line and not record.is_blank(layout.heading.delimiter):
                yield _read_row(record, layout, seen)


def detect_columns(header: Sequence[str], chosen: Mapping[str, str] | None = None) -> Columns | NoTextColumn:
    """The columns by their usual names, whatever their case, spaces and underscores.

    `chosen`: fields whose column is settled already, as in `ImportOptions.overrides`.
    """
    found: dict[str, str | None] = {name: column or None for name, column in (chosen or {}).items()}
    free = {_plain(name): name for name in reversed(header) if name and name not in found.values()}
    for wanted in _USUAL_NAMES:
        if wanted not in found:
            found[wanted] = _find_usual(free, wanted)
            free = {plain: name for plain, name in free.items() if name != found[wanted]}
    text = found["text"]
    if text is None:
        return NoTextColumn(tuple(header))
    return Columns(
        text=text,
        external_id=found["external_id"],
        author=found["author"],
        author_name=found["author_name"],
        occurred_at=found["occurred_at"],
        title=found["title"],
        score=found["score"],
        score_scale=found["score_scale"],
        language=found["language"],
        permalink=found["permalink"],
        attributes=tuple(name for name in header if name and name not in found.values()),
    )


def write_rejects(path: Path, rejected: Iterable[Rejected]) -> int:
    """Write the refused rows as a CSV that a spreadsheet opens without running anything; how many."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "why", "raw"])
        for row in rejected:
            writer.writerow([row.line, spreadsheet_safe(row.why), spreadsheet_safe(row.raw)])
            count += 1
    return count


def spreadsheet_safe(cell: str) -> str:
    """The cell, after an apostrophe where a spreadsheet would take it for a formula."""
    is_formula = cell.lstrip().startswith(_FORMULA_STARTS) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if is_formula and not _NUMBER.fullmatch(cell) else cell


# What a file is -----------------------------------------------------------------------------------

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"\x1f\x8b": "a gzip archive"}


def _find_encoding(path: Path, asked: str | None) -> tuple[str, int]:
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


def _is_json(path: Path, file: TextIO) -> bool:
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv", ".txt"}:
        return False
    first = next((line.lstrip("\ufeff \t")[:1] for line in _lines(file) if line.strip()), "")
    file.seek(0)
    if first == "[" and suffix == ".json":
        raise UnreadableFile(
            f"{path.name} is one JSON array. JSON Lines has one object a line, and no brackets."
        )
    return first == "{" or suffix in {".jsonl", ".ndjson", ".json"}


def _lay_out_json(file: TextIO, path: Path, options: ImportOptions, *, encoding: str, lines: int) -> Layout:
    """Columns by the keys of the first thousand objects: one line alone may lack some."""
    names: dict[str, None] = {}
    for record in islice(_records(file, _never), 1000):
        try:
            names.update(dict.fromkeys(_json_values(record)))
        except _Unusable:
            continue  # reported when it is read
    if not names:
        raise UnreadableFile(
            f"{path.name} has no JSON object on a line of its own. JSON Lines has one a line."
        )
    columns = _choose_columns(tuple(names), options.overrides)
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
    heading = _find_heading(file, options.overrides)
    columns = _choose_columns(heading.names, options.overrides)
    if "text" not in options.overrides and any(_LIKE_A_VALUE.fullmatch(name) for name in heading.names):
        raise UnreadableFile(
            f"The first line looks like a row of feedback, not like a heading: {_listed(heading.names)}. "
            "Add a line with the columns' names on top, or, if it is the heading, say --text COLUMN."
        )
    return Layout(
        path, options, kind=FileKind.CSV, encoding=encoding, lines=lines, columns=columns, heading=heading
    )


def _find_heading(file: TextIO, overrides: Mapping[str, str]) -> Heading:
    """The one under the delimiter that finds the text; else, with most names."""
    # Excel writes its own delimiter on top, as sep=;
    told = re.fullmatch(r'\ufeff?"?sep=(.)"?\s*', file.readline(100))
    delimiters = told[1] if told else ",;\t|"
    headings = [_heading(file, delimiter, after=1 if told else 0) for delimiter in delimiters]

    def fitness(heading: Heading) -> tuple[bool, int]:
        chosen = overrides.get("text")
        if chosen:
            return _find_name(heading.names, chosen) is not None, len(heading.names)
        return isinstance(detect_columns(heading.names), Columns), len(heading.names)

    return max(headings, key=fitness)


def _heading(file: TextIO, delimiter: str, *, after: int) -> Heading:
    """The first row below line `after` that is not blank, by this delimiter."""
    file.seek(0)
    for record in _records(file, _Quotes(delimiter).goes_on):
        if record.line > after and not record.is_blank(delimiter):
            return Heading(record.line, delimiter, _unique(_split(record.raw, delimiter)))
    return Heading(after, delimiter, ())


def _unique(cells: Iterable[str]) -> tuple[str, ...]:
    names: list[str] = []
    for cell in cells:
        name = base = _clean(cell).strip("\ufeff \t\r\n")
        number = 2
        while name and name in names:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
    return tuple(names)


# Which column is which ----------------------------------------------------------------------------

# In each line the surest name first. A question of a survey counts by what it asks, see _ASKED.
_USUAL_NAMES = {
    "external_id": "externalid idstr tweetid reviewid commentid feedbackid responseid submissionid messageid "
    "ticketid complaintid postid uuid guid id",
    "score_scale": "scorescale scale",
    "score": "nps npsscore csat csatscore stars starrating rating reviewrating overallrating score "
    "reviewscore satisfaction satisfactionscore bewertung",
    "occurred_at": "occurredat createdat created createddate datecreated submittedat submitteddate postedat "
    "publishedat reviewdate tweetcreated receivedat datereceived sentat recordeddate timestamp datetime date "
    "time datum",
    "author": "authorhandle authorusername authorscreenname userscreenname userusername handle username "
    "screenname author user reviewer nickname customerid userid authorid customer email emailaddress "
    "authoremail mail phone",
    "author_name": "authorname customername reviewername fullname displayname name",
    "title": "title reviewtitle subject headline summary betreff",
    "language": "language languagecode lang locale sprache",
    "permalink": "permalink permalinkurl tweeturl reviewurl url link",
    "text": "text fulltext tweettext tweet comment comments commenttext review reviewtext reviewbody "
    "feedback feedbacktext customerfeedback message messagetext body content verbatim complaint "
    "complainttext complaintnarrative consumercomplaintnarrative narrative remarks freetext kommentar "
    "nachricht freitext",
}
_ASKED = {
    "text": re.compile(
        r"dobetter|improve|tellus|mainreason|primaryreason|whydidyou|anythingelse|yourcomment"
    ),
    "score": re.compile(r"howlikely|recommendus|howsatisfied"),
}
_SCALES_BY_NAME = {
    "nps": "nps",
    "likely": "nps",
    "recommendus": "nps",
    "star": "stars",
    "csat": "csat",
    "satisf": "csat",
}
_LIKE_A_VALUE = re.compile(r"[-+]?\d+([.,]\d+)?|\d{4}-\d\d-\d\d.*|[^@\s]+@[^@\s]+\.[^@\s]+")


def _choose_columns(header: tuple[str, ...], overrides: Mapping[str, str]) -> Columns:
    known = {f.name for f in fields(Columns)} - {"attributes"}
    if unknown := overrides.keys() - known:
        raise UnreadableFile(f"No such field: {_listed(sorted(unknown))}; known: {_listed(sorted(known))}.")
    columns = detect_columns(header, {name: _named(header, column) for name, column in overrides.items()})
    if isinstance(columns, NoTextColumn):
        raise UnreadableFile(str(columns))
    return columns


def _named(header: tuple[str, ...], asked: str) -> str:
    found = _find_name(header, asked) if asked else ""
    if found is None:
        raise UnreadableFile(f"The file has no column {asked!r}; it has: {_listed(header)}.")
    return found


def _find_name(header: tuple[str, ...], asked: str) -> str | None:
    if asked in header:
        return asked
    return next((name for name in header if _plain(name) == _plain(asked)), None)


def _find_usual(free: Mapping[str, str], wanted: str) -> str | None:
    """`free`: the columns that nothing has yet, by their plain names."""
    usual = next((plain for plain in _USUAL_NAMES[wanted].split() if plain in free), None)
    if usual is None and wanted in _ASKED:
        usual = next((plain for plain in free if _ASKED[wanted].search(plain)), None)
    return None if usual is None else free[usual]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


@lru_cache
def _scale_of_column(column: str) -> str | None:
    return next((scale for part, scale in _SCALES_BY_NAME.items() if part in _plain(column)), None)


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name[:40]) for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


# Rows ---------------------------------------------------------------------------------------------


class _Unusable(Exception):  # noqa: N818 - a reason, not an error of ours
    """Why a row, or one of its cells, cannot be taken."""


@dataclass(frozen=True, slots=True)
class _Record:
    """One row as it stands in the file, and the line on which it begins.

    `swallowed`: how many lines below it a quotation mark took that nothing closes; None in a sound row.
    """

    line: int
    raw: str
    is_whole: bool
    swallowed: int | None = None

    def is_blank(self, delimiter: str) -> bool:
        return not self.raw.strip(f' \t\r\n\ufeff\0\x1a"{delimiter}')


def _lines(file: TextIO) -> Iterator[str]:
    """Physical lines with their ends; one that is longer than a row may be comes in pieces."""
    return iter(partial(file.readline, LONGEST_ROW), "")


def _records(file: TextIO, goes_on: Callable[[str], bool]) -> Iterator[_Record]:
    """Row by row; of one that is longer than LONGEST_ROW only the beginning is kept."""
    line, begun, size = 1, 1, 0
    is_open = is_whole_line = False
    kept: list[str] = []
    for piece in _lines(file):
        size += len(piece)
        if size <= LONGEST_ROW:
            kept.append(piece)
        is_open, is_whole_line = goes_on(piece), piece.endswith(("\n", "\r"))
        line += is_whole_line
        if is_whole_line and not is_open:
            yield _Record(begun, "".join(kept), is_whole=size <= LONGEST_ROW)
            kept, size, begun = [], 0, line
    if size:
        swallowed = line - begun - is_whole_line if is_open else None
        yield _Record(begun, "".join(kept), is_whole=size <= LONGEST_ROW, swallowed=swallowed)


def _goes_on(layout: Layout) -> Callable[[str], bool]:
    return _Quotes(layout.heading.delimiter).goes_on if layout.kind is FileKind.CSV else _never


def _never(_: str) -> bool:
    """A line of JSON Lines never goes on in the next."""
    return False


class _Quotes:
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


def _split(raw: str, delimiter: str) -> list[str]:
    # The limit belongs to the whole process; longer rows never come here, and we judge cells ourselves.
    csv.field_size_limit(LONGEST_ROW)
    return next(csv.reader([raw], delimiter=delimiter))


def _read_row(record: _Record, layout: Layout, seen: "_Seen") -> Row:
    read = partial(_csv_values, layout=layout) if layout.kind is FileKind.CSV else _json_values
    try:
        return _Taking(read(record), layout).accept(record.line, seen)
    except _Unusable as unusable:
        raw = record.raw.rstrip("\r\n")
        return Rejected(
            record.line, raw if len(raw) <= LONGEST_RAW else f"{raw[:LONGEST_RAW]}…", str(unusable)
        )


def _csv_values(record: _Record, layout: Layout) -> dict[str, Any]:
    if record.swallowed is not None:
        raise _Unusable(
            f"A quotation mark opens here and is never closed: {record.swallowed} more lines were not read."
        )
    if not record.is_whole:
        raise _Unusable(f"The row is longer than {LONGEST_ROW:,} characters.")
    heading = layout.heading
    cells = _split(record.raw, heading.delimiter)
    wanted = len(heading.names)
    if len(cells) < wanted or any(cells[wanted:]):
        raise _Unusable(f"{len(cells)} cells where the heading has {wanted}.")
    return {name: _usable(name, cell) for name, cell in zip(heading.names, cells, strict=False) if name}


def _json_values(record: _Record) -> dict[str, Any]:
    """A line's values by their path: {"author": {"name": "Ida"}} becomes {"author.name": "Ida"}."""
    if not record.is_whole:
        raise _Unusable(f"The line is longer than {LONGEST_ROW:,} characters.")
    try:
        found = json.loads(record.raw.strip("\ufeff\r\n"), parse_constant=_refuse, parse_float=_finite)
        if not isinstance(found, dict):
            raise _Unusable("The line is JSON, but not an object in braces.")
        return {name: _usable(name, value) for name, value in _flat(found)}
    except json.JSONDecodeError as broken:
        raise _Unusable(f"Not JSON: {broken.msg}, at character {broken.pos + 1}.") from broken
    except ValueError as number:
        raise _Unusable("Not JSON that can be kept: a number in it is not finite or too long.") from number
    except RecursionError as deep:
        raise _Unusable("The JSON is nested too deeply.") from deep


def _flat(found: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield _clean(f"{prefix}{name}"), value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


# What a file's own accidents leave in a text, and a terminal would obey.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _clean(text: str) -> str:
    return text if text.isprintable() else _CONTROLS.sub("", clean_text(text))


def _usable(name: str, value: Any) -> Any:
    """A scalar; a list becomes its JSON, because an attribute is one value."""
    match value:
        case str():
            if len(value) > LONGEST_CELL:
                raise _Unusable(f"{name!r} is longer than {LONGEST_CELL:,} characters.")
            return _clean(value)
        case list():
            return _Listed(_clean(json.dumps(value, ensure_ascii=False)))
        case _:
            return value


class _Listed(str):
    """A JSON list as text; fit for an attribute, not for a field."""

    __slots__ = ()


# One row becomes feedback -------------------------------------------------------------------------

_SHORTENED_ID = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


class _Seen:
    """Which rows and ids have been read, kept as hashes."""

    def __init__(self) -> None:
        self._equal_rows: dict[int, int] = {}
        self._texts_by_id: dict[int, int] = {}

    def number_of(self, row: tuple[str, ...]) -> int:
        """How many equal rows came before."""
        earlier = self._equal_rows.get(hash(row), 0)
        self._equal_rows[hash(row)] = earlier + 1
        return earlier

    def is_other_text(self, external_id: str, text: str) -> bool:
        """Whether this id was read with other words."""
        short = hash(text) & 0xFFFFFFFF
        return self._texts_by_id.setdefault(hash(external_id), short) != short


class _Taking:
    """One row on its way to feedback: its values by column, and what had to be left out of it."""

    def __init__(self, values: dict[str, Any], layout: Layout) -> None:
        self.values = values
        self.columns = layout.columns
        self.options = layout.options
        self.remarks: list[str] = []
        self.unread: dict[str, Any] = {}

    def accept(self, line: int, seen: _Seen) -> Accepted:
        """Raises _Unusable with the reason when the row cannot be taken."""
        text = self._cell(self.columns.text)
        if not text.strip():
            raise _Unusable(f"No words in {self.columns.text!r}.")
        occurred = self._cell(self.columns.occurred_at).strip()
        score = self._score()
        # The id comes late, so that a row that is refused takes none; attributes after all that is left out.
        feedback = IncomingFeedback(
            source=self.options.source,
            text=text,
            author_handle=self._short(self.columns.author),
            author_name=self._cell(self.columns.author_name).strip() or None,
            occurred_at=_read_date(occurred, self.options) if occurred else None,
            title=self._cell(self.columns.title).strip() or None,
            score=score.value if score else None,
            score_scale=score.scale if score else None,
            language=self._cell(self.columns.language).strip() or None,
            permalink=self._permalink(),
            external_id=self._external_id(text, occurred, seen),
            attributes=self._attributes(),
        )
        return Accepted(line, feedback, tuple(self.remarks))

    def _cell(self, column: str | None) -> str:
        value = self.values.get(column) if column else None
        match value:
            case None:
                return ""
            case _Listed():
                raise _Unusable(f"{column!r} holds a list where a text belongs.")
            case bool():
                return str(value).lower()
            case _:
                return str(value)

    def _short(self, column: str | None) -> str | None:
        cell = self._cell(column).strip()
        if len(cell) > LONGEST_NAME:
            raise _Unusable(f"{column!r} is longer than {LONGEST_NAME} characters.")
        return cell or None

    def _external_id(self, text: str, occurred: str, seen: _Seen) -> str:
        """The file's id, or one that the same row has at every import.

        Without an id equal rows are counted: two customers who wrote the same words are two, and yet a
        second import finds both. The date goes in as it is written, so that reading it otherwise next time
        makes no second feedback.
        """
        given = self._short(self.columns.external_id)
        if given and not _SHORTENED_ID.fullmatch(given):
            if seen.is_other_text(given, text):
                raise _Unusable(f"The id {given!r} stands further up with other words.")
            return given
        if given:
            self._leave_out(self.columns.external_id, f"A spreadsheet shortened the id {given}: not used.")
        row = (text, self._cell(self.columns.author) or self._cell(self.columns.author_name), occurred)
        numbered = "\x1f".join((*row, str(seen.number_of(row))))
        return f"row-{hashlib.sha256(numbered.encode()).hexdigest()[:32]}"

    def _score(self) -> "Score | None":
        column = self.columns.score
        try:
            return _read_score(self._cell(column), self._scale() or _scale_of_column(column or ""))
        except _Unusable as unusable:
            self._leave_out(column, str(unusable))
            return None

    def _scale(self) -> str | None:
        told = self._cell(self.columns.score_scale).strip().casefold()
        if told and told not in _TOPS:
            self._leave_out(
                self.columns.score_scale, f"The scale {told[:40]!r} is unknown: nps, stars, csat, percent."
            )
        return told if told in _TOPS else self.options.score_scale

    def _permalink(self) -> str | None:
        cell = self._cell(self.columns.permalink).strip()
        if cell and not re.match(r"https?://\S+$", cell):
            self._leave_out(self.columns.permalink, "The link is not an address that begins with https://.")
            return None
        return cell or None

    def _leave_out(self, column: str | None, remark: str) -> None:
        """Keep a cell that could not be read as an attribute: a customer's words matter more than it."""
        if column:
            self.unread[column] = self.values[column]
        self.remarks.append(remark)

    def _attributes(self) -> dict[str, Any]:
        used = _used(self.columns)
        rest = {name: value for name, value in self.values.items() if name not in used} | self.unread
        return {
            name.removeprefix("attributes."): value for name, value in rest.items() if value not in ("", None)
        }


@lru_cache
def _used(columns: Columns) -> frozenset[str]:
    return frozenset(getattr(columns, f.name) for f in fields(Columns) if f.name != "attributes")


# Scores -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """What a customer gave, on the scale on which they gave it: nps 0 to 10, stars and csat to 5, percent."""

    value: float
    scale: str | None


_TOPS = {"nps": 10, "stars": 5, "csat": 5, "percent": 100}
_SCALES_BY_TOP = {5: "stars", 10: "nps", 100: "percent"}
_NO_SCORE = {"", "-", "–", "—", "n/a", "na", "none", "null", "?"}
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_SCORE = re.compile(
    r"(?P<value>-?\d{1,9}(\.\d{1,9}|,\d{1,2})?)\s*"
    r"(?:(?:/|out of|of|von)\s*(?P<top>\d{1,3})(?:\s*stars?)?|(?P<percent>%)|(?P<stars>stars?)"
    r"|[-–—(:]\s*[^\W\d].*)?"
)
_STARS = re.compile("([★⭐]{1,5})([☆✩]{0,4})")
_SATISFACTION = {
    "very dissatisfied": 1,
    "very unsatisfied": 1,
    "dissatisfied": 2,
    "unsatisfied": 2,
    "neutral": 3,
    "satisfied": 4,
    "very satisfied": 5,
}


def _read_score(cell: str, scale: str | None) -> Score | None:
    """A score as people write them; None when there is none. Raises when it cannot be read for certain.

    `scale`: on which a bare number is.
    """
    words = cell.strip().casefold()
    if words in _NO_SCORE:
        return None
    if words in _SATISFACTION:
        return Score(_SATISFACTION[words], "csat")
    if (stars := _STARS.fullmatch(words.replace("\ufe0f", ""))) and len(stars[0]) <= _TOPS["stars"]:
        return Score(len(stars[1]), "stars")
    found = _SCORE.fullmatch(words)
    if not found:
        raise _Unusable(f"The score {cell[:40]!r} cannot be read.")
    return _scored(found, scale)


def _scored(found: re.Match[str], scale: str | None) -> Score:
    value = float(found["value"].replace(",", "."))
    top = 100 if found["percent"] else 5 if found["stars"] else int(found["top"] or 0)
    if top and _TOPS.get(scale or "") != top:
        scale = _SCALES_BY_TOP.get(top)
        if scale is None:
            raise _Unusable(f"The score {found[0][:40]!r} is on no scale that is known (of 5, of 10, %).")
    if scale in _TOPS and not 0 <= value <= _TOPS[scale]:
        raise _Unusable(f"The score {found[0][:40]!r} is outside {scale}, 0 to {_TOPS[scale]}.")
    return Score(value, scale)


# Dates --------------------------------------------------------------------------------------------

_WEEKDAY = r"(?:[a-z]{3,9}\b[., ]*)?"
_NUMERALS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[t ,]\s*(.+))?", re.IGNORECASE)
_DAY_FIRST = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th|\.)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})(?:,? (.+))?", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (.+))?", re.IGNORECASE
)
_YEAR_LAST = re.compile(
    r"[a-z]{3},? ([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d(?: [+-]\d{4})?) (\d{4})", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:([ap])\.?m\.?)? ?"
    r"(z|utc|gmt)?(?:([+-])(\d\d):?(\d\d)?)?",
    re.IGNORECASE,
)
_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June")
_MONTHS += ("July", "August", "September", "October", "November", "December")
_EXCEL_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def _read_date(cell: str, options: ImportOptions) -> datetime:
    """A moment in UTC from a date as exports write them; raises when it cannot be read for certain.

    A date alone is the beginning of that day in the options' time zone.
    """
    try:
        found = _moment(" ".join(cell.split()), options.date_order)
        moment = found if found.tzinfo else _place(found, options.time_zone, is_day_alone=":" not in cell)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as no_date:
        right = "2024-05-31 14:30 would be right"
        raise _Unusable(f"{cell[:40]!r} is not a date that can be read; {right}.") from no_date
    if moment < _EARLIEST or moment > options.at + timedelta(days=1):
        raise _Unusable(f"{cell[:40]!r} is before 1970 or after this import.")
    return moment


def _moment(cell: str, order: DateOrder | None) -> datetime:
    """Aware where the cell names its offset; raises ValueError."""
    if re.fullmatch(r"\d+([.,]\d+)?", cell):
        return _from_number(cell.replace(",", "."))
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        day, clock = _from_words(cell) or _from_numerals(cell, order)
    return datetime.combine(day, _clock(clock) if clock else time())


def _from_number(digits: str) -> datetime:
    whole = digits.partition(".")[0]
    match len(whole):
        case 5:
            return _EXCEL_BEGINS + timedelta(days=float(digits))
        case 8:
            return datetime.fromisoformat(digits)
        case 10:
            return datetime.fromtimestamp(float(digits), UTC)
        case 13:
            return datetime.fromtimestamp(int(whole) / 1000, UTC)
        case _:
            raise ValueError(digits)


def _from_words(cell: str) -> tuple[date, str | None] | None:
    if found := _DAY_FIRST.fullmatch(cell):
        return date(int(found[3]), _month(found[2]), int(found[1])), found[4]
    if found := _MONTH_FIRST.fullmatch(cell):
        return date(int(found[3]), _month(found[1]), int(found[2])), found[4]
    if found := _YEAR_LAST.fullmatch(cell):
        return date(int(found[4]), _month(found[1]), int(found[2])), found[3]
    return None


def _month(name: str) -> int:
    numbers = [n for n, full in enumerate(_MONTHS, start=1) if full.lower().startswith(name.lower())]
    if not numbers:
        raise ValueError(name)
    return numbers[0]


def _from_numerals(cell: str, order: DateOrder | None) -> tuple[date, str | None]:
    found = _NUMERALS.fullmatch(cell)
    if not found:
        raise ValueError(cell)
    first, separator, second, third, clock = found.groups()
    order = _order_of(first, second, third, separator=separator, order=order)
    parts = dict(zip(order, (first, second, third), strict=True))
    return date(_year(parts["y"]), int(parts["m"]), int(parts["d"])), clock


def _order_of(first: str, second: str, third: str, *, separator: str, order: DateOrder | None) -> DateOrder:
    """Which part is which; a guess is never made."""
    if len(first) == 4:
        return "ymd"
    if order is not None and (len(third) == 2 or order != "ymd"):
        return order
    if len(third) != 4:
        raise _Unusable(
            f"Which part of {first}{separator}{second}{separator}{third} is the year? Say --date-order."
        )
    if separator == "." or int(first) > 12 or int(first) == int(second):
        return "dmy"
    if int(second) > 12:
        return "mdy"
    if not int(first) or not int(second):
        raise ValueError(first, second)
    raise _Unusable(
        f"{first}{separator}{second}{separator}{third} may be a day in {_MONTHS[int(second) - 1]} "
        f"or in {_MONTHS[int(first) - 1]}. Say --date-order dmy or mdy."
    )


def _year(digits: str) -> int:
    """A year of two digits lies in 1970 to 2069."""
    match len(digits):
        case 4:
            return int(digits)
        case 2:
            return int(digits) + (2000 if int(digits) < 70 else 1900)
        case _:
            raise ValueError(digits)


def _clock(words: str) -> time:
    found = _CLOCK.fullmatch(words)
    if not found:
        raise ValueError(words)
    hour, minute, second, fraction, half, utc, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return time(
        _hour_of_day(int(hour), half),
        int(minute),
        int(second or 0),
        int((fraction or "0")[:6].ljust(6, "0")),
        tzinfo=timezone(offset) if utc or sign else None,
    )


def _hour_of_day(hour: int, half: str | None) -> int:
    """`half`: a or p, before or after noon; None on a clock of 24 hours."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "pP" else 0)


def _place(local: datetime, zone: ZoneInfo, *, is_day_alone: bool) -> datetime:
    """The moment at which a clock in this zone shows that; the first of the two when it does so twice."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if not is_day_alone and moment.astimezone(zone).replace(tzinfo=None) != local:
        raise _Unusable(f"{local:%Y-%m-%d %H:%M} did not exist in {zone.key}: the clocks went forward.")
    return moment
