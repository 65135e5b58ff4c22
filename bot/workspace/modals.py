"""The views that people have open: a stack of modals for each, with what was typed into them."""

from dataclasses import dataclass, field
from typing import Any

from bot.workspace.clock import Clock, Ids
from bot.workspace.conversations import Json
from bot.workspace.elements import initial_state, input_elements
from bot.workspace.errors import SlackError
from bot.workspace.limits import VIEW_STACK
from bot.workspace.people import APP_ID, BOT_ID, TEAM_ID

Values = dict[str, dict[str, Json]]
"""For each block_id, for each action_id: the state of that element, as Slack writes it."""


@dataclass(slots=True)
class View:
    """One open view: what the bot gave, who sees it, what it holds, and what went wrong."""

    body: Json
    user: str
    values: Values
    errors: dict[str, str] = field(default_factory=dict)
    notice: str | None = None
    is_busy: bool = False

    @property
    def id(self) -> str:
        """The view's id."""
        return str(self.body["id"])

    def described(self) -> Json:
        """The view object of Slack, with what was typed so far."""
        return {**self.body, "state": {"values": self.values}}

    def shown(self) -> Json:
        """The view as the page shows it."""
        return {
            **self.described(),
            "errors": self.errors,
            "busy": self.is_busy,
            "notice": self.notice,
        }


@dataclass(slots=True)
class Modals:
    """Every open modal by its id, and the stacks in which people see them, bottom to top."""

    clock: Clock
    ids: Ids
    _open: dict[str, View] = field(default_factory=dict)
    _stacks: dict[str, list[View]] = field(default_factory=dict)

    def stack(self, user: str) -> list[View]:
        """What this person has open."""
        return self._stacks.setdefault(user, [])

    def find(self, view_id: str) -> View | None:
        """An open modal."""
        return self._open.get(view_id)

    def find_external(self, external_id: str) -> View | None:
        """An open modal, by the id that the bot gave it."""
        return next((view for view in self._open.values() if view.body["external_id"] == external_id), None)

    def open(self, user: str, body: Json) -> View:
        """Show one modal to this person in place of all others."""
        self.close_all(user)
        return self._put_on_top(user, body, root_id=None, previous_id=None)

    def push(self, user: str, body: Json) -> View:
        """Show one modal above the others."""
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= VIEW_STACK:
            raise SlackError("push_limit_reached")
        return self._put_on_top(user, body, root_id=stack[0].id, previous_id=stack[-1].id)

    def update(self, view: View, body: Json) -> View:
        """Replace what a modal shows; what was typed stays where the same input still is."""
        kept = {name: view.body[name] for name in ("id", "root_view_id", "previous_view_id")}
        view.body = {**self.completed(body), **kept}
        view.values = carried_over(view.values, view.body["blocks"])
        view.errors, view.notice, view.is_busy = {}, None, False
        return view

    def close(self, view: View) -> list[View]:
        """Close this modal and those above it; the closed ones, top first."""
        stack = self.stack(view.user)
        closed = stack[stack.index(view) :]
        del stack[stack.index(view) :]
        for gone in closed:
            del self._open[gone.id]
        return closed[::-1]

    def close_all(self, user: str) -> list[View]:
        """Close everything that this person has open; the closed ones, top first."""
        stack = self.stack(user)
        return self.close(stack[0]) if stack else []

    def completed(self, body: Json) -> Json:
        """The view with every field that Slack adds, and a new hash."""
        return {
            "team_id": TEAM_ID,
            "close": None,
            "submit": None,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **body,
            "hash": f"{self.clock.seconds()}.{self.ids.next('')}",
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }

    def _put_on_top(self, user: str, body: Json, *, root_id: str | None, previous_id: str | None) -> View:
        view_id = self.ids.next("V")
        whole = {
            **self.completed(body),
            "id": view_id,
            "root_view_id": root_id or view_id,
            "previous_view_id": previous_id,
        }
        view = View(whole, user, carried_over({}, whole["blocks"]))
        self._open[view_id] = view
        self.stack(user).append(view)
        return view


def carried_over(values: Values, blocks: list[Json]) -> Values:
    """The state of every input in these blocks: what was typed before, else what the bot put there."""
    carried: Values = {}
    for block, element in input_elements(blocks):
        before: Any = values.get(block["block_id"], {}).get(element["action_id"])
        is_same = before is not None and before["type"] == element["type"]
        state = before if is_same else initial_state(element)
        carried.setdefault(block["block_id"], {})[element["action_id"]] = state
    return carried
