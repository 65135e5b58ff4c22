"""`recovery stats`: the figures of /recovery-stats on the command line."""

import html
import re
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.commands.endings import CannotGoOn
from bot.rulebook import load_rulebook
from bot.rulebook.problems import near
from bot.settings import Settings
from bot.slack.views.answers import stats as stats_view
from bot.slack.views.text import named
from handlers.stats import Scope, load_stats
from models.policies.periods import KNOWN, read_period
from models.policies.rulebook import Rulebook, Team

DATE = re.compile(r"<!date\^(\d+)\^([^|]*)\|[^>]*>")
LINK = re.compile(r"<[@#!]?([^|>]+)(?:\|([^>]*))?>")
BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


def print_stats(settings: Settings, words: str, team: str | None) -> int:
    """Print the figures; the exit code."""
    rulebook = load_rulebook(settings.rules_file)
    found = find_team(team, rulebook)
    zone = ZoneInfo(rulebook.time_zone)
    at = SystemClock().now()
    period = read_period(words, at, zone)
    if period is None:
        raise CannotGoOn(f"I do not know the period “{words}”. Known: {KNOWN}, 12 hours.")
    with open_database(settings) as (database, _queue), database.transaction() as session:
        figures = load_stats(session, period, Scope(teams=[found.key] if found else None), at)
    scope = f"for {named(found.name)}" if found else "for everybody"
    text = in_plain_words(stats_view(figures, period, scope, rulebook.themes).text, zone)
    Console(highlight=False, soft_wrap=True).print(text, markup=False)
    return 0


def in_plain_words(text: str, zone: tzinfo) -> str:
    """What Slack would show of a text in its own markup, to a reader in this zone."""

    def date(found: re.Match[str]) -> str:
        at = datetime.fromtimestamp(int(found[1]), zone)
        return f"{at:%d %b %Y %H:%M}" if "{time" in found[2] else f"{at:%d %b %Y}"

    dated = DATE.sub(date, text)
    return html.unescape(BOLD.sub(r"\1", LINK.sub(lambda found: found[2] or found[1], dated)))


def find_team(asked: str | None, rulebook: Rulebook) -> Team | None:
    """The team that an option names by its key or name; None where none is asked for."""
    if asked is None:
        return None
    for key, team in rulebook.teams.items():
        if asked.strip().lower() in {key.lower(), team.name.lower()}:
            return team
    raise CannotGoOn(f"--team {asked}: rules.yaml has no such team; {near(asked, rulebook.teams)}.")
