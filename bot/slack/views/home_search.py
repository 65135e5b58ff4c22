"""The form in which a person says what they look for, from their Home."""

from slackblocks import InputBlock, ModalView, PlainTextInput

from bot.slack.views.forms import plain
from bot.slack.views.resolved import View, resolved_view
from models.policies.searching import LONGEST_QUESTION

SEARCH_FORM = "home_search_form"
WORDS = "words"


def render() -> View:
    """One field."""
    hint = plain("lamp Fenwick, or a number")
    words = PlainTextInput(WORDS, max_length=LONGEST_QUESTION, focus_on_load=True, placeholder=hint)
    return resolved_view(
        ModalView(
            title=plain("Find a case"),
            blocks=[InputBlock("What was said, by whom, or a note", words, block_id=WORDS)],
            submit=plain("Search"),
            close=plain("Cancel"),
            callback_id=SEARCH_FORM,
        )
    )
