"""Posting, changing and deleting messages, whoever does it: stored, shown on pages, told to the bot."""

import json
from typing import Any

from bot.workspace import payloads
from bot.workspace.conversations import Conversation, ConversationKind, Json, is_reply
from bot.workspace.errors import SlackError
from bot.workspace.people import APP_ID, BOT_ID, BOT_USER, SLACKBOT, TEAM_ID
from bot.workspace.rich_text import mentioned_in
from bot.workspace.team import Team

SUBSCRIPTIONS = {
    ConversationKind.CHANNEL: "message.channels",
    ConversationKind.GROUP: "message.groups",
    ConversationKind.IM: "message.im",
}
THREAD_FIELDS = ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply")


def app_message(team: Team, content: Json) -> Json:
    """A message as the bot writes it; `content` is its text, blocks, metadata and such."""
    icon = f"{team.base_url}/page/icon.svg"
    return {
        "user": BOT_USER,
        "type": "message",
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "bot_profile": payloads.bot_profile(team.state, team.manifest, icon),
        **content,
    }


def post(team: Team, conversation: Conversation, message: Json, thread_ts: str | None = None) -> Json:
    """Put a message into a conversation, in the thread if one is named."""
    whole = {**message, "ts": team.clock.stamp()}
    if thread_ts is not None:
        parent = _parent(conversation, thread_ts)
        whole |= {"thread_ts": parent["ts"], "parent_user_id": parent.get("user", BOT_USER)}
    blocks = json.dumps(whole["blocks"]) if whole.get("blocks") else ""
    mentioned = mentioned_in(whole["text"], blocks)
    team.state.put_message(conversation.id, whole, mentioned)
    if whole.get("user") not in (None, BOT_USER):
        mark_read(team, conversation, whole["user"], whole["ts"])
    _show(team, conversation, "message", whole)
    if is_reply(whole):
        _count_replies(team, conversation, whole["thread_ts"])
    _announce(team, conversation, payloads.message_event(conversation, public(whole)))
    if BOT_USER in mentioned and conversation.kind is not ConversationKind.IM and team.bot_sees(conversation):
        team.announce("app_mention", payloads.app_mention(conversation, public(whole)))
    return whole


def change(team: Team, conversation: Conversation, ts: str, message: Json) -> Json:
    """Let a message say something else."""
    previous = conversation.messages[ts]
    team.state.put_message(conversation.id, message, [])
    _show(team, conversation, "message_changed", message)
    event = payloads.message_changed(conversation, public(message), public(previous), team.clock.stamp())
    _announce(team, conversation, event)
    return message


def delete(team: Team, conversation: Conversation, ts: str) -> None:
    """Take a message away; one that began a thread leaves a tombstone behind."""
    previous = conversation.messages[ts]
    team.state.drop_message(conversation.id, ts)
    if conversation.replies.get(ts):
        _bury(team, conversation, previous)
    elif is_reply(previous):
        _count_replies(team, conversation, previous["thread_ts"])
    frame = {"type": "message_deleted", "channel": conversation.id, "ts": ts}
    _tell_readers(team, conversation, {**frame, "thread_ts": previous.get("thread_ts")})
    _announce(
        team, conversation, payloads.message_deleted(conversation, public(previous), team.clock.stamp())
    )


def show_change(
    team: Team, conversation: Conversation, message: Json, frame: str = "message_changed"
) -> None:
    """Keep a message that changed without an event for it, and show it."""
    team.state.put_message(conversation.id, message, [])
    _show(team, conversation, frame, message)


def post_ephemeral(
    team: Team, conversation: Conversation, user: str, content: Json, thread_ts: str | None = None
) -> str:
    """Show a message to one person only; nothing else remembers it."""
    ts = team.clock.stamp()
    message = app_message(team, {**content, "ts": ts, "is_ephemeral": True})
    if thread_ts is not None:
        message["thread_ts"] = thread_ts
    put_ephemeral(team, conversation, user, message)
    return ts


def put_ephemeral(team: Team, conversation: Conversation, user: str, message: Json) -> None:
    """Add or replace what one person sees."""
    team.ephemerals.setdefault(user, {})[message["ts"]] = (conversation.id, message)
    shown = on_page(team, conversation, message)
    team.live.tell(user, {"type": "ephemeral", "channel": conversation.id, "message": shown})
    team.live.changed()


