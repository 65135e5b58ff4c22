"""The forms that say anew what a case is."""

from slackblocks import InputBlock

from bot.slack.views.forms import form, select
from bot.slack.views.resolved import View
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.vocabulary import CaseKind, Priority


def priority(card: CardSnapshot) -> View:
    """How much the case hurries."""
    choice = InputBlock("Priority", select("to", Priority, card.priority), block_id="to")
    return form(card, Verb.PRIORITY, "Change the priority", "Change", [choice])


def kind(card: CardSnapshot) -> View:
    """What the case is about."""
    choice = InputBlock("Kind", select("to", CaseKind, card.kind), block_id="to")
    return form(card, Verb.KIND, "Change the kind", "Change", [choice])
