"""Reactions on a card: one claims the case, another offers to resolve it."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.refusing import say_no
from bot.slack.routes import carry_out
from bot.slack.views import offers
from bot.slack.views.rendered import Rendered
from handlers import places
from handlers.closing import check_may_resolve
from handlers.errors import CannotDo
from handlers.places import Thread
from models.policies.permissions import Verb
from models.policies.rulebook import Sign
from models.vocabulary import AgentId


def on_reaction(desk: Desk, body: Mapping[str, Any], bot_user: str) -> None:
    """Do what the emoji stands for by rules.yaml; whom it is refused is told why, and nobody else."""
    event = body["event"]
    name, _, _skin_tone = event["reaction"].partition("::")
    sign = desk.rules.current().reactions.get(name)
    if sign is None or event["user"] == bot_user or event["item"]["type"] != "message":
        return
    slack_channel, ts = event["item"]["channel"], event["item"]["ts"]
    with desk.transaction() as session:
        thread = places.find_thread(session, slack_channel, ts)
    if thread is None or thread.is_left:
        return
    order = Order(
        verb=Verb(sign.value),
        by=AgentId(event["user"]),
        number=thread.case_id,
        slack_channel=slack_channel,
        event_id=body["event_id"],
        stamp=event["event_ts"],
        part=thread.part,
    )
    said = _answer(desk, order, thread, sign)
    if said is not None:
        desk.slack.tell_only(slack_channel, order.by, said)


def _answer(desk: Desk, order: Order, thread: Thread, sign: Sign) -> Rendered | None:
    """What the one who reacted is told; None where the card and the thread say it."""
    try:
        match sign:
            case Sign.CLAIM:
                carry_out(desk, order)
                return None
            case Sign.RESOLVE if thread.part is not None:
                return offers.finish(thread.case_id, thread.part)
            case Sign.RESOLVE:
                with desk.transaction() as session:
                    check_may_resolve(session, thread.case_id, desk.act(order.by))
                return offers.resolve(thread.case_id)
    except CannotDo as refusal:
        return say_no(desk, order.by, refusal)
