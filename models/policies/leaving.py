"""Who can have no case, whatever rules.yaml says, and what their team is told of it."""

from collections.abc import Mapping

from models.vocabulary import AgentId, Barred, mention

MOST_NUMBERS = 20
"""So many cases are named one by one."""


def why_barred(who: AgentId, barred: Mapping[AgentId, Barred]) -> str | None:
    """None for who can have cases; else what they are."""
    return f"{mention(who)} {what_is(barred[who])} and can have no case." if who in barred else None


def what_is(barred: Barred) -> str:
    """What somebody is who can have no case."""
    match barred:
        case Barred.DEACTIVATED:
            return "is deactivated in Slack"
        case Barred.BOT:
            return "is a bot"


def words_for_team(who: AgentId, barred: Barred, owners: Mapping[int, AgentId | None]) -> str:
    """What became of somebody's cases; `owners`: who has each now, None where nobody does."""
    waiting = [f"#{number}" for number, owner in owners.items() if owner is None]
    given = [f"#{number} to {mention(owner)}" for number, owner in owners.items() if owner is not None]
    lines = [f"👋 {mention(who)} {what_is(barred)}, and has no cases any more."]
    if waiting:
        lines.append(f"Claim them, they wait for somebody: {_list(waiting)}.")
    if given:
        lines.append(f"Given on: {_list(given)}.")
    return "\n".join(lines)


def _list(named: list[str]) -> str:
    if len(named) <= MOST_NUMBERS:
        return ", ".join(named)
    return f"{', '.join(named[:MOST_NUMBERS])} and {len(named) - MOST_NUMBERS} more"
