"""Everything of the one workspace in one place, as methods, people's acts and the page are handed it."""

from dataclasses import dataclass, field

from bot.workspace.clock import Clock, Ids
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.delivery import Delivery
from bot.workspace.errors import SlackError
from bot.workspace.faults import Faults
from bot.workspace.limits import Timing
from bot.workspace.live import Live
from bot.workspace.manifest import Manifest
from bot.workspace.modals import Modals, Values
from bot.workspace.pacing import Pacer
from bot.workspace.payloads import event_callback
from bot.workspace.people import BOT_USER
from bot.workspace.socket_mode import SocketMode
from bot.workspace.state import State
from bot.workspace.triggers import ResponseUrls, Triggers

Ephemeral = tuple[str, Json]
"""The channel in which it is shown, and the message."""


@dataclass(slots=True)
class Team:
    """The workspace: what it remembers, who may do what, and the ways to the bot and the page."""

    base_url: str
    manifest: Manifest
    timing: Timing
    clock: Clock
    ids: Ids
    state: State
    live: Live
    delivery: Delivery
    sockets: SocketMode
    modals: Modals
    triggers: Triggers
    response_urls: ResponseUrls
    pacer: Pacer = field(default_factory=Pacer)
    faults: Faults = field(default_factory=Faults)
    ephemerals: dict[str, dict[str, Ephemeral]] = field(default_factory=dict)
    revoked_tokens: set[str] = field(default_factory=set)
    suggested: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    """Options that the bot offered in searches: for a person and an action_id, by value."""
    message_values: dict[tuple[str, str, str], Values] = field(default_factory=dict)
    """What a person chose in the elements of a message: for a person, a channel and a `ts`."""

    def announce(self, subscription: str, event: Json) -> None:
        """Tell the bot of an event, if its manifest asks for such events."""
        if subscription in self.manifest.events:
            self.delivery.announce(event_callback(event, self.clock, self.ids))

    def bot_sees(self, conversation: Conversation) -> bool:
        """Whether the bot hears what happens here."""
        return BOT_USER in conversation.members

    def find_channel(self, named: str) -> Conversation | None:
        """A conversation by its id, or by its name with or without `#`."""
        found = self.state.conversations.get(named)
        if found is None:
            found = self.state.conversations.get(self.state.by_name.get(named.lstrip("#"), ""))
        return found

    def get_channel(self, named: str) -> Conversation:
        """A conversation that the bot may know of; raises channel_not_found."""
        found = self.find_channel(named)
        if found is None:
            raise SlackError("channel_not_found")
        if found.kind is not ConversationKind.CHANNEL and not self.bot_sees(found):
            raise SlackError("channel_not_found")
        return found

    def open_im(self, user: str, other: str = BOT_USER) -> Conversation:
        """The direct conversation of two people, begun if there was none."""
        pair = frozenset((user, other))
        if (known := self.state.ims.get(pair)) is not None:
            return self.state.conversations[known]
        return self.state.put_conversation(
            {
                "id": self.ids.next("D"),
                "name": "",
                "kind": ConversationKind.IM,
                "creator": user,
                "created": self.clock.seconds(),
                "is_archived": False,
                "members": [user, other],
                "topic": "",
                "purpose": "",
            }
        )

    def need_scope(self, scope: str) -> None:
        """Refuse unless the manifest asks for this scope."""
        if scope not in self.manifest.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(self.manifest.scopes)))
