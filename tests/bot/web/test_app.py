"""The addresses of the web part, and Slack's deliveries where they come by HTTP."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from bot.database import Database
from bot.slack.app import build_app
from bot.web.app import LARGEST_DELIVERY, build_web
from bot.web.feedback import Secrets
from tests.bot.web.door import TOKEN, a_desk, client_of
from tests.clock import TestClock

SIGNING_SECRET = "a-signing-secret-for-tests"
BOT = {"team_id": "T0LOCAL", "user_id": "U0BOT", "bot_id": "B0BOT"}


@pytest.fixture
def client(absent_database: Database, clock: TestClock) -> Iterator[TestClient]:
    """A web part to which Slack delivers by HTTP; the database is away."""
    slack = SimpleNamespace(writes=SimpleNamespace(base_url="http://127.0.0.1:9/api/"))
    desk = a_desk(absent_database, clock, slack=slack)
    app = build_app(desk, identity=BOT, token="xoxb-test", signing_secret=SIGNING_SECRET)
    with client_of(build_web(desk, Secrets(TOKEN, None), app)) as client:
        yield client


def signed_by_slack(body: str) -> dict[str, str]:
    """The headers of a delivery; Slack's library looks at the real time."""
    at = str(int(datetime.now(UTC).timestamp()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=at, body=body)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": str(signature),
    }


def test_slack_finds_the_bot_at_its_address(client: TestClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "are you there"})

    answer = client.post("/slack/events", content=body, headers=signed_by_slack(body))

    assert (answer.status_code, "are you there" in answer.text) == (200, True)


def test_a_delivery_that_slack_did_not_sign_is_refused(client: TestClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "are you there"})

    answer = client.post("/slack/events", content=body, headers=signed_by_slack(body + " "))

    assert (answer.status_code, "are you there" in answer.text) == (401, False)


def test_an_endless_delivery_is_not_read(client: TestClient) -> None:
    body = "x" * (LARGEST_DELIVERY + 1)

    answer = client.post("/slack/events", content=body, headers=signed_by_slack(body))

    assert answer.status_code == 413


def test_where_slack_comes_by_socket_there_is_no_address_for_it(
    absent_database: Database, clock: TestClock
) -> None:
    client = client_of(build_web(a_desk(absent_database, clock), Secrets(TOKEN, None), None))

    answer = client.post("/slack/events", content="{}")

    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/feedback", 404), ("POST", "/health", 405), ("GET", "/slack/events", 405)],
)
def test_what_is_not_there_is_told_in_json(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


def test_metrics_are_for_prometheus(client: TestClient) -> None:
    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert "process_start_time_seconds" in answer.text
