"""The forms for who helps on a case."""

from slackblocks import InputBlock, UserSelectMenu

from bot.slack.views.forms import form, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb


def add(card: CardSnapshot) -> View:
    """Who shall help."""
    return form(card, Verb.ADD, "Add a helper", "Add", [_who("Who helps")])


def remove(card: CardSnapshot) -> View:
    """Who shall help no more."""
    return form(card, Verb.REMOVE, "Remove a helper", "Remove", [_who("Who helps no more")])


def _who(label: str) -> InputBlock:
    people = UserSelectMenu("helper", placeholder=plain("Somebody of the team"), focus_on_load=True)
    return InputBlock(label, people, block_id="helper")
