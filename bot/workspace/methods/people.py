"""users.*, usergroups.*, dnd.*: who is here and whether they may be disturbed."""

from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import LIST_PAGE
from bot.workspace.methods.method import Method
from bot.workspace.methods.paging import one_page, page_size
from bot.workspace.pacing import Tier
from bot.workspace.people import BOT_USER
from bot.workspace.team import Team

NOT_DISTURBED = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": False}


def info(team: Team, args: Arguments) -> Json:
    """users.info."""
    return {"user": _as_shown(team, _user(team, args))}


def list_all(team: Team, args: Arguments) -> Json:
    """users.list."""
    everybody = list(team.state.users.values())
    page, cursor = one_page(everybody, args, page_size(args, otherwise=LIST_PAGE, most=LIST_PAGE))
    members = [_as_shown(team, user) for user in page]
    return {
        "members": members,
        "cache_ts": team.clock.seconds(),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(team: Team, args: Arguments) -> Json:
    """users.lookupByEmail."""
    found = team.state.by_email.get(args.need("email", "users_not_found").lower())
    if found is None or team.state.users[found]["deleted"]:
        raise SlackError("users_not_found")
    return {"user": _as_shown(team, team.state.users[found])}


def get_presence(team: Team, args: Arguments) -> Json:
    """users.getPresence; of oneself Slack tells more."""
    user = args.text("user", BOT_USER)
    if user not in team.state.users:
        raise SlackError("user_not_found")
    presence = team.state.presence.get(user, "active")
    if user != BOT_USER:
        return {"presence": presence}
    return {
        "presence": presence,
        "online": True,
        "auto_away": False,
        "manual_away": False,
        "connection_count": team.sockets.open_sockets,
    }


def list_groups(team: Team, args: Arguments) -> Json:
    """usergroups.list."""
    groups = [group for group in team.state.usergroups.values() if _is_wanted(group, args)]
    hidden = set() if args.flag("include_users") else {"users"}
    if not args.flag("include_count"):
        hidden.add("user_count")
    return {"usergroups": [{k: v for k, v in group.items() if k not in hidden} for group in groups]}


def list_group_users(team: Team, args: Arguments) -> Json:
    """usergroups.users.list."""
    group = team.state.usergroups.get(args.need("usergroup", "no_such_subteam"))
    if group is None or not _is_wanted(group, args):
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


def dnd_info(team: Team, args: Arguments) -> Json:
    """dnd.info."""
    user = args.text("user", BOT_USER)
    if user not in team.state.users:
        raise SlackError("user_not_found")
    return team.state.dnd.get(user, NOT_DISTURBED)


def _user(team: Team, args: Arguments) -> Json:
    user = team.state.users.get(args.need("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return user


def _as_shown(team: Team, user: Json) -> Json:
    if "users:read.email" in team.manifest.scopes:
        return user
    profile = {key: value for key, value in user["profile"].items() if key != "email"}
    return {**user, "profile": profile}


def _is_wanted(group: Json, args: Arguments) -> bool:
    return not group["date_delete"] or args.flag("include_disabled")


METHODS = {
    "users.info": Method(info, Tier.FOUR, ("users:read",)),
    "users.list": Method(list_all, Tier.TWO, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, Tier.THREE, ("users:read.email",)),
    "users.getPresence": Method(get_presence, Tier.THREE, ("users:read",)),
    "usergroups.list": Method(list_groups, Tier.TWO, ("usergroups:read",)),
    "usergroups.users.list": Method(list_group_users, Tier.TWO, ("usergroups:read",)),
    "dnd.info": Method(dnd_info, Tier.THREE, ("dnd:read",)),
}
