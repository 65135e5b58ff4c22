"""What the bot receives, field by field as Slack writes it."""

from bot.workspace.clock import Clock, Ids
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.manifest import Manifest
from bot.workspace.people import APP_ID, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID
from bot.workspace.state import State

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105
CHANNEL_LETTERS = {ConversationKind.CHANNEL: "C", ConversationKind.GROUP: "G", ConversationKind.IM: "D"}


def event_callback(event: Json, clock: Clock, ids: Ids) -> Json:
    """The envelope that every event travels in."""
    channel = event.get("channel", "")
    place = f"-{channel}" if isinstance(channel, str) and channel else ""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": ids.next("Ev"),
        "event_time": clock.seconds(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"1-{event['type']}-{TEAM_ID}{place}",
    }


def message_event(conversation: Conversation, message: Json) -> Json:
    """A new message, whoever wrote it."""
    return {
        **message,
        "channel": conversation.id,
        "event_ts": message["ts"],
        "channel_type": conversation.kind,
    }


def app_mention(conversation: Conversation, message: Json) -> Json:
    """A message that names the bot."""
    event = {**message, "type": "app_mention", "channel": conversation.id, "event_ts": message["ts"]}
    return {key: value for key, value in event.items() if key not in ("subtype", "parent_user_id")}


def message_changed(conversation: Conversation, message: Json, previous: Json, ts: str) -> Json:
    """An edited message, with what it was."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": previous,
        "channel": conversation.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": conversation.kind,
    }


def message_deleted(conversation: Conversation, previous: Json, ts: str) -> Json:
    """A message that was taken away, with what it was."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": conversation.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "ts": ts,
        "event_ts": ts,
        "channel_type": conversation.kind,
    }


def reaction(verb: str, user: str, name: str, item: tuple[str, Json], ts: str) -> Json:
    """An emoji put on or taken off a message; `item` is the channel's id and the message."""
    channel, message = item
    return {
        "type": f"reaction_{verb}",
        "user": user,
        "item": {"type": "message", "channel": channel, "ts": message["ts"]},
        "reaction": name,
        "item_user": message.get("user", BOT_USER),
        "event_ts": ts,
    }


def member_event(verb: str, user: str, conversation: Conversation, inviter: str | None, ts: str) -> Json:
    """Somebody joined or left a conversation."""
    event = {
        "type": f"member_{verb}_channel",
        "user": user,
        "channel": conversation.id,
        "channel_type": CHANNEL_LETTERS[conversation.kind],
        "team": TEAM_ID,
        "event_ts": ts,
    }
    return {**event, "inviter": inviter} if inviter else event


def channel_archive(channel: str, user: str, ts: str) -> Json:
    """Somebody archived a channel."""
    return {"type": "channel_archive", "channel": channel, "user": user, "is_moved": 0, "event_ts": ts}


def user_change(user: Json, at: int, ts: str) -> Json:
    """Somebody's profile changed."""
    return {"type": "user_change", "user": user, "cache_ts": at, "event_ts": ts}


def dnd_updated_user(user: str, dnd: Json, ts: str) -> Json:
    """Somebody changed when they do not want to be disturbed; of a snooze Slack tells only themself."""
    status = {name: value for name, value in dnd.items() if not name.startswith("snooze")}
    return {"type": "dnd_updated_user", "user": user, "dnd_status": status, "event_ts": ts}


def subteam_members_changed(group: Json, previous: Json, ts: str) -> Json:
    """People came into a user group or left it."""
    added = [user for user in group["users"] if user not in previous["users"]]
    removed = [user for user in previous["users"] if user not in group["users"]]
    return {
        "type": "subteam_members_changed",
        "subteam_id": group["id"],
        "team_id": TEAM_ID,
        "date_previous_update": previous["date_update"],
        "date_update": group["date_update"],
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": ts,
    }


def subteam_updated(group: Json, ts: str) -> Json:
    """A user group is another: renamed, say, or disabled, and then `date_delete` is not 0."""
    return {"type": "subteam_updated", "subteam": group, "event_ts": ts}


def app_home_opened(user: str, channel: str, view: Json | None, ts: str) -> Json:
    """Somebody opened the Home tab; the view only where one was published."""
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": ts}
    return {**event, "view": view} if view else event


def person(state: State, user: str) -> Json:
    """Who acted, as interactions name them."""
    name = state.users[user]["name"]
    return {"id": user, "username": name, "name": name, "team_id": TEAM_ID}


def interaction(kind: str, state: State, user: str) -> Json:
    """The fields that every interaction has."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": person(state, user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place(conversation: Conversation) -> Json:
    """The channel of an interaction; a direct message has no name of its own."""
    name = "directmessage" if conversation.kind is ConversationKind.IM else conversation.name
    return {"id": conversation.id, "name": name}


def bot_profile(state: State, manifest: Manifest, icon: str) -> Json:
    """What Slack adds to every message of an app; `icon` is the address of its picture."""
    return {
        "id": BOT_ID,
        "deleted": False,
        "name": manifest.app_name,
        "updated": state.users[BOT_USER]["updated"],
        "app_id": APP_ID,
        "icons": {"image_36": icon, "image_48": icon, "image_72": icon},
        "team_id": TEAM_ID,
    }
