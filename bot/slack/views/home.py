"""The Home tab of one person: what to do now, without scrolling where that can be."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Element,
    HeaderBlock,
    SectionBlock,
    Text,
)

from bot.slack.views import answers
from bot.slack.views.card import buttons
from bot.slack.views.forms import plain
from bot.slack.views.home_leading import heading, leading_blocks, leading_words
from bot.slack.views.home_rows import case_row, due_row, part_row
from bot.slack.views.home_words import chosen_words, dropped_words, head_of
from bot.slack.views.joining import ASK
from bot.slack.views.part import buttons as part_buttons
from bot.slack.views.resolved import View, resolved
from bot.slack.views.text import link_to, named, trim
from handlers.home_snapshots import Figures, HomeSnapshot, Waiting
from handlers.snapshots import CardSnapshot, PartSnapshot
from models.policies.rulebook import Rulebook
from models.vocabulary import Whose

PREFIX = "home_"
"""What the action ids of a Home's own buttons begin with."""
FILTER, CLEAR, SEARCH = (f"{PREFIX}{name}" for name in ("filter", "clear", "search"))
NEXT, PREVIOUS = (f"{PREFIX}{name}" for name in ("next", "previous"))
MOST_BLOCKS = 100
"""Slack takes no more in a Home."""
MOST_PARTS = 5
MOST_TEAMS = 40
"""So many teams a stranger is shown to choose among."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where in Slack the cards of cases stand, by their numbers, and the oldest question to review."""

    cards: Mapping[int, str] = field(default_factory=dict)
    review: str | None = None


def render(home: HomeSnapshot, rulebook: Rulebook, at: datetime, links: Links) -> View:
    """What one person sees.

    Its words change only with what they tell of, and not as time passes: moments stand there as moments.
    """
    if home.reach.is_nowhere:
        return {"type": "home", "blocks": resolved(_way_in(rulebook))}
    leading = leading_blocks(home, at, links.cards)
    work = [
        *_cases(home, rulebook, at, links),
        *_unassigned(home, at, links),
        *_asked(home, at, links),
        *_bookmarks(home, at, links),
    ]
    blocks = [
        *resolved(_head(home, links.review)),
        *(_figures(home.figures, rulebook) if home.figures is not None else []),
        *resolved([*leading, *([DividerBlock(block_id="above_cases")] if leading else []), *work]),
    ]
    return {"type": "home", "blocks": blocks}


def _head(home: HomeSnapshot, review: str | None) -> list[Block]:
    return [
        HeaderBlock(plain("What to do now"), block_id="head"),
        SectionBlock(Text(_summary(home, review)), block_id="summary"),
    ]


def _figures(figures: Figures, rulebook: Rulebook) -> list[dict[str, Any]]:
    """How the teams did, as `/recovery-stats` tells it."""
    return answers.stats(figures.stats, figures.period, "for your teams", rulebook.themes).blocks


def _summary(home: HomeSnapshot, review: str | None) -> str:
    """What waits, in one line."""
    parts = leading_words(home.leading) if home.leading is not None else []
    parts.append(f"*{home.mine}* yours")
    if home.overdue.number:
        parts.append(f"🚨 *{home.overdue}* of them overdue")
    parts.append(f"🆕 *{home.unassigned.count}* that nobody has")
    if home.reviews is not None:
        parts.append(_reviews(home.reviews, review))
    return " · ".join(parts)


def _reviews(reviews: Waiting, link: str | None) -> str:
    if not reviews.count.number:
        return "🔍 nothing to review"
    words = f"{reviews.count} to review"
    return f"🔍 {link_to(link, words, 40)}" if link else f"🔍 {words} in {named(reviews.slack_channel)}"


def _cases(home: HomeSnapshot, rulebook: Rulebook, at: datetime, links: Links) -> list[Block]:
    """The page of cases, with all that can be done about each."""
    chosen = chosen_words(home.choices, rulebook) if home.cards or not home.choices.is_usual else []
    words = [head_of(home), *chosen]
    return [
        SectionBlock(Text(trim(" · ".join(words), 2900)), block_id="cases"),
        *(
            ContextBlock([Text(dropped_words(each))], block_id=f"dropped_{each.what}")
            for each in home.dropped
        ),
        *itertools.chain.from_iterable(_case(home, card, at, links) for card in home.cards),
        ActionsBlock(_controls(home), block_id=f"controls_{home.edition}"),
    ]


