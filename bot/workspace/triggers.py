"""The short-lived leave that an interaction gives the bot: to open a view, or to answer at an address."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.workspace.clock import Clock, Ids
from bot.workspace.errors import SlackError
from bot.workspace.limits import RESPONSE_URL_USES, Timing
from bot.workspace.people import TEAM_ID


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who acted, and in which view if in one."""

    user: str
    view_id: str | None
    until: datetime


@dataclass(slots=True)
class Triggers:
    """Every trigger that was given out, with those that were exchanged."""

    clock: Clock
    ids: Ids
    timing: Timing
    _open: dict[str, Trigger] = field(default_factory=dict)
    _exchanged: set[str] = field(default_factory=set)

    def issue(self, user: str, view_id: str | None = None) -> str:
        """A trigger_id that opens one view within three seconds."""
        trigger_id = f"{self.clock.seconds()}.{self.ids.next('')}.{user.lower()}"
        self._open[trigger_id] = Trigger(user, view_id, self.clock.now() + self.timing.trigger_lives)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """What the trigger stood for; it cannot be used again."""
        if trigger_id in self._exchanged:
            raise SlackError("exchanged_trigger_id")
        trigger = self._open.pop(trigger_id, None)
        if trigger is None:
            raise SlackError("invalid_trigger_id" if trigger_id.count(".") != 2 else "expired_trigger_id")
        if self.clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        self._exchanged.add(trigger_id)
        return trigger


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an interaction took place, and so where its answers go."""

    user: str
    channel: str
    message_ts: str | None = None
    is_ephemeral: bool = False


@dataclass(slots=True)
class _Address:
    origin: Origin
    until: datetime
    uses_left: int


@dataclass(slots=True)
class ResponseUrls:
    """The response_urls that were given out: five uses in thirty minutes each."""

    clock: Clock
    ids: Ids
    timing: Timing
    base_url: str = ""
    _open: dict[str, _Address] = field(default_factory=dict)

    def issue(self, kind: str, origin: Origin) -> str:
        """An address at which the bot may answer; `kind` is commands, actions or app."""
        name = self.ids.next("R")
        until = self.clock.now() + self.timing.response_url_lives
        self._open[name] = _Address(origin, until, RESPONSE_URL_USES)
        return f"{self.base_url}/{kind}/{TEAM_ID}/{name}"

    def use(self, name: str) -> Origin:
        """Where this address leads; one use of it is spent."""
        address = self._open.get(name)
        if address is None or address.uses_left == 0:
            raise SlackError("used_url")
        if self.clock.now() > address.until:
            raise SlackError("expired_url")
        address.uses_left -= 1
        return address.origin
