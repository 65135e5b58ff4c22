"""One channel or direct message with its messages, threads and members, in memory."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

Json = dict[str, Any]
"""One JSON object as Slack writes it. What is stored is never changed, only replaced."""

Stamp = NewType("Stamp", str)
"""A message's `ts`. All have the same length, so they sort as text."""


class ConversationKind(StrEnum):
    """The kinds of conversation, in the words of an event's `channel_type`."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"


SETTINGS = ("id", "name", "kind", "creator", "created", "is_archived", "members", "topic", "purpose")
BOOKS = ("pins", "bookmarks", "last_read")


@dataclass(slots=True)
class Conversation:
    """A place where messages stand, oldest first; `members` in the order in which they joined."""

    id: str
    name: str
    kind: ConversationKind
    creator: str
    created: int
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    mentions: dict[str, list[str]] = field(default_factory=dict)

    def put(self, message: Json, mentioned: Iterable[str] = ()) -> None:
        """Add this message, or let it take the place of the one with its `ts`."""
        ts = message["ts"]
        if ts not in self.messages:
            self._line_up(message)
            for user in mentioned:
                insort(self.mentions.setdefault(user, []), ts)
        self.messages[ts] = message

    def drop(self, ts: str) -> None:
        """Take a message away; its replies stay."""
        message = self.messages.pop(ts)
        thread = message.get("thread_ts", ts)
        for line in (self.roots, self.replies.get(thread, []), *self.mentions.values()):
            _take_out(line, ts)

    def roots_between(self, oldest: str, latest: str, *, inclusive: bool) -> list[str]:
        """The `ts` of top-level messages between two moments, oldest first; "" leaves an end open."""
        return _between(self.roots, oldest, latest, inclusive=inclusive)

    def thread(self, ts: str) -> list[Json]:
        """The message that began a thread, if it still stands, then its replies."""
        parent = [self.messages[ts]] if ts in self.messages else []
        return parent + [self.messages[reply] for reply in self.replies.get(ts, ())]

    def unread(self, user: str) -> int:
        """How many top-level messages came since this person last read."""
        return len(self.roots) - bisect_right(self.roots, self.last_read.get(user, ""))

    def unread_mentions(self, user: str) -> int:
        """How many messages, replies too, named this person since they last read."""
        line = self.mentions.get(user, [])
        return len(line) - bisect_right(line, self.last_read.get(user, ""))

    def _line_up(self, message: Json) -> None:
        ts, thread = message["ts"], message.get("thread_ts")
        if is_reply(message):
            insort(self.replies.setdefault(str(thread), []), ts)
        if not is_reply(message) or message.get("subtype") == "thread_broadcast":
            insort(self.roots, ts)


def is_reply(message: Json) -> bool:
    """Whether a message stands in a thread that another message began."""
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def _between(line: list[str], oldest: str, latest: str, *, inclusive: bool) -> list[str]:
    before, after = (bisect_left, bisect_right) if inclusive else (bisect_right, bisect_left)
    start = before(line, oldest) if oldest else 0
    end = after(line, latest) if latest else len(line)
    return line[start:end]


def _take_out(line: list[str], ts: str) -> None:
    place = bisect_left(line, ts)
    if place < len(line) and line[place] == ts:
        del line[place]
