"""A refusal as one person sees it, with a button where there is a way on: to be let in, to ask for it."""

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.views import joining, offers
from bot.slack.views.refused import refused
from bot.slack.views.rendered import Rendered
from handlers.errors import CannotDo, NeedsApproval, NotAllowed
from models.policies.joining import is_stranger
from models.vocabulary import AgentId


def say_no(desk: Desk, by: AgentId, refusal: CannotDo, order: Order | None = None) -> Rendered:
    """The words of a refusal; with a button where a stranger may not do it, or where it passes a limit.

    `order` is what was wanted, None where nobody could tell, or where it was no order in words.
    """
    if isinstance(refusal, NeedsApproval) and order is not None and order.number is not None:
        return offers.ask(str(refusal), order.number, order.words)
    said, rulebook = refused(str(refusal)), desk.rules.current()
    if isinstance(refusal, NotAllowed) and refusal.team in rulebook.teams and is_stranger(by, rulebook):
        return joining.offer(said.text, refusal.team)
    return said
