"""An answer as a modal, for who asked where no message can be answered."""

from slackblocks import ModalView, SectionBlock, Text

from bot.slack.views.forms import plain
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View, resolved_view
from bot.slack.views.text import trim

LENGTH = 2900


def in_modal(said: Rendered) -> View:
    """The same words and blocks, with a button to close them."""
    words = SectionBlock(Text(trim(said.text, LENGTH)), block_id="words")
    view = resolved_view(ModalView(title=plain("Recovery"), blocks=[words], close=plain("Close")))
    return {**view, "blocks": said.blocks} if said.blocks else view
