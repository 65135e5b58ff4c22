"""Forms about what was given."""

from slackblocks import Block, InputBlock, Option, PlainTextInput, StaticSelectMenu

from bot.slack.views.forms import form, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb


def revoke(card: CardSnapshot) -> View:
    """Which gift is taken back, and why."""
    reason = PlainTextInput("reason", max_length=300, placeholder=plain("The order was cancelled"))
    options = [Option(plain(f"G{gift.number}: {gift.words}"), value=str(gift.number)) for gift in card.gifts]
    chosen = options[0] if len(options) == 1 else None
    blocks: list[Block] = [
        *(
            [
                InputBlock(
                    "What",
                    StaticSelectMenu("gift", options=options[:100], initial_option=chosen),
                    block_id="gift",
                )
            ]
            if options
            else []
        ),
        InputBlock("Why", reason, block_id="reason"),
    ]
    return form(card, Verb.REVOKE, "Take back", "Take it back", blocks)
