"""What else a customer said, and the form that splits a case."""

from collections.abc import Sequence

from slackblocks import Block, InputBlock, PlainTextInput, StaticSelectMenu

from bot.slack.views.forms import entry, form, plain
from bot.slack.views.resolved import View
from bot.slack.views.text import clock_time, quiet
from handlers.snapshots import CardSnapshot, Piece
from models.policies.lifecycle import TITLE_LENGTH
from models.policies.permissions import Verb


def piece_words(pieces: Sequence[Piece]) -> list[str]:
    """Each with the number by which it can be split off."""
    return [
        f"📨 *F{piece.number}* {clock_time(piece.said_at, '{date_short_pretty}')}: “{quiet(piece.text, 150)}”"
        for piece in pieces
    ]


def split(card: CardSnapshot, pieces: Sequence[Piece]) -> View:
    """Which matter: something else that the customer said, or one within what they said at first."""
    title = PlainTextInput("title", max_length=TITLE_LENGTH, placeholder=plain("The driver was rude"))
    blocks: list[Block] = []
    if pieces:
        options = [entry(f"F{piece.number} {piece.text}", str(piece.number)) for piece in pieces]
        choice = StaticSelectMenu("piece", options=options, placeholder=plain("Something they said later"))
        blocks.append(InputBlock("For what else they said", choice, block_id="piece", optional=True))
    label = "Or what the other matter is" if pieces else "What the other matter is"
    blocks.append(InputBlock(label, title, block_id="title", optional=bool(pieces)))
    return form(card, Verb.SPLIT, "Split the case", "Split", blocks)
