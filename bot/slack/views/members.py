"""The members of a burst, for the person who asked: a page of them, each with a button that takes it out."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, SectionBlock, Text

from bot.slack.views.bursts import customers
from bot.slack.views.card import STATUS_SIGN
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, clock_time, quiet
from models.policies.bursts import Member

PAGE_ROWS = 10
WORDS_LENGTH = 140


def listed(number: int, members: Sequence[Member], total: int, page: int) -> Rendered:
    """One page of the cases for which one stands, those that came last first, and a button to the next."""
    if not members:
        words = f"Case #{number} stands for no other case."
        return Rendered(words, resolved([SectionBlock(Text(words), block_id="head")]))
    last = -(-total // PAGE_ROWS)
    which = f", page {page} of {last}" if last > 1 else ""
    head = f"*Case #{number} stands for {customers(total, 'case')}*, the latest first{which}"
    blocks: list[Block] = [SectionBlock(Text(head), block_id="head"), *map(_row, members)]
    if page < last:
        more = Button("More", action_id="case_members", value=f"{number} {page + 1}")
        blocks.append(ActionsBlock([more], block_id="actions"))
    return Rendered(head, resolved(blocks))


def _row(member: Member) -> SectionBlock:
    who = quiet(member.customer or "somebody unknown", 80)
    when = clock_time(member.opened_at, MOMENT)
    words = (
        f"{STATUS_SIGN[member.status]} *#{member.number}* {who}, {when}: “{quiet(member.text, WORDS_LENGTH)}”"
    )
    button = Button("Take it out", action_id="case_takeout", value=str(member.number))
    return SectionBlock(Text(words), block_id=f"member_{member.number}", accessory=button)
