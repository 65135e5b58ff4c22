"""conversations.*: channels and direct messages."""

import re

from bot.workspace import membership, messages
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import CHANNEL_NAME, HISTORY_PAGE, LIST_PAGE
from bot.workspace.methods.method import Method
from bot.workspace.methods.paging import one_page, page_size, read_cursor, write_cursor
from bot.workspace.pacing import Tier
from bot.workspace.people import BOT_USER, TEAM_ID, new_channel
from bot.workspace.team import Team

FAMILIES = {
    ConversationKind.CHANNEL: "channels",
    ConversationKind.GROUP: "groups",
    ConversationKind.IM: "im",
}
TYPES = {
    "public_channel": ConversationKind.CHANNEL,
    "private_channel": ConversationKind.GROUP,
    "im": ConversationKind.IM,
    "mpim": None,
}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
MANAGE = ("channels:manage", "groups:write", "im:write", "mpim:write")
TIMESTAMP = re.compile(r"\d{1,12}(?:\.\d{1,6})?")


def describe(team: Team, conversation: Conversation, *, with_count: bool = False) -> Json:
    """The conversation object of Slack."""
    if conversation.kind is ConversationKind.IM:
        return _describe_im(conversation)
    described = {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "created": conversation.created,
        "updated": conversation.created * 1000,
        "creator": conversation.creator,
        "context_team_id": TEAM_ID,
        "is_channel": conversation.kind is ConversationKind.CHANNEL,
        "is_group": conversation.kind is ConversationKind.GROUP,
        "is_im": False,
        "is_mpim": False,
        "is_private": conversation.kind is ConversationKind.GROUP,
        "is_archived": conversation.is_archived,
        "is_general": conversation.name == "general",
        "is_member": team.bot_sees(conversation),
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "parent_conversation": None,
        "previous_names": [],
        "unlinked": 0,
        "topic": _note(conversation, conversation.topic),
        "purpose": _note(conversation, conversation.purpose),
    }
    return {**described, "num_members": len(conversation.members)} if with_count else described


def list_all(team: Team, args: Arguments) -> Json:
    """conversations.list."""
    wanted = args.names("types") or ["public_channel"]
    if any(name not in TYPES for name in wanted):
        raise SlackError("invalid_types")
    kinds = [TYPES[name] for name in wanted]
    for kind in kinds:
        if kind is not None:
            team.need_scope(f"{FAMILIES[kind]}:read")
    shown = [c for c in team.state.conversations.values() if c.kind in kinds and _may_know(team, c)]
    if args.flag("exclude_archived"):
        shown = [conversation for conversation in shown if not conversation.is_archived]
    page, cursor = one_page(shown, args, page_size(args, otherwise=100, most=LIST_PAGE))
    described = [describe(team, conversation, with_count=True) for conversation in page]
    return {"channels": described, "response_metadata": {"next_cursor": cursor}}


def info(team: Team, args: Arguments) -> Json:
    """conversations.info."""
    conversation = _readable(team, args)
    described = describe(team, conversation, with_count=args.flag("include_num_members"))
    return {"channel": described}


def members(team: Team, args: Arguments) -> Json:
    """conversations.members."""
    conversation = _readable(team, args)
    page, cursor = one_page(conversation.members, args, page_size(args, otherwise=100, most=LIST_PAGE))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(team: Team, args: Arguments) -> Json:
    """conversations.history, newest first."""
    conversation = _with_history(team, args)
    found = conversation.roots_between(*_span(args), inclusive=args.flag("inclusive"))[::-1]
    return _messages(conversation, found, args)


def replies(team: Team, args: Arguments) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    conversation = _with_history(team, args)
    asked = conversation.messages.get(args.need("ts", "thread_not_found"))
    if asked is None:
        raise SlackError("thread_not_found")
    thread_ts = str(asked.get("thread_ts", asked["ts"]))
    oldest, latest = _span(args)
    inclusive = args.flag("inclusive")
    found = [
        message["ts"]
        for message in conversation.thread(thread_ts)
        if message["ts"] == thread_ts or _is_between(message["ts"], oldest, latest, inclusive=inclusive)
    ]
    return _messages(conversation, found, args)


def open_im(team: Team, args: Arguments) -> Json:
    """conversations.open, for a direct message with one person."""
    if "channel" in args:
        conversation = team.get_channel(args.text("channel"))
    else:
        users = args.names("users")
        _check_users(team, users)
        team.need_scope("im:write")
        conversation = team.open_im(users[0])
    if args.flag("return_im"):
        return {"channel": describe(team, conversation)}
    return {"channel": {"id": conversation.id}}


