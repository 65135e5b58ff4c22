"""The refused rows, in a file that a spreadsheet opens without running anything."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from bot.sources.files.rows import Rejected

_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


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
