"""What a list of a Home is called, and how its filter reads."""

from bot.slack.views.text import named
from handlers.home_snapshots import HomeSnapshot
from models.policies.home import Choices, Dropped
from models.policies.rulebook import Rulebook
from models.policies.themes import theme_name
from models.vocabulary import Whose

WHOSE = {Whose.MINE: "Your cases", Whose.NOBODYS: "Cases that nobody has", Whose.ALL: "All open cases"}
"""What each choice is called where it is shown, and where it is chosen."""
OVERDUE = {True: "overdue", False: "not overdue"}
WAITING = {True: "waiting", False: "not waiting"}


def head_of(home: HomeSnapshot) -> str:
    """Whose cases these are, how many, and which page of them."""
    whose, page = WHOSE[home.choices.whose], home.choices.page
    if not home.cards:
        return f"*{whose}*: none. 🎉" if home.choices.is_usual else f"*{whose}*: none that you look for"
    paged = f", page {page}" if page > 1 or home.has_next else ""
    return f"*{whose}*, {home.count}{paged}"


def chosen_words(choices: Choices, rulebook: Rulebook) -> list[str]:
    """What else was chosen, each in words, and what comes first."""
    team, source = rulebook.teams.get(choices.team or ""), rulebook.sources.get(choices.source or "")
    chosen = (
        team.name if team else choices.team,
        choices.kind,
        choices.status,
        source.name if source else choices.source,
        theme_name(rulebook.themes, choices.theme) if choices.theme else None,
        f"{choices.priority} priority" if choices.priority else None,
        None if choices.is_overdue is None else OVERDUE[choices.is_overdue],
        None if choices.is_waiting is None else WAITING[choices.is_waiting],
    )
    said = [named(str(words)) for words in chosen if words]
    return [*said, f"{choices.ordered_by} first"]


def dropped_words(dropped: Dropped) -> str:
    """What of the filter counts no more."""
    return (
        f"⚠️ The {dropped.what} “{named(dropped.key)}” of your filter is gone, or is none of yours: all count."
    )
