"""The way in as people see it: the offer, the question to who decides, the answer to who asked."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Button

from bot.slack.views.answers import sections
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, clock_time, named
from models.policies import joining
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention

ASK = "ask_to_join"
"""The button; its value is the team's key."""


def offer(text: str, team: str) -> Rendered:
    """A refusal, and below it the way in."""
    said = sections(text)
    button = ActionsBlock([Button("Ask to join", action_id=ASK, value=team)], block_id="actions")
    return Rendered(text=said.text, blocks=[*said.blocks, *resolved([button])])


def question(who: AgentId, team: str, slack_channel: str, rulebook: Rulebook) -> str:
    """For who can let them in: who it is, where they asked, and what would do it."""
    where = f"in <#{slack_channel}>"
    if not slack_channel:
        where = "on the Home tab"
    elif slack_channel.startswith("D"):
        where = "in a direct message"
    groups = " or ".join(f"`{group}`" for group in rulebook.teams[team].groups)
    lines = [
        f"👋 {mention(who)} asks, {where}, to work for *{named(rulebook.teams[team].name)}*.",
        f"To let them in, put this into rules.yaml below `teams:`, `{team}:`, in place of its `members`:",
        f"```    {joining.line_for(who, team, rulebook)}```",
        *([f"Or add them to the user group {groups} in Slack."] if groups else []),
        "It is in force within seconds. Nobody else is told, and they may ask again in a week.",
    ]
    return "\n".join(lines)


def answer(people: Sequence[AgentId], at: datetime, team_name: str, *, is_new: bool) -> Rendered:
    """For who asked: who knows of it now, or since when."""
    asked = ", ".join(map(mention, people))
    if is_new:
        return Rendered(text=f"I have asked {asked} to let you work for {named(team_name)}.", blocks=[])
    since = clock_time(at, MOMENT)
    return Rendered(text=f"{asked} know since {since} that you would like to work for it.", blocks=[])
