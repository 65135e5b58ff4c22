"""The sweep: how fast it finds what is due among all clocks that run, and how fast it writes it down."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import event

from bench.books import fill, open_books
from bench.figures import Aim, Findings
from bench.options import Options
from bot.database import ROOT, Database
from bot.rulebook import load_rulebook
from handlers.sweep import sweep
from models.policies.rulebook import Rulebook

SIZES = (100_000, 1_000_000)
"""Clocks that run; the figures are the same where an index is used as it should be."""
DUE = 1_000
TRIES = 9
SECOND = timedelta(seconds=1)


class Caught(Exception):
    """The statement that finds and locks what is due, caught on its way to the database."""

    def __init__(self, statement: str, parameters: Any) -> None:
        super().__init__(statement)
        self.statement, self.parameters = statement, parameters


def measure(_options: Options) -> Findings:
    """Let a thousand clocks be due among many, find them a few times over, and write them down once."""
    findings = Findings()
    rulebook = load_rulebook(ROOT / "rules.yaml")
    for size in SIZES:
        at = datetime.now(UTC)
        with open_books() as books:
            fill(books, cases=size, due=DUE, at=at - (DUE + 1) * SECOND, apart=SECOND)
            _measure_finding(books, rulebook, f"of {size:,}", at, findings)
            _measure_writing(books, rulebook, f"of {size:,}", at, findings)
    return findings


def _measure_finding(
    books: Database, rulebook: Rulebook, name: str, at: datetime, findings: Findings
) -> None:
    finding = _catch(books, rulebook, at)
    took = []
    with books.engine.connect() as connection:
        for _ in range(TRIES):
            began = time.monotonic()
            rows = connection.exec_driver_sql(finding.statement, finding.parameters).all()
            took.append(1000 * (time.monotonic() - began))
            connection.rollback()
            if len(rows) != DUE:
                findings.problems.append(f"{name}: {len(rows)} were found, and {DUE} were due")
        plan = connection.exec_driver_sql(
            f"explain (analyze, buffers) {finding.statement}", finding.parameters
        )
        findings.notes[f"{name}: query plan"] = [line for (line,) in plan]
    findings.add(f"{name}, {DUE:,} due: found and locked", median(took), "ms", Aim(250))


def _measure_writing(
    books: Database, rulebook: Rulebook, name: str, at: datetime, findings: Findings
) -> None:
    began, count, swept = time.monotonic(), 0, 1
    while swept:
        with books.transaction() as session:
            swept = sweep(session, rulebook, at)
        count += swept
    findings.add(f"{name}, {DUE:,} due: written down", count / (time.monotonic() - began), "a second")
    if count != DUE:
        findings.problems.append(f"{name}: {count} cases were swept, and {DUE} were due")


def _catch(books: Database, rulebook: Rulebook, at: datetime) -> Caught:
    def catch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "SKIP LOCKED" in statement:
            raise Caught(statement, parameters)

    event.listen(books.engine, "before_cursor_execute", catch)
    try:
        with books.transaction() as session:
            sweep(session, rulebook, at, limit=DUE)
    except Caught as caught:
        return caught
    finally:
        event.remove(books.engine, "before_cursor_execute", catch)
    raise AssertionError("the sweep locks nothing")
