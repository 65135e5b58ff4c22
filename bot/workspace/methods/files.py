"""files.getUploadURLExternal and files.completeUploadExternal, and what is between them."""

import mimetypes
from typing import Any

from bot.workspace import messages
from bot.workspace.arguments import Arguments
from bot.workspace.blocks import checked_message_blocks
from bot.workspace.conversations import Conversation, Json
from bot.workspace.errors import SlackError
from bot.workspace.methods.method import Method
from bot.workspace.pacing import Tier
from bot.workspace.people import BOT_USER, TEAM_ID
from bot.workspace.rich_text import escape
from bot.workspace.team import Team


def get_upload_url(team: Team, args: Arguments) -> Json:
    """files.getUploadURLExternal."""
    name, length = args.need("filename"), args.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["missing required field: length"])
    file = describe_file(team, name, length)
    team.state.put_file(file, "")
    return {"upload_url": f"{team.base_url}/upload/v1/{file['id']}", "file_id": file["id"]}


def receive(team: Team, file_id: str, content: bytes) -> None:
    """Keep the bytes that were sent to an upload address; raises SlackError for an unknown one."""
    file = team.state.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    described = {**file.described, "size": len(content)}
    team.state.put_file(described, content.decode("latin-1"))


def complete_upload(team: Team, args: Arguments) -> Json:
    """files.completeUploadExternal: shares the files in one message, if a channel is named."""
    given = args.structure("files")
    if not isinstance(given, list) or not given:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    for entry in given:
        _check_file(team, entry)
    places = _channels(team, args)
    files = [_finish(team, entry, [place.id for place in places]) for entry in given]
    for conversation in places:
        _share(team, conversation, files, args)
    return {"files": files}


def describe_file(team: Team, name: str, length: int) -> Json:
    """The file object of Slack for a new file, not shared anywhere yet."""
    file_id = team.ids.next("F")
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    filetype = name.rpartition(".")[2].lower() if "." in name else "binary"
    at = team.clock.seconds()
    private = f"{team.base_url}/files-pri/{TEAM_ID}-{file_id}"
    return {
        "id": file_id,
        "created": at,
        "timestamp": at,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": filetype.upper(),
        "user": BOT_USER,
        "user_team": TEAM_ID,
        "editable": False,
        "size": length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{name}",
        "url_private_download": f"{private}/download/{name}",
        "permalink": f"{team.base_url}/files/{BOT_USER}/{file_id}/{name}",
        "permalink_public": f"{team.base_url}/files-pub/{TEAM_ID}-{file_id}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": [],
        "groups": [],
        "ims": [],
    }


def _check_file(team: Team, entry: Any) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise SlackError("invalid_arguments", ["missing required field: id [json-pointer:/files/0]"])
    file = team.state.files.get(entry["id"])
    if file is None or not file.content:
        raise SlackError("file_not_found")


def _channels(team: Team, args: Arguments) -> list[Conversation]:
    named = args.names("channels") or args.names("channel_id")
    places = [team.find_channel(name) for name in named]
    if any(place is None for place in places):
        raise SlackError("channel_not_found")
    found = [place for place in places if place is not None]
    if not all(team.bot_sees(place) for place in found):
        raise SlackError("not_in_channel")
    return found


def _finish(team: Team, entry: Json, channels: list[str]) -> Json:
    file = team.state.files[entry["id"]]
    title = entry.get("title") or file.described["title"]
    described = {**file.described, "title": title, "channels": channels, "is_public": bool(channels)}
    team.state.put_file(described, file.content.decode("latin-1"))
    return described


def as_shared(file: Json) -> Json:
    """A file as messages show it: without the places where else it is."""
    return {key: value for key, value in file.items() if key not in ("channels", "groups", "ims")}


def _share(team: Team, conversation: Conversation, files: list[Json], args: Arguments) -> None:
    content: Json = {
        "text": escape(args.text("initial_comment")),
        "files": [as_shared(file) for file in files],
    }
    content["upload"] = True
    if blocks := args.structure("blocks", "invalid_blocks_format"):
        content["blocks"] = checked_message_blocks(blocks, team.ids)
    message = messages.app_message(team, {**content, "subtype": "file_share"})
    messages.post(team, conversation, message, args.text("thread_ts") or None)


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, Tier.FOUR, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, Tier.FOUR, ("files:write",)),
}
