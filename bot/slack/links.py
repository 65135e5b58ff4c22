"""Where in Slack something of ours is found."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.client import Posted
from handlers import messages
from models.message import Message


def link_to_card(session: Session, desk: Desk, case_id: int) -> str | None:
    """The address of a case's card; None while it is not posted, or where the workspace's is not known."""
    card = messages.find_card(session, case_id)
    return link_to(desk, card) if card is not None else None


def links_to_cards(session: Session, desk: Desk, case_ids: Iterable[int]) -> dict[int, str]:
    """The same for several cases, by their numbers; those without one are left out."""
    cards = messages.find_cards(session, list(case_ids))
    found = {case_id: link_to(desk, card) for case_id, card in cards.items()}
    return {case_id: link for case_id, link in found.items() if link is not None}


def links_to_parts(session: Session, desk: Desk, case_id: int) -> dict[int, str]:
    """The addresses of the cards of other teams' parts, by the parts' numbers."""
    found = {card.part_id: link_to(desk, card) for card in messages.list_part_cards(session, case_id)}
    return {part: link for part, link in found.items() if part is not None and link is not None}


def link_to(desk: Desk, message: Message) -> str | None:
    """The address of a message; None while it is not posted."""
    if message.posted_channel is None or message.ts is None:
        return None
    return desk.slack.link_to(Posted(message.posted_channel, message.ts))
