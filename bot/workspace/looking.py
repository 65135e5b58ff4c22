"""Looking at what came about in a workspace, from a test or a bench."""

from collections.abc import Callable
from datetime import timedelta

from bot.workspace.conversations import BOOKS, SETTINGS, Conversation, Json
from bot.workspace.live import Call
from bot.workspace.methods.conversations import describe
from bot.workspace.reach import Reach, T

PATIENCE = timedelta(seconds=5)


class Looking(Reach):
    """What can be seen; the objects are those of the workspace itself and must not be changed."""

    def messages(self, channel: str) -> list[Json]:
        """The top-level messages of a conversation, oldest first, with their metadata."""
        return self._do(lambda: self._messages(channel))

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The message that began a thread, then its replies."""
        return self._do(lambda: self._conversation(channel).thread(ts))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        """What is shown to this person alone, oldest first."""
        place = self._do(lambda: self._conversation(channel).id) if channel else None
        shown = self._do(lambda: list(self._team.ephemerals.get(user, {}).values()))
        return [message for where, message in shown if place in (None, where)]

    def views(self, user: str) -> list[Json]:
        """The modals that this person has open, bottom to top, with `errors`, `busy` and `notice`."""
        return self._do(lambda: [view.shown() for view in self._team.modals.stack(user)])

    def home(self, user: str) -> Json | None:
        """What the bot has published as this person's Home."""
        return self._do(lambda: self._team.state.homes.get(user))

    def dms(self, user: str) -> list[Json]:
        """The messages between this person and the bot."""
        return self.messages(self._do(lambda: self._team.open_im(user).id))

    def channel(self, channel: str) -> Json:
        """How a conversation stands: its members, whether it is archived, its pins and bookmarks."""
        return self._do(lambda: self._described(channel))

    def calls(self, method: str | None = None) -> list[Call]:
        """The last Web API calls, of one method or of all, oldest first."""
        kept = self._do(lambda: list(self._team.live.calls))
        return [call for call in kept if method in (None, call.method)]

    def wires(self) -> list[Json]:
        """The last exchanges between the bot and this workspace, as the page shows them."""
        return self._do(lambda: list(self._team.live.wires))

    def sockets(self) -> int:
        """How many sockets the bot has open."""
        return self._do(lambda: self._team.sockets.open_sockets)

    def on_the_way(self) -> int:
        """How many events the bot has not acknowledged yet."""
        return self._do(lambda: self._team.delivery.on_the_way)

    def until(self, look: Callable[[], T], within: timedelta = PATIENCE) -> T:
        """What `look` sees, as soon as it is something (not None, empty or False); raises TimeoutError."""
        return self._watch(look, within)

    def _described(self, channel: str) -> Json:
        conversation = self._conversation(channel)
        books = {name: getattr(conversation, name) for name in (*SETTINGS, *BOOKS)}
        return {**describe(self._team, conversation, with_count=True), **books}

    def _conversation(self, channel: str) -> Conversation:
        found = self._team.find_channel(channel)
        if found is None:
            raise KeyError(f"there is no conversation {channel!r} in this workspace")
        return found

    def _messages(self, channel: str) -> list[Json]:
        conversation = self._conversation(channel)
        return [conversation.messages[ts] for ts in conversation.roots]
