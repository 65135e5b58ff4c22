"""Whether like cases are given alike: a line in a form, and the report by theme, team and segment."""

from collections.abc import Mapping

from bot.slack.views.answers import figures_head, sections
from bot.slack.views.rendered import Rendered
from bot.slack.views.text import quiet
from models.policies.fairness import ENOUGH, By, Group, Spread, Told, spread_words
from models.policies.periods import Period

NO_KEY = {By.THEME: "no theme known", By.TEAM: "no team", By.SEGMENT: "no segment"}


def usual_words(spread: Spread) -> str:
    """What was usual, for who is about to give something."""
    return f"Usual in like cases: {spread_words(spread)} ({spread.cases} cases in a year)."


def report(
    spreads: Mapping[By, Told], period: Period, scope: str, names: Mapping[By, Mapping[str, str]]
) -> Rendered:
    """The spread by theme, team and segment; `names` tell how people call each key."""
    lines = [
        figures_head("Fairness", period, scope),
        f"What each case was given: the middle, and the middle half. Fewer than {ENOUGH} cases tell nothing.",
    ]
    for by, told in spreads.items():
        lines.append(f"*By {by.value}*")
        lines += [f"• {_name(by, group, names)}: {_words(group.spread)}" for group in told.groups]
        lines += _too_few(told)
    return sections("\n".join(lines))


def _words(spread: Spread) -> str:
    return f"{spread_words(spread)} · {spread.cases} cases"


def _name(by: By, group: Group, names: Mapping[By, Mapping[str, str]]) -> str:
    if group.key is None:
        return f"_{NO_KEY[by]}_"
    return quiet(names.get(by, {}).get(group.key, group.key), 60)


def _too_few(told: Told) -> list[str]:
    if told.too_few:
        return [f"• {told.too_few} {'case' if told.too_few == 1 else 'cases'} in groups that are too small"]
    return [] if told.groups else ["• nothing was given"]
