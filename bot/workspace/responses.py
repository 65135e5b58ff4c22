"""What the bot answers to an interaction: at its response_url, or together with its acknowledgement."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.workspace import messages
from bot.workspace.api import json_response
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Conversation, Json
from bot.workspace.errors import SlackError
from bot.workspace.methods.chat import read_content, revised
from bot.workspace.people import BOT_ID
from bot.workspace.team import Team
from bot.workspace.triggers import Origin

GONE = frozenset({"used_url", "expired_url"})


async def endpoint(team: Team, request: Request) -> Response:
    """Answer a POST to a response_url: `ok`, or what is wrong with it."""
    body = await request.body()
    try:
        origin = team.response_urls.use(request.path_params["name"])
        given = _read(body)
        answer_origin(team, origin, given)
    except SlackError as refusal:
        _note(team, body.decode("utf-8", "replace"), refusal.error)
        status = 404 if refusal.error in GONE else 400
        return json_response(refusal.envelope(), status)
    _note(team, given, "ok")
    return PlainTextResponse("ok")


def answer_origin(team: Team, origin: Origin, given: Json) -> None:
    """Do what an answer asks: delete or replace the message it is about, or post a new one."""
    conversation = team.state.conversations[origin.channel]
    args = Arguments(given)
    if args.flag("delete_original"):
        _delete(team, conversation, origin)
    elif args.flag("replace_original") and origin.message_ts is not None:
        _replace(team, conversation, origin, read_content(team, args))
    else:
        _post(team, conversation, origin, args)


def _read(body: bytes) -> Json:
    try:
        given: Any = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(given, dict):
        raise SlackError("invalid_payload")
    return given


def _post(team: Team, conversation: Conversation, origin: Origin, args: Arguments) -> None:
    content = read_content(team, args)
    thread_ts = args.text("thread_ts") or None
    if args.text("response_type") == "in_channel":
        message = {key: value for key, value in messages.app_message(team, content).items() if key != "user"}
        messages.post(team, conversation, {**message, "subtype": "bot_message"}, thread_ts)
    else:
        messages.post_ephemeral(team, conversation, origin.user, content, thread_ts)


def _replace(team: Team, conversation: Conversation, origin: Origin, content: Json) -> None:
    if origin.is_ephemeral:
        shown = team.ephemerals.get(origin.user, {}).get(origin.message_ts or "")
        if shown is not None:
            messages.put_ephemeral(team, conversation, origin.user, revised(team, shown[1], content))
        return
    message = _own(conversation, origin)
    messages.change(team, conversation, message["ts"], revised(team, message, content))


def _delete(team: Team, conversation: Conversation, origin: Origin) -> None:
    if origin.is_ephemeral:
        if origin.message_ts in team.ephemerals.get(origin.user, {}):
            messages.drop_ephemeral(team, origin.user, str(origin.message_ts))
        return
    messages.delete(team, conversation, _own(conversation, origin)["ts"])


def _own(conversation: Conversation, origin: Origin) -> Json:
    message = conversation.messages.get(origin.message_ts or "")
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_update_message")
    return message


def _note(team: Team, body: Any, status: str) -> None:
    team.live.wire("from_bot", "response_url", summary="", status=status, body=body)
    team.live.changed()
