"""What every form is made of, whatever verb it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from slackblocks import Block, ContextBlock, ModalView, Option, StaticSelectMenu, Text, TextType

from bot.slack.views.carried import Carried, read_carried
from bot.slack.views.resolved import View, resolved_view
from bot.slack.views.text import one_line, quiet, tame
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb

PREFIX = "case_"
"""What the callback ids of our forms and the action ids of our buttons begin with; a verb follows."""
MOST_OPTIONS = 100
"""A menu of Slack offers no more."""
OPTION_LENGTH = 75
"""Characters of a line of a menu, and of the words below it."""
FILLED_IN = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_date_time": "initial_date_time",
}
"""Where an element says what was filled in, and where it is told what to begin with."""


def form(
    card: CardSnapshot, verb: Verb, title: str, submit: str, blocks: Sequence[Block], *, about: str = ""
) -> View:
    """The form of a verb about one case, which it names above its fields; `about` comes back with them.

    So does the version of the case that it was opened with: by that is known what others do meanwhile.
    """
    case = ContextBlock([Text(f"Case *#{card.number}* {quiet(card.title, 120)}")], block_id="about")
    return resolved_view(
        ModalView(
            title=plain(title),
            blocks=[case, *blocks],
            submit=plain(submit),
            close=plain("Cancel"),
            callback_id=f"{PREFIX}{verb.value}",
            private_metadata=Carried(card.number, seen=card.version, about=about).written(),
        )
    )


def opened_by(view: View, stamp: str) -> View:
    """The form, which knows by which click it was opened."""
    carried = replace(read_carried(view["private_metadata"]), stamp=stamp)
    return {**view, "private_metadata": carried.written()}


def select(name: str, choices: type[StrEnum], chosen: StrEnum) -> StaticSelectMenu:
    """A choice among the words of an enumeration, one of them chosen already."""
    return StaticSelectMenu(
        name, options=[option(choice) for choice in choices], initial_option=option(chosen)
    )


def option(value: StrEnum) -> Option:
    """One word of an enumeration to choose."""
    return Option(plain(value.value.capitalize()), value=value.value)


def entry(text: str, value: str, description: str = "") -> Option:
    """A line of a menu in anybody's words, and below it a description where there is one."""
    below = plain(one_line(tame(description), OPTION_LENGTH)) if description else None
    return Option(plain(one_line(tame(text), OPTION_LENGTH)), value=value, description=below)


def filled_in(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A block of a form that was handed in, with what stands in it now in place of what it began with."""
    if block["type"] != "input":
        return dict(block)
    element = {key: value for key, value in block["element"].items() if key not in FILLED_IN.values()}
    state = values[block["block_id"]][element["action_id"]]
    began = {begin: state[now] for now, begin in FILLED_IN.items() if state.get(now) is not None}
    return {**block, "element": {**element, **began}}


def plain(text: str) -> Text:
    """Text without any markup."""
    return Text(text, TextType.PLAINTEXT)
