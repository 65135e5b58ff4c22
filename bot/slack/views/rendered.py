"""A message as Slack takes it: what a view gives, and what the client posts."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """Plain words for notifications and screen readers, and the blocks."""

    text: str
    blocks: list[dict[str, Any]]
