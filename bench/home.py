"""Homes among a million cases: how soon the handler has what an agent, a supervisor and a lead see."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from bench import years
from bench.books import open_books
from bench.figures import Aim, Findings, percentile
from bench.options import Options
from bench.plans import explain, watching
from bot.database import ROOT, Database
from bot.rulebook import load_rulebook
from bot.slack.views import home as home_view
from bot.slack.views.home import Links
from handlers import home, homes
from handlers.act import Act
from models.case import CaseEvent
from models.home import Home
from models.policies.home import Choices, reach_of
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, CaseOrder, Whose

CASES, OPEN = 1_000_000, 20_000
TRIES = 9
LIMIT_MS = 300
AGENT, SUPERVISOR, LEAD = (AgentId(each) for each in ("U0ANA", "U0SAM", "U0LEA"))
VIEWS: dict[str, tuple[AgentId, Choices]] = {
    "an agent with 10,000 cases": (AGENT, Choices()),
    "their hundredth page": (AGENT, Choices(page=100)),
    "their overdue ones of a theme": (AGENT, Choices(theme="delivery", is_overdue=True)),
    "all open cases, the most urgent": (AGENT, Choices(whose=Whose.ALL, ordered_by=CaseOrder.PRIORITY)),
    "a supervisor of two teams": (SUPERVISOR, Choices()),
    "a lead of six teams": (LEAD, Choices()),
}
HOMES_OPEN, LINES_UNSEEN = 200, 500


def measure(_options: Options) -> Findings:
    """Fill the books, and look at the Home of each role a few times; then at who has one open."""
    findings, at = Findings(), datetime.now(UTC)
    rulebook = _with_teams(load_rulebook(ROOT / "rules.yaml"))
    with open_books() as books:
        began = time.monotonic()
        years.fill(books, cases=CASES, still_open=OPEN, busiest=AGENT, at=at)
        findings.add(f"{CASES:,} cases filled in, {OPEN:,} of them open", time.monotonic() - began, "s")
        for name, (who, choices) in VIEWS.items():
            _measure(
                books, name, lambda who=who, choices=choices: _look(books, who, choices, rulebook), findings
            )
        _open_homes(books, rulebook, at)
        _measure(books, f"a tick with {HOMES_OPEN} Homes open", lambda: _tick(books, rulebook, at), findings)
    return findings


def _measure(books: Database, name: str, work: Callable[[], object], findings: Findings) -> None:
    took = []
    for _ in range(TRIES):
        began = time.monotonic()
        work()
        took.append(1000 * (time.monotonic() - began))
    findings.add(f"{name}, p50", percentile(took, 50), "ms", Aim(LIMIT_MS))
    findings.add(f"{name}, slowest of {TRIES}", max(took), "ms", Aim(LIMIT_MS))
    with watching(books) as seen:
        work()
    findings.add(f"{name}, statements", len(seen.statements), "")
    findings.notes[f"{name}: query plans"] = explain(books, seen)


def _look(books: Database, who: AgentId, choices: Choices, rulebook: Rulebook) -> None:
    """As the job does that publishes it, less what Slack does."""
    act = Act(who, datetime.now(UTC), rulebook)
    with books.transaction() as session:
        homes.choose(session, who, choices, act.at)
        row = session.scalars(select(Home).where(Home.agent_id == who)).one()
        home_view.render(home.load_home(session, row, act), rulebook, act.at, Links())
        session.info.clear()  # nobody works here: no job is asked for


def _open_homes(books: Database, rulebook: Rulebook, at: datetime) -> None:
    """Of people who have seen all but the latest lines of history, none of which is of their teams."""
    with books.transaction() as session:
        seen = (session.scalar(select(func.max(CaseEvent.id))) or 0) - LINES_UNSEEN
        looked = {"opened_at": at, "looked_at": at - homes.AT_MOST_EVERY, "seen_event": seen}
        people = [AgentId(f"U0NEW{number}") for number in range(HOMES_OPEN)]
        session.add_all(Home(agent_id=who, reach=reach_of(who, rulebook).words, **looked) for who in people)


def _tick(books: Database, rulebook: Rulebook, at: datetime) -> None:
    with books.transaction() as session:
        homes.ask_for_due(session, rulebook, at)
        session.info.clear()


def _with_teams(rulebook: Rulebook) -> Rulebook:
    """Six teams of ten people; the agent works for all, the supervisor leads two, the lead all of them."""
    like = next(iter(rulebook.teams.values()))
    teams = {}
    for number in range(years.TEAMS):
        people = tuple(AgentId(f"U{n}") for n in range(years.PEOPLE) if n % years.TEAMS == number)
        supervisors = (SUPERVISOR,) if number < 2 else ()
        teams[f"team{number}"] = replace(
            like, key=f"team{number}", members=(AGENT, *people), supervisors=supervisors, leads=(LEAD,)
        )
    return replace(rulebook, teams=teams)
