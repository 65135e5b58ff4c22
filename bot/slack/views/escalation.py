"""What the supervisors get when a promise was not kept: all that they need to act."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
    Text,
)

from bot.slack.views.card import clock_words, feeling_words
from bot.slack.views.lines import say, say_in, whom, why_escalated
from bot.slack.views.people import who
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import clock_time, named, quiet, shorten, tame, trim
from handlers.snapshots import CardSnapshot, LineSnapshot
from models.policies.extending import running
from models.policies.ladders import Climb
from models.vocabulary import CaseEventKind, CaseStatus, mention

MOST_LINES = 5
TOLD_ABOVE = frozenset(
    {CaseEventKind.PINGED, CaseEventKind.BREACHED, CaseEventKind.ESCALATED, CaseEventKind.ACKNOWLEDGED}
)
"""What the head and the promises say already: reminders, what is broken, steps, and who sees to it."""


def render(
    card: CardSnapshot, event: LineSnapshot, history: Sequence[LineSnapshot], at: datetime, link: str | None
) -> Rendered:
    """The case in short, what was done so far, and whom it waits for; `link` leads to its thread.

    `event` is the step that this message tells; how far the case is raised by now is the card's to say.
    """
    head = (
        f"🚨 *Case #{card.number}* of {named(card.team)} waits: {quiet(card.title, 150)}\n"
        f"{whom(event)}\n{_standing(card.climb, event)}"
    )
    owner = f"{who(card.owner, card.owner_away)} has it" if card.owner else "nobody has it"
    feeling = f" · {feeling_words(card.feeling)}" if card.feeling else ""
    facts = [
        f"{card.priority.value} {card.kind.value} from {quiet(card.customer, 80)}, {owner}{feeling}",
        *(clock_words(clock, at, card.climb) for clock in card.clocks),
    ]
    told = [line for line in history if line.kind not in TOLD_ABOVE][-MOST_LINES:]
    done = [f"{clock_time(line.at)} {say_in(card.number, line)}" for line in told]
    blocks: list[Block] = [
        SectionBlock(Text(trim(head, 2900)), block_id="head"),
        RichTextBlock(
            RichTextQuote([RichText(shorten(tame(card.words.text).strip(), 400))]), block_id="words"
        ),
        SectionBlock(Text(trim("\n".join(facts), 2900)), block_id="facts"),
        *([ContextBlock([Text(trim("\n".join(done), 2000))], block_id="history")] if done else []),
        ActionsBlock(_buttons(card, link), block_id="actions"),
    ]
    words = f"{say(event, None)} Case #{card.number}: {quiet(card.title, 150)}"
    return Rendered(text=trim(words, 2900), blocks=resolved(blocks))


def _standing(climb: Climb | None, event: LineSnapshot) -> str:
    """Why it is raised, how far, and whether somebody sees to it."""
    why = why_escalated(event)
    if climb is None:
        return f"{why[0].upper()}{why[1:]}."
    step = f"Step {climb.step} of {climb.steps}: {why}."
    if climb.ended_because is not None and climb.ended_at is not None:
        return f"{step}\n✅ Over since {clock_time(climb.ended_at)}: {climb.ended_because.value}."
    if climb.acknowledged_by is not None and climb.acknowledged_at is not None:
        seen_at = clock_time(climb.acknowledged_at)
        return f"{step}\n👀 Acknowledged by {mention(climb.acknowledged_by)} {seen_at}."
    return f"{step} Nobody has acknowledged it yet."


def _buttons(card: CardSnapshot, link: str | None) -> list[Element]:
    number, buttons = str(card.number), list[Element]()
    if card.status is not CaseStatus.RESOLVED:
        if card.climb is not None and card.climb.is_open:
            buttons.append(Button("Acknowledge", action_id="case_ack", value=number, style="primary"))
        if card.owner is None:
            buttons.append(Button("Take it", action_id="case_claim", value=number))
            buttons.append(Button("Assign…", action_id="case_assign", value=number))
        else:
            buttons.append(Button("Take over", action_id="case_takeover", value=number))
            buttons.append(Button("Reassign…", action_id="case_reassign", value=number))
        if running(card.clocks):
            buttons.append(Button("More time…", action_id="case_extend", value=number))
    buttons.append(Button("Show everything", action_id="case_show", value=number))
    if link:
        buttons.append(Button("Open the thread", action_id="case_open_thread", url=link))
    return buttons
