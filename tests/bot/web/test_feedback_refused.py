"""Feedback that is refused: what is said about it, and that nothing else happens."""

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request

from bot.database import Database
from bot.web.feedback import LARGEST, FeedbackEndpoint, Secrets
from tests.bot.web.door import (
    BEARER,
    NOTHING,
    TOKEN,
    Door,
    a_desk,
    problems,
)
from tests.clock import TestClock

LATE = "My parcel never arrived and nobody answers."


def test_an_unknown_source_is_told_the_known_ones(doorstep: Door) -> None:
    answer = doorstep.post({"text": LATE}, source="pigeon")

    assert answer.status_code == 404
    assert problems(answer) == {"source": "unknown source; rules.yaml knows: email, survey, x"}


@pytest.mark.parametrize(
    "source", ["e%6dail%00", "%ff", "email%2f..%2fadmin", "EMAIL", "%F0%9F%98%80", "email/x"]
)
def test_a_source_is_found_by_its_name_only(doorstep: Door, source: str) -> None:
    assert doorstep.post({"text": LATE}, source=source).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_feedback_is_posted_and_nothing_else(doorstep: Door, method: str) -> None:
    answer = doorstep.client.request(
        method, "/feedback/email", headers=BEARER | {"Origin": "https://evil.example"}
    )

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param("", "broken JSON: Expecting value at character 0", id="nothing"),
        pytest.param("text=late", "broken JSON: Expecting value at character 0", id="a form"),
        pytest.param(
            '{"text": "late"', "broken JSON: Expecting ',' delimiter at character 15", id="cut short"
        ),
        pytest.param('{"text": "late"}{}', "broken JSON: Extra data at character 16", id="two objects"),
        pytest.param('{"text": "late", "score": NaN}', "broken JSON: NaN is no number", id="NaN"),
        pytest.param(
            '{"text": "late", "x": -Infinity}', "broken JSON: -Infinity is no number", id="-Infinity"
        ),
        pytest.param('{"text": "late", "x": 1e999}', "a number is too large to be kept: 1e999", id="1e999"),
        pytest.param(
            '{"text": "late", "x": ' + "9" * 5000 + "}",
            f"a number has more than 500 digits: {'9' * 40}…",
            id="5,000 digits",
        ),
        pytest.param("[" * 2000 + "]" * 2000, "broken JSON: nested too deeply", id="2,000 deep"),
        pytest.param(b'{"text": "caf\xe9"}', "broken JSON: not UTF-8", id="Latin-1"),
        pytest.param('{"text": "late"}'.encode("utf-16"), "broken JSON: not UTF-8", id="UTF-16"),
        pytest.param('"hello"', "must be an object", id="a text"),
        pytest.param("[1]", "must be an object", id="a list"),
        pytest.param("null", "must be an object", id="null"),
    ],
)
def test_what_is_no_json_object_is_refused(doorstep: Door, body: str | bytes, problem: str) -> None:
    answer = doorstep.send(body)

    assert (answer.status_code, problems(answer)) == (422, {"body": problem})


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        pytest.param({"text": ""}, "text", "must hold words", id="empty text"),
        pytest.param({"text": " \r\n\t\u00a0\u3000"}, "text", "must hold words", id="white space"),
        pytest.param({"text": "\u200b\u200d\u2060\ufeff\u00ad"}, "text", "must hold words", id="no width"),
        pytest.param({"text": "\u3164\u2800\u115f"}, "text", "must hold words", id="blank letters"),
        pytest.param({"text": "\u0301\ufe0f"}, "text", "must hold words", id="marks without letters"),
        pytest.param({"text": "\x00\ud800"}, "text", "must hold words", id="only what cannot be stored"),
        pytest.param({"text": None}, "text", "must be text", id="null text"),
        pytest.param({"text": 12345}, "text", "must be text", id="a number for text"),
        pytest.param({"text": ["a", "b"]}, "text", "must be text", id="a list for text"),
        pytest.param(
            {"text": "x" * 200_001}, "text", "must have at most 200000 characters", id="endless text"
        ),
        pytest.param({"external_id": True}, "external_id", "must be text", id="true as id"),
        pytest.param({"external_id": 1.5}, "external_id", "must be text", id="a decimal as id"),
        pytest.param({"external_id": ["1"]}, "external_id", "must be text", id="a list as id"),
        pytest.param(
            {"external_id": "T-\ud800"},
            "external_id",
            "must not hold NUL or half a character",
            id="half an id",
        ),
        pytest.param(
            {"external_id": "T-\x00"},
            "external_id",
            "must not hold NUL or half a character",
            id="NUL in an id",
        ),
        pytest.param(
            {"external_id": "x" * 501},
            "external_id",
            "must have at most 500 characters",
            id="long id",
        ),
        pytest.param({"title": {"a": 1}}, "title", "must be text", id="an object as title"),
        pytest.param({"title": "x" * 501}, "title", "must have at most 500 characters", id="long title"),
        pytest.param({"author": 3}, "author", "must be an object", id="a number as author"),
        pytest.param({"author": ["a"]}, "author", "must be an object", id="a list as author"),
        pytest.param({"author": {"name": 3}}, "author.name", "must be text", id="a number as name"),
        pytest.param(
            {"author": "x" * 501},
            "author.handle",
            "must have at most 500 characters",
            id="long handle",
        ),
        pytest.param({"score": True}, "score", "must be a number", id="true as score"),
        pytest.param({"score": "many"}, "score", "must be a number", id="a word as score"),
        pytest.param({"score": "nan"}, "score", "must be a number", id="nan as text"),
        pytest.param({"score": 10**400}, "score", "must be a number", id="a huge score"),
        pytest.param(
            {"score": 11, "score_scale": "nps"},
            "score",
            "must be between 0 and 10 on the scale nps",
            id="beyond its scale",
        ),
        pytest.param(
            {"score": -1, "score_scale": "stars"},
            "score",
            "must be between 0 and 5 on the scale stars",
            id="below its scale",
        ),
        pytest.param(
            {"score": 3, "score_scale": "apples"},
            "score_scale",
            "must be one of: nps, stars, csat, percent",
            id="an unknown scale",
        ),
        pytest.param(
            {"language": "English"},
            "language",
            "must be a language's code, such as en",
            id="a language's name",
        ),
        pytest.param(
            {"permalink": "javascript:alert(1)"},
            "permalink",
            "must be an address that begins with https:// or http://",
            id="a script",
        ),
        pytest.param(
            {"permalink": "https:///nowhere"},
            "permalink",
            "must be an address that begins with https:// or http://",
            id="no host",
        ),
        pytest.param(
            {"permalink": "https://a.example/ <b>"},
            "permalink",
            "must be an address that begins with https:// or http://",
            id="a blank in it",
        ),
        pytest.param({"permalink": "http://["}, "permalink", "Invalid IPv6 URL", id="half an address"),
        pytest.param({"attributes": [1]}, "attributes", "must be an object", id="a list of attributes"),
        pytest.param(
            {"attributes": {"order": {"lines": "x" * 5001}}},
            "attributes",
            "'order.lines' is longer than 5,000 characters",
            id="a long attribute",
        ),
        pytest.param(
            {"attributes": {"{0} {x}": "x" * 5001}},
            "attributes",
            "'{0} {x}' is longer than 5,000 characters",
            id="a name in braces",
        ),
        pytest.param(
            {"attributes": {"n" * 201: 1}},
            "attributes",
            f"'{'n' * 40}'… is a name of more than 200 characters",
            id="a long name",
        ),
        pytest.param(
            {"attributes": {f"n{number}": 1 for number in range(101)}},
            "attributes",
            "must hold at most 100 values",
            id="a hundred and one attributes",
        ),
        pytest.param(
            {"attributes": {"a.b": 1, "a": {"b": 2}}},
            "attributes",
            "'a.b' is there twice",
            id="the same twice",
        ),
        pytest.param(
            {"attributes": json.loads('{"a":' * 9 + "1" + "}" * 9)},
            "attributes",
            "'a.a.a.a.a.a.a.a' is nested more than 8 deep",
            id="nine deep",
        ),
    ],
)
def test_the_field_that_is_wrong_is_named(
    doorstep: Door, change: dict[str, Any], field: str, problem: str
) -> None:
    answer = doorstep.post({"text": LATE} | change)

    assert (answer.status_code, problems(answer)) == (422, {field: problem})


