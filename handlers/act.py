"""Who acts, when, and under which rules: what every handler that changes a case is told."""

from dataclasses import dataclass
from datetime import datetime

from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId


@dataclass(frozen=True, slots=True)
class Act:
    """One thing being done: `by` whom, `at` which moment, under the rulebook in force at that moment."""

    by: AgentId
    at: datetime
    rulebook: Rulebook
