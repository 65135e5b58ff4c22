"""What a Web API call was given, out of a query, a form or a JSON body."""

import json
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
TRUE_WORDS = frozenset({"1", "true", "True"})


async def read_arguments(request: Request) -> Json:
    """Every argument of a call; raises SlackError for a body that Slack cannot read."""
    found: Json = dict(request.query_params)
    if request.method == "GET":
        return found
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    body = await request.body()
    if content_type == JSON:
        return found | _json_object(body)
    if content_type == MULTIPART:
        parts = read_parts(request.headers["content-type"], body)
        return found | {name: content.decode("utf-8", "replace") for name, content in parts.items()}
    if content_type == FORM:
        return found | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if body:
        raise SlackError("invalid_post_type" if content_type else "missing_post_type")
    return found


def read_parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a multipart body by their names."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = message.iter_parts() if message.is_multipart() else ()
    return {str(part.get_param("name", "", "content-disposition")): _content(part) for part in parts}


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


class Arguments:
    """The arguments of one call, read as the kinds that the method expects."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str, otherwise: str = "") -> str:
        """An argument as text; numbers are read as they were written."""
        value = self.given.get(name)
        if value is None:
            return otherwise
        if isinstance(value, str | int | float):
            return str(value)
        raise SlackError("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])

    def need(self, name: str, error: str = "") -> str:
        """An argument that must be there and not be empty; `error` is the method's own word for that."""
        value = self.text(name)
        if value:
            return value
        if error:
            raise SlackError(error)
        raise SlackError("invalid_arguments", [f"missing required field: {name}"])

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """An argument that is true or false."""
        value = self.given.get(name)
        if value is None or value == "":
            return otherwise
        return value is True or str(value) in TRUE_WORDS

    def number(self, name: str, otherwise: int, error: str = "invalid_arguments") -> int:
        """An argument that is a whole number."""
        value = self.text(name)
        if not value:
            return otherwise
        try:
            return int(float(value))
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """A list, given as such or as text with commas."""
        value = self.given.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in self.text(name).split(",") if one.strip()]

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON value, given as such or as text; None when absent."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None


def _json_object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
