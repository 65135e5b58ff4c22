"""What Slack tells of people: when they are not to be disturbed, who belongs to a group, who they are."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.people import take_in
from bot.rosters import ask_about, ask_again
from bot.slack.client import read_quiet
from handlers import quiet
from models.vocabulary import AgentId


def on_dnd_updated(desk: Desk, body: Mapping[str, Any]) -> None:
    """Somebody changed when they do not want to be disturbed; kept for who works for a team."""
    event = body["event"]
    who = AgentId(event["user"])
    if desk.rules.current().teams_of(who):
        with desk.transaction() as session:
            quiet.keep(session, who, read_quiet(event["dnd_status"]), desk.now())


def on_group_changed(desk: Desk, body: Mapping[str, Any]) -> None:
    """A user group has others among its people, or is switched off or on."""
    event = body["event"]
    ask_again(desk, event["subteam_id"] if "subteam_id" in event else event["subteam"]["id"])


def on_user_changed(desk: Desk, body: Mapping[str, Any]) -> None:
    """Somebody's profile is another: they may be deactivated, or have another e-mail address."""
    user = body["event"]["user"]
    take_in(desk, user)
    ask_about(desk, AgentId(user["id"]), user.get("profile", {}).get("email") or "")
