"""What people do with the bot: commands, buttons and selects, searches in selects, shortcuts."""

from dataclasses import dataclass
from typing import Any

from bot.workspace import acts, messages, payloads, responses
from bot.workspace.blocks import checked_options
from bot.workspace.conversations import Json
from bot.workspace.delivery import NotDelivered, ParcelKind
from bot.workspace.elements import (
    LISTED,
    PRESSED,
    SEARCHED,
    STATEFUL,
    chosen_state,
    find_element,
    options_of,
)
from bot.workspace.errors import ActError, SlackError
from bot.workspace.modals import Values, View, carried_over
from bot.workspace.people import APP_ID, TEAM_DOMAIN, TEAM_ID
from bot.workspace.rich_text import resolve_typed
from bot.workspace.team import Team
from bot.workspace.triggers import Origin

SHOWN_WITH_ACTION = ("text", "value", "style", "placeholder", "confirm", "url")
REASONS = {
    "timeout": "operation_timeout",
    "http_timeout": "operation_timeout",
    "http_error": "http_service_error",
    "connection_failed": "dispatch_failed",
}


@dataclass(frozen=True, slots=True)
class Surface:
    """Where an element stands: its blocks, what Slack tells of the place, and what was chosen there."""

    blocks: list[Json]
    described: Json
    values: Values
    origin: Origin | None = None
    view: View | None = None


async def command(team: Team, user: str, channel: str, text: str, thread_ts: str | None = None) -> None:
    """Give a slash command; `text` is the whole of what was typed."""
    conversation = acts.find_place(team, user, channel)
    name, _, rest = text.strip().partition(" ")
    known = team.manifest.commands.get(name)
    if known is None:
        raise ActError("invalid_command", f"{name} is not a valid command.")
    if thread_ts is not None:
        raise ActError("not_in_threads", f"{name} is not supported in threads. Sorry!")
    origin = Origin(user, conversation.id)
    words = resolve_typed(rest.strip(), team.state, named=True) if known.should_escape else rest.strip()
    body = _command_body(team, origin, name, words)
    answer = await _ask(team, ParcelKind.COMMAND, body, name, f"{name} {words}")
    try:
        if answer:
            responses.answer_origin(team, origin, answer)
    except SlackError as refusal:
        raise ActError(refusal.error, f"The bot's answer was refused: {refusal.error}") from None


async def press(
    team: Team, user: str, surface: Surface, element: tuple[Json, Json], value: Any = None
) -> None:
    """Press a button, choose in a select, and so on; `element` comes from find()."""
    _, described = element
    state = _state_after(team, surface, described, value)
    body = _action_body(team, user, surface, element, state)
    if STATEFUL.get(described["type"]):
        _remember(surface, element, state)
        body |= _described_again(surface)
    await _ask(team, ParcelKind.INTERACTION, body, "block_actions", described["action_id"])


