"""What the bot offers to do, to one person, with the button that does it."""

from slackblocks import ActionsBlock, Button, SectionBlock, Text

from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved


def resolve(number: int) -> Rendered:
    """Somebody marked the card as done: how it ended is asked by the form behind the button."""
    words = f"Is case #{number} done? Resolving it asks how it ended and what was done."
    button = Button("Resolve", action_id="case_resolve", value=str(number), style="primary")
    blocks = [SectionBlock(Text(words), block_id="offer"), ActionsBlock([button], block_id="actions")]
    return Rendered(text=words, blocks=resolved(blocks))
