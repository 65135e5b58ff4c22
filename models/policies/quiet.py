"""Times at which somebody's Slack is silent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time [starts_at, until) for which somebody does not want to be disturbed."""

    starts_at: datetime
    until: datetime