def drop_ephemeral(team: Team, user: str, ts: str) -> None:
    """Let an ephemeral message vanish."""
    channel, _ = team.ephemerals[user].pop(ts)
    team.live.tell(user, {"type": "ephemeral_removed", "channel": channel, "ts": ts})
    team.live.changed()


def mark_read(team: Team, conversation: Conversation, user: str, ts: str) -> None:
    """This person has seen everything up to this message."""
    if ts > conversation.last_read.get(user, ""):
        team.state.put_books(conversation.id, {"last_read": {**conversation.last_read, user: ts}})


def public(message: Json) -> Json:
    """A message without its metadata, which is given only to who asks for it."""
    return {key: value for key, value in message.items() if key != "metadata"}


def permalink(team: Team, conversation: Conversation, message: Json) -> str:
    """The address of a message, which the page understands."""
    link = f"{team.base_url}/archives/{conversation.id}/p{message['ts'].replace('.', '')}"
    if is_reply(message):
        link += f"?thread_ts={message['thread_ts']}&cid={conversation.id}"
    return link


def on_page(team: Team, conversation: Conversation, message: Json) -> Json:
    """A message as the page gets it."""
    return {**message, "permalink": permalink(team, conversation, message)}


def readers(team: Team, conversation: Conversation) -> list[str]:
    """Everybody with an open page who sees this conversation."""
    people = team.live.people()
    if conversation.kind is ConversationKind.CHANNEL:
        return people
    return [user for user in people if user in conversation.members]


def describe_channel(conversation: Conversation, user: str) -> Json:
    """A conversation as the page lists it for one person."""
    is_im = conversation.kind is ConversationKind.IM
    others = [member for member in conversation.members if member != user]
    return {
        "id": conversation.id,
        "name": conversation.name,
        "is_im": is_im,
        "is_archived": conversation.is_archived,
        "is_member": user in conversation.members,
        "user": (others or [user])[0] if is_im else None,
        "topic": conversation.topic,
        "purpose": conversation.purpose,
        "members": conversation.members,
        "unread": conversation.unread(user),
        "mentions": conversation.unread_mentions(user),
        "last_ts": conversation.roots[-1] if conversation.roots else None,
    }


def show_channel(team: Team, conversation: Conversation) -> None:
    """Show on every page how a conversation stands now."""
    for user in readers(team, conversation):
        described = describe_channel(conversation, user)
        team.live.tell(user, {"type": "channel", "channel": described})
    team.live.changed()


def _show(team: Team, conversation: Conversation, kind: str, message: Json) -> None:
    if readers(team, conversation):
        shown = on_page(team, conversation, message)
        _tell_readers(team, conversation, {"type": kind, "channel": conversation.id, "message": shown})
        if kind == "message":
            show_channel(team, conversation)
    team.live.changed()


def _tell_readers(team: Team, conversation: Conversation, frame: Json) -> None:
    for user in readers(team, conversation):
        team.live.tell(user, frame)


def _announce(team: Team, conversation: Conversation, event: Json) -> None:
    if team.bot_sees(conversation):
        team.announce(SUBSCRIPTIONS[conversation.kind], event)


def _parent(conversation: Conversation, thread_ts: str) -> Json:
    message = conversation.messages.get(thread_ts)
    if message is None:
        raise SlackError("thread_not_found")
    return conversation.messages[message["thread_ts"]] if is_reply(message) else message


def _count_replies(team: Team, conversation: Conversation, thread_ts: str) -> None:
    parent = conversation.messages.get(thread_ts)
    if parent is not None:
        bare = {key: value for key, value in parent.items() if key not in THREAD_FIELDS}
        counted = _thread_fields(conversation, thread_ts)
        show_change(team, conversation, {**bare, **counted})


def _thread_fields(conversation: Conversation, thread_ts: str) -> dict[str, Any]:
    replies = conversation.replies.get(thread_ts, [])
    if not replies:
        return {}
    authors = dict.fromkeys(conversation.messages[ts].get("user", BOT_USER) for ts in replies)
    return {
        "thread_ts": thread_ts,
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "latest_reply": replies[-1],
        "reply_users": list(authors)[:5],
        "is_locked": False,
        "subscribed": False,
    }


def _bury(team: Team, conversation: Conversation, previous: Json) -> None:
    tombstone = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": SLACKBOT,
        "hidden": True,
        "ts": previous["ts"],
        **_thread_fields(conversation, previous["ts"]),
    }
    show_change(team, conversation, tombstone)
