"""Who may post feedback, and who is turned away."""

from datetime import timedelta
from typing import Any

import pytest

from bot.database import Database
from bot.web.app import build_web
from bot.web.feedback import Secrets
from tests.bot.web.door import (
    SIGNING_SECRET,
    TOKEN,
    Door,
    a_desk,
    client_of,
    problems,
    signed,
)
from tests.clock import TestClock


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Authorization": "Bearer"}, id="no token"),
        pytest.param({"Authorization": "Bearer "}, id="an empty token"),
        pytest.param({"Authorization": "Bearer wrong"}, id="a wrong token"),
        pytest.param({"Authorization": f"Bearer {TOKEN[:-1]}"}, id="most of the token"),
        pytest.param({"Authorization": f"Bearer {TOKEN}x"}, id="more than the token"),
        pytest.param({"Authorization": f"Basic {TOKEN}"}, id="another scheme"),
        pytest.param({"Authorization": TOKEN}, id="no scheme"),
        pytest.param({"Authorization": "Bearer schlüssel-日本".encode()}, id="not ASCII"),
        pytest.param({"X-Token": TOKEN}, id="another header"),
    ],
)
def test_a_stranger_is_turned_away(doorstep: Door, headers: Any) -> None:
    answer = doorstep.send('{"text": "late"}', headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert list(problems(answer)) == ["authorization"]


@pytest.mark.parametrize("token", ["schlüssel-日本", " padded\n"])
def test_a_token_may_be_any_text(absent_database: Database, clock: TestClock, token: str) -> None:
    web = build_web(a_desk(absent_database, clock), Secrets(token, None), None)

    answer = client_of(web).post("/feedback/x", headers={"Authorization": f"Bearer {token.strip()}".encode()})

    assert problems(answer) == {"body": "broken JSON: Expecting value at character 0"}


@pytest.mark.parametrize("token", [None, "", " "])
@pytest.mark.parametrize("said", ["Bearer", "Bearer ", "Bearer None", "Bearer  "])
def test_without_a_token_nobody_has_it(
    absent_database: Database, clock: TestClock, token: str | None, said: str
) -> None:
    web = build_web(a_desk(absent_database, clock), Secrets(token, SIGNING_SECRET), None)

    answer = client_of(web).post("/feedback/x", content='{"text": "late"}', headers={"Authorization": said})

    assert answer.status_code == 401


def test_a_signed_delivery_is_taken(door: Door) -> None:
    body = '{"text": "Zu spät 😡", "external_id": "T-1"}'

    answer = door.send(body, headers=signed(body))

    assert (answer.status_code, door.stored_texts()) == (202, ["Zu spät 😡"])


def test_a_signed_delivery_that_is_sent_again_is_one_feedback(door: Door) -> None:
    body = '{"text": "late"}'
    door.send(body, headers=signed(body, delivery="msg-7"))

    answer = door.send(body, headers=signed(body, delivery="msg-7"))

    assert answer.json() == {"status": "already stored", "external_id": "delivery-msg-7"}
    assert door.stored_texts() == ["late"]


def test_an_endless_delivery_id_is_not_kept(door: Door) -> None:
    body = '{"text": "late"}'

    answer = door.send(body, headers=signed(body, delivery="m" * 3000))

    assert answer.json()["external_id"].startswith("ours-")


OTHER_SECRET = "whsec_YW5vdGhlci1zZWNyZXQtb2YtYW5vdGhlci1zZW5kZXI="
SIGNED_BODY = '{"text": "late"}'


@pytest.mark.parametrize(
    ("signing", "change"),
    [
        pytest.param({"secret": OTHER_SECRET}, {}, id="by another secret"),
        pytest.param({"body": '{"text": "early"}'}, {}, id="of another body"),
        pytest.param({}, {"webhook-id": "msg-2"}, id="of another delivery"),
        pytest.param({"age": timedelta(minutes=10)}, {}, id="old"),
        pytest.param({"age": timedelta(minutes=-10)}, {}, id="from the future"),
        pytest.param({}, {"webhook-timestamp": "soon"}, id="at no time"),
        pytest.param({}, {"webhook-timestamp": "nan"}, id="at NaN"),
        pytest.param({}, {"webhook-timestamp": "9" * 400}, id="at the end of time"),
        pytest.param({}, {"webhook-signature": ""}, id="empty"),
        pytest.param({}, {"webhook-signature": "v1"}, id="without a comma"),
        pytest.param({}, {"webhook-signature": "v1,a,b"}, id="with two"),
        pytest.param({}, {"webhook-signature": "v1,x"}, id="no Base64"),
        pytest.param({}, {"webhook-signature": "v1,ü".encode()}, id="not ASCII"),
        pytest.param({}, {"webhook-signature": "v2,eA=="}, id="of another version"),
        pytest.param({}, {"webhook-id": "", "webhook-timestamp": ""}, id="alone"),
        pytest.param({}, {"Authorization": "Bearer wrong"}, id="beside a wrong token"),
    ],
)
def test_a_signature_that_is_not_ours_is_refused(
    doorstep: Door, signing: dict[str, Any], change: dict[str, Any]
) -> None:
    headers: Any = signed(**({"body": SIGNED_BODY} | signing)) | change

    answer = doorstep.send(SIGNED_BODY, headers=headers)

    assert (answer.status_code, list(problems(answer))) == (401, ["authorization"])


def test_of_two_signature_headers_only_the_first_counts(doorstep: Door) -> None:
    good = signed(SIGNED_BODY)
    bad = [("webhook-signature", "v1,eA==")]

    answer = doorstep.send(SIGNED_BODY, headers=[*bad, *good.items()])

    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b"{"])
def test_a_signed_body_that_is_broken_is_refused(doorstep: Door, body: bytes) -> None:
    headers = signed(body.decode(errors="replace"))

    answer = doorstep.send(body, headers=headers)

    assert answer.status_code in {401, 422}


def test_a_secret_that_cannot_sign_stops_the_start(absent_database: Database, clock: TestClock) -> None:
    with pytest.raises(ValueError, match="FEEDBACK_SECRET: must be whsec_"):
        build_web(a_desk(absent_database, clock), Secrets(None, "whsec_"), None)
