"""Emoji on messages, whoever puts them there."""

import re

from bot.workspace import messages, payloads
from bot.workspace.conversations import Conversation, Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import REACTIONS_PER_MESSAGE
from bot.workspace.team import Team

EMOJI_NAME = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")


def add_reaction(team: Team, conversation: Conversation, message: Json, user: str, name: str) -> None:
    """Put an emoji on a message; raises SlackError where Slack would not."""
    name = _checked(name)
    reactions = message.get("reactions", [])
    known = next((entry for entry in reactions if entry["name"] == name), None)
    if known and user in known["users"]:
        raise SlackError("already_reacted")
    if known is None and len(reactions) >= REACTIONS_PER_MESSAGE:
        raise SlackError("too_many_emoji")
    users = [*known["users"], user] if known else [user]
    entry = {"name": name, "users": users, "count": len(users)}
    others = [entry if one is known else one for one in reactions]
    _put(team, conversation, message, others if known else [*reactions, entry])
    _announce(team, conversation, message, user, ("added", name))


def remove_reaction(team: Team, conversation: Conversation, message: Json, user: str, name: str) -> None:
    """Take one's emoji off a message."""
    name = _checked(name)
    reactions = message.get("reactions", [])
    known = next((entry for entry in reactions if entry["name"] == name and user in entry["users"]), None)
    if known is None:
        raise SlackError("no_reaction")
    users = [one for one in known["users"] if one != user]
    left = {"name": name, "users": users, "count": len(users)}
    kept = [left if entry is known else entry for entry in reactions]
    _put(team, conversation, message, [entry for entry in kept if entry["count"]])
    _announce(team, conversation, message, user, ("removed", name))


def _checked(name: str) -> str:
    bare = name.strip(":")
    if not EMOJI_NAME.fullmatch(bare):
        raise SlackError("invalid_name")
    return bare


def _put(team: Team, conversation: Conversation, message: Json, reactions: list[Json]) -> None:
    bare = {key: value for key, value in message.items() if key != "reactions"}
    changed = {**bare, "reactions": reactions} if reactions else bare
    messages.show_change(team, conversation, changed, "reaction")


def _announce(
    team: Team, conversation: Conversation, message: Json, user: str, what: tuple[str, str]
) -> None:
    if team.bot_sees(conversation):
        verb, name = what
        item = (conversation.id, message)
        team.announce(f"reaction_{verb}", payloads.reaction(verb, user, name, item, team.clock.stamp()))
