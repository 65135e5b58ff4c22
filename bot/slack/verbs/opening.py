"""A case that a person opens: new."""

from uuid import uuid4

from bot.desk import Desk
from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.reading import find_team_of_channel
from bot.slack.verbs.route import Route
from bot.slack.views import modals
from bot.slack.views.rendered import Rendered
from handlers import intake
from handlers.errors import CannotDo
from models.policies.intake import IncomingFeedback, clean_text
from models.policies.permissions import Verb
from models.policies.rules import Effect
from models.vocabulary import CaseKind, Priority

EXAMPLE = "new Phoned: the lamp hums and nobody called back"


def open_new_case(desk: Desk, order: Order) -> Rendered:
    """Open a case by hand for the channel's team, with the kind and priority that most have."""
    rulebook = desk.rules.current()
    team = find_team_of_channel(desk, order.slack_channel, rulebook)
    text = clean_text(orders.read_text(order.words))
    if team is None:
        raise CannotDo("Say it in a team's channel, or use the shortcut “New case”, which asks for the team.")
    if not text:
        raise CannotDo(f"Say what the customer said: `/recovery {EXAMPLE}`")
    (score,) = desk.ear.score([text], desk.rules.current().themes.values())
    effect = Effect(CaseKind.COMPLAINT, team, Priority.NORMAL)
    source = "phone" if "phone" in rulebook.sources else next(iter(rulebook.sources))
    incoming = IncomingFeedback(
        source=source,
        external_id=f"slack:{order.event_id or uuid4()}",
        text=text,
        occurred_at=desk.now(),
    )
    with desk.transaction() as session:
        case = intake.open_by_hand(session, incoming, score, desk.act(order.by), effect=effect)
    return modals.opened(case.id, rulebook.teams[team].channel)


NEW = Route(
    Verb.NEW,
    "new what the customer said",
    "open a case for this channel's team, for what a customer told you",
    EXAMPLE,
    reading=open_new_case,
)
