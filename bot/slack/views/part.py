"""The card of another team's part in a case: in its own channel, edited in step with the case's card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    HeaderBlock,
    Option,
    SectionBlock,
    StaticSelectMenu,
    Text,
    TextType,
)

from bot.slack.views.card import (
    CLOCK_SIGN,
    MOST_FIELDS,
    clock_words,
    ending_words,
    next_due,
    origin,
    owner_words,
    quote,
    status_words,
    title,
)
from bot.slack.views.involving import ending_words as part_ending_words
from bot.slack.views.involving import holder_words, part_words
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, by_colleague, clock_time, named, quiet, trim
from handlers.snapshots import CardSnapshot, PartSnapshot
from models.policies.parts import deed_of
from models.policies.sla_clock import Clock, words
from models.vocabulary import SlaStatus, mention


@dataclass(frozen=True, slots=True)
class Links:
    """Where the case's own card stands, and those of other parts by their numbers, as far as posted."""

    card: str | None = None
    parts: Mapping[int, str] = field(default_factory=dict)


def render(
    card: CardSnapshot, part: PartSnapshot, at: datetime, edition: int = 1, links: Links | None = None
) -> Rendered:
    """The card as it stands at `at`, for the team that has the part; `edition` as in `card.render`."""
    leads = links or Links()
    blocks: list[Block] = [
        HeaderBlock(Text(title(card), TextType.PLAINTEXT), block_id="title"),
        SectionBlock(Text(_asked(card, part, leads.card)), block_id="asked"),
        origin(card),
        quote(card),
        SectionBlock(fields=[Text(each) for each in _fields(card, part, at)], block_id="state"),
    ]
    others = [each for each in card.parts if each.number != part.number]
    if others:
        lines = "\n".join(part_words(each, leads.parts, at) for each in others)
        blocks.append(ContextBlock([Text(trim(lines, 2000))], block_id="others"))
    if part.ending is not None:
        blocks.append(ContextBlock([Text(part_ending_words(part.ending))], block_id="part"))
    if card.ending is not None:
        blocks.append(ContextBlock([Text(trim(ending_words(card), 2900))], block_id="ending"))
    blocks.append(ActionsBlock(buttons(card, part), block_id=f"actions_{edition}"))
    return Rendered(text=plain(card, part), blocks=resolved(blocks))


def plain(card: CardSnapshot, part: PartSnapshot) -> str:
    """The card in one line, for notifications and screen readers."""
    asked = f"{named(card.team)} asks {named(part.team)}: {quiet(part.asked_for, 200)}"
    return f"Case #{card.number}: {asked} · {quiet(card.title, 100)}"


def _asked(card: CardSnapshot, part: PartSnapshot, link: str | None) -> str:
    where = f"<{link}|the case's card>" if link else "the case's card is on its way"
    who_asked = f"{mention(part.asked_by)}, {clock_time(part.asked_at, MOMENT)}"
    asked = f"👥 *{named(card.team)}* asks *{named(part.team)}*: {by_colleague(part.asked_for)}"
    return f"{trim(asked, 2500)}\n{who_asked} · {where}"


def _fields(card: CardSnapshot, part: PartSnapshot, at: datetime) -> list[str]:
    fields = [f"*Your part*\n{'over' if part.ending else holder_words(part)}"]
    fields += [f"*To {deed_of(clock.kind)}*\n{_promise(clock, at)}" for clock in part.clocks]
    fields += [
        f"*The case*\n{status_words(card)}, {named(card.team)}",
        f"*Its owner*\n{owner_words(card)}",
    ]
    due = next_due(card.clocks, at)
    if due is not None:
        fields.append(f"*Its next promise*\n{clock_words(due, at, card.climb)}")
    if card.compensation:
        fields.append(f"*Compensation*\n{', '.join(str(money) for money in card.compensation)}")
    if card.notes:
        fields.append(f"*Notes*\n{card.notes}, in the threads")
    return fields[:MOST_FIELDS]


def _promise(clock: Clock, at: datetime) -> str:
    by = ", due" if clock.status(at) is SlaStatus.BREACHED else ","
    when = f"{by} {clock_time(clock.due_at, MOMENT)}" if clock.stopped_at is None and clock.due_at else ""
    return f"{CLOCK_SIGN[clock.status(at)]} {words(clock, at)}{when}"


def buttons(card: CardSnapshot, part: PartSnapshot) -> list[Any]:
    """What the team that has a part can do about it and its case, as the part's card and Homes offer it."""
    number, about = str(card.number), f"{card.number} P{part.number}"
    if part.ending is not None:
        return [
            Button("Show everything", action_id="case_show", value=number),
            Button("Note", action_id="case_note", value=number),
        ]
    offered = [
        Button("Done", action_id="case_done", value=about, style="primary" if part.holder else None),
        Button("Note", action_id="case_note", value=number),
        StaticSelectMenu(
            "case_more",
            placeholder=Text("More…", TextType.PLAINTEXT),
            options=[
                Option(Text(words_, TextType.PLAINTEXT), value=f"{verb} {subject}")
                for words_, verb, subject in (
                    ("Give it to a colleague…", "assign", about),
                    ("Contacted the customer…", "contacted", number),
                    ("Escalate the case…", "escalate", number),
                    ("Send it back…", "uninvolve", about),
                    ("Show everything", "show", number),
                    ("History", "show", f"{number} history"),
                )
            ],
        ),
    ]
    if part.holder is None:
        offered.insert(0, Button("Claim", action_id="case_claim", value=about, style="primary"))
    return offered