def test_a_missing_text_is_named(doorstep: Door) -> None:
    answer = doorstep.post({"comment": LATE, "id": "T-1"})

    assert (answer.status_code, problems(answer)) == (422, {"text": "is missing"})


def test_all_that_is_wrong_is_told_at_once(doorstep: Door) -> None:
    answer = doorstep.post({"text": 1, "score": "many", "author": {"name": 3}})

    assert answer.json()["error"] == "invalid feedback"
    assert sorted(problems(answer)) == ["author.name", "score", "text"]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("yesterday", id="a word"),
        pytest.param("", id="nothing"),
        pytest.param("2016-12-31T23:59:60Z", id="a leap second"),
        pytest.param("9999-12-31T23:59:59Z", id="the last year"),
        pytest.param("9999-12-31T23:59:59-14:00", id="and beyond it"),
        pytest.param("0001-01-01T00:00:00+14:00", id="before the first"),
        pytest.param("2026-03-03T09:00:01Z", id="a day and a second ahead"),
        pytest.param("1989-12-31T23:59:59Z", id="before there was a web"),
        pytest.param(0, id="zero"),
        pytest.param(2024, id="a year"),
        pytest.param(45413, id="a spreadsheet's day"),
        pytest.param(-1, id="minus one"),
        pytest.param(1_700_000_000_000_000, id="microseconds"),
        pytest.param(10**300, id="a huge number"),
        pytest.param(True, id="true"),
        pytest.param({"at": 1}, id="an object"),
    ],
)
def test_a_time_that_cannot_be_true_is_refused(doorstep: Door, said: Any) -> None:
    answer = doorstep.post({"text": LATE, "occurred_at": said})

    assert (answer.status_code, list(problems(answer))) == (422, ["occurred_at"])


