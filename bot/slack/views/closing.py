"""The form that ends a case, filled in from what happened in it."""

from collections.abc import Mapping

from slackblocks import Block, ContextBlock, InputBlock, PlainTextInput, StaticSelectMenu, Text

from bot.slack.views.bursts import chosen_members
from bot.slack.views.forms import entry, form, plain, select
from bot.slack.views.resolved import View
from bot.slack.views.text import by_colleague, named, one_line, shorten, tame, trim
from handlers.snapshots import CardSnapshot
from models.policies.closing import DONE_LENGTH, Proposal
from models.policies.permissions import Verb
from models.policies.themes import Theme
from models.vocabulary import OutcomeKind


def resolve(card: CardSnapshot, proposal: Proposal, themes: Mapping[str, Theme]) -> View:
    """How the case ended, why it was one, and what was done."""
    options = {key: entry(theme.name, key, theme.description) for key, theme in themes.items()}
    reasons = StaticSelectMenu(
        "theme",
        placeholder=plain("What it was about"),
        options=list(options.values()),
        initial_option=options.get(proposal.theme or ""),
    )
    done = PlainTextInput(
        "what_was_done",
        multiline=True,
        max_length=DONE_LENGTH,
        focus_on_load=True,
        placeholder=plain("Called, apologised, sent a new lamp."),
        initial_value=shorten(tame(proposal.what_was_done), DONE_LENGTH) or None,
    )
    blocks: list[Block] = [
        InputBlock("How did it end", select("outcome", OutcomeKind, proposal.outcome), block_id="outcome"),
        InputBlock("Why was it a case", reasons, block_id="theme"),
        InputBlock("What was done", done, block_id="what_was_done"),
        *chosen_members(card.crowd, "{} are resolved with it", "{} go on by themselves, each with a card"),
    ]
    if card.open_parts:
        blocks.insert(0, ContextBlock([Text(_still_on_it(card))], block_id="parts"))
    return form(card, Verb.RESOLVE, "Resolve the case", "Resolve", blocks)


def _still_on_it(card: CardSnapshot) -> str:
    """Other teams have not done their parts yet, which end with the case."""
    lines = [
        f"👥 *{named(part.team)}* has not finished its part yet, which ends with the case: "
        f"{by_colleague(one_line(part.asked_for, 200))}"
        for part in card.open_parts
    ]
    return trim("\n".join(lines), 2000)
