"""The forms about cases at risk."""

from slackblocks import Block, InputBlock, PlainTextInput, StaticSelectMenu

from bot.slack.views.forms import form, option, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.extending import running
from models.policies.permissions import Verb


def escalate(card: CardSnapshot) -> View:
    """Why the case cannot wait."""
    reason = PlainTextInput(
        "reason", max_length=300, focus_on_load=True, placeholder=plain("The customer calls the press")
    )
    block = InputBlock("Why it cannot wait", reason, block_id="reason")
    return form(card, Verb.ESCALATE, "Escalate the case", "Escalate", [block])


def extend(card: CardSnapshot) -> View:
    """Which promise gets more time, how much, and why; what is due next is chosen already."""
    kinds = [option(clock.kind) for clock in running(card.clocks)]
    which = StaticSelectMenu("kind", options=kinds, initial_option=kinds[0])
    length = PlainTextInput("length", max_length=40, focus_on_load=True, placeholder=plain("2h, 90 min"))
    reason = PlainTextInput("reason", max_length=300, placeholder=plain("Customer asked for Monday"))
    blocks: list[Block] = [
        InputBlock("Which promise", which, block_id="kind"),
        InputBlock("How much more time", length, block_id="length"),
        InputBlock("Why", reason, block_id="reason"),
    ]
    return form(card, Verb.EXTEND, "More time", "Extend", blocks)
