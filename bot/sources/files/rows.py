"""Row by row: each becomes feedback, or is refused with its line and the reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from typing import Any

from bot.sources.files.columns import Columns, scale_of_column
from bot.sources.files.dates import read_date
from bot.sources.files.ids import SHORTENED_ID, Seen, id_of_row
from bot.sources.files.layout import FileKind, Layout
from bot.sources.files.limits import LONGEST_NAME, LONGEST_RAW
from bot.sources.files.records import Record, continuation, records
from bot.sources.files.refusals import Unusable
from bot.sources.files.scores import TOPS, Score, read_score
from bot.sources.files.values import Listed, csv_values, json_values
from models.policies.intake import IncomingFeedback


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


def read_file(layout: Layout) -> Iterator[Row]:
    """The rows in the order of the file; blank ones are left out.

    Only one row is held at a time, and about a hundred bytes for each row read, by which equal rows and
    ids that stand twice are known.
    """
    seen = Seen()
    with layout.path.open(encoding=layout.encoding, newline="") as file:
        for record in records(file, continuation(layout)):
            if record.line > layout.heading.line and not record.is_blank(layout.heading.delimiter):
                yield _read_row(record, layout, seen)


def _read_row(record: Record, layout: Layout, seen: Seen) -> Row:
    read = partial(csv_values, layout=layout) if layout.kind is FileKind.CSV else json_values
    try:
        return _Taking(read(record), layout).accept(record.line, seen)
    except Unusable as unusable:
        raw = record.raw.rstrip("\r\n")
        return Rejected(
            record.line, raw if len(raw) <= LONGEST_RAW else f"{raw[:LONGEST_RAW]}…", str(unusable)
        )


class _Taking:
    """One row on its way to feedback: its values by column, and what had to be left out of it."""

    def __init__(self, values: dict[str, Any], layout: Layout) -> None:
        self.values = values
        self.columns = layout.columns
        self.options = layout.options
        self.remarks: list[str] = []
        self.unread: dict[str, Any] = {}

    def accept(self, line: int, seen: Seen) -> Accepted:
        """Raises Unusable with the reason when the row cannot be taken."""
        text = self._cell(self.columns.text)
        if not text.strip():
            raise Unusable(f"No words in {self.columns.text!r}.")
        occurred = self._cell(self.columns.occurred_at).strip()
        score = self._score()
        # The id comes late, so that a row that is refused takes none; attributes after all that is left out.
        feedback = IncomingFeedback(
            source=self.options.source,
            text=text,
            author_handle=self._short(self.columns.author),
            author_name=self._cell(self.columns.author_name).strip() or None,
            occurred_at=read_date(occurred, self.options) if occurred else None,
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
            case Listed():
                raise Unusable(f"{column!r} holds a list where a text belongs.")
            case bool():
                return str(value).lower()
            case _:
                return str(value)

    def _short(self, column: str | None) -> str | None:
        cell = self._cell(column).strip()
        if len(cell) > LONGEST_NAME:
            raise Unusable(f"{column!r} is longer than {LONGEST_NAME} characters.")
        return cell or None

    def _external_id(self, text: str, occurred: str, seen: Seen) -> str:
        """The file's id, or one that the same row has at every import; the date goes in as it is written."""
        given = self._short(self.columns.external_id)
        if given and not SHORTENED_ID.fullmatch(given):
            if seen.is_other_text(given, text):
                raise Unusable(f"The id {given!r} stands further up with other words.")
            return given
        if given:
            self._leave_out(self.columns.external_id, f"A spreadsheet shortened the id {given}: not used.")
        row = (text, self._cell(self.columns.author) or self._cell(self.columns.author_name), occurred)
        return id_of_row(row, seen)

    def _score(self) -> Score | None:
        column = self.columns.score
        try:
            return read_score(self._cell(column), self._scale() or scale_of_column(column or ""))
        except Unusable as unusable:
            self._leave_out(column, str(unusable))
            return None

    def _scale(self) -> str | None:
        told = self._cell(self.columns.score_scale).strip().casefold()
        if told and told not in TOPS:
            self._leave_out(
                self.columns.score_scale, f"The scale {told[:40]!r} is unknown: nps, stars, csat, percent."
            )
        return told if told in TOPS else self.options.score_scale

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
