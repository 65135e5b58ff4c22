"""A contact of ours with a customer, as decisions and views see it."""

from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import AgentId


@dataclass(frozen=True, slots=True)
class Contacted:
    """Who reached the customer, how, and when."""

    by: AgentId
    channel: str
    at: datetime
