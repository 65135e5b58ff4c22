"""reactions.*, pins.add and bookmarks.add: what is stuck on messages and channels."""

import re

from bot.workspace import messages
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import PINS_PER_CHANNEL
from bot.workspace.methods.method import Method
from bot.workspace.pacing import Tier
from bot.workspace.people import APP_ID, BOT_USER
from bot.workspace.reactions import add_reaction, remove_reaction
from bot.workspace.team import Team

TIMESTAMP = re.compile(r"\d{10}\.\d{6}")


def add(team: Team, args: Arguments) -> Json:
    """reactions.add."""
    name = args.need("name", "invalid_name")
    conversation, message = _item(team, args)
    if conversation.is_archived:
        raise SlackError("is_archived")
    _check_presence(team, conversation)
    add_reaction(team, conversation, message, BOT_USER, name)
    return {}


def remove(team: Team, args: Arguments) -> Json:
    """reactions.remove."""
    name = args.need("name", "invalid_name")
    conversation, message = _item(team, args)
    _check_presence(team, conversation)
    remove_reaction(team, conversation, message, BOT_USER, name)
    return {}


def get(team: Team, args: Arguments) -> Json:
    """reactions.get."""
    conversation, message = _item(team, args)
    whole = {**messages.public(message), "permalink": messages.permalink(team, conversation, message)}
    return {"type": "message", "channel": conversation.id, "message": whole}


def pin(team: Team, args: Arguments) -> Json:
    """pins.add."""
    conversation, message = _item(team, args)
    if not team.bot_sees(conversation):
        raise SlackError("not_in_channel")
    if message["ts"] in conversation.pins:
        raise SlackError("already_pinned")
    if len(conversation.pins) >= PINS_PER_CHANNEL:
        raise SlackError("too_many_pins")
    team.state.put_books(conversation.id, {"pins": [*conversation.pins, message["ts"]]})
    messages.show_change(team, conversation, {**message, "pinned_to": [conversation.id]})
    return {}


def bookmark(team: Team, args: Arguments) -> Json:
    """bookmarks.add."""
    conversation = team.get_channel(args.need("channel_id", "channel_not_found"))
    if conversation.kind is ConversationKind.IM or not team.bot_sees(conversation):
        raise SlackError("channel_not_found")
    if args.need("type") != "link":
        raise SlackError("invalid_bookmark_type")
    entry = {
        "id": team.ids.next("Bk"),
        "channel_id": conversation.id,
        "title": args.need("title"),
        "link": args.need("link", "invalid_link"),
        "emoji": args.text("emoji") or None,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": team.clock.seconds(),
        "date_updated": 0,
        "rank": "i",
        "last_updated_by_user_id": BOT_USER,
        "last_updated_by_team_id": None,
        "shortcut_id": None,
        "app_id": APP_ID,
    }
    team.state.put_books(conversation.id, {"bookmarks": [*conversation.bookmarks, entry]})
    return {"bookmark": entry}


def _item(team: Team, args: Arguments) -> tuple[Conversation, Json]:
    conversation = team.get_channel(args.need("channel", "no_item_specified"))
    ts = args.need("timestamp", "no_item_specified")
    if not TIMESTAMP.fullmatch(ts):
        raise SlackError("bad_timestamp")
    message = conversation.messages.get(ts)
    if message is None or message.get("subtype") == "tombstone":
        raise SlackError("message_not_found")
    return conversation, message


def _check_presence(team: Team, conversation: Conversation) -> None:
    if not team.bot_sees(conversation):
        raise SlackError("not_in_channel")


METHODS = {
    "reactions.add": Method(add, Tier.THREE, ("reactions:write",)),
    "reactions.remove": Method(remove, Tier.TWO, ("reactions:write",)),
    "reactions.get": Method(get, Tier.THREE, ("reactions:read",)),
    "pins.add": Method(pin, Tier.TWO, ("pins:write",)),
    "bookmarks.add": Method(bookmark, Tier.TWO, ("bookmarks:write",)),
}
