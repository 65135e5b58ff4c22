"""Slack's Web API as the bot uses it: every call from here, refusals and hiccups told apart."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from ssl import SSLContext, create_default_context
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.views.rendered import Rendered
from models.policies.ladders import PEOPLE
from models.policies.quiet import Quiet
from models.vocabulary import AgentId, Barred

T = TypeVar("T")

METADATA_EVENT = "recovery_message"
PASSING_ERRORS = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
TIMEOUT_SECONDS = 10
ASK_AGAIN_AFTER = timedelta(minutes=1)
"""For a channel that was not there: each answer is a list of all channels."""
CLOCK_SLACK = timedelta(minutes=2)
"""How far Slack's clock and ours may differ when a message is looked for by its age."""


class SlackRefused(Exception):
    """Slack says no, and would say it again: the word is Slack's own, such as `is_archived`."""

    def __init__(self, error: str, details: str = "") -> None:
        super().__init__(f"{error} {details}".strip())
        self.error = error


class SlackBusy(Exception):
    """Not now: a 429, a hiccup, a cut line.

    `retry_after` is what a 429 says, and then the call was not carried out; without it, it may have been.
    """

    def __init__(self, why: str, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Posted:
    """Where Slack put a message."""

    channel: str
    ts: str


@cache
def trust() -> SSLContext:
    """Whom a connection to Slack trusts: left to itself, the SDK reads the authorities anew for each call and
    each socket, 20 to 40 ms of a processor.
    """
    return create_default_context()


class SlackApi:
    """One workspace, as the bot."""

    def __init__(self, token: str, base_url: str) -> None:
        # A write is never repeated by the SDK: after a dropped connection it would post twice.
        self.writes = WebClient(token, base_url, TIMEOUT_SECONDS, trust(), retry_handlers=[])
        self.reads = WebClient(token, base_url, TIMEOUT_SECONDS, trust())
        self._team_url: str | None = None
        self._channel_ids: dict[str, str] = {}
        self._missed_at: dict[str, datetime] = {}
        self._time_zones: dict[str, tzinfo] = {}
        self._lock = threading.Lock()

    def post(
        self, channel: str, message: Rendered, *, keys: Sequence[UUID], thread_ts: str | None = None
    ) -> Posted:
        """Post a message that can be found again by each of its keys."""
        answer = call(
            self.writes.chat_postMessage,
            channel=self.channel_id(channel),
            thread_ts=thread_ts,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": METADATA_EVENT, "event_payload": {"keys": [str(key) for key in keys]}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(channel=answer["channel"], ts=answer["ts"])

    def edit(self, posted: Posted, message: Rendered) -> None:
        """Replace what a message of ours says; its metadata stays."""
        call(
            self.writes.chat_update,
            channel=posted.channel,
            ts=posted.ts,
            text=message.text,
            blocks=message.blocks,
        )

    def find_by_key(
        self, channel: str, key: UUID, *, since: datetime, thread_ts: str | None = None
    ) -> Posted | None:
        """The message that carries this key, posted at or after `since`; None where there is none."""
        channel_id = self.channel_id(channel)
        oldest = f"{(since - CLOCK_SLACK).timestamp():.6f}"
        for message in self._history(channel_id, oldest, thread_ts):
            payload = message.get("metadata", {}).get("event_payload", {})
            if str(key) in payload.get("keys", ()):
                return Posted(channel=channel_id, ts=message["ts"])
        return None

    def list_since(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """What was posted in a channel, by its id, after that stamp; replies in threads left out."""
        return list(self._history(channel, ts, None))

    def tell_only(self, channel: str, user: str, says: Rendered, *, thread_ts: str | None = None) -> None:
        """Say something that only one person sees; Slack does not promise to deliver it."""
        call(
            self.writes.chat_postEphemeral,
            channel=channel,
            user=user,
            text=says.text,
            blocks=says.blocks or None,
            thread_ts=thread_ts,
        )

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Open a modal; the trigger lives three seconds."""
        call(self.writes.views_open, trigger_id=trigger_id, view=view)

    def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        """Show something else in a modal that is open."""
        call(self.writes.views_update, view_id=view_id, view=view)

    def publish_home(self, user: str, view: dict[str, Any], *, expects: str | None) -> str:
        """Replace somebody's Home; the hash of what they see then.

        Raises SlackRefused ("hash_conflict") where they see something else than the view of the hash that is
        expected; None: whatever they see.
        """
        answer = call(self.writes.views_publish, user_id=user, view=view, hash=expects)
        return str(answer["view"]["hash"])

    def channel_id(self, channel: str) -> str:
        """The id of a channel, named as in rules.yaml ("#name" or an id); raises SlackRefused.

        A person's id stands for the direct messages with them.
        """
        if channel.startswith(PEOPLE):
            return self._direct_messages_with(channel)
        if not channel.startswith("#"):
            return channel
        name = channel.removeprefix("#")
        if name not in self._channel_ids:
            self._learn_channels()
        if name not in self._channel_ids:
            raise SlackRefused("channel_not_found", channel)
        return self._channel_ids[name]

    def find_channel_id(self, channel: str, at: datetime) -> str | None:
        """The same; None where Slack knows no such channel, which it is asked once a minute."""
        if channel.startswith("#") and channel.removeprefix("#") not in self._channel_ids:
            if at - self._missed_at.get(channel, datetime.min.replace(tzinfo=UTC)) < ASK_AGAIN_AFTER:
                return None
            self._missed_at[channel] = at
        try:
            return self.channel_id(channel)
        except SlackRefused:
            return None

    def time_zone(self, user: str) -> tzinfo:
        """Where a person's clock stands, as their Slack profile says; UTC for who has none."""
        with self._lock:
            known = self._time_zones.get(user)
        if known is not None:
            return known
        profile: dict[str, Any] = call(self.reads.users_info, user=user)["user"]
        zone: tzinfo = ZoneInfo(profile["tz"]) if profile.get("tz") else UTC
        if not profile.get("tz") and profile.get("tz_offset"):
            zone = timezone(timedelta(seconds=int(profile["tz_offset"])))
        with self._lock:
            self._time_zones[user] = zone
        return zone

    def quiet_time(self, user: str) -> Quiet | None:
        """The next time for which a person does not want to be disturbed; None where there is none."""
        return read_quiet(call(self.reads.dnd_info, user=user))

    def people_of_group(self, user_group: str) -> list[AgentId]:
        """Who belongs to a user group, by its id; raises SlackRefused where there is none."""
        answer = call(self.reads.usergroups_users_list, usergroup=user_group)
        return [AgentId(person) for person in answer["users"]]

    def person_at(self, email: str) -> AgentId:
        """Whose e-mail address that is; raises SlackRefused where it is nobody's."""
        return AgentId(call(self.reads.users_lookupByEmail, email=email)["user"]["id"])

    def is_member(self, channel: str) -> bool:
        """Whether the bot is in the channel; raises SlackRefused where it does not exist."""
        return bool(
            call(self.reads.conversations_info, channel=self.channel_id(channel))["channel"]["is_member"]
        )

    def who_am_i(self) -> dict[str, Any]:
        """`auth.test`: the bot's own user, bot and team ids."""
        answer: dict[str, Any] = call(self.reads.auth_test).data  # type: ignore[assignment]
        self._team_url = answer.get("url")
        return answer

    def link_to(self, posted: Posted) -> str | None:
        """Where a message is found in a browser; None until `who_am_i` told the workspace's address."""
        if self._team_url is None:
            return None
        return f"{self._team_url.rstrip('/')}/archives/{posted.channel}/p{posted.ts.replace('.', '')}"

    def knows_user(self, user: str) -> bool:
        """Whether that id is a person of this workspace who can work cases."""
        try:
            return self.why_barred(user) is None
        except SlackRefused as refusal:
            if refusal.error in {"user_not_found", "users_not_found", "user_not_visible"}:
                return False
            raise

    def why_barred(self, user: str) -> Barred | None:
        """Why somebody can have no case; None for who can. Raises SlackRefused for nobody."""
        return read_barred(call(self.reads.users_info, user=user)["user"])

    def _direct_messages_with(self, user: str) -> str:
        if user not in self._channel_ids:
            self._channel_ids[user] = call(self.writes.conversations_open, users=user)["channel"]["id"]
        return self._channel_ids[user]

    def _learn_channels(self) -> None:
        for page in _pages(
            self.reads.conversations_list,
            types="public_channel,private_channel",
            limit=1000,
            exclude_archived=False,
        ):
            for channel in page["channels"]:
                self._channel_ids[channel["name"]] = channel["id"]

    def _history(self, channel: str, oldest: str, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        asked = {"channel": channel, "oldest": oldest, "limit": 200, "include_all_metadata": True}
        method: Callable[..., SlackResponse] = self.reads.conversations_history
        if thread_ts is not None:
            method, asked["ts"] = self.reads.conversations_replies, thread_ts
        for page in _pages(method, **asked):
            yield from page["messages"]


def read_barred(user: Mapping[str, Any]) -> Barred | None:
    """What Slack's user object says of it."""
    if user.get("deleted"):
        return Barred.DEACTIVATED
    return Barred.BOT if user.get("is_bot") else None


def read_quiet(told: Mapping[str, Any] | SlackResponse) -> Quiet | None:
    """The time that Slack means by its `dnd_status`; for who has none it tells the second second of 1970."""
    if not told.get("dnd_enabled"):
        return None
    start, end = (float(told.get(f"next_dnd_{edge}_ts") or 0) for edge in ("start", "end"))
    return (
        Quiet(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) if end > start else None
    )


def _pages(method: Callable[..., SlackResponse], **asked: Any) -> Iterator[SlackResponse]:
    cursor = None
    while True:
        page = call(method, cursor=cursor, **asked) if cursor else call(method, **asked)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def call(method: Callable[..., T], **arguments: Any) -> T:
    """Ask Slack through its SDK; raises SlackRefused or SlackBusy where the SDK has errors of many kinds."""
    try:
        return method(**{name: value for name, value in arguments.items() if value is not None})
    except SlackApiError as error:
        raise _told(error) from error
    except (OSError, http.client.HTTPException) as error:
        raise SlackBusy(f"no answer from Slack: {type(error).__name__}") from error


def _told(error: SlackApiError) -> SlackRefused | SlackBusy:
    response = error.response
    if response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS:
        return SlackBusy("ratelimited", timedelta(seconds=float(response.headers.get("Retry-After", 1))))
    if response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return SlackBusy(f"http_{response.status_code}")  # its body may be a page of HTML
    word = str(response.get("error") or f"http_{response.status_code}")
    if word in PASSING_ERRORS:
        return SlackBusy(word)
    messages = (response.get("response_metadata") or {}).get("messages") or []
    return SlackRefused(word, "; ".join(str(message) for message in messages))
