"""`recovery stats`: the figures of /recovery-stats on the command line."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.rulebook import load_rulebook
from bot.settings import Settings
from bot.slack.views.answers import stats as stats_view
from handlers.stats import Scope, load_stats
from models.policies.periods import KNOWN, read_period

DATE = re.compile(r"<!date\^(\d+)\^[^|]*\|[^>]*>")


def print_stats(settings: Settings, words: str, team: str | None) -> int:
    """Print the figures; the exit code."""
    console = Console(highlight=False)
    rulebook = load_rulebook(settings.rules_file)
    zone = ZoneInfo(rulebook.time_zone)
    at = SystemClock().now()
    period = read_period(words, at, zone)
    if period is None:
        console.print(f"I do not know the period “{words}”. Known: {KNOWN}.")
        return 2
    if team is not None and team not in rulebook.teams:
        console.print(f"I do not know the team “{team}”. Known: {', '.join(rulebook.teams)}.")
        return 2
    with open_database(settings) as (database, _queue), database.transaction() as session:
        figures = load_stats(session, period, Scope(teams=[team] if team else None), at)
    scope = f"for {rulebook.teams[team].name}" if team else "for everybody"
    text = stats_view(figures, period, scope).text
    dated = DATE.sub(lambda found: f"{datetime.fromtimestamp(int(found[1]), zone):%d %b %Y}", text)
    console.print(dated.replace("*", ""), markup=False)
    return 0
