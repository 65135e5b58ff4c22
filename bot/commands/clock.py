"""`recovery clock try`: deadlines computed before somebody trusts a calendar, with the working shown."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.commands.endings import CannotGoOn
from bot.rulebook import load_rulebook
from bot.rulebook.lengths import read_length
from bot.rulebook.problems import near
from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Pause, due_at, spoken, working

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

FORMAT = "%a %d %b %Y %H:%M:%S %Z"


@dataclass(frozen=True, slots=True)
class Question:
    """One deadline that is asked for: as text, from the command line or a row of a file."""

    hours: OpeningHours
    start: datetime
    promise: timedelta
    pauses: tuple[Pause, ...]


def try_one(hours: OpeningHours, start: str, promise: str, pauses: Sequence[str]) -> int:
    """Print one deadline and how it came about; the exit code."""
    zone = ZoneInfo(hours.time_zone)
    try:
        question = Question(
            hours=hours,
            start=_instant(start, zone),
            promise=read_length(promise),
            pauses=tuple(_pause(span, zone) for span in pauses),
        )
        due = due_at(question.start, question.promise, hours, question.pauses)
    except ValueError as problem:
        errors.print(str(problem), markup=False)
        return 2
    _print_working(question, zone)
    if due is None:
        console.print("Not due while the pause is open.")
        return 0
    console.print(f"Due {due.astimezone(zone):{FORMAT}} ({due:%Y-%m-%dT%H:%M:%SZ}).", markup=False)
    return 0


def try_file(path: Path) -> int:
    """Print a deadline for each row; 1 where a row is bad or states another deadline, 2 without rows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        errors.print(f"{path}: {problem}", markup=False)
        return 2
    printed = csv.writer(sys.stdout, lineterminator="\n")
    printed.writerow(["id", "due", "verdict"])
    wrong = 0
    for number, row in enumerate(rows, start=2):
        name = row.get("id") or f"line {number}"
        try:
            due = _due_of_row(row)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            wrong += 1
            errors.print(f"{name}: {_said(problem)}", markup=False)
            continue
        verdict = _verdict(due, row)
        wrong += verdict.startswith("expected")
        printed.writerow([name, _stated(due), verdict])
    errors.print(f"{len(rows)} rows, {len(rows) - wrong} as stated or without a statement, {wrong} not.")
    return (1 if wrong else 0) if rows else 2


def hours_of_team(rules: Path, team: str) -> OpeningHours:
    """When a team of the rules file is open. Raises RulebookError, and CannotGoOn where there is no such."""
    teams = load_rulebook(rules).teams
    if team not in teams:
        raise CannotGoOn(f"--team {team}: rules.yaml has no such team; {near(team, teams)}.")
    return teams[team].hours


def hours_of_calendar(calendar: Mapping[str, Any]) -> OpeningHours:
    """A calendar as JSON in our own syntax.

    `tz`; `hours` by weekday, lists of [open, close]; `holidays`, dates without a shift; `special_hours` and
    `breaks` by date. A close at or before its open is on the next day. Raises ValueError and KeyError.
    """
    return OpeningHours("; ".join(_rules(calendar)), calendar["tz"])


def _due_of_row(row: Mapping[str, str]) -> datetime | None:
    hours = hours_of_calendar(json.loads(row["calendar"]))
    zone = ZoneInfo(hours.time_zone)
    pauses = tuple(
        Pause(_instant(begin, zone), _instant(end, zone))
        for begin, end in json.loads(row.get("pauses") or "[]")
    )
    promise = timedelta(seconds=float(row["target_seconds"]))
    return due_at(_instant(row["start"], zone), promise, hours, pauses)


def _verdict(due: datetime | None, row: Mapping[str, str]) -> str:
    stated = [row.get("expected_due"), row.get("equivalent_instant")]
    instants = [datetime.fromisoformat(each) for each in stated if each]
    if not instants:
        return ""
    return "as expected" if due in instants else f"expected {_stated(instants[0])}"


def _print_working(question: Question, zone: ZoneInfo) -> None:
    table = Table("from", "to", "what", "counted", title=f"In {zone.key}", title_justify="left")
    for stretch in working(question.start, question.promise, question.hours, question.pauses):
        ended = f"{stretch.ended_at.astimezone(zone):{FORMAT}}" if stretch.ended_at else "open"
        counted = spoken(stretch.counted) if stretch.counted else ""
        table.add_row(f"{stretch.started_at.astimezone(zone):{FORMAT}}", ended, stretch.what, counted)
    console.print(table)


def _rules(calendar: Mapping[str, Any]) -> Iterator[str]:
    for weekday, windows in calendar["hours"].items():
        yield (
            f"{weekday[:2].capitalize()} {_windows(windows)}"
            if windows
            else f"{weekday[:2].capitalize()} off"
        )
    for day in calendar.get("holidays", []):
        yield f"{_day(day)} off"
    for day, windows in calendar.get("special_hours", {}).items():
        yield f"{_day(day)} {_windows(windows)}" if windows else f"{_day(day)} off"
    for day, windows in calendar.get("breaks", {}).items():
        yield f"{_day(day)} {_windows(windows)} off"


def _windows(windows: Sequence[Sequence[str]]) -> str:
    return ",".join(f"{opened}-{closed}" for opened, closed in windows)


def _day(day: str) -> str:
    return date.fromisoformat(day).strftime("%Y %b %d")


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """A moment; without an offset it is on the wall of the calendar's zone."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no moment; write it as 2026-03-02T09:00.") from None
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)


def _pause(text: str, zone: ZoneInfo) -> Pause:
    begin, sign, end = text.partition("/")
    if not sign:
        raise ValueError(f"{text!r} is no pause; write it as from/to, or from/ while it is open.")
    return Pause(_instant(begin, zone), _instant(end, zone) if end else None)


def _stated(at: datetime | None) -> str:
    return "not due" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _said(problem: Exception) -> str:
    return f"column {problem} is missing" if isinstance(problem, KeyError) else str(problem)
