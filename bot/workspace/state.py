"""What this workspace remembers; every change passes here once, so that a journal can repeat it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.clock import Clock, Ids
from bot.workspace.conversations import BOOKS, SETTINGS, Conversation, ConversationKind, Json
from bot.workspace.journal import Journal, Record


@dataclass(slots=True)
class StoredFile:
    """An uploaded file: Slack's object for it, and its bytes."""

    described: Json
    content: bytes


@dataclass(slots=True)
class State:
    """The people, conversations, groups, files and Homes; look-ups by id, name and e-mail are direct."""

    clock: Clock
    ids: Ids
    journal: Journal | None = None
    users: dict[str, Json] = field(default_factory=dict)
    usergroups: dict[str, Json] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_email: dict[str, str] = field(default_factory=dict)
    ims: dict[frozenset[str], str] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    scheduled: dict[str, Json] = field(default_factory=dict)
    presence: dict[str, str] = field(default_factory=dict)
    dnd: dict[str, Json] = field(default_factory=dict)

    def put_user(self, user: Json) -> None:
        """Add or replace a person."""
        before = self.users.get(user["id"], user)
        self.users[user["id"]] = user
        self.by_email.pop(before["profile"].get("email", "").lower(), None)
        if email := user["profile"].get("email"):
            self.by_email[email.lower()] = user["id"]
        self._record("put_user", user)

    def put_usergroup(self, group: Json) -> None:
        """Add or replace a user group."""
        self.usergroups[group["id"]] = group
        self._record("put_usergroup", group)

    def put_conversation(self, settings: Json) -> Conversation:
        """Add a conversation, or change the settings of one; `settings` has the keys of SETTINGS."""
        known = self.conversations.get(settings["id"])
        if known is None:
            known = Conversation(**{**settings, "kind": ConversationKind(settings["kind"])})
            self.conversations[known.id] = known
        else:
            self.by_name.pop(known.name, None)
            for name in SETTINGS:
                setattr(known, name, settings[name])
        self._index(known)
        self._record("put_conversation", settings)
        return known

    def put_books(self, channel: str, books: Json) -> None:
        """Replace what is kept beside a conversation's messages; `books` has keys of BOOKS."""
        for name, value in books.items():
            setattr(self.conversations[channel], name, value)
        self._record("put_books", channel, books)

    def put_message(self, channel: str, message: Json, mentioned: list[str]) -> None:
        """Add or replace a message."""
        self.conversations[channel].put(message, mentioned)
        self._record("put_message", channel, message, mentioned)

    def drop_message(self, channel: str, ts: str) -> None:
        """Take a message away."""
        self.conversations[channel].drop(ts)
        self._record("drop_message", channel, ts)

    def put_file(self, described: Json, content: str) -> None:
        """Add or replace a file; `content` is its bytes read as Latin-1, which JSON can carry."""
        self.files[described["id"]] = StoredFile(described, content.encode("latin-1"))
        self._record("put_file", described, content)

    def put_home(self, user: str, view: Json) -> None:
        """Replace the Home of one person."""
        self.homes[user] = view
        self._record("put_home", user, view)

    def put_scheduled(self, entry: Json) -> None:
        """Add a message that is to be posted later."""
        self.scheduled[entry["id"]] = entry
        self._record("put_scheduled", entry)

    def drop_scheduled(self, scheduled_id: str) -> None:
        """Forget a message that was to be posted later."""
        del self.scheduled[scheduled_id]
        self._record("drop_scheduled", scheduled_id)

    def put_presence(self, user: str, presence: str) -> None:
        """Set a person active or away."""
        self.presence[user] = presence
        self._record("put_presence", user, presence)

    def put_dnd(self, user: str, dnd: Json) -> None:
        """Set when a person does not want to be disturbed."""
        self.dnd[user] = dnd
        self._record("put_dnd", user, dnd)

    def restore(self, journal: Journal) -> None:
        """Repeat what the journal holds, then let it hold only what is still so, and keep it."""
        for name, ids_given, *values in journal.read():
            getattr(self, name)(*values)
            self.ids.given = max(self.ids.given, ids_given)
        for conversation in self.conversations.values():
            for line in (conversation.roots, *conversation.replies.values()):
                self.clock.start_after(line[-1] if line else "0")
        journal.rewrite(self._records())
        self.journal = journal

    def _index(self, conversation: Conversation) -> None:
        if conversation.kind is ConversationKind.IM:
            self.ims[frozenset(conversation.members)] = conversation.id
        else:
            self.by_name[conversation.name] = conversation.id

    def _record(self, name: str, *values: Any) -> None:
        if self.journal is not None:
            self.journal.append([name, self.ids.given, *values])

    def _records(self) -> Iterator[Record]:
        given = self.ids.given
        yield from (["put_user", given, user] for user in self.users.values())
        yield from (["put_usergroup", given, group] for group in self.usergroups.values())
        for conversation in self.conversations.values():
            yield from self._records_of(conversation)
        for file in self.files.values():
            yield ["put_file", given, file.described, file.content.decode("latin-1")]
        yield from (["put_home", given, *home] for home in self.homes.items())
        yield from (["put_scheduled", given, entry] for entry in self.scheduled.values())
        yield from (["put_presence", given, *entry] for entry in self.presence.items())
        yield from (["put_dnd", given, *entry] for entry in self.dnd.items())

    def _records_of(self, conversation: Conversation) -> Iterator[Record]:
        given = self.ids.given
        yield ["put_conversation", given, settings_of(conversation)]
        books = {name: getattr(conversation, name) for name in BOOKS}
        if any(books.values()):
            yield ["put_books", given, conversation.id, books]
        lines = {user: frozenset(line) for user, line in conversation.mentions.items()}
        for ts, message in conversation.messages.items():
            mentioned = [user for user, line in lines.items() if ts in line]
            yield ["put_message", given, conversation.id, message, mentioned]


def settings_of(conversation: Conversation) -> Json:
    """What of a conversation is neither its messages nor its books, as the journal holds it."""
    return {name: getattr(conversation, name) for name in SETTINGS}
