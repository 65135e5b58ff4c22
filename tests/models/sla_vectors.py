"""Deadlines that other systems and calculators state, read from the material beside the project."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.clock import hours_of_calendar
from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Pause

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "payloads" / "7-sla"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="shared/payloads/7-sla is not beside the project"))


@dataclass(frozen=True)
class Vector:
    """A calendar, a start and pauses, with what follows from them."""

    hours: OpeningHours
    start: datetime
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class DueVector(Vector):
    """A promise, and the instants that may be called its deadline."""

    promise: timedelta
    accepted: frozenset[datetime]


@dataclass(frozen=True)
class ElapsedVector(Vector):
    """An end, and the open time until then."""

    end: datetime
    expected: timedelta


def due_vectors() -> list[Any]:
    return [pytest.param(_due_vector(row), id=row["id"]) for row in _rows("due_vectors.csv")] or [ABSENT]


def elapsed_vectors() -> list[Any]:
    return [pytest.param(_elapsed_vector(row), id=row["id"]) for row in _rows("elapsed_vectors.csv")] or [
        ABSENT
    ]


def _rows(name: str) -> list[dict[str, str]]:
    if not FOLDER.exists():
        return []
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _due_vector(row: dict[str, str]) -> DueVector:
    instants = (row["expected_due"], row["equivalent_instant"])
    return DueVector(
        hours=hours_of_calendar(json.loads(row["calendar"])),
        start=datetime.fromisoformat(row["start"]),
        pauses=_pauses(row["pauses"]),
        promise=timedelta(seconds=int(row["target_seconds"])),
        accepted=frozenset(
            datetime.fromisoformat(instant).astimezone(UTC) for instant in instants if instant
        ),
    )


def _elapsed_vector(row: dict[str, str]) -> ElapsedVector:
    # `agree` is false where the source counts time on the wall; what is expected is real time in every row.
    return ElapsedVector(
        hours=hours_of_calendar(json.loads(row["calendar"])),
        start=datetime.fromisoformat(row["start"]),
        pauses=_pauses(row["pauses"]),
        end=datetime.fromisoformat(row["end"]),
        expected=timedelta(seconds=int(row["expected_open_seconds"])),
    )


def _pauses(spans: str) -> tuple[Pause, ...]:
    return tuple(Pause(*map(datetime.fromisoformat, span)) for span in json.loads(spans))
