"""Search among a million cases: how soon the handler has a page, for rare words and for common ones."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from bench.books import open_books
from bench.figures import Aim, Findings, percentile
from bench.library import OLD_WORD, fill
from bench.options import Options
from bot.database import ROOT, Database
from bot.rulebook import load_rulebook
from handlers.act import Act
from handlers.searching import search
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId

CASES = 1_000_000
TRIES = 9
LIMIT_MS = 300
INSIDER, STRANGER = AgentId("U0ANA"), AgentId("U0NOBODY")
QUESTIONS = {
    "a common word": "parcel",
    "a word of one case in ten": "refund",
    "a rare word": "zeppelin",
    "two words": "courier refund",
    "common words together": "parcel refund courier",
    "the beginning of a word": "par",
    "a name": "Delfen Cor",
    "a mistyped word": "zepelin",
    "a word of old cases only": OLD_WORD,
    "a word that nobody said": "xylophone",
    "a number": "#500000",
}


@dataclass(slots=True)
class Seen:
    """The statements of one search, with what they were given."""

    statements: list[tuple[str, Any]] = field(default_factory=list)


def measure(_options: Options) -> Findings:
    """Fill the books, and ask each question a few times, of who sees all cases and of who does not."""
    findings = Findings()
    rulebook = _with_private_team(load_rulebook(ROOT / "rules.yaml"))
    with open_books() as books:
        began = time.monotonic()
        fill(books, cases=CASES, at=datetime.now(UTC))
        findings.add(f"{CASES:,} cases filled in", time.monotonic() - began, "s")
        measure_in(books, rulebook, findings)
    return findings


def measure_in(books: Database, rulebook: Rulebook, findings: Findings) -> None:
    """Ask every question; the plans of all statements go to the notes."""
    for who, by in (("", INSIDER), (", not all teams seen", STRANGER)):
        for name, question in QUESTIONS.items():
            took, total = _ask(books, Act(by, datetime.now(UTC), rulebook), question)
            findings.add(f"{name}{who}, {total:,} found, p50", percentile(took, 50), "ms", Aim(LIMIT_MS))
            findings.add(f"{name}{who}, slowest of {TRIES}", max(took), "ms", Aim(LIMIT_MS))
            if by is STRANGER:
                findings.notes[f"{name}: query plans"] = _explain(books, by, rulebook, question)


def _with_private_team(rulebook: Rulebook) -> Rulebook:
    legal = replace(next(iter(rulebook.teams.values())), key="legal", name="Legal", is_private=True)
    return replace(rulebook, teams={**rulebook.teams, "legal": legal})


def _ask(books: Database, act: Act, question: str) -> tuple[list[float], int]:
    took, total = [], 0
    for _ in range(TRIES):
        began = time.monotonic()
        with books.transaction() as session:
            total = search(session, act, question, page=1, length=5).total
        took.append(1000 * (time.monotonic() - began))
    return took, total


def _explain(books: Database, by: AgentId, rulebook: Rulebook, question: str) -> list[str]:
    with _watching(books) as seen, books.transaction() as session:
        search(session, Act(by, datetime.now(UTC), rulebook), question, page=1, length=5)
    lines: list[str] = []
    with books.engine.connect() as connection:
        for statement, parameters in seen.statements:
            plan = connection.exec_driver_sql(f"explain (analyze, buffers) {statement}", parameters)
            lines += [" ".join(statement.split())[:300], *(line for (line,) in plan), ""]
    return lines


@contextmanager
def _watching(books: Database) -> Iterator[Seen]:
    seen = Seen()

    def watch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.statements.append((statement, parameters))

    event.listen(books.engine, "before_cursor_execute", watch)
    try:
        yield seen
    finally:
        event.remove(books.engine, "before_cursor_execute", watch)
