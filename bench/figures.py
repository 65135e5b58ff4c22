"""What a bench finds out: figures, some with an aim, and whatever went wrong."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be: at most, or else at least, so much."""

    value: float
    is_ceiling: bool = True

    def is_met(self, measured: float) -> bool:
        """Whether what was measured is good enough."""
        return measured <= self.value if self.is_ceiling else measured >= self.value


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured; without an aim it is told for comparison."""

    name: str
    value: float
    unit: str
    aim: Aim | None = None

    @property
    def words(self) -> str:
        """The value as people read it."""
        return f"{_round(self.value)} {self.unit}"

    @property
    def aim_words(self) -> str:
        """The aim and whether it is met; nothing where there is none."""
        if self.aim is None:
            return ""
        bound = "at most" if self.aim.is_ceiling else "at least"
        verdict = "met" if self.aim.is_met(self.value) else "[bold red]missed[/]"
        return f"{bound} {_round(self.aim.value)} {self.unit}: {verdict}"

    def as_json(self) -> dict[str, Any]:
        """The figure for bench.json."""
        told: dict[str, Any] = {"name": self.name, "value": self.value, "unit": self.unit}
        if self.aim is not None:
            bound = "at_most" if self.aim.is_ceiling else "at_least"
            told |= {bound: self.aim.value, "is_met": self.aim.is_met(self.value)}
        return told


@dataclass(slots=True)
class Findings:
    """What one bench found; `problems` are things that are wrong however fast they were.

    `notes` are for bench.json only: lines by what they are, such as a query plan.
    """

    figures: list[Figure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, aim: Aim | None = None) -> None:
        """Keep a figure."""
        self.figures.append(Figure(name, value, unit, aim))

    def add_spread(self, name: str, lengths: Sequence[float], aims: Mapping[int, Aim], unit: str) -> None:
        """Keep the 50th, 95th and 99th percentile of some lengths of time; `aims` by percentile."""
        for share in (50, 95, 99):
            self.add(f"{name}, p{share}", percentile(lengths, share), unit, aims.get(share))

    def as_json(self) -> dict[str, Any]:
        """The findings for bench.json."""
        figures = [figure.as_json() for figure in self.figures]
        return {"figures": figures, "problems": self.problems, "notes": self.notes}


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of the values that `share` percent of them do not exceed; NaN of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * share / 100) - 1)]


def show(console: Console, title: str, findings: Findings) -> None:
    """Print one bench's table, then what went wrong."""
    table = Table("measured", "figure", "aim", title=title, title_justify="left", title_style="bold")
    table.columns[1].justify = "right"
    for figure in findings.figures:
        table.add_row(figure.name, figure.words, figure.aim_words)
    console.print(table)
    for problem in findings.problems:
        console.print(f"[bold red]Wrong:[/] {problem}")


def write(path: Path, told: Mapping[str, Any]) -> None:
    """Keep everything as JSON; what could not be measured is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_without_nan(told), indent=2, allow_nan=False) + "\n")


def _round(value: float) -> str:
    """Three figures are as many as a measurement is worth."""
    if math.isnan(value):
        return "?"
    places = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def _without_nan(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _without_nan(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_without_nan(value) for value in told]
    return None if isinstance(told, float) and math.isnan(told) else told
