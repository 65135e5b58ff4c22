"""What is shown of a case that goes to another team: the form, the place that it left, the answer there."""

from collections.abc import Sequence

from slackblocks import InputBlock, StaticSelectMenu

from bot.slack.views.forms import MOST_OPTIONS, entry, form
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from bot.slack.views.text import named, quiet
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Team


def form_of(card: CardSnapshot, others: Sequence[Team]) -> View:
    """To which of the other teams."""
    options = [entry(team.name, team.key) for team in others[:MOST_OPTIONS]]
    choice = InputBlock("To which team", StaticSelectMenu("to", options=options), block_id="to")
    return form(card, Verb.MOVE, "Move to another team", "Move", [choice])


def render(card: CardSnapshot, channel: str, link: str | None) -> Rendered:
    """A short line in the card's place; `link` leads to where it stands now, None until it does."""
    text = f"➡️ Case *#{card.number}* {quiet(card.title, 120)} {_is_with(card, channel, link)}"
    block = {"type": "section", "block_id": "moved", "text": {"type": "mrkdwn", "text": text}}
    return Rendered(text=text, blocks=[block])


def answer(card: CardSnapshot, channel: str, link: str | None, order: str) -> str:
    """For who orders something in the thread that was left; `order` is how it is typed elsewhere."""
    return (
        f"Case #{card.number} {_is_with(card, channel, link)} "
        f"Say it in the thread there, or type `/recovery {order}` in any channel."
    )


def _is_with(card: CardSnapshot, channel: str, link: str | None) -> str:
    where = named(channel)
    if link is None:
        return f"is with *{named(card.team)}* now; its card is on the way to {where}."
    return f"is with *{named(card.team)}* now: <{link}|its card in {where}>."
