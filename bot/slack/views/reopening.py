"""The form that opens a resolved case again."""

from slackblocks import InputBlock, PlainTextInput

from bot.slack.views.forms import form, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb


def reopen(card: CardSnapshot) -> View:
    """Why the case is not over after all."""
    why = PlainTextInput(
        "why", max_length=300, focus_on_load=True, placeholder=plain("The new lamp broke too")
    )
    return form(card, Verb.REOPEN, "Reopen the case", "Reopen", [InputBlock("Why", why, block_id="why")])
