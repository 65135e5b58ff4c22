"""`recovery ledger redeemed`: a file of finance tells what customers used; each row counts once."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.commands.endings import CannotGoOn, check_file
from bot.database import Database
from bot.rulebook import load_rulebook
from bot.settings import Settings
from bot.sources.files.dates import read_date
from bot.sources.files.encoding import find_encoding
from bot.sources.files.layout import DateOrder, ImportOptions
from bot.sources.files.refusals import Unusable
from handlers.act import Act
from handlers.errors import CannotDo
from handlers.redeeming import Used, redeem
from models.policies.handover import why_too_long
from models.policies.intake import clean_text
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM

DELIMITERS = ",;\t"
COLUMNS = ("gift", "code", "at", "reference")
GIFT = re.compile(r"[gG]?([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the file below our column names, and the line on which it begins."""

    line: int
    cells: Mapping[str, str]


@dataclass
class Tally:
    """What became of the rows."""

    new: int = 0
    known: int = 0
    refused: int = 0


def tell_used(settings: Settings, file: Path, date_order: DateOrder | None) -> int:
    """Write down what the file tells; the exit code: 0, or 1 where rows were refused."""
    rulebook, at = load_rulebook(settings.rules_file), SystemClock().now()
    zone = ZoneInfo(rulebook.time_zone)
    options = ImportOptions(source="", at=at, time_zone=zone, date_order=date_order)
    console, tally = Console(highlight=False, soft_wrap=True), Tally()
    with _open(file) as stream, open_database(settings) as (database, _queue):
        for row in rows_of(stream, file.name):
            why = _take(database, rulebook, row, options, tally)
            if why is not None:
                tally.refused += 1
                console.print(f"line {row.line}: {why}", markup=False)
    told = f"{tally.new} written down as used, {tally.known} known already, {tally.refused} refused."
    console.print(told, markup=False)
    return 1 if tally.refused else 0


def rows_of(stream: TextIO, name: str) -> Iterator[Row]:
    """Every row that is not blank; raises CannotGoOn for a file without our columns, or that is no CSV."""
    first = stream.readline()
    stream.seek(0)
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(stream, delimiter=delimiter)
    try:
        heading = [cell.strip("\ufeff \t").lower() for cell in next(reader, [])]
        if not {"gift", "code"} & set(heading):
            raise CannotGoOn(
                f"{name} has no column gift or code in its first line. It may have: {', '.join(COLUMNS)}."
            )
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(begins, dict(zip(heading, cells, strict=False)))
            begins = reader.line_num + 1
    except csv.Error as broken:
        raise CannotGoOn(f"{name}, line {reader.line_num}: it cannot be read as CSV: {broken}.") from broken


def used_in(row: Row, options: ImportOptions) -> Used:
    """What a row tells; raises Unusable with what would be right. A date alone is that day's beginning."""
    gift, code, when, reference = (clean_text(row.cells.get(name, "")).strip() for name in COLUMNS)
    number = GIFT.fullmatch(gift)
    if gift and number is None:
        raise Unusable(f"{gift[:40]!r} is no number of a gift; write 7 or G7.")
    if not gift and not code:
        raise Unusable("It names no gift: fill in its number or its code.")
    too_long = why_too_long("code", code) or why_too_long("reference", reference)
    if too_long is not None:
        raise Unusable(too_long)
    at = read_date(when, options) if when else options.at
    return Used(int(number[1]) if number else None, code, min(at, options.at), reference)


def _take(
    database: Database, rulebook: Rulebook, row: Row, options: ImportOptions, tally: Tally
) -> str | None:
    """Write one row down, in a transaction of its own; why not, where it is refused."""
    act = Act(by=SYSTEM, at=options.at, rulebook=rulebook)
    try:
        used = used_in(row, options)
        with database.transaction() as session:
            is_new = redeem(session, act, used)
    except (Unusable, CannotDo) as refusal:
        return str(refusal)
    tally.new, tally.known = tally.new + is_new, tally.known + (not is_new)
    return None


def _open(file: Path) -> TextIO:
    check_file(file)
    encoding, _lines = find_encoding(file, None)
    return file.open(encoding=encoding, newline="")
