"""Acting in a workspace as people, from a test or a bench."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.workspace import acts
from bot.workspace.conversations import Json
from bot.workspace.errors import ActError
from bot.workspace.page_acts import act
from bot.workspace.people import BOT_USER
from bot.workspace.reach import Reach


class Acting(Reach):
    """What people can do; raises ActError with Slack's words where Slack does not let them."""

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message; its `ts`. A text that begins with `/` is a command."""
        asked = {"channel": channel, "text": text, "thread_ts": thread_ts}
        return str(self._act(user, "say", **asked).get("ts", ""))

    def command(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> None:
        """Give a slash command, and wait until the bot has acknowledged it."""
        self._act(user, "say", channel=channel, text=text, thread_ts=thread_ts)

    def post_as_tool(self, name: str, channel: str, **content: Any) -> str:
        """Let another tool post its text, blocks and attachments; the `ts`."""
        return str(self._do(lambda: acts.post_as_tool(self._team, name, channel, content)))

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        self._act(user, "edit", channel=channel, ts=ts, text=text)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Take one's own message away."""
        self._act(user, "delete", channel=channel, ts=ts)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Put an emoji on a message."""
        self._act(user, "react", channel=channel, ts=ts, name=name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take one's emoji off a message."""
        self._act(user, "unreact", channel=channel, ts=ts, name=name)

    def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
    ) -> None:
        """Press a button or choose in a message, and wait until the bot has acknowledged it.

        Where several blocks have such a button, `block_id` says which is meant.
        """
        place = {"channel": channel, "ts": ts, "block_id": block_id}
        self._act(user, "action", **place, action_id=action_id, value=value)

    def click_in_view(
        self, user: str, view_id: str, action_id: str, value: Any = None, filled: Json | None = None
    ) -> None:
        """Press a button or choose in a modal; `filled` is what else was typed so far, as in submit()."""
        place = {"view_id": view_id, "action_id": action_id}
        self._act(user, "action", **place, value=value, values=filled or {})

    def click_at_home(
        self, user: str, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> None:
        """Press a button or choose in the Home tab; without a block's id, the first of that kind."""
        place = {"home": True, "action_id": action_id, "block_id": block_id}
        self._act(user, "action", **place, value=value)

    def suggest(self, user: str, view_id: str, action_id: str, typed: str) -> list[Json]:
        """Type into an external select of a modal; the options that the bot offers."""
        return _flat(self._act(user, "suggest", view_id=view_id, action_id=action_id, value=typed))

    def suggest_in_message(self, user: str, channel: str, ts: str, action_id: str, typed: str) -> list[Json]:
        """Type into an external select of a message; the options that the bot offers."""
        place = {"channel": channel, "ts": ts, "action_id": action_id}
        return _flat(self._act(user, "suggest", **place, value=typed))

    def submit(self, user: str, view_id: str, values: Json | None = None) -> dict[str, str]:
        """Send a modal; what is wrong for each block_id, {} when it was taken.

        `values` holds for each block_id {action_id: value}, or the value of its only input.
        """
        answer = self._ask(user, "submit", view_id=view_id, values=values or {})
        if answer.get("errors"):
            return dict(answer["errors"])
        _raise_if_refused(answer)
        return {}

    def close_view(self, user: str, view_id: str, *, everything: bool = False) -> None:
        """Close a modal, or all that are open."""
        self._act(user, "close", view_id=view_id, all=everything)

    def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> None:
        """Use a shortcut: on a message, or from anywhere."""
        self._act(user, "shortcut", callback_id=callback_id, channel=channel, ts=ts)

    def open_home(self, user: str) -> None:
        """Open the bot's Home tab."""
        self._act(user, "home")

    def open_im(self, user: str, other: str = BOT_USER) -> str:
        """Begin or find a direct conversation, with the bot unless told otherwise; its id."""
        return str(self._act(user, "open_im", user=other)["channel"])

    def dismiss(self, user: str, ts: str) -> None:
        """Let an ephemeral message vanish."""
        self._act(user, "dismiss", ts=ts)

    def upload(
        self,
        user: str,
        channel: str,
        file: tuple[str, bytes],
        text: str = "",
        thread_ts: str | None = None,
    ) -> str:
        """Share a file, given by name and content, with a text; the `ts` of its message."""
        return self._do(lambda: acts.upload(self._team, user, (channel, thread_ts), file, text))

    def create_channel(
        self, user: str, name: str, members: Sequence[str] = (BOT_USER,), *, is_private: bool = False
    ) -> str:
        """Make a channel, with the bot unless told otherwise; its id."""
        others = list(members)
        return self._do(lambda: acts.create_channel(self._team, user, name, others, is_private=is_private))

    def invite(self, user: str, channel: str, other: str = BOT_USER) -> None:
        """Bring somebody, the bot unless told otherwise, into a channel."""
        self._do(lambda: acts.invite(self._team, user, channel, other))

    def remove(self, user: str, channel: str, other: str = BOT_USER) -> None:
        """Put somebody, the bot unless told otherwise, out of a channel."""
        self._do(lambda: acts.remove(self._team, channel, other, by=user))

    def archive(self, user: str, channel: str) -> None:
        """Close a channel for good."""
        self._do(lambda: acts.archive(self._team, user, channel))

    def change_user(self, user: str, **changes: Any) -> None:
        """Change fields of a user object; `profile` is laid over theirs."""
        self._do(lambda: acts.change_user(self._team, user, changes))

    def change_usergroup(self, group: str, users: list[str], by: str) -> None:
        """Say who belongs to a user group."""
        self._do(lambda: acts.change_usergroup(self._team, group, users, by))

    def switch_usergroup(self, group: str, by: str, *, is_on: bool) -> None:
        """Disable a user group, or enable it again."""
        self._do(lambda: acts.switch_usergroup(self._team, group, by, is_on=is_on))

    def set_presence(self, user: str, presence: str) -> None:
        """Let somebody be `active` or `away`."""
        self._do(lambda: self._team.state.put_presence(user, presence))

    def set_dnd(self, user: str, start: datetime, end: datetime) -> None:
        """Let somebody not be disturbed between two moments."""
        span = {"next_dnd_start_ts": int(start.timestamp()), "next_dnd_end_ts": int(end.timestamp())}
        dnd = {"dnd_enabled": True, **span, "snooze_enabled": False}
        self._do(lambda: acts.change_dnd(self._team, user, dnd))

    def _act(self, who: str, what: str, **arguments: Any) -> Json:
        answer = self._ask(who, what, **arguments)
        _raise_if_refused(answer)
        return answer

    def _ask(self, who: str, what: str, **arguments: Any) -> Json:
        return self._run(act(self._team, {"as": who, "do": what, **arguments}))


def _raise_if_refused(answer: Json) -> None:
    if not answer["ok"]:
        raise ActError(answer["error"], answer["message"], answer.get("errors"))


def _flat(answer: Json) -> list[Json]:
    grouped = [option for group in answer["option_groups"] for option in group["options"]]
    return [*answer["options"], *grouped]
