"""What the supervisors get when a promise was not kept: all that they need to act."""

from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Element,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
    Text,
)

from bot.slack.views.card import clock_words, feeling_words
from bot.slack.views.lines import say
from bot.slack.views.people import who
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import escape, quiet, shorten
from handlers.snapshots import CardSnapshot, LineSnapshot
from models.vocabulary import AgentId, mention


def render(card: CardSnapshot, event: LineSnapshot, at: datetime, link: str | None) -> Rendered:
    """The case in short, what was done so far, and whom it waits for; `link` leads to its thread."""
    head = (
        f"🚨 *Case #{card.number}* of {escape(card.team)} waits: {quiet(card.title, 150)}\n"
        f"{' '.join(mention(AgentId(person)) for person in event.details['to'])}"
    )
    owner = f"{who(card.owner, card.owner_away)} has it" if card.owner else "nobody has it"
    feeling = f" · {feeling_words(card.feeling)}" if card.feeling else ""
    facts = [
        f"{card.priority.value} {card.kind.value} from {quiet(card.customer, 80)}, {owner}{feeling}",
        *(clock_words(clock, at) for clock in card.clocks),
    ]
    number = str(card.number)
    buttons: list[Element] = [
        Button("Take it" if card.owner is None else "Reassign", action_id=_move(card), value=number),
        Button("Show everything", action_id="case_show", value=number),
    ]
    if link:
        buttons.append(Button("Open the thread", action_id="case_open_thread", url=link))
    blocks: list[Block] = [
        SectionBlock(Text(shorten(head, 2900)), block_id="head"),
        RichTextBlock(RichTextQuote([RichText(shorten(card.words.text.strip(), 400))]), block_id="words"),
        SectionBlock(Text(shorten("\n".join(facts), 2900)), block_id="facts"),
        ActionsBlock(buttons, block_id="actions"),
    ]
    return Rendered(
        text=f"{say(event, None)} Case #{card.number}: {escape(card.title)}", blocks=resolved(blocks)
    )


def _move(card: CardSnapshot) -> str:
    return "case_claim" if card.owner is None else "case_reassign"
