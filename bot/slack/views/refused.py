"""What one person is told when the bot will not do what they asked."""

from bot.slack.views.rendered import Rendered
from bot.slack.views.text import cut, defused

LENGTH = 2900


def refused(why: str) -> Rendered:
    """The words of a refusal; what the person typed may stand in them."""
    return Rendered(text=cut(f"✋ {defused(why)}", LENGTH)[0], blocks=[])
