"""Bodies of requests: read up to a limit, and as JSON without Python's own additions to it."""

import json
import math
import re
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.requests import Request

from models.policies.intake import clean_text

LONGEST_WHOLE_NUMBER = 500
"""Digits; Python itself refuses to read more than 4,300, in words that help nobody."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]+)", re.IGNORECASE)


async def read_body(request: Request, at_most: int) -> bytes | None:
    """The body; None once it is longer than so many bytes, without reading the rest."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > at_most:
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > at_most:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def is_plain_utf8(headers: Headers) -> bool:
    """Whether the body is in UTF-8 and not packed: a packed one may hold gigabytes in a few bytes."""
    packed = {each.strip().lower() for each in headers.get("content-encoding", "").split(",")}
    charset = _CHARSET.search(headers.get("content-type", ""))
    return packed <= {"", "identity"} and (
        charset is None or charset[1].lower() in {"utf-8", "utf8", "us-ascii"}
    )


def parse_json(body: bytes) -> Any:
    """What the JSON holds; of a name that stands twice the last. Raises ValueError, saying what is wrong."""
    try:
        return json.loads(
            body.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite, parse_int=_whole
        )
    except RecursionError:
        raise ValueError("broken JSON: nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("broken JSON: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error.msg} at character {error.pos}") from None


def field_at(place: tuple[int | str, ...]) -> str:
    """Where in a body something is wrong; a name may hold what no answer can, half a character."""
    return ".".join(clean_text(str(part))[:100] for part in place) or "body"


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"broken JSON: {name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"a number is too large to be kept: {digits[:40]}")
    return number


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_WHOLE_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_WHOLE_NUMBER} digits: {digits[:40]}…")
    return int(digits)
