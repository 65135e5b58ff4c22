"""A refusal as one person sees it; whom the bot does not know is offered a way in."""

from bot.desk import Desk
from bot.slack.views import joining
from bot.slack.views.rendered import Rendered
from handlers.errors import CannotDo, NotAllowed
from models.policies.joining import is_stranger
from models.vocabulary import AgentId


def say_no(desk: Desk, by: AgentId, refusal: CannotDo) -> Rendered:
    """The words of a refusal, with a button below where they are what a stranger may not do."""
    text, rulebook = f"✋ {refusal}", desk.rules.current()
    if isinstance(refusal, NotAllowed) and refusal.team in rulebook.teams and is_stranger(by, rulebook):
        return joining.offer(text, refusal.team)
    return Rendered(text=text, blocks=[])
