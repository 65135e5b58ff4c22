"""How cases that are one are shown, and the form that merges them."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, InputBlock, PlainTextInput, SectionBlock, StaticSelectMenu, Text

from bot.slack.views.forms import entry, form, plain
from bot.slack.views.resolved import View
from bot.slack.views.text import clock_time, quiet, trim
from handlers.snapshots import CardSnapshot, MergedInto, TakenIn
from models.policies.duplicates import Likely
from models.policies.permissions import Verb
from models.vocabulary import mention

BLOCK_LENGTH = 2900
MOST_ON_CARD = 3
MOST_SPLITS = 10
ON_CARD_LENGTH = 200
"""Characters of what the customer of a merged case said; `show` gives more."""


def merged_words(merged: MergedInto, links: Mapping[int, str]) -> str:
    """Which case goes on, who said so, and when."""
    into = _number(merged.number, links)
    return f"🔀 *Merged into {into}* by {mention(merged.by)} {clock_time(merged.at)}; it goes on there."


def also_words(taken_in: Sequence[TakenIn], links: Mapping[int, str]) -> str:
    """The cases for which this one goes on, each with what was said."""
    lines = [taken_in_words(each, links, ON_CARD_LENGTH) for each in taken_in[:MOST_ON_CARD]]
    more = [f"… and {len(taken_in) - MOST_ON_CARD} more"] if len(taken_in) > MOST_ON_CARD else []
    return trim("\n".join([*lines, *more]), BLOCK_LENGTH)


def taken_in_words(case: TakenIn, links: Mapping[int, str], length: int) -> str:
    """One of them: who said what, and what was given there."""
    given = f" · 🎁 {', '.join(str(money) for money in case.given)}" if case.given else ""
    who = f"{quiet(case.customer, 80)} by {quiet(case.words.source, 40)}"
    return f"🔀 *Also {_number(case.number, links)}* {who}: “{quiet(case.words.text, length)}”{given}"


def split_words(card: CardSnapshot, links: Mapping[int, str]) -> str:
    """From which case it was split, and which were split from it."""
    came = [f"Split from {_number(card.split_from, links)}"] if card.split_from else []
    went = ", ".join(_number(number, links) for number in card.split_off[:MOST_SPLITS])
    return f"✂️ {' · '.join([*came, *([f'Split off: {went}'] if went else [])])}"


def likely_words(likely: Sequence[Likely]) -> list[str]:
    """Cases that may be about the same, one to a line, each with why."""
    return [f"🔍 Maybe the same as #{each.number} {quiet(each.title, 80)}: {_why(each)}" for each in likely]


def merge(card: CardSnapshot, likely: Sequence[Likely]) -> View:
    """Into which case: one of those that are likely the same, or another by its number."""
    number = PlainTextInput("number", max_length=12, placeholder=plain("42"))
    blocks: list[Block] = [SectionBlock(Text(_proposed(likely)), block_id="likely")]
    if likely:
        options = [
            entry(f"#{each.number} {each.title}", str(each.number), description=_why(each)) for each in likely
        ]
        choice = StaticSelectMenu("into", options=options, placeholder=plain("One of these"))
        blocks.append(InputBlock("Merge it into", choice, block_id="into", optional=True))
    label = "Or into the case with this number" if likely else "Merge it into the case with this number"
    blocks.append(InputBlock(label, number, block_id="number", optional=bool(likely)))
    return form(card, Verb.MERGE, "Merge a duplicate", "Merge", blocks)


def _proposed(likely: Sequence[Likely]) -> str:
    if not likely:
        return "No open case of your teams looks the same. You can name one."
    return "\n".join(["*Likely the same*", *likely_words(likely)])


def _number(number: int, links: Mapping[int, str]) -> str:
    """A case's number, as a link to its card where that is known."""
    return f"<{links[number]}|#{number}>" if number in links else f"#{number}"


def _why(likely: Likely) -> str:
    return ", ".join(likely.because)
