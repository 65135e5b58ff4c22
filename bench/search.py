"""Search among a million cases: how soon the handler has a page, for rare words and for common ones."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from bench.books import open_books
from bench.figures import Aim, Findings, percentile
from bench.library import OLD_WORD, fill
from bench.options import Options
from bench.plans import explain, watching
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
    for who, by in (("", INSIDER), (", by a stranger", STRANGER)):
        for name, question in QUESTIONS.items():
            took, total = _ask(books, Act(by, datetime.now(UTC), rulebook), question)
            findings.add(f"{name}{who}, {total:,} found, p50", percentile(took, 50), "ms", Aim(LIMIT_MS))
            findings.add(f"{name}{who}, the slowest of {TRIES}", max(took), "ms", Aim(LIMIT_MS))
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
    with watching(books) as seen, books.transaction() as session:
        search(session, Act(by, datetime.now(UTC), rulebook), question, page=1, length=5)
    return explain(books, seen)
