"""What the page, or a test, lets a person do: the name of each act, and what it takes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from bot.workspace import acts, interactions, submissions
from bot.workspace.conversations import Json
from bot.workspace.errors import ActError
from bot.workspace.faults import Fault, FaultKind
from bot.workspace.pacing import Pacing
from bot.workspace.team import Team

E = TypeVar("E", bound=StrEnum)
Act = Callable[[Team, str, Json], Awaitable[Json]]


async def act(team: Team, asked: Json) -> Json:
    """Do what is asked for, as the person that is named; `ok` and what the act answers, or why not."""
    known = ACTS.get(str(asked.get("do")))
    if known is None:
        return _refused(ActError("unknown_act", f"Nobody can {asked.get('do')!r} here."))
    try:
        return {"ok": True, **await known(team, str(asked.get("as", "")), asked)}
    except ActError as refusal:
        return _refused(refusal)


def _need(asked: Json, name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise ActError("missing_argument", f"{asked['do']} needs {name}, a text.")
    return value


def _values(asked: Json) -> Json:
    values = asked.get("values", {})
    if not isinstance(values, dict):
        raise ActError("missing_argument", f"{asked['do']} needs values by block_id.")
    return values


def _one_of(kinds: type[E], value: str) -> E:
    try:
        return kinds(value)
    except ValueError:
        known = ", ".join(kinds)
        raise ActError("unknown_kind", f"{value!r} is none of {known}.") from None


def _refused(refusal: ActError) -> Json:
    answer: Json = {"ok": False, "error": refusal.error, "message": refusal.message}
    return {**answer, "errors": refusal.errors} if refusal.errors else answer


async def _say(team: Team, user: str, asked: Json) -> Json:
    text, thread_ts = _need(asked, "text"), asked.get("thread_ts")
    if text.startswith("/"):
        await interactions.command(team, user, _need(asked, "channel"), text, thread_ts)
        return {}
    return {"ts": acts.say(team, user, _need(asked, "channel"), text, thread_ts)}


async def _edit(team: Team, user: str, asked: Json) -> Json:
    acts.edit(team, user, _need(asked, "channel"), _need(asked, "ts"), _need(asked, "text"))
    return {}


async def _delete(team: Team, user: str, asked: Json) -> Json:
    acts.delete(team, user, _need(asked, "channel"), _need(asked, "ts"))
    return {}


async def _react(team: Team, user: str, asked: Json) -> Json:
    acts.react(team, user, _need(asked, "channel"), _need(asked, "ts"), _need(asked, "name"))
    return {}


async def _unreact(team: Team, user: str, asked: Json) -> Json:
    acts.unreact(team, user, _need(asked, "channel"), _need(asked, "ts"), _need(asked, "name"))
    return {}


async def _action(team: Team, user: str, asked: Json) -> Json:
    surface = _surface(team, user, asked)
    submissions.fill_in(team, surface, _values(asked))
    element = interactions.find(surface, _need(asked, "action_id"), asked.get("block_id"))
    await interactions.press(team, user, surface, element, asked.get("value"))
    return {}


async def _suggest(team: Team, user: str, asked: Json) -> Json:
    surface = _surface(team, user, asked)
    element = interactions.find(surface, _need(asked, "action_id"), asked.get("block_id"))
    return await interactions.suggest(team, user, surface, element, str(asked.get("value", "")))


async def _submit(team: Team, user: str, asked: Json) -> Json:
    await submissions.submit(team, user, _need(asked, "view_id"), _values(asked))
    return {}


async def _close(team: Team, user: str, asked: Json) -> Json:
    submissions.close(team, user, _need(asked, "view_id"), everything=bool(asked.get("all")))
    return {}


async def _shortcut(team: Team, user: str, asked: Json) -> Json:
    await interactions.shortcut(
        team, user, _need(asked, "callback_id"), asked.get("channel"), asked.get("ts")
    )
    return {}


async def _home(team: Team, user: str, _asked: Json) -> Json:
    return {"view": acts.open_home(team, user)}


async def _read(team: Team, user: str, asked: Json) -> Json:
    acts.read(team, user, _need(asked, "channel"), _need(asked, "ts"))
    return {}


async def _dismiss(team: Team, user: str, asked: Json) -> Json:
    acts.dismiss(team, user, _need(asked, "ts"))
    return {}


async def _open_im(team: Team, user: str, asked: Json) -> Json:
    return {"channel": acts.open_im(team, user, _need(asked, "user")).id}


async def _fault(team: Team, _user: str, asked: Json) -> Json:
    kind = _one_of(FaultKind, asked.get("kind") or FaultKind.ERROR)
    wait = timedelta(seconds=float(asked.get("seconds") or 1))
    times = int(asked.get("times") or 1)
    team.faults.add(Fault(_need(asked, "method"), kind, times, str(asked.get("error") or ""), wait))
    return {"faults": team.faults.describe()}


async def _clear_faults(team: Team, _user: str, _asked: Json) -> Json:
    team.faults.clear()
    return {"faults": []}


async def _cut_sockets(team: Team, _user: str, _asked: Json) -> Json:
    await team.sockets.cut()
    return {}


async def _pacing(team: Team, _user: str, asked: Json) -> Json:
    team.pacer.set(_one_of(Pacing, _need(asked, "mode")))
    return {}


ACTS: dict[str, Act] = {
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "unreact": _unreact,
    "action": _action,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "home": _home,
    "read": _read,
    "dismiss": _dismiss,
    "open_im": _open_im,
    "fault": _fault,
    "clear_faults": _clear_faults,
    "cut_sockets": _cut_sockets,
    "pacing": _pacing,
}


def _surface(team: Team, user: str, asked: Json) -> interactions.Surface:
    if asked.get("home"):
        return interactions.at_home(team, user)
    if view_id := asked.get("view_id"):
        return interactions.in_view(team, user, view_id)
    return interactions.on_message(team, user, _need(asked, "channel"), _need(asked, "ts"))
