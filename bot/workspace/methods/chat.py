"""chat.*: messages of the bot."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.workspace import messages
from bot.workspace.arguments import Arguments
from bot.workspace.blocks import checked_attachments, checked_message_blocks
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import MARKDOWN_TOTAL, MESSAGE_TEXT, METADATA_BYTES, SCHEDULE_AHEAD, UPDATE_TEXT
from bot.workspace.methods.method import Method
from bot.workspace.pacing import Tier
from bot.workspace.people import BOT_ID, BOT_USER
from bot.workspace.rich_text import escape
from bot.workspace.team import Team


def post_message(team: Team, args: Arguments) -> Json:
    """chat.postMessage."""
    conversation = _place_to_post(team, args)
    content = read_content(team, args)
    team.pacer.take_message(conversation.id, team.clock.now())
    message = messages.app_message(team, content)
    thread_ts = args.text("thread_ts") or None
    if thread_ts and args.flag("reply_broadcast"):
        message["subtype"] = "thread_broadcast"
    posted = messages.post(team, conversation, message, thread_ts)
    return {"channel": conversation.id, "ts": posted["ts"], "message": messages.public(posted)}


def update(team: Team, args: Arguments) -> Json:
    """chat.update."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    message = own_message(conversation, args.need("ts", "message_not_found"), "cant_update_message")
    if conversation.is_archived:
        raise SlackError("is_inactive")
    if len(args.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    content = read_content(team, args)
    changed = messages.change(team, conversation, message["ts"], revised(team, message, content))
    text = {"channel": conversation.id, "ts": changed["ts"], "text": changed["text"]}
    return {**text, "message": messages.public(changed)}


def revised(team: Team, message: Json, content: Json) -> Json:
    """A message of the bot with this content instead; metadata and attachments stay unless given."""
    kept = {key: value for key, value in message.items() if key not in ("blocks", "text")}
    edited = {"user": BOT_ID, "ts": f"{team.clock.seconds()}.000000"}
    return {**kept, **content, "edited": edited}


def delete(team: Team, args: Arguments) -> Json:
    """chat.delete."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    message = own_message(conversation, args.need("ts", "message_not_found"), "cant_delete_message")
    messages.delete(team, conversation, message["ts"])
    return {"channel": conversation.id, "ts": message["ts"]}


def post_ephemeral(team: Team, args: Arguments) -> Json:
    """chat.postEphemeral."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    user = args.need("user")
    if user not in team.state.users or user not in conversation.members:
        raise SlackError("user_not_in_channel")
    _check_open(team, conversation)
    content = read_content(team, args)
    content.pop("metadata", None)
    ts = messages.post_ephemeral(team, conversation, user, content, args.text("thread_ts") or None)
    return {"message_ts": ts}


def get_permalink(team: Team, args: Arguments) -> Json:
    """chat.getPermalink."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    message = conversation.messages.get(args.need("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    link = messages.permalink(team, conversation, message)
    return {"channel": conversation.id, "permalink": link}


def schedule_message(team: Team, args: Arguments) -> Json:
    """chat.scheduleMessage."""
    conversation = _place_to_post(team, args)
    content = read_content(team, args)
    post_at = args.number("post_at", 0, "invalid_time")
    _check_time(team.clock.now(), datetime.fromtimestamp(post_at, UTC))
    entry = {
        "id": team.ids.next("Q"),
        "channel_id": conversation.id,
        "post_at": post_at,
        "content": content,
        "thread_ts": args.text("thread_ts") or None,
    }
    team.state.put_scheduled(entry)
    shown = {"type": "delayed_message", "user": BOT_USER, "bot_id": BOT_ID, **messages.public(content)}
    answer = {"channel": conversation.id, "scheduled_message_id": entry["id"], "post_at": post_at}
    return {**answer, "message": shown}


def post_due(team: Team) -> None:
    """Post every scheduled message whose time has come."""
    now = team.clock.seconds()
    due = [entry for entry in team.state.scheduled.values() if entry["post_at"] <= now]
    for entry in sorted(due, key=lambda entry: (entry["post_at"], entry["id"])):
        team.state.drop_scheduled(entry["id"])
        conversation = team.state.conversations[entry["channel_id"]]
        if not conversation.is_archived:
            message = messages.app_message(team, entry["content"])
            messages.post(team, conversation, message, entry["thread_ts"])


def read_content(team: Team, args: Arguments) -> Json:
    """The text, blocks, attachments and metadata of a call, checked as Slack checks them."""
    content: Json = {"text": _text(args)}
    blocks = args.structure("blocks", "invalid_blocks_format")
    if blocks is not None and args.text("markdown_text"):
        raise SlackError("markdown_text_conflict")
    if blocks:
        content["blocks"] = checked_message_blocks(blocks, team.ids)
    if attachments := args.structure("attachments", "invalid_attachments"):
        content["attachments"] = checked_attachments(attachments, team.ids)
    if (metadata := args.structure("metadata", "invalid_metadata_format")) is not None:
        content["metadata"] = _checked_metadata(metadata)
    if not content["text"] and not blocks and not attachments:
        raise SlackError("no_text")
    return content


def own_message(conversation: Conversation, ts: str, refusal: str) -> Json:
    """A message of the bot; `refusal` is the word for one that somebody else wrote."""
    message = conversation.messages.get(ts)
    if message is None or message.get("subtype") == "tombstone":
        raise SlackError("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise SlackError(refusal)
    return message


def _text(args: Arguments) -> str:
    markdown = args.text("markdown_text")
    if markdown and args.text("text"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_TOTAL:
        raise SlackError("msg_too_long")
    return escape(markdown or args.text("text"))[:MESSAGE_TEXT]


def _place_to_post(team: Team, args: Arguments) -> Conversation:
    named = args.need("channel", "channel_not_found")
    conversation = team.open_im(named) if named in team.state.users else team.get_channel(named)
    _check_open(team, conversation)
    return conversation


def _check_open(team: Team, conversation: Conversation) -> None:
    if conversation.is_archived:
        raise SlackError("is_archived")
    may_post_anywhere = (
        conversation.kind is ConversationKind.CHANNEL and "chat:write.public" in team.manifest.scopes
    )
    if not team.bot_sees(conversation) and not may_post_anywhere:
        raise SlackError("not_in_channel")


def _check_time(now: datetime, post_at: datetime) -> None:
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + SCHEDULE_AHEAD:
        raise SlackError("time_too_far")


def _checked_metadata(metadata: Any) -> Json:
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


LATER_BY = timedelta(seconds=1)
"""How often the workspace looks for scheduled messages that are due."""

METHODS = {
    "chat.postMessage": Method(post_message, Tier.SPECIAL, ("chat:write",)),
    "chat.update": Method(update, Tier.THREE, ("chat:write",)),
    "chat.delete": Method(delete, Tier.THREE, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, Tier.FOUR, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, Tier.SPECIAL),
    "chat.scheduleMessage": Method(schedule_message, Tier.THREE, ("chat:write",)),
}
