"""The two ways in which this Slack says no: a Web API error word, and a sentence for a person."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A refusal of a Web API call: Slack's error word, with its messages and further fields."""

    def __init__(self, error: str, messages: Sequence[str] = (), **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.fields = fields

    def envelope(self) -> dict[str, Any]:
        """The body of the answer, as Slack writes it."""
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.fields}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


class ActError(Exception):
    """Slack does not let this person do that; the message is what the person is told."""

    def __init__(self, error: str, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error
        self.message = message
        self.errors = errors or {}