def test_an_answer_can_name_a_field_that_cannot_be_written(doorstep: Door) -> None:
    answer = doorstep.send(r'{"text": "late", "attributes": {"\ud800": {"\udc00": "' + "x" * 5001 + '"}}}')

    assert (answer.status_code, problems(answer)) == (
        422,
        {"attributes": "'.' is longer than 5,000 characters"},
    )


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Content-Encoding": "gzip"}, id="gzip"),
        pytest.param({"Content-Encoding": "br"}, id="br"),
        pytest.param({"Content-Encoding": "identity, deflate"}, id="two"),
        pytest.param({"Content-Type": "application/json; charset=iso-8859-1"}, id="Latin-1"),
        pytest.param({"Content-Type": 'application/json; Charset="utf-16"'}, id="UTF-16"),
        pytest.param({"Content-Type": "application/json; charset=banana"}, id="banana"),
    ],
)
def test_a_body_in_another_encoding_is_not_unpacked(doorstep: Door, headers: dict[str, str]) -> None:
    answer = doorstep.send(gzip.compress(b'{"text": "late"}'), headers=BEARER | headers)

    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")


def test_a_megabyte_is_taken_and_a_byte_more_is_not(door: Door) -> None:
    start, end = '{"text": "late", "more": "', '"}'
    fits = start + "x" * (LARGEST - len(start) - len(end)) + end

    answers = [door.send(body).status_code for body in (fits, fits + " ")]

    assert (answers, door.stored_texts()) == ([202, 413], ["late"])


class EndlessSender:
    """Sends pieces of a body for ever, as chunks of no stated length, and counts them."""

    def __init__(self) -> None:
        self.pieces = 0

    async def receive(self) -> dict[str, Any]:
        """The next piece."""
        self.pieces += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}


def a_request(receive: Callable[[], Any], headers: dict[str, str]) -> Request:
    """A request whose body comes piece by piece."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "headers": raw, "path_params": {"source": "email"}}
    return Request(scope, receive)


@pytest.mark.parametrize(
    ("headers", "status", "most_pieces"),
    [
        pytest.param(BEARER, 413, LARGEST // 65_536 + 1, id="no length is stated"),
        pytest.param(BEARER | {"Content-Length": "12"}, 413, LARGEST // 65_536 + 1, id="a false length"),
        pytest.param(BEARER | {"Content-Length": "1000001"}, 413, 0, id="too long a length"),
        pytest.param(BEARER | {"Content-Length": "9" * 5000}, 413, 0, id="an endless length"),
        pytest.param({"Authorization": "Bearer wrong"}, 401, 0, id="a stranger"),
        pytest.param(BEARER | {"Content-Encoding": "gzip"}, 415, 0, id="packed"),
    ],
)
def test_no_more_is_read_than_is_taken(
    absent_database: Database,
    clock: TestClock,
    headers: dict[str, str],
    status: int,
    most_pieces: int,
) -> None:
    sender = EndlessSender()
    feedback = FeedbackEndpoint(a_desk(absent_database, clock), Secrets(TOKEN, None))

    answer = asyncio.run(feedback(a_request(sender.receive, headers)))

    assert (answer.status_code, sender.pieces) == (status, most_pieces)


def test_a_sender_that_hangs_up_leaves_nothing(door: Door, clock: TestClock) -> None:
    async def hang_up() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    feedback = FeedbackEndpoint(a_desk(door.database, clock), Secrets(TOKEN, None))

    answer = asyncio.run(feedback(a_request(hang_up, BEARER)))

    assert (answer.status_code, door.counts()) == (408, NOTHING)


def test_a_sender_that_falls_silent_is_not_waited_for(absent_database: Database, clock: TestClock) -> None:
    async def say_nothing() -> dict[str, Any]:
        return await asyncio.Future()

    feedback = FeedbackEndpoint(
        a_desk(absent_database, clock), Secrets(TOKEN, None), patience=timedelta(milliseconds=50)
    )

    answer = asyncio.run(feedback(a_request(say_nothing, BEARER)))

    assert answer.status_code == 408


def test_refused_requests_leave_nothing_and_disturb_nothing(door: Door) -> None:
    bodies = ["", "{", '{"text": ""}', '{"text": 1}', '{"text": "a", "score": "b"}', "x" * (LARGEST + 1)]

    refused = [
        *(door.send(body).status_code for body in bodies),
        door.send('{"text": "late"}', headers={}).status_code,
        door.post({"text": LATE}, source="pigeon").status_code,
    ]

    assert refused == [422, 422, 422, 422, 422, 413, 401, 404]
    assert door.counts() == NOTHING
    assert door.post({"text": LATE}).status_code == 202
