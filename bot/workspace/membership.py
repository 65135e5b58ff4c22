"""Who is where: people and the bot join and leave channels, and channels are archived."""

from bot.workspace import messages, payloads
from bot.workspace.conversations import Conversation, Json
from bot.workspace.people import BOT_USER
from bot.workspace.state import settings_of
from bot.workspace.team import Team


def join(team: Team, conversation: Conversation, user: str, inviter: str | None = None) -> None:
    """Let somebody in; the bot hears of it where it is, and of its own joining."""
    _put(team, conversation, {"members": [*conversation.members, user]})
    message: Json = {
        "type": "message",
        "subtype": "channel_join",
        "user": user,
        "text": f"<@{user}> has joined the channel",
    }
    messages.post(team, conversation, {**message, "inviter": inviter} if inviter else message)
    if team.bot_sees(conversation):
        event = payloads.member_event("joined", user, conversation, inviter, team.clock.stamp())
        team.announce("member_joined_channel", event)


def leave(team: Team, conversation: Conversation, user: str) -> None:
    """Let somebody out, or put them out; the bot does not hear of its own leaving here."""
    _put(team, conversation, {"members": [member for member in conversation.members if member != user]})
    if team.bot_sees(conversation):
        event = payloads.member_event("left", user, conversation, None, team.clock.stamp())
        team.announce("member_left_channel", event)


def archive(team: Team, conversation: Conversation, by: str) -> None:
    """Close a channel for good."""
    _put(team, conversation, {"is_archived": True})
    if BOT_USER in conversation.members:
        event = payloads.channel_archive(conversation.id, by, team.clock.stamp())
        team.announce("channel_archive", event)


def _put(team: Team, conversation: Conversation, changes: Json) -> None:
    team.state.put_conversation({**settings_of(conversation), **changes})
    messages.show_channel(team, conversation)
