"""Sending and closing modals, and doing with them what the bot answers."""

from typing import Any

from bot.workspace import payloads, stage
from bot.workspace.blocks import checked_view
from bot.workspace.conversations import Json
from bot.workspace.delivery import NotDelivered, ParcelKind
from bot.workspace.elements import chosen_state, input_elements
from bot.workspace.errors import ActError, SlackError
from bot.workspace.forms import errors_in
from bot.workspace.interactions import Surface, in_view, offered
from bot.workspace.modals import View
from bot.workspace.team import Team
from bot.workspace.triggers import Origin

TROUBLE = "We had some trouble connecting. Try again?"


async def submit(team: Team, user: str, view_id: str, given: Json) -> None:
    """Send a modal; raises ActError with `errors` when Slack or the bot does not take it.

    `given` holds for each block_id either {action_id: value} or the value of its only input;
    an input that is left out keeps what it held.
    """
    surface = in_view(team, user, view_id)
    view = _topmost(surface)
    fill_in(team, surface, given)
    _refuse_errors(team, view, errors_in(view.body["blocks"], view.values))
    answer = await _ask(team, view)
    _obey(team, view, answer or {})


def close(team: Team, user: str, view_id: str, *, everything: bool = False) -> None:
    """Close a modal, or all that this person has open; the bot hears of it where it asked to."""
    view = in_view(team, user, view_id).view
    if view is None:
        return
    closed = team.modals.close_all(user) if everything else team.modals.close(view)
    stage.show_stack(team, user)
    for gone in closed:
        if gone.body["notify_on_close"]:
            body = {
                **payloads.interaction("view_closed", team.state, user),
                "view": gone.described(),
                "is_cleared": everything,
            }
            team.delivery.begin(_tell(team, body))


def fill_in(team: Team, surface: Surface, given: Json) -> None:
    """Put what was typed or chosen into the view; see submit() for the form of `given`."""
    if surface.view is None:
        return
    for block, element in input_elements(surface.blocks):
        typed = given.get(block["block_id"], {})
        if not isinstance(typed, dict):
            typed = {element["action_id"]: typed}
        if element["action_id"] in typed:
            state = _state(team, surface, element, typed[element["action_id"]])
            surface.view.values[block["block_id"]][element["action_id"]] = state


def _topmost(surface: Surface) -> View:
    if surface.view is None or surface.view.body["type"] != "modal":
        raise ActError("view_not_found", "That window is closed.")
    if surface.view.body["submit"] is None:
        raise ActError("no_submit", "This window has nothing to send.")
    return surface.view


def _state(team: Team, surface: Surface, element: Json, value: Any) -> Json:
    try:
        return chosen_state(element, value, offered(team, surface, element))
    except (KeyError, TypeError, ValueError):
        raise ActError("no_such_option", f"{value!r} cannot be chosen in {element['action_id']}.") from None


def _refuse_errors(team: Team, view: View, errors: dict[str, str]) -> None:
    view.errors, view.notice = errors, None
    if errors:
        stage.show_stack(team, view.user)
        raise ActError("validation", "Some fields need another look.", errors)


async def _ask(team: Team, view: View) -> Json | None:
    body = {
        **payloads.interaction("view_submission", team.state, view.user),
        "trigger_id": team.triggers.issue(view.user, view.id),
        "view": view.described(),
        "response_urls": _response_urls(team, view),
    }
    view.is_busy = True
    stage.show_stack(team, view.user)
    try:
        return await team.delivery.ask(
            ParcelKind.INTERACTION, body, what="view_submission", summary=view.body["callback_id"]
        )
    except NotDelivered as failure:
        _show_trouble(team, view)
        raise ActError(failure.reason, TROUBLE) from None
    finally:
        view.is_busy = False


def _obey(team: Team, view: View, answer: Json) -> None:
    try:
        _respond(team, view, answer)
    except SlackError as refusal:
        _show_trouble(team, view)
        team.live.wire(
            "from_bot", "view_submission", summary=view.id, status=refusal.error, body=refusal.envelope()
        )
        raise ActError(refusal.error, "; ".join([TROUBLE, *refusal.messages])) from None
    stage.show_stack(team, view.user)


def _respond(team: Team, view: View, answer: Json) -> None:
    match answer.get("response_action"):
        case "errors":
            _refuse_errors(team, view, _checked_errors(view, answer.get("errors")))
        case "update":
            team.modals.update(view, checked_view(answer.get("view"), "modal", team.ids))
        case "push":
            team.modals.push(view.user, checked_view(answer.get("view"), "modal", team.ids))
        case "clear":
            team.modals.close_all(view.user)
        case None if team.modals.find(view.id) is not None:
            team.modals.close(view)
        case None:
            return
        case _:
            raise SlackError("invalid_response_action")


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise SlackError("invalid_arguments", ["errors must name the block_id of an input block"])
    return {name: str(text) for name, text in errors.items()}


def _show_trouble(team: Team, view: View) -> None:
    view.notice = TROUBLE
    stage.show_stack(team, view.user)


def _response_urls(team: Team, view: View) -> list[Json]:
    return [
        {
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "channel_id": channel,
            "response_url": team.response_urls.issue("app", Origin(view.user, channel)),
        }
        for block, element in input_elements(view.body["blocks"])
        if element.get("response_url_enabled")
        and (channel := _chosen_channel(view.values[block["block_id"]][element["action_id"]]))
    ]


def _chosen_channel(state: Json) -> str | None:
    return state.get("selected_channel") or state.get("selected_conversation")


async def _tell(team: Team, body: Json) -> None:
    try:
        callback_id = body["view"]["callback_id"]
        await team.delivery.ask(ParcelKind.INTERACTION, body, what="view_closed", summary=callback_id)
    except NotDelivered:
        return
