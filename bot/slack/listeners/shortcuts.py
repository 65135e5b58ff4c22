"""Shortcuts: a case from any message, a message as a note, a case from anywhere."""

import json
from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.listeners.payloads import read_fields
from bot.slack.listeners.posts import find_post
from bot.slack.orders import as_read, read_number, read_text
from bot.slack.reading import find_team_of_channel
from bot.slack.views import modals
from bot.slack.views.in_modal import in_modal
from handlers import intake, notes, places
from handlers.errors import CannotDo
from models.policies.intake import IncomingFeedback, clean_text
from models.policies.rules import Effect
from models.vocabulary import AgentId, CaseKind, Priority


def on_new_case(desk: Desk, body: Mapping[str, Any]) -> None:
    """Open the form of a new case, empty."""
    view = modals.new_case(desk.rules.current(), team=None, text="", told=_told(f"form:{body['trigger_id']}"))
    desk.slack.open_view(body["trigger_id"], view)


def on_case_from_message(desk: Desk, body: Mapping[str, Any], us: Mapping[str, Any]) -> None:
    """Open it with a message's words, for the team of the channel; `us` as auth.test says.

    What is feedback of a watched channel by itself is the same feedback here, so that it is no second case.
    """
    channel, message = body["channel"]["id"], body["message"]
    rulebook = desk.rules.current()
    team = find_team_of_channel(desk, channel, rulebook)
    post = find_post(desk, message, channel, us)
    if post is None:
        told, text = _told(f"slack:{channel}:{message['ts']}"), as_read(message.get("text") or "")
    else:
        told, text = _told(post.external_id, post.source), post.text
    view = modals.new_case(rulebook, team=team, text=text, told=told, asks_how=post is None)
    desk.slack.open_view(body["trigger_id"], view)


def on_note_from_message(desk: Desk, body: Mapping[str, Any]) -> None:
    """Open the form that keeps a message as a note; in a case's thread its number is filled in."""
    channel, message = body["channel"]["id"], body["message"]
    thread_ts = message.get("thread_ts") or message["ts"]
    with desk.transaction() as session:
        thread = places.find_thread(session, channel, thread_ts)
    number = thread.case_id if thread else None
    text = read_text(message.get("text") or "")
    view = modals.note_from_message(text, number, f"{channel}:{message['ts']}")
    desk.slack.open_view(body["trigger_id"], view)


def on_new_case_form(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Open the case; what to acknowledge it with: its number, or what is wrong with a field."""
    fields, told = read_fields(body["view"]), json.loads(body["view"]["private_metadata"])
    by = AgentId(body["user"]["id"])
    text = clean_text(fields["text"] or "").strip()
    if not text:
        return _errors("text", "Say what the customer said.")
    (score,) = desk.ear.score([text], desk.rules.current().themes.values())
    effect = Effect(CaseKind(fields["kind"]), fields["team"], Priority(fields["priority"]))
    incoming = IncomingFeedback(
        source=told.get("source") or fields["source"],
        external_id=told["external_id"],
        text=text,
        author_name=clean_text(fields["customer"] or "").strip() or None,
        occurred_at=desk.now(),
    )
    try:
        with desk.transaction() as session:
            case = intake.open_by_hand(session, incoming, score, desk.act(by), effect=effect)
    except CannotDo as refusal:
        return _errors(refusal.field or "text", str(refusal))
    said = modals.opened(case.id, desk.rules.current().teams[effect.team].channel)
    return {"response_action": "update", "view": in_modal(said)}


def on_note_form(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the note; what to acknowledge it with, {} where it is kept."""
    fields = read_fields(body["view"])
    try:
        number = read_number(fields["number"] or "")
    except CannotDo as refusal:
        return _errors("number", str(refusal))
    try:
        with desk.transaction() as session:
            notes.add_note(session, number, desk.act(AgentId(body["user"]["id"])), text=fields["text"] or "")
    except CannotDo as refusal:
        return _errors(refusal.field or "number", str(refusal))
    return {}


def _errors(field: str, words: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {field: words}}


def _told(external_id: str, source: str | None = None) -> str:
    return json.dumps({"external_id": external_id, "source": source})
