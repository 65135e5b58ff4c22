"""What the importing person says about a file, and what it turned out to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from bot.sources.files.columns import Columns

DateOrder = Literal["dmy", "mdy", "ymd"]


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


class FileKind(StrEnum):
    """The two forms of file that are read."""

    CSV = "CSV"
    JSON_LINES = "JSON Lines"


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
