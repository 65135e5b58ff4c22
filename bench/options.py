"""What can be chosen on the command line, for every bench."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how hard to try; `rate` is pieces of feedback a second."""

    seconds: int = 60
    rate: float = 50.0
    clicks: float = 5.0
    burst: int = 1000
    starts: int = 3
    like: int = 10_000
