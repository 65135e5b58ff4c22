"""The way into a team: join."""

from bot.desk import Desk
from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.reading import find_team_of_channel
from bot.slack.verbs.route import Route
from bot.slack.views import joining as views
from bot.slack.views.rendered import Rendered
from handlers import joining
from handlers.errors import CannotDo
from models.policies.permissions import Verb


def ask_to_join(desk: Desk, order: Order) -> Rendered:
    """Ask to work for a team, that of the channel where none is named."""
    act = desk.act(order.by)
    team = _team(desk, order)
    words = views.question(order.by, team, order.slack_channel, act.rulebook)
    with desk.transaction() as session:
        asked = joining.ask_to_join(session, act, team=team, words=words)
    return views.answer(asked.people, asked.at, act.rulebook.teams[team].name, is_new=asked.is_new)


def _team(desk: Desk, order: Order) -> str:
    rulebook = desk.rules.current()
    if order.words:
        return orders.read_team(order.words, rulebook)
    here = find_team_of_channel(desk, order.slack_channel, rulebook)
    if here is None:
        known = ", ".join(rulebook.teams)
        raise CannotDo(f"Which team? `/recovery {JOIN.usage}`. There are: {known}.")
    return here


JOIN = Route(
    Verb.JOIN,
    "join [team]",
    "ask to work for a team; its admins are told what lets you in",
    "join deliveries",
    reading=ask_to_join,
)
