"""What the bot offers to do, to one person, with the button that does it."""

from slackblocks import ActionsBlock, Button, SectionBlock, Text

from bot.slack.views.refused import refused
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved

MOST_IN_A_BUTTON = 2000
"""Characters of what a button carries. Source: Slack's reference of blocks."""


def resolve(number: int) -> Rendered:
    """Somebody marked the card as done: how it ended is asked by the form behind the button."""
    words = f"Is case #{number} done? Resolving it asks how it ended and what was done."
    button = Button("Resolve", action_id="case_resolve", value=str(number), style="primary")
    blocks = [SectionBlock(Text(words), block_id="offer"), ActionsBlock([button], block_id="actions")]
    return Rendered(text=words, blocks=resolved(blocks))


def finish(number: int, part: int) -> Rendered:
    """Somebody marked the card of their team's part as done: the form behind the button asks for words."""
    words = f"Is your team's part of case #{number} done? Its form asks what was done."
    button = Button("Done", action_id="case_done", value=f"{number} P{part}", style="primary")
    blocks = [SectionBlock(Text(words), block_id="offer"), ActionsBlock([button], block_id="actions")]
    return Rendered(text=words, blocks=resolved(blocks))


def ask(refusal: str, number: int, words: str) -> Rendered:
    """What passes a limit can be asked for with the same words, `words` being those after the number.

    Without the button where Slack would not take so many.
    """
    text = refused(refusal).text
    value = f"{number} {' '.join(words.split())}"
    if len(value) > MOST_IN_A_BUTTON:
        return Rendered(text=text, blocks=[])
    button = Button("Ask for approval", action_id="case_ask", value=value, style="primary")
    blocks = [
        SectionBlock(Text(text), block_id="refusal"),
        ActionsBlock([button], block_id="actions"),
    ]
    return Rendered(text=text, blocks=resolved(blocks))
