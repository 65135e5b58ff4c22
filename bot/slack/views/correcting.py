"""The form for feedback that was heard wrong."""

from slackblocks import InputBlock, StaticSelectMenu

from bot.slack.views.forms import entry, form, option, plain
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import SentimentLabel


def correct(card: CardSnapshot, rulebook: Rulebook) -> View:
    """How it really feels, and what it is about; either may be left as it is."""
    feels = StaticSelectMenu(
        "sentiment",
        placeholder=plain(card.feeling.label.value.capitalize() if card.feeling else "Not known"),
        options=[option(label) for label in SentimentLabel],
    )
    about = StaticSelectMenu(
        "theme",
        placeholder=plain("As it is"),
        options=[entry(theme.name, key) for key, theme in rulebook.themes.items()],
    )
    fields = [
        InputBlock("How does it feel?", feels, block_id="sentiment", optional=True),
        InputBlock("What is it about?", about, block_id="theme", optional=True),
    ]
    return form(card, Verb.CORRECT, "Heard wrong", "Correct", fields)
