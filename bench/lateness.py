"""Reminders that fall due all in one minute: how much later than due each is written down."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.books import fill, open_books
from bench.figures import Findings
from bench.options import Options
from bot.clock import SystemClock
from bot.database import ROOT, Database
from bot.rulebook import load_rulebook
from handlers.sweep import sweep

DUE = 10_000
CLOCKS = 100_000
MINUTE = timedelta(minutes=1)
EVERY_SECONDS = 1.0
"""As often as the schedule ticks."""
PATIENCE_SECONDS = 600.0

WRITTEN = text(
    "select p.at, extract(epoch from p.at - (c.started_at + c.promise / 2)) from sla_pings p"
    " join sla_clocks c on c.id = p.clock_id"
)


def measure(_options: Options) -> Findings:
    """Tick for a minute and as long as it takes, as the schedule does, on the clock of the wall."""
    findings = Findings()
    with open_books() as books:
        at = datetime.now(UTC) + timedelta(
            seconds=20
        )  # they are to come while we tick, and filling takes time
        fill(books, cases=CLOCKS, due=DUE, at=at, apart=MINUTE / DUE)
        took = _tick(books)
        with books.transaction() as session:
            rows = session.execute(WRITTEN).all()
    lateness = [float(late) + took[moment] for moment, late in rows]
    findings.add_spread(f"{DUE:,} due in a minute: written down after", lateness, {}, "s")
    if len(lateness) != DUE:
        findings.problems.append(f"{len(lateness)} reminders were written down, and {DUE} were due")
    return findings


def _tick(books: Database) -> dict[datetime, float]:
    """Sweep until all is written; how many seconds each batch took from its moment to its commit."""
    clock, rulebook = SystemClock(), load_rulebook(ROOT / "rules.yaml")
    took: dict[datetime, float] = {}
    count, until = 0, time.monotonic() + PATIENCE_SECONDS
    while count < DUE and time.monotonic() < until:
        at, began = clock.now(), time.monotonic()
        with books.transaction() as session:
            swept = sweep(session, rulebook, at)
        took[at] = time.monotonic() - began
        count += swept
        if not swept:
            time.sleep(EVERY_SECONDS)
    return took
