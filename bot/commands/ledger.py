"""`recovery ledger`: what was given and taken back, for finance, printed or as CSV."""

import csv
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.commands.endings import CannotGoOn
from bot.commands.stats import find_team
from bot.rulebook import load_rulebook
from bot.settings import Settings
from handlers.books import Line, load_books
from models.policies.periods import KNOWN, read_period
from models.vocabulary import Money

HEADINGS = (
    *("line", "at", "state", "case", "gift", "kind", "amount", "currency", "customer", "customer name"),
    *("team", "given by", "approved by", "over", "written by", "why", "reference"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would carry out at the beginning of a text. Source: OWASP, "CSV Injection"."""


def show_ledger(settings: Settings, words: str, team: str | None, file: Path | None) -> int:
    """Print the lines of a period and their sums, or write them to a file; the exit code."""
    rulebook = load_rulebook(settings.rules_file)
    found = find_team(team, rulebook)
    zone = ZoneInfo(rulebook.time_zone)
    period = read_period(words, SystemClock().now(), zone)
    if period is None:
        raise CannotGoOn(f"I do not know the period “{words}”. Known: {KNOWN}, 12 hours.")
    with open_database(settings) as (database, _queue), database.transaction() as session:
        lines = load_books(session, period, found.key if found else None)
    console = Console(highlight=False, soft_wrap=True)
    if file is None:
        for line in lines:
            console.print(in_words(line, zone), markup=False)
    else:
        _write(file, lines, zone)
        console.print(f"{len(lines)} lines are in {file}.", markup=False)
    for total in sums(lines):
        console.print(f"In all {total}.", markup=False)
    return 0


def sums(lines: Iterable[Line]) -> list[Money]:
    """What the lines come to, for each currency, by its code."""
    totals: dict[str, Money] = {}
    for line in lines:
        before = totals.get(line.money.currency)
        totals[line.money.currency] = line.money if before is None else before + line.money
    return [totals[currency] for currency in sorted(totals)]


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; some look past a space, or take a wide sign for it."""
    begins = unicodedata.normalize("NFKC", text).lstrip(" ")
    return f"'{text}" if begins.startswith(FORMULA) else text


def in_words(line: Line, zone: ZoneInfo) -> str:
    """One line for a terminal."""
    by = line.by if line.by == line.granted_by else f"{line.by}, for {line.granted_by}"
    who, why = line.customer or str(line.customer_id), " ".join(line.why.split())
    reference = f"  [{' '.join(line.reference.split())}]" if line.reference else ""
    return (
        f"{line.at.astimezone(zone):%d %b %Y %H:%M}  case #{line.case}  G{line.gift} {line.state.value}  "
        f"{line.money}  {line.kind}  {who}  by {by}{_approval(line)}: {why}{reference}"
    )


def _approval(line: Line) -> str:
    if line.approved_by is None:
        return ""
    return f", approved by {line.approved_by}{f' over {line.over}' if line.over else ''}"


def _write(file: Path, lines: Iterable[Line], zone: ZoneInfo) -> None:
    """With a mark of its encoding, without which Excel would take it for another."""
    with file.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(_cells(line, zone) for line in lines)


def _cells(line: Line, zone: ZoneInfo) -> list[str]:
    return [
        str(line.number),
        line.at.astimezone(zone).isoformat(timespec="seconds"),
        line.state.value,
        str(line.case),
        f"G{line.gift}",
        line.kind,
        str(line.money.rounded().amount),
        line.money.currency,
        str(line.customer_id),
        *map(guarded, (line.customer, line.team, line.granted_by)),
        *map(guarded, (line.approved_by or "", line.over, line.by, line.why, line.reference)),
    ]
