"""How the parts of other teams are shown on a case's card, and the forms for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slackblocks import Block, InputBlock, PlainTextInput, StaticSelectMenu, UserSelectMenu

from bot.slack.views.forms import MOST_OPTIONS, entry, form, plain
from bot.slack.views.people import who
from bot.slack.views.resolved import View
from bot.slack.views.text import by_colleague, clock_time, named, one_line, trim
from handlers.snapshots import CardSnapshot, PartEnding, PartSnapshot
from models.policies.parts import WORDS_LENGTH, deed_of
from models.policies.permissions import Verb
from models.policies.rulebook import Team
from models.policies.sla_clock import words
from models.vocabulary import PartEnd, SlaStatus, mention

BLOCK_LENGTH = 2900
MOST_ON_CARD = 5
"""Parts on a card, the latest; the history has them all."""
ON_CARD_LENGTH = 160
"""Characters of what a team was asked for, and of what it did."""


def parts_words(parts: Sequence[PartSnapshot], links: Mapping[int, str], at: datetime) -> str:
    """What other teams do for the case, and did, one to a line; `links` lead to their cards."""
    lines = [part_words(part, links, at) for part in parts[-MOST_ON_CARD:]]
    earlier = len(parts) - MOST_ON_CARD
    more = [f"… and {earlier} earlier"] if earlier > 0 else []
    return trim("\n".join([*more, *lines]), BLOCK_LENGTH)


def part_words(part: PartSnapshot, links: Mapping[int, str], at: datetime) -> str:
    """One of them: who was asked for what, who has it, and what is due next or what came of it."""
    name = named(part.team)
    team = f"<{links[part.number]}|{name}>" if part.number in links else name
    asked = by_colleague(one_line(part.asked_for, ON_CARD_LENGTH))
    how = ending_words(part.ending) if part.ending else f"{holder_words(part)}{_next(part, at)}"
    return f"👥 *{team}*: “{asked}” · {how}"


def progress_words(part: PartSnapshot, at: datetime) -> str:
    """In a list: which team, who of it, and what is due next."""
    holder = who(part.holder, part.holder_away) if part.holder else "nobody yet"
    return f"👥 {named(part.team)}: {holder}{_next(part, at)}"


def holder_words(part: PartSnapshot) -> str:
    """Who of the team has its part."""
    return f"🛠️ {who(part.holder, part.holder_away)}" if part.holder else "🆕 nobody has it yet"


def ending_words(ending: PartEnding) -> str:
    """How a part ended, who said so, and in which words."""
    sign = "☑️" if ending.because is PartEnd.DONE else "👋"
    said = f": {by_colleague(one_line(ending.words, ON_CARD_LENGTH))}" if ending.words else ""
    return f"{sign} {ending.because.value}, {mention(ending.by)} {clock_time(ending.at)}{said}"


def involve(card: CardSnapshot, others: Sequence[Team]) -> View:
    """Which team shall do what."""
    options = [entry(team.name, team.key) for team in others[:MOST_OPTIONS]]
    blocks: list[Block] = [
        InputBlock("Which team", StaticSelectMenu("team", options=options), block_id="team"),
        _words("What it shall do", "Please check the invoice of 3 March."),
    ]
    return form(card, Verb.INVOLVE, "Bring in another team", "Bring in", blocks)


def finish(card: CardSnapshot, part: PartSnapshot) -> View:
    """What was done for the case."""
    blocks = [_words("What was done", "The invoice was wrong; a new one is on its way.")]
    return form(card, Verb.DONE, "Finish the part", "Done", blocks, about=f"P{part.number}")


def uninvolve(card: CardSnapshot, parts: Sequence[PartSnapshot]) -> View:
    """Which team is needed no more, where there are several, and why."""
    blocks: list[Block] = [_words("Why", "The customer found it.")]
    if len(parts) == 1:
        return form(card, Verb.UNINVOLVE, "End a team's part", "End it", blocks, about=f"P{parts[0].number}")
    options = [entry(part.team, f"P{part.number}", part.asked_for) for part in parts[:MOST_OPTIONS]]
    which = InputBlock("Which team", StaticSelectMenu("part", options=options), block_id="part")
    return form(card, Verb.UNINVOLVE, "End a team's part", "End it", [which, *blocks])


def assign(card: CardSnapshot, part: PartSnapshot) -> View:
    """Who of the team takes its part."""
    people = UserSelectMenu("to", placeholder=plain("Somebody of the team"), focus_on_load=True)
    label = "Who takes it over" if part.holder else "Who takes it"
    blocks = [InputBlock(label, people, block_id="to")]
    return form(card, Verb.ASSIGN, "Give the part", "Hand over", blocks, about=f"P{part.number}")


def _next(part: PartSnapshot, at: datetime) -> str:
    """What is due next of it."""
    running = [clock for clock in part.clocks if clock.stopped_at is None]
    if not running:
        return ""
    first = running[0]
    sign = "🚨" if first.status(at) is SlaStatus.BREACHED else "⏱️"
    return f" · {sign} to {deed_of(first.kind)}: {words(first, at)}"


def _words(label: str, example: str) -> InputBlock:
    said = PlainTextInput(
        "words", multiline=True, max_length=WORDS_LENGTH, focus_on_load=True, placeholder=plain(example)
    )
    return InputBlock(label, said, block_id="words")
