"""The cards in the workspace: which hang there, and since when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.workspace.server import Workspace

_MARKER = re.compile(r"\bbench\d{6}\b")


@dataclass(frozen=True, slots=True)
class Card:
    """A card in a channel; `ts` is Slack's name for it, and when it came there, in Unix seconds.

    `buttons` is the id of the block in which they stand.
    """

    marker: str
    channel: str
    ts: str
    text: str
    buttons: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a channel as it reads now; `edited_ts` is Slack's stamp of its last edit."""

    ts: str
    words: str
    edited_ts: str | None


class Cards:
    """Every card that came, by the marker of the feedback that it is about."""

    def __init__(self, workspace_url: str, slack_channels: Sequence[str]) -> None:
        headers = {"Authorization": f"Bearer {Workspace.bot_token}"}
        self._client = httpx.Client(base_url=f"{workspace_url}/api/", headers=headers, timeout=30)
        listed = self._ask("conversations.list", limit=1000)["channels"]
        self._channels = [channel["id"] for channel in listed if f"#{channel['name']}" in slack_channels]
        self._seen_until = dict.fromkeys(self._channels, "0")
        self.came: dict[str, list[Card]] = {}

    def look(self) -> list[Card]:
        """What came since the last look."""
        new = [card for channel in self._channels for card in self._read(channel, self._seen_until[channel])]
        for card in new:
            self.came.setdefault(card.marker, []).append(card)
            self._seen_until[card.channel] = max(self._seen_until[card.channel], card.ts)
        return new

    def read_again(self) -> dict[str, str]:
        """What every card says now, by its marker."""
        return {card.marker: card.text for channel in self._channels for card in self._read(channel, "0")}

    def read_messages(self) -> list[Message]:
        """What stands in the teams' channels at this moment, whatever it is about."""
        return [
            Message(message["ts"], str(message.get("blocks")), (message.get("edited") or {}).get("ts"))
            for channel in self._channels
            for message in self._pages(channel, "0")
        ]

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _read(self, channel: str, oldest: str) -> list[Card]:
        found: list[Card] = []
        for message in self._pages(channel, oldest):
            marker = _MARKER.search(str(message.get("blocks")))
            if marker:
                buttons = [block["block_id"] for block in message["blocks"] if block["type"] == "actions"]
                found.append(Card(marker[0], channel, message["ts"], message["text"], *buttons))
        return found

    def _pages(self, channel: str, oldest: str) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": 200}
        while True:
            page = self._ask("conversations.history", **asked)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = cursor

    def _ask(self, method: str, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.post(method, data=asked).json()
        if not answer["ok"]:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer
