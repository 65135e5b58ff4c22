"""The form in which a person says which cases their Home shows, and in which order."""

from collections.abc import Iterable, Mapping
from typing import Any

from slackblocks import Block, InputBlock, ModalView, Option, StaticSelectMenu

from bot.slack.views.forms import MOST_OPTIONS, entry, option, plain
from bot.slack.views.home_words import OVERDUE, WAITING, WHOSE
from bot.slack.views.resolved import View, resolved_view
from models.policies.home import Choices, Reach
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseKind, CaseOrder, CaseStatus, Priority, Whose

FILTER_FORM = "home_filter_form"
ANY = "any"
"""The value of the line that leaves everything in."""
YES, NO = "yes", "no"
STATUSES = (CaseStatus.OPEN, CaseStatus.IN_PROGRESS)
"""What is resolved is no more to do."""


def render(choices: Choices, reach: Reach, rulebook: Rulebook) -> View:
    """Each choice with what it is now."""
    teams = [(rulebook.teams[key].name if key in rulebook.teams else key, key) for key in reach.teams]
    sources = [(source.name, key) for key, source in rulebook.sources.items()]
    themes = [(theme.name, key) for key, theme in rulebook.themes.items()]
    blocks: list[Block] = [
        _field("whose", "Which cases", [entry(WHOSE[each], each.value) for each in Whose], choices.whose),
        _among("team", "Team", teams, choices.team),
        _among("kind", "Kind", _words(CaseKind), choices.kind),
        _among("status", "Status", _words(STATUSES), choices.status),
        _among("source", "Source", sources, choices.source),
        _among("theme", "Theme", themes, choices.theme),
        _among("priority", "Priority", _words(Priority), choices.priority),
        _among("overdue", "Overdue", _yes_or_no(OVERDUE), _said(choices.is_overdue)),
        _among("waiting", "Waiting", _yes_or_no(WAITING), _said(choices.is_waiting)),
        _field("order", "What comes first", [option(each) for each in CaseOrder], choices.ordered_by),
    ]
    return resolved_view(
        ModalView(
            title=plain("Filter and sort"),
            blocks=blocks,
            submit=plain("Show"),
            close=plain("Cancel"),
            callback_id=FILTER_FORM,
        )
    )


def read(values: Mapping[str, Any]) -> Choices:
    """What was chosen in it, from the first page on."""
    chosen = {name: value if value != ANY else None for name, value in values.items()}
    return Choices(
        whose=Whose(values["whose"]),
        team=chosen["team"],
        kind=CaseKind(chosen["kind"]) if chosen["kind"] else None,
        status=CaseStatus(chosen["status"]) if chosen["status"] else None,
        source=chosen["source"],
        theme=chosen["theme"],
        priority=Priority(chosen["priority"]) if chosen["priority"] else None,
        is_overdue=_meant(chosen["overdue"]),
        is_waiting=_meant(chosen["waiting"]),
        ordered_by=CaseOrder(values["order"]),
    )


def _among(name: str, label: str, lines: Iterable[tuple[str, str]], chosen: str | None) -> InputBlock:
    """One of these lines, each as what it is called and its value; or any."""
    listed = [entry(words, value) for words, value in lines][: MOST_OPTIONS - 1]
    return _field(name, label, [entry("Any", ANY), *listed], chosen or ANY)


def _field(name: str, label: str, options: list[Option], chosen: str) -> InputBlock:
    begins = next((each for each in options if each.value == chosen), options[0])
    return InputBlock(label, StaticSelectMenu(name, options=options, initial_option=begins), block_id=name)


def _words(words: Iterable[CaseKind | CaseStatus | Priority]) -> list[tuple[str, str]]:
    return [(each.value.capitalize(), each.value) for each in words]


def _yes_or_no(words: Mapping[bool, str]) -> list[tuple[str, str]]:
    return [(f"Only {words[True]}", YES), (f"Only {words[False]}", NO)]


def _said(wanted: bool | None) -> str | None:
    return None if wanted is None else YES if wanted else NO


def _meant(value: str | None) -> bool | None:
    return None if value is None else value == YES
