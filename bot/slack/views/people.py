"""People as they are shown where they have something."""

from bot.slack.views.text import MOMENT, clock_time
from models.policies.absence import Away
from models.vocabulary import AgentId, mention


def who(person: AgentId, away: Away | None) -> str:
    """A person, and until when where they are away."""
    if away is None:
        return mention(person)
    return f"{mention(person)} 🌴 away{f' until {clock_time(away.until, MOMENT)}' if away.until else ''}"
