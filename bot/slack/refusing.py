"""A refusal as one person sees it, with a button where there is a way on: to be let in, to ask for it."""

import re

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.views import joining, offers
from bot.slack.views.refused import refused
from bot.slack.views.rendered import Rendered
from handlers.errors import CannotDo, NeedsApproval, NotAllowed
from models.policies.joining import is_stranger
from models.vocabulary import AgentId


def say_no(
    desk: Desk, by: AgentId, refusal: CannotDo, order: Order | None = None, *, thread_case: int | None = None
) -> Rendered:
    """The words of a refusal; with a button where a stranger may not do it, or where it passes a limit.

    `order` is what was wanted, None where nobody could tell, or where it was no order in words.
    `thread_case` is the case in whose thread it is read.
    """
    words = str(refusal) if thread_case is None else _for_thread(str(refusal), thread_case)
    if isinstance(refusal, NeedsApproval) and order is not None and order.number is not None:
        return offers.ask(words, order.number, order.words)
    said, rulebook = refused(words), desk.rules.current()
    if isinstance(refusal, NotAllowed) and refusal.team in rulebook.teams and is_stranger(by, rulebook):
        return joining.offer(said.text, refusal.team)
    return said


def _for_thread(words: str, case: int) -> str:
    """What it says to type, as a mention: in a thread Slack takes no command that begins with a slash."""
    return re.sub(rf"`/recovery (\w+)( {case}\b)?", r"`@recovery \1", words)
