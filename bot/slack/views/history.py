"""The whole history of a case, page by page: who, when, and what was before and after."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, SectionBlock, Text

from bot.slack.views.lines import say_in
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, clock_time, cut, trim
from handlers.snapshots import LineSnapshot

PAGE_LENGTH = 9000
LONGEST_LINE = 12_000
"""Characters: a message holds about 13,200 in all."""
BLOCK_LENGTH = 2900
PAGE_LINES = 20


def pages(lines: Sequence[LineSnapshot], number: int) -> list[list[str]]:
    """The history of a case in words, cut into pages that a message takes.

    The first page has the latest lines; on each page the oldest of its lines stands first.
    """
    found: list[list[str]] = []
    for line in reversed(lines):
        when = clock_time(line.at, MOMENT)
        words = trim(f"{when} {say_in(number, line)}", LONGEST_LINE)
        if not found or len(found[-1]) == PAGE_LINES or sum(map(len, found[-1])) + len(words) > PAGE_LENGTH:
            found.append([])
        found[-1].insert(0, words)
    return found


def render(number: int, page: Sequence[str], position: int, total: int) -> Rendered:
    """One page, the `position`-th of `total`, with a button to the one before it in time."""
    head = f"*Case #{number}*, history, page {position} of {total}"
    text = "\n".join([head, *page])
    blocks: list[Block] = [
        SectionBlock(Text(part), block_id=f"part_{n}") for n, part in enumerate(cut(text, BLOCK_LENGTH))
    ]
    if position < total:
        older = Button("Older", action_id="case_show", value=f"{number} history {position + 1}")
        blocks.append(ActionsBlock([older], block_id="actions"))
    return Rendered(text=trim(text, BLOCK_LENGTH), blocks=resolved(blocks))
