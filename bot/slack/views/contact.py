"""The form that keeps what a customer was told."""

from slackblocks import Block, InputBlock, PlainTextInput

from bot.slack.views.bursts import chosen_members
from bot.slack.views.forms import form, plain, select
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.vocabulary import ContactBy


def reached_by(channel: str) -> str:
    """How somebody was reached, within a sentence: "by phone", "in person"."""
    return channel if channel == ContactBy.IN_PERSON else f"by {channel}"


def contacted(card: CardSnapshot) -> View:
    """How we reached the customer and what we told them; nothing is sent to them by this."""
    words = PlainTextInput(
        "words",
        multiline=True,
        max_length=1000,
        focus_on_load=True,
        placeholder=plain("Apologised, promised a new lamp by Friday."),
    )
    blocks: list[Block] = [
        InputBlock("How you reached them", select("channel", ContactBy, ContactBy.PHONE), block_id="channel"),
        InputBlock("What you told them", words, block_id="words"),
        *chosen_members(card.crowd, "The customers of {} were told it too", "Only this one"),
    ]
    return form(card, Verb.CONTACTED, "Contacted the customer", "Keep it", blocks)
