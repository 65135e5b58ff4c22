"""auth.test, team.info, bots.info, api.test and apps.connections.open: the app and where it is."""

from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError
from bot.workspace.methods.method import Method
from bot.workspace.pacing import Tier
from bot.workspace.people import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_EMAIL_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
)
from bot.workspace.team import Team


def auth_test(team: Team, _args: Arguments) -> Json:
    """auth.test."""
    return {
        "url": f"{team.base_url}/",
        "team": TEAM_NAME,
        "user": team.manifest.bot_name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(_team: Team, args: Arguments) -> Json:
    """api.test."""
    if error := args.text("error"):
        raise SlackError(error, args=args.given)
    return {"args": args.given} if args.given else {}


def team_info(team: Team, args: Arguments) -> Json:
    """team.info."""
    if args.text("team", TEAM_ID) != TEAM_ID:
        raise SlackError("team_not_found")
    described = {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": f"{team.base_url}/",
        "domain": TEAM_DOMAIN,
        "email_domain": TEAM_EMAIL_DOMAIN,
        "icon": {"image_default": True},
        "avatar_base_url": "",
        "is_verified": False,
    }
    return {"team": described}


def bots_info(team: Team, args: Arguments) -> Json:
    """bots.info."""
    if args.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    described = {
        "id": BOT_ID,
        "deleted": False,
        "name": team.manifest.app_name,
        "updated": team.state.users[BOT_USER]["updated"],
        "app_id": APP_ID,
        "user_id": BOT_USER,
        "icons": {},
    }
    return {"bot": described}


def open_connection(team: Team, _args: Arguments) -> Json:
    """apps.connections.open."""
    ticket = team.sockets.issue_ticket()
    link = team.base_url.replace("http", "ws", 1)
    return {"url": f"{link}/link/?ticket={ticket}&app_id={APP_ID}"}


METHODS = {
    "api.test": Method(api_test, Tier.SPECIAL),
    "auth.test": Method(auth_test, Tier.SPECIAL),
    "team.info": Method(team_info, Tier.THREE, ("team:read",)),
    "bots.info": Method(bots_info, Tier.THREE, ("users:read",)),
    "apps.connections.open": Method(open_connection, Tier.THREE, takes_app_token=True),
}
