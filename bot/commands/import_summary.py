"""What an import says of itself: what the file is taken for, and at the end what became of its rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sources.files import Layout
from models.policies.rulebook import Rulebook

SHOWN = 10
"""Refused rows and remarks that are shown; a file may have any number of them."""


@dataclass
class Some:
    """The first few of many lines, and how many there were."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Count it, and keep it if it is among the first."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(line)

    def told(self, what: str) -> Iterator[str]:
        """The lines under a heading; nothing where there are none."""
        if self.count:
            yield f"{what}: {self.count:,}."
            yield from (f"  {line}" for line in self.first)
        if self.count > len(self.first):
            yield f"  … and {self.count - len(self.first):,} more."


@dataclass
class Tally:
    """What became of the rows. `opened_before`: by this import, before it was cut off."""

    stored: int = 0
    known: int = 0
    opened: int = 0
    opened_before: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)
    refusals: Some = field(default_factory=Some)
    remarks: Some = field(default_factory=Some)


def describe(layout: Layout, rulebook: Rulebook) -> Iterator[str]:
    """What the file is taken for."""
    columns = layout.columns
    fields = {
        "text": columns.text,
        "title": columns.title,
        "id": columns.external_id,
        "author": columns.author or columns.author_name,
        "date": columns.occurred_at,
        "score": columns.score,
    }
    found = ", ".join(f"{name} from {column!r}" for name, column in fields.items() if column)
    yield f"{layout.path.name}: {layout.kind.value} in {layout.encoding}; {found}."
    yield f"It is taken in as {rulebook.sources[layout.options.source].name}; --source says otherwise."


def summary(tally: Tally, seconds: float) -> Iterator[str]:
    """What became of the rows, in that time."""
    feelings = ", ".join(f"{count:,} {label}" for label, count in sorted(tally.labels.items()))
    yield f"New feedback stored: {tally.stored:,}{f', {feelings}' if feelings else ''}."
    if tally.stored > SHOWN:
        yield f"It took {seconds:.0f} s, {tally.stored / seconds:.0f} a second."
    if tally.known:
        yield f"Here already, and left as it was: {tally.known:,}."
    yield f"Cases opened: {tally.opened}."
    for reason, count in tally.held_back.most_common():
        yield f"  Left unopened, although a rule orders a case: {count:,}, {reason}."
    if tally.held_back:
        yield "  They are counted all the same; `recovery import --help` tells what an import opens."
    yield from tally.remarks.told("Cells that could not be read, and were left out of their rows")
    yield from tally.refusals.told("Rows refused")