async def suggest(team: Team, user: str, surface: Surface, element: tuple[Json, Json], typed: str) -> Json:
    """Ask the bot for the options of an external select; answers `options` or `option_groups`."""
    block, described = element
    body = {
        **payloads.interaction("block_suggestion", team.state, user),
        **surface.described,
        "action_id": described["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    body.pop("message", None)
    answer = await _ask(team, ParcelKind.INTERACTION, body, "block_suggestion", described["action_id"])
    try:
        given = checked_options(answer or {}, team.ids)
    except SlackError as refusal:
        raise ActError(refusal.error, "; ".join(refusal.messages)) from None
    groups = given.get("option_groups", [])
    options = given.get("options", [])
    flat = [*options, *(option for group in groups for option in group["options"])]
    known = team.suggested.setdefault((user, described["action_id"]), {})
    known |= {option["value"]: option for option in flat}
    return {"options": options, "option_groups": groups}


async def shortcut(
    team: Team, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
) -> None:
    """Use a shortcut of the app: on a message, or from anywhere."""
    known = team.manifest.shortcuts.get(callback_id)
    if known is None or (known.type == "message") is not (ts is not None):
        raise ActError("no_such_shortcut", f"There is no such shortcut here: {callback_id}.")
    kind = "message_action" if ts else "shortcut"
    body = {
        **payloads.interaction(kind, team.state, user),
        "callback_id": callback_id,
        "trigger_id": team.triggers.issue(user),
        "action_ts": team.clock.stamp(),
    }
    body["user"] = {key: value for key, value in body["user"].items() if ts or key != "name"}
    if channel is not None and ts is not None:
        body |= _message_shortcut(team, user, channel, ts)
    await _ask(team, ParcelKind.INTERACTION, body, kind, callback_id)


def on_message(team: Team, user: str, channel: str, ts: str) -> Surface:
    """The surface of a message, ephemeral ones too."""
    conversation, message = acts.find_message(team, user, channel, ts)
    is_ephemeral = bool(message.get("is_ephemeral"))
    container: Json = {"type": "message", "message_ts": ts, "channel_id": conversation.id}
    container["is_ephemeral"] = is_ephemeral
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    described = {"container": container, "channel": payloads.place(conversation)}
    if not is_ephemeral:
        described["message"] = messages.public(message)
    blocks = [*message.get("blocks", [])]
    for attachment in message.get("attachments", []):
        blocks += attachment.get("blocks", [])
    key = (user, conversation.id, ts)
    values = team.message_values[key] = carried_over(team.message_values.get(key, {}), blocks)
    return Surface(blocks, described, values, Origin(user, conversation.id, ts, is_ephemeral))


def in_view(team: Team, user: str, view_id: str) -> Surface:
    """The surface of an open modal."""
    view = team.modals.find(view_id)
    if view is None or view.user != user:
        raise ActError("view_not_found", "That window is closed.")
    container = {"type": "view", "view_id": view_id}
    described = {"container": container, "view": view.described()}
    return Surface(view.body["blocks"], described, view.values, view=view)


def at_home(team: Team, user: str) -> Surface:
    """The surface of the Home tab."""
    home = team.state.homes.get(user)
    if home is None:
        raise ActError("view_not_found", "The Home tab is empty.")
    container = {"type": "view", "view_id": home["id"]}
    return Surface(home["blocks"], {"container": container, "view": home}, home["state"]["values"])


def find(surface: Surface, action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The block and the element to act on."""
    found = find_element(surface.blocks, block_id, action_id)
    if found is None:
        raise ActError("no_such_element", f"There is no {action_id} here any more.")
    return found


def _state_after(team: Team, surface: Surface, element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind in PRESSED:
        return {}
    try:
        if kind == "overflow":
            return _overflow_state(element, value)
        if kind == "feedback_buttons":
            return {"value": value}
        return chosen_state(element, value, offered(team, surface, element))
    except (KeyError, TypeError, ValueError):
        raise ActError("no_such_option", f"{value!r} cannot be chosen in {element['action_id']}.") from None


def offered(team: Team, surface: Surface, element: Json) -> list[Json]:
    """The options that a person can choose in an element: listed ones, or those the bot suggested."""
    if element["type"] in LISTED:
        return options_of(element)
    if element["type"] not in SEARCHED:
        return []
    user = surface.origin.user if surface.origin else surface.view.user if surface.view else ""
    suggested = team.suggested.get((user, element["action_id"]), {})
    initial = [element["initial_option"]] if "initial_option" in element else []
    return [*initial, *element.get("initial_options", []), *suggested.values()]


def _overflow_state(element: Json, value: Any) -> Json:
    chosen = next((option for option in element["options"] if option["value"] == value), None)
    if chosen is None:
        raise KeyError(value)
    return {"selected_option": chosen}


def _action_body(team: Team, user: str, surface: Surface, element: tuple[Json, Json], state: Json) -> Json:
    block, described = element
    action = {key: described[key] for key in SHOWN_WITH_ACTION if key in described}
    action |= {key: value for key, value in described.items() if key.startswith("initial_")}
    action |= {**state, "type": described["type"], "action_id": described["action_id"]}
    action |= {"block_id": block["block_id"], "action_ts": team.clock.stamp()}
    body = {
        **payloads.interaction("block_actions", team.state, user),
        **surface.described,
        "trigger_id": team.triggers.issue(user, surface.view.id if surface.view else None),
        "actions": [action],
    }
    if surface.origin is not None:
        body["state"] = {"values": surface.values}
        body["response_url"] = team.response_urls.issue("actions", surface.origin)
    return body


def _remember(surface: Surface, element: tuple[Json, Json], state: Json) -> None:
    block, described = element
    surface.values.setdefault(block["block_id"], {})[described["action_id"]] = state


def _described_again(surface: Surface) -> Json:
    """What tells of the chosen values must tell of the one chosen now."""
    if surface.view is not None:
        return {"view": surface.view.described()}
    if surface.origin is not None:
        return {"state": {"values": surface.values}}
    return {}


def _command_body(team: Team, origin: Origin, name: str, words: str) -> Json:
    place = payloads.place(team.state.conversations[origin.channel])
    return {
        "token": payloads.VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": place["id"],
        "channel_name": place["name"],
        "user_id": origin.user,
        "user_name": team.state.users[origin.user]["name"],
        "command": name,
        "text": words,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": team.response_urls.issue("commands", origin),
        "trigger_id": team.triggers.issue(origin.user),
    }


def _message_shortcut(team: Team, user: str, channel: str, ts: str) -> Json:
    conversation, message = acts.find_message(team, user, channel, ts)
    return {
        "channel": payloads.place(conversation),
        "message_ts": ts,
        "message": messages.public(message),
        "response_url": team.response_urls.issue("app", Origin(user, conversation.id, ts)),
    }


async def _ask(team: Team, kind: ParcelKind, body: Json, what: str, summary: str) -> Json | None:
    if kind is ParcelKind.INTERACTION and not team.manifest.is_interactive:
        raise ActError("not_interactive", "The app's manifest does not switch interactivity on.")
    try:
        return await team.delivery.ask(kind, body, what=what, summary=summary)
    except NotDelivered as failure:
        error = REASONS.get(failure.reason, failure.reason)
        raise ActError(error, f'{what} failed with the error "{error}"') from None
