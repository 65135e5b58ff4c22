"""The forms about cases at risk."""

from slackblocks import InputBlock, PlainTextInput

from bot.slack.views.forms import form, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb


def escalate(card: CardSnapshot) -> View:
    """Why the case cannot wait."""
    reason = PlainTextInput(
        "reason", max_length=300, focus_on_load=True, placeholder=plain("The customer calls the press")
    )
    block = InputBlock("Why it cannot wait", reason, block_id="reason")
    return form(card, Verb.ESCALATE, "Escalate the case", "Escalate", [block])