def _case(home: HomeSnapshot, card: CardSnapshot, at: datetime, links: Links) -> tuple[Block, Block]:
    """What it is and what can be done; of another team's case, about the part that is asked for."""
    link, part = links.cards.get(card.number), home.part_in(card)
    words = part_row(card, part, at, link) if part else case_row(card, at, link, reader=home.who)
    offered = part_buttons(card, part) if part else buttons(card)
    return (
        SectionBlock(Text(words), block_id=f"case_{card.number}"),
        ActionsBlock(offered, block_id=f"actions_{card.number}_{home.edition}"),
    )


def _controls(home: HomeSnapshot) -> list[Element]:
    page = home.choices.page
    controls: list[Element] = [Button("Filter and sort…", action_id=FILTER, value="open")]
    if not home.choices.is_usual or home.dropped:
        controls.append(Button("Back to mine", action_id=CLEAR, value="all"))
    if page > 1:
        controls.append(Button("Previous", action_id=PREVIOUS, value=str(page - 1)))
    if home.has_next:
        controls.append(Button("Next", action_id=NEXT, value=str(page + 1)))
    return [*controls, Button("Search…", action_id=SEARCH, value="open")]


def _unassigned(home: HomeSnapshot, at: datetime, links: Links) -> list[Block]:
    """What nobody has, each with a button to take it."""
    if home.choices.whose is Whose.NOBODYS or not home.unassigned.rows:
        return []
    return [
        DividerBlock(block_id="above_unassigned"),
        SectionBlock(Text(heading("🆕 Nobody has these yet", home.unassigned)), block_id="unassigned"),
        *(
            SectionBlock(
                Text(due_row(row, at, links.cards.get(row.number))),
                block_id=f"free_{row.number}",
                accessory=Button("Claim", action_id="case_claim", value=str(row.number)),
            )
            for row in home.unassigned.rows
        ),
    ]


def _asked(home: HomeSnapshot, at: datetime, links: Links) -> list[Block]:
    """Parts of other teams' cases that nobody of these teams has taken, each with a button to take it."""
    parts = [(card, part) for card in home.asked for part in card.open_parts if _is_free(home, part)]
    if not parts:
        return []
    return [
        DividerBlock(block_id="above_asked"),
        SectionBlock(Text("*👥 Other teams ask*, and nobody has it"), block_id="asked"),
        *(
            SectionBlock(
                Text(part_row(card, part, at, links.cards.get(card.number))),
                block_id=f"part_{part.number}",
                accessory=Button("Claim", action_id="case_claim", value=f"{card.number} P{part.number}"),
            )
            for card, part in parts[:MOST_PARTS]
        ),
    ]


def _is_free(home: HomeSnapshot, part: PartSnapshot) -> bool:
    return part.holder is None and part.team_key in home.reach.teams


def _bookmarks(home: HomeSnapshot, at: datetime, links: Links) -> list[Block]:
    """What the person keeps at hand, also when it is over."""
    if not home.bookmarks.rows:
        return []
    return [
        DividerBlock(block_id="above_bookmarks"),
        SectionBlock(Text(heading("🔖 Your bookmarks", home.bookmarks)), block_id="bookmarks"),
        *(
            SectionBlock(
                Text(due_row(row, at, links.cards.get(row.number), row.status.value)),
                block_id=f"kept_{row.number}",
                accessory=Button("Show", action_id="case_show", value=str(row.number)),
            )
            for row in home.bookmarks.rows
        ),
    ]


def _way_in(rulebook: Rulebook) -> list[Block]:
    """For who works for no team: what this is, and a button for each team to ask."""
    teams = list(rulebook.teams.values())[:MOST_TEAMS]
    words = (
        "Unhappy customers become cases here, and teams win them back. You work for none of these teams. "
        "Ask to join one: its admins are told, and nobody else."
    )
    return [
        HeaderBlock(plain("Welcome"), block_id="head"),
        SectionBlock(Text(words), block_id="words"),
        *(
            SectionBlock(
                Text(f"*{named(team.name)}*"),
                block_id=f"team_{place}",
                accessory=Button("Ask to join", action_id=ASK, value=team.key),
            )
            for place, team in enumerate(teams)
        ),
    ]
