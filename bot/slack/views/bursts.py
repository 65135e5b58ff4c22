"""For how many customers a case stands, on its card and in its forms; and which case stands for a member."""

from collections.abc import Mapping

from slackblocks import Block, InputBlock, StaticSelectMenu

from bot.slack.views.forms import entry, plain
from bot.slack.views.text import MOMENT, clock_time
from models.policies.bursts import Crowd
from models.vocabulary import Members


def crowd_words(crowd: Crowd) -> str:
    """How many said it, from when to when, and how many of their cases wait."""
    when = f"{clock_time(crowd.since, MOMENT)} and {clock_time(crowd.latest)}"
    waiting = f"{customers(crowd.open, 'case')} of theirs {_wait(crowd.open)} for what becomes of this one"
    over = " Nobody said it since: it is over." if crowd.is_over else ""
    return f"🌊 *{customers(crowd.customers)} said the same*, between {when}; {waiting}.{over}"


def customers(count: int, what: str = "customer") -> str:
    """So many of them: 1 customer, 10,000 customers."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def stands_for_words(count: int) -> list[str]:
    """For how many cases one of a list stands; nothing where it stands for itself."""
    return [f"🌊 stands for {customers(count, 'case')}"] if count else []


def member_words(parent: int, links: Mapping[int, str]) -> str:
    """Which case stands for this one, and what that means."""
    number = f"<{links[parent]}|#{parent}>" if parent in links else f"#{parent}"
    return f"🌊 *One of those for which {number} stands*: it is worked there, and promised there."


def chosen_members(crowd: Crowd | None, both: str, one: str) -> list[Block]:
    """Asks whether what is done to a case is done to those for which it stands; nothing where there are none.

    `both` and `one` are the answers, in which {} is how many there are. Nothing is chosen beforehand.
    """
    if crowd is None or not crowd.open:
        return []
    said = {Members.ALL: both, Members.ALONE: one}
    many = customers(crowd.open, "case")
    options = [entry(words.format(many), choice.value) for choice, words in said.items()]
    choice = StaticSelectMenu("members", options=options, placeholder=plain("All of them, or this one"))
    return [InputBlock(f"It stands for {many}", choice, block_id="members")]


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"
