"""views.*: modals and the Home tab."""

import json
from typing import Any

from bot.workspace import stage
from bot.workspace.arguments import Arguments
from bot.workspace.blocks import checked_view
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError
from bot.workspace.limits import VIEW_BYTES
from bot.workspace.methods.method import Method
from bot.workspace.modals import View
from bot.workspace.pacing import Tier
from bot.workspace.team import Team


def open_view(team: Team, args: Arguments) -> Json:
    """views.open."""
    body = _checked(team, args, "modal")
    trigger = team.triggers.exchange(_trigger_id(args))
    view = team.modals.open(trigger.user, body)
    stage.show_stack(team, trigger.user)
    return {"view": view.described()}


def push(team: Team, args: Arguments) -> Json:
    """views.push."""
    body = _checked(team, args, "modal")
    trigger = team.triggers.exchange(_trigger_id(args))
    if trigger.view_id is None or team.modals.find(trigger.view_id) is None:
        raise SlackError("not_found")
    view = team.modals.push(trigger.user, body)
    stage.show_stack(team, trigger.user)
    return {"view": view.described()}


def update(team: Team, args: Arguments) -> Json:
    """views.update."""
    view = _find(team, args)
    body = _checked(team, args, "modal", but_not=view.id)
    if (expected := args.text("hash")) and expected != view.body["hash"]:
        raise SlackError("hash_conflict")
    team.modals.update(view, body)
    stage.show_stack(team, view.user)
    return {"view": view.described()}


def publish(team: Team, args: Arguments) -> Json:
    """views.publish."""
    user = args.need("user_id")
    if user not in team.state.users:
        raise SlackError("invalid_arguments", ["invalid `user_id` [json-pointer:/user_id]"])
    if not team.manifest.has_home_tab:
        raise SlackError("not_enabled")
    body = _checked(team, args, "home")
    before = team.state.homes.get(user)
    if before and (expected := args.text("hash")) and expected != before["hash"]:
        raise SlackError("hash_conflict")
    return {"view": stage.publish_home(team, user, body)}


def _checked(team: Team, args: Arguments, kind: str, but_not: str = "") -> Json:
    given: Any = args.structure("view")
    if given is None:
        raise SlackError("invalid_arguments", ["missing required field: view"])
    if len(json.dumps(given).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    body = checked_view(given, kind, team.ids)
    external_id = body.get("external_id")
    known = team.modals.find_external(external_id) if external_id else None
    if known is not None and known.id != but_not:
        raise SlackError("duplicate_external_id")
    return body


def _trigger_id(args: Arguments) -> str:
    return args.need("trigger_id", "" if "interactivity_pointer" in args else "invalid_trigger_id")


def _find(team: Team, args: Arguments) -> View:
    if view_id := args.text("view_id"):
        view = team.modals.find(view_id)
    else:
        view = team.modals.find_external(args.need("external_id"))
    if view is None:
        raise SlackError("not_found")
    return view


METHODS = {
    "views.open": Method(open_view, Tier.FOUR),
    "views.push": Method(push, Tier.FOUR),
    "views.update": Method(update, Tier.FOUR),
    "views.publish": Method(publish, Tier.FOUR),
}
