"""What Slack tells of people: when they do not want to be disturbed."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
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
