"""What an import of old feedback may open: cases for what is recent, for nothing or for all, and not many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Opens(StrEnum):
    """For which feedback of a file cases may be opened: what is young enough, none, or all."""

    RECENT = "recent"
    NONE = "none"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Opening:
    """What one import may open, at one moment."""

    opens: Opens
    recent: timedelta
    at_most: int
    at: datetime

    def why_not(self, occurred_at: datetime | None, opened: int) -> str | None:
        """Why nothing may be opened for what was said then, after so many cases; None where a case may be.

        What was said nobody knows when is taken for old.
        """
        if self.opens is Opens.NONE:
            return "this import opens no cases"
        is_recent = occurred_at is not None and self.at - occurred_at <= self.recent
        if self.opens is Opens.RECENT and not is_recent:
            return "said too long ago, or at no known time"
        if opened >= self.at_most:
            return f"this import opens at most {self.at_most} {'case' if self.at_most == 1 else 'cases'}"
        return None
