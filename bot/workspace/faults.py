"""Trouble on request: the next calls of a method go wrong in a chosen way."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

EVERY_METHOD = "*"


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    ERROR = "error"
    """It is refused with an error word, and nothing happens."""
    RATE_LIMITED = "rate_limited"
    """It is answered 429, and nothing happens."""
    TIMEOUT = "timeout"
    """Nothing happens, and no answer comes."""
    DROP_AFTER = "drop_after"
    """It happens, and the connection is cut before the answer."""
    LATE = "late"
    """It happens, and the answer comes late."""
    UNAVAILABLE = "unavailable"
    """It is answered 503 with a page that is not JSON, and nothing happens."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble, for the next `times` calls of `method`."""

    method: str
    kind: FaultKind
    times: int = 1
    error: str = ""
    wait: timedelta = timedelta()
    """How long an answer is late, or what Retry-After says."""

    def describe(self) -> dict[str, Any]:
        """As the page shows it."""
        seconds = self.wait.total_seconds()
        return {
            "method": self.method,
            "kind": self.kind,
            "times": self.times,
            "error": self.error,
            "seconds": seconds,
        }


class Faults:
    """The trouble that is still to come, first asked first served."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let the next calls go wrong."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let every further call go well."""
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The trouble for this call, used up by it."""
        for place, fault in enumerate(self._waiting):
            if fault.method in (method, EVERY_METHOD):
                left = replace(fault, times=fault.times - 1)
                self._waiting[place : place + 1] = [left] if left.times else []
                return fault
        return None

    def describe(self) -> list[dict[str, Any]]:
        """Everything that is still to go wrong."""
        return [fault.describe() for fault in self._waiting]