def join(team: Team, args: Arguments) -> Json:
    """conversations.join."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    if conversation.kind is not ConversationKind.CHANNEL:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("is_archived")
    if team.bot_sees(conversation):
        already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": describe(team, conversation), **already}
    membership.join(team, conversation, BOT_USER)
    return {"channel": describe(team, conversation)}


def invite(team: Team, args: Arguments) -> Json:
    """conversations.invite."""
    conversation = _joined(team, args)
    users = args.names("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        _check_invitation(team, conversation, user)
    for user in users:
        membership.join(team, conversation, user, inviter=BOT_USER)
    return {"channel": describe(team, conversation)}


def create(team: Team, args: Arguments) -> Json:
    """conversations.create."""
    name = args.need("name", "invalid_name_required")
    if len(name) > CHANNEL_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if name in team.state.by_name:
        raise SlackError("name_taken")
    settings = new_channel(team.ids.next("C"), name, [BOT_USER], team.clock.now())
    if args.flag("is_private"):
        settings["kind"] = ConversationKind.GROUP
    conversation = team.state.put_conversation(settings)
    messages.show_channel(team, conversation)
    return {"channel": describe(team, conversation)}


def archive(team: Team, args: Arguments) -> Json:
    """conversations.archive."""
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    if conversation.kind is ConversationKind.IM:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("already_archived")
    if conversation.name == "general":
        raise SlackError("cant_archive_general")
    if not team.bot_sees(conversation):
        raise SlackError("not_in_channel")
    membership.archive(team, conversation, BOT_USER)
    return {}


def _describe_im(conversation: Conversation) -> Json:
    others = [member for member in conversation.members if member != BOT_USER]
    return {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": conversation.created * 1000,
        "user": (others or [BOT_USER])[0],
        "is_user_deleted": False,
        "priority": 0,
    }


def _note(conversation: Conversation, value: str) -> Json:
    if not value:
        return {"value": "", "creator": "", "last_set": 0}
    return {"value": value, "creator": conversation.creator, "last_set": conversation.created}


def _may_know(team: Team, conversation: Conversation) -> bool:
    return conversation.kind is ConversationKind.CHANNEL or team.bot_sees(conversation)


def _readable(team: Team, args: Arguments) -> Conversation:
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    team.need_scope(f"{FAMILIES[conversation.kind]}:read")
    return conversation


def _with_history(team: Team, args: Arguments) -> Conversation:
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    team.need_scope(f"{FAMILIES[conversation.kind]}:history")
    if not team.bot_sees(conversation):
        raise SlackError("not_in_channel")
    return conversation


def _joined(team: Team, args: Arguments) -> Conversation:
    conversation = team.get_channel(args.need("channel", "channel_not_found"))
    if conversation.kind is ConversationKind.IM:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("is_archived")
    if not team.bot_sees(conversation):
        raise SlackError("not_in_channel")
    return conversation


def _span(args: Arguments) -> tuple[str, str]:
    return _moment(args, "oldest"), _moment(args, "latest")


def _moment(args: Arguments, name: str) -> str:
    given = args.text(name)
    if not given or given == "0":
        return ""
    if not TIMESTAMP.fullmatch(given):
        raise SlackError(f"invalid_ts_{name}")
    seconds, _, fraction = given.partition(".")
    return f"{int(seconds):010d}.{fraction:0<6}"


def _is_between(ts: str, oldest: str, latest: str, *, inclusive: bool) -> bool:
    if inclusive:
        return (not oldest or ts >= oldest) and (not latest or ts <= latest)
    return (not oldest or ts > oldest) and (not latest or ts < latest)


def _messages(conversation: Conversation, found: list[str], args: Arguments) -> Json:
    """One page; its cursor names a message, so that what is posted meanwhile moves no page."""
    limit = page_size(args, otherwise=100, most=HISTORY_PAGE)
    start = _place_of(read_cursor(args), found)
    rest = found[start + limit :]
    whole = [conversation.messages[ts] for ts in found[start : start + limit]]
    with_metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": whole if with_metadata else [messages.public(message) for message in whole],
        "has_more": bool(rest),
        "pin_count": len(conversation.pins),
    }
    if rest:
        answer["response_metadata"] = {"next_cursor": write_cursor(rest[0])}
    return answer


def _place_of(mark: str, found: list[str]) -> int:
    if not mark:
        return 0
    if mark not in found:
        raise SlackError("invalid_cursor")
    return found.index(mark)


def _check_users(team: Team, users: list[str]) -> None:
    if not users:
        raise SlackError("users_list_not_supplied")
    if any(user not in team.state.users for user in users):
        raise SlackError("user_not_found")
    if len(users) > 1:
        team.need_scope("mpim:write")
        raise SlackError("method_not_supported_for_channel_type")
    if users == [BOT_USER]:
        raise SlackError("cannot_dm_bot")
    if team.state.users[users[0]]["deleted"]:
        raise SlackError("user_disabled")


def _check_invitation(team: Team, conversation: Conversation, user: str) -> None:
    if user not in team.state.users:
        raise SlackError("user_not_found")
    if user == BOT_USER:
        raise SlackError("cant_invite_self")
    if user in conversation.members:
        raise SlackError("already_in_channel")


METHODS = {
    "conversations.list": Method(list_all, Tier.TWO, READ),
    "conversations.info": Method(info, Tier.THREE, READ),
    "conversations.members": Method(members, Tier.FOUR, READ),
    "conversations.history": Method(history, Tier.THREE, HISTORY),
    "conversations.replies": Method(replies, Tier.THREE, HISTORY),
    "conversations.open": Method(open_im, Tier.THREE, MANAGE),
    "conversations.join": Method(join, Tier.THREE, ("channels:join",)),
    "conversations.invite": Method(invite, Tier.THREE, ("channels:manage", "groups:write")),
    "conversations.create": Method(create, Tier.TWO, ("channels:manage", "groups:write")),
    "conversations.archive": Method(archive, Tier.TWO, ("channels:manage", "groups:write")),
}
