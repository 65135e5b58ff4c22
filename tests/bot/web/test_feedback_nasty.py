"""Hostile input at the door: taken or refused, never a failure, and never stored otherwise than sent."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.feedback import FeedbackBody
from models.policies.intake import clean_text
from tests.bot.web.door import (
    BEARER,
    Door,
)


def read_nasty(shared: Path, name: str) -> Any:
    """A file of hostile input."""
    path = shared / "payloads" / "6-nasty" / name
    if not path.exists():
        pytest.skip(f"{name} is not in the shared material")
    return json.loads(path.read_bytes())


def is_calm(answers: list[Any]) -> bool:
    """Whether each was stored or refused, and none failed."""
    return all(answer.status_code == 202 or 400 <= answer.status_code < 500 for answer in answers)


WAYS_IN = [
    pytest.param(b"%s", id="as the body"),
    pytest.param(b'{"text": %s}', id="as the text"),
    pytest.param(b'{"text": "late", "external_id": %s}', id="as the id"),
    pytest.param(b'{"text": "late", "author": %s}', id="as the author"),
    pytest.param(b'{"text": "late", "score": %s}', id="as the score"),
    pytest.param(b'{"text": "late", "occurred_at": %s}', id="as the time"),
    pytest.param(b'{"text": "late", "attributes": %s}', id="as all attributes"),
    pytest.param(b'{"text": "late", "attributes": {"it": %s}}', id="as an attribute"),
    pytest.param(b'{"text": "late", %s: 1}', id="as a name"),
]


@pytest.mark.parametrize("way", WAYS_IN)
def test_json_that_breaks_parsers_breaks_nothing(door: Door, shared_material: Path, way: bytes) -> None:
    files = sorted((shared_material / "payloads" / "6-nasty" / "json").glob("*.json"))
    bodies = [way.replace(b"%s", file.read_bytes()) for file in files]

    answers = [door.send(body) for body in bodies]

    taken = [body for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 202]
    meant = [clean_text(json.loads(body.decode("utf-8-sig"))["text"]) for body in taken]
    assert len(files) > 80
    assert is_calm(answers)
    assert door.stored_texts() == meant


def test_what_is_not_json_is_never_taken(doorstep: Door, shared_material: Path) -> None:
    files = sorted((shared_material / "payloads" / "6-nasty" / "json").glob("n_*.json"))

    answers = [doorstep.send(file.read_bytes()) for file in files]

    assert {answer.status_code for answer in answers} == {422}


OUR_NAMES = [
    ('"id":', '"external_id":'),
    ('"comment":', '"text":'),
    ('"created_at":', '"occurred_at":'),
    ('"score":', '"score_scale": "nps", "score":'),
    ('"email":', '"author":'),
]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("duplicate score", 1.0),
        ("NaN score", 422),
        ("-Infinity score", 422),
        ("huge integer", 422),
        ("score as float", 6.999999),
        ("score negative", 422),
        ("score null", None),
        ("comment number", 422),
        ("comment array", 422),
        ("top-level string", 422),
        ("empty body", 422),
        ("lone surrogate", None),
        ("lone low surrogate in id", 422),
        ("id as number", None),
        ("id null", None),
        ("email unicode", None),
        ("future timestamp", 422),
        ("millisecond epoch", None),
        ("leap second", 422),
        ("lower case t z", None),
        ("SQL date", None),
        ("prototype keys", None),
        ("BOM before object", None),
        ("two objects", 422),
    ],
)
def test_a_hostile_survey_is_taken_or_refused(
    door: Door, shared_material: Path, name: str, outcome: float | None
) -> None:
    (body,) = [
        each["body"] for each in read_nasty(shared_material, "json_bodies_a.json") if each["name"] == name
    ]
    renamed = functools.reduce(lambda said, names: said.replace(*names), OUR_NAMES, body)

    answer = door.send(renamed.encode())

    kept = [row["survey_score"] for row in door.stored()]
    assert (answer.status_code, kept) == ((422, []) if outcome == 422 else (202, [outcome]))


def body_of(request: dict[str, Any]) -> bytes:
    """The body that a recorded request describes, its fields under our names."""
    match request["body"]:
        case {"hex": digits}:
            content = bytes.fromhex(digits)
        case {"prefix": prefix, "repeat": piece, "times": times, "suffix": suffix}:
            content = (prefix + piece * times + suffix).encode()
        case {"recipe": recipe} if "nested" in recipe:
            content = b"[" * 2000 + b"]" * 2000
        case {"recipe": _}:
            content = json.dumps({f"k{number}": 1 for number in range(100_000)}).encode()
        case str() as text:
            content = text.encode()
    return content.replace(b'"comment"', b'"text"').replace(b'"id"', b'"external_id"')


def headers_of(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Its headers, the token before them; the client itself says how long the body is."""
    told = [
        (name, value)
        for name, values in request["headers"].items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return [*BEARER.items(), *(header for header in told if header[0] != "Transfer-Encoding")]


def test_hostile_requests_are_taken_or_refused(door: Door, shared_material: Path) -> None:
    requests = read_nasty(shared_material, "http_requests_a.json")

    answers = {
        each["name"]: door.client.request(
            each["method"],
            each.get("path", "/hooks/email").replace("/hooks/", "/feedback/"),
            content=body_of(each),
            headers=headers_of(each),
        )
        for each in requests
    }

    assert is_calm(list(answers.values()))
    assert {name for name, answer in answers.items() if answer.status_code == 202} == {
        "no content type",
        "duplicate signature header",
        "signature empty",
        "secret in query",
        "two at once",
    }
    assert [(row["source"], row["text"]) for row in door.stored()] == [("email", "late"), ("x", "late")]


def test_naughty_strings_are_stored_unchanged(door: Door, shared_material: Path) -> None:
    strings = read_nasty(shared_material, "blns_a.json")

    answers = [
        door.post(
            {"text": said, "title": said[:500], "author": {"name": said[:500]}, "attributes": {"said": said}}
        )
        for said in strings
    ]

    taken = [said for said, answer in zip(strings, answers, strict=True) if answer.status_code == 202]
    stored = door.stored()
    assert is_calm(answers)
    assert len(taken) > 250
    assert [row["text"] for row in stored] == taken
    assert [row["attributes"]["said"] for row in stored] == taken
    assert [row["title"] for row in stored] == [said[:500].strip() for said in taken]


@pytest.mark.parametrize(
    "name", ["unicode_a.json", "injection_by_sink_a.json", "slack_text_a.json", "emoji_sequences_a.json"]
)
def test_texts_of_every_script_are_stored_unchanged(door: Door, shared_material: Path, name: str) -> None:
    texts = [each.get("text", each.get("emoji")) for each in read_nasty(shared_material, name)]

    answers = [door.post({"text": said}) for said in texts]

    taken = [said for said, answer in zip(texts, answers, strict=True) if answer.status_code == 202]
    assert is_calm(answers)
    assert len(taken) >= len(texts) - 4
    assert door.stored_texts() == [clean_text(said) for said in taken]


@pytest.mark.parametrize(
    "name", ["comment_8MiB.json.gz", "truncated.json.gz", "flat_16MiB.zip", "entities.xml"]
)
@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_bombs_do_not_go_off(
    doorstep: Door, shared_material: Path, name: str, headers: dict[str, str]
) -> None:
    bomb = (shared_material / "payloads" / "6-nasty" / "bombs" / name).read_bytes()

    answer = doorstep.send(bomb, headers=BEARER | headers)

    assert answer.status_code in {415, 422}


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.sampled_from("\ud800\udc00\0 x")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from([*FeedbackBody.model_fields, "more"])


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(FIELDS, ANY_JSON, max_size=5))
def test_whatever_json_is_sent_it_is_taken_or_refused(doorstep: Door, body: dict[str, Any]) -> None:
    answer = doorstep.post({"text": "late"} | body)

    assert answer.status_code in {422, 503}  # 503: good, and nowhere to store it
