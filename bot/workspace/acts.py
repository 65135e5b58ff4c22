"""What people do by themselves: write, edit, react, read, and look at the bot's Home."""

from bot.workspace import membership, messages, payloads
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.errors import ActError, SlackError
from bot.workspace.methods.files import as_shared, describe_file
from bot.workspace.people import BOT_USER, OTHER_BOT_ID, TEAM_ID, new_channel
from bot.workspace.reactions import add_reaction, remove_reaction
from bot.workspace.rich_text import as_rich_text, resolve_typed
from bot.workspace.team import Team


def say(team: Team, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
    """Write a message; its `ts`."""
    conversation = _where(team, user, channel)
    if conversation.is_archived:
        raise ActError("is_archived", f"#{conversation.name} is archived: nothing can be written there.")
    if not text.strip():
        raise ActError("no_text", "There is nothing to send yet.")
    message = {
        "client_msg_id": team.ids.next("local-"),
        "type": "message",
        "user": user,
        "team": TEAM_ID,
        **_typed(team, text),
    }
    try:
        return str(messages.post(team, conversation, message, thread_ts)["ts"])
    except SlackError as refusal:
        raise ActError(refusal.error, "That thread is gone.") from None


def post_as_tool(team: Team, name: str, channel: str, content: Json) -> str:
    """A message of an integration that is no app of ours; its `ts`."""
    conversation = team.get_channel(channel)
    tool = {"type": "message", "subtype": "bot_message", "bot_id": OTHER_BOT_ID, "username": name, "text": ""}
    return str(messages.post(team, conversation, {**tool, **content})["ts"])


def edit(team: Team, user: str, channel: str, ts: str, text: str) -> None:
    """Change one's own message."""
    conversation, message = _own(team, user, channel, ts)
    edited = {"user": user, "ts": f"{team.clock.seconds()}.000000"}
    messages.change(team, conversation, ts, {**message, **_typed(team, text), "edited": edited})


def delete(team: Team, user: str, channel: str, ts: str) -> None:
    """Take one's own message away."""
    conversation, message = _own(team, user, channel, ts)
    messages.delete(team, conversation, message["ts"])


def react(team: Team, user: str, channel: str, ts: str, name: str) -> None:
    """Put an emoji on a message."""
    conversation, message = find_message(team, user, channel, ts)
    try:
        add_reaction(team, conversation, message, user, name)
    except SlackError as refusal:
        raise ActError(refusal.error, f"Slack does not take :{name}: here: {refusal.error}.") from None


def unreact(team: Team, user: str, channel: str, ts: str, name: str) -> None:
    """Take one's emoji off a message."""
    conversation, message = find_message(team, user, channel, ts)
    try:
        remove_reaction(team, conversation, message, user, name)
    except SlackError as refusal:
        raise ActError(refusal.error, f"There is no :{name}: of yours on this message.") from None


def read(team: Team, user: str, channel: str, ts: str) -> None:
    """Have seen a conversation up to this message."""
    conversation = _where(team, user, channel)
    messages.mark_read(team, conversation, user, ts)
    described = messages.describe_channel(conversation, user)
    team.live.tell(user, {"type": "channel", "channel": described})


def dismiss(team: Team, user: str, ts: str) -> None:
    """Let an ephemeral message vanish."""
    if ts in team.ephemerals.get(user, {}):
        messages.drop_ephemeral(team, user, ts)


def upload(
    team: Team, user: str, place: tuple[str, str | None], file: tuple[str, bytes], text: str = ""
) -> str:
    """Share a file, given by name and content, with a text; the `ts` of the message that shows it.

    The place is a conversation, and a thread in it or None.
    """
    channel, thread_ts = place
    conversation = _where(team, user, channel)
    name, content = file
    described = {**describe_file(team, name, len(content)), "user": user, "channels": [conversation.id]}
    team.state.put_file(described, content.decode("latin-1"))
    message = {
        "type": "message",
        "subtype": "file_share",
        "user": user,
        **_typed(team, text),
        "files": [as_shared(described)],
        "upload": True,
        "display_as_bot": False,
    }
    return str(messages.post(team, conversation, message, thread_ts)["ts"])


def create_channel(team: Team, user: str, name: str, members: list[str], *, is_private: bool) -> str:
    """Make a channel with these members beside oneself; its id."""
    settings = new_channel(team.ids.next("C"), name, [user, *members], team.clock.now())
    if is_private:
        settings["kind"] = ConversationKind.GROUP
    conversation = team.state.put_conversation(settings)
    messages.show_channel(team, conversation)
    return conversation.id


def open_home(team: Team, user: str) -> Json | None:
    """Open the bot's Home tab; what it shows now, before the bot has heard of it."""
    conversation = team.open_im(user)
    view = team.state.homes.get(user)
    event = payloads.app_home_opened(user, conversation.id, view, team.clock.stamp())
    team.announce("app_home_opened", event)
    return view


def open_im(team: Team, user: str, other: str) -> Conversation:
    """Begin or find a direct conversation."""
    if other not in team.state.users:
        raise ActError("user_not_found", f"There is nobody here with the id {other}.")
    conversation = team.open_im(user, other)
    messages.show_channel(team, conversation)
    return conversation


def invite(team: Team, user: str, channel: str, other: str) -> None:
    """Bring somebody, or the bot, into a channel."""
    conversation = _where(team, user, channel)
    if other in conversation.members:
        raise ActError("already_in_channel", f"They are already in #{conversation.name}.")
    membership.join(team, conversation, other, inviter=user)


def remove(team: Team, channel: str, other: str, *, by: str) -> None:
    """Put somebody, or the bot, out of a channel."""
    conversation = _where(team, by, channel)
    if other not in conversation.members:
        raise ActError("not_in_channel", f"They are not in #{conversation.name}.")
    membership.leave(team, conversation, other)


def archive(team: Team, user: str, channel: str) -> None:
    """Close a channel for good."""
    conversation = _where(team, user, channel)
    if conversation.is_archived:
        raise ActError("already_archived", f"#{conversation.name} is already archived.")
    membership.archive(team, conversation, user)


def change_user(team: Team, user: str, changes: Json) -> None:
    """Change somebody's user object; a `profile` among the changes is laid over theirs."""
    before = team.state.users[user]
    profile = {**before["profile"], **changes.get("profile", {})}
    after = {**before, **changes, "profile": profile, "updated": team.clock.seconds()}
    team.state.put_user(after)
    team.live.tell_all({"type": "users", "users": list(team.state.users.values())})
    team.announce("user_change", payloads.user_change(after, team.clock.seconds(), team.clock.stamp()))


def change_dnd(team: Team, user: str, dnd: Json) -> None:
    """Say when somebody is not to be disturbed."""
    team.state.put_dnd(user, dnd)
    team.announce("dnd_updated_user", payloads.dnd_updated_user(user, dnd, team.clock.stamp()))


def change_usergroup(team: Team, group: str, users: list[str], by: str) -> None:
    """Say who belongs to a user group."""
    before = team.state.usergroups[group]
    now = {"date_update": team.clock.seconds(), "updated_by": by}
    after = {**before, "users": users, "user_count": len(users), **now}
    team.state.put_usergroup(after)
    event = payloads.subteam_members_changed(after, before, team.clock.stamp())
    team.announce("subteam_members_changed", event)


def switch_usergroup(team: Team, group: str, by: str, *, is_on: bool) -> None:
    """Disable a user group, or enable it again."""
    now = team.clock.seconds()
    changes = {"date_update": now, "updated_by": by, "date_delete": 0 if is_on else now}
    after = {**team.state.usergroups[group], **changes, "deleted_by": None if is_on else by}
    team.state.put_usergroup(after)
    team.announce("subteam_updated", payloads.subteam_updated(after, team.clock.stamp()))


def find_message(team: Team, user: str, channel: str, ts: str) -> tuple[Conversation, Json]:
    """A message that this person sees, ephemeral ones too."""
    conversation = _where(team, user, channel)
    message = conversation.messages.get(ts)
    shown = team.ephemerals.get(user, {}).get(ts)
    if shown is not None and shown[0] == conversation.id:
        message = shown[1]
    if message is None:
        raise ActError("message_not_found", "That message is gone.")
    return conversation, message


def find_place(team: Team, user: str, channel: str) -> Conversation:
    """A conversation that this person sees."""
    return _where(team, user, channel)


def _where(team: Team, user: str, channel: str) -> Conversation:
    if user not in team.state.users or user == BOT_USER:
        raise ActError("user_not_found", f"Nobody can act as {user} here.")
    conversation = team.find_channel(channel)
    is_private = conversation is not None and conversation.kind is not ConversationKind.CHANNEL
    if conversation is None or (is_private and user not in conversation.members):
        raise ActError("channel_not_found", f"There is no conversation {channel} that you can see.")
    return conversation


def _own(team: Team, user: str, channel: str, ts: str) -> tuple[Conversation, Json]:
    conversation, message = find_message(team, user, channel, ts)
    if message.get("user") != user:
        raise ActError("cant_update_message", "Only who wrote a message can change it.")
    return conversation, message


def _typed(team: Team, text: str) -> Json:
    resolved = resolve_typed(text, team.state)
    if not resolved:
        return {"text": ""}
    return {"text": resolved, "blocks": [as_rich_text(resolved, team.ids.next("b"))]}
