"""Where in Slack something of ours is found."""

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.client import Posted
from handlers import messages
from models.message import Message


def link_to_card(session: Session, desk: Desk, case_id: int) -> str | None:
    """The address of a case's card; None while it is not posted, or where the workspace's is not known."""
    card = messages.find_card(session, case_id)
    return link_to(desk, card) if card is not None else None


def link_to(desk: Desk, message: Message) -> str | None:
    """The address of a message; None while it is not posted."""
    if message.posted_channel is None or message.ts is None:
        return None
    return desk.slack.link_to(Posted(message.posted_channel, message.ts))
