"""The main job once more, with Slack's deliveries by signed HTTP instead of Socket Mode."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from slack_sdk.signature import SignatureVerifier

from bot.slack.app import build_app
from bot.web.app import build_web
from bot.web.feedback import Secrets
from bot.workspace.server import Workspace
from tests.builders import ANA
from tests.scenarios.processes import RunningBot
from tests.story import CHANNEL, Story, words_of

TOKEN = "a-token-for-tests"
CLAIMED_BY_ANA = f"🙋 <@{ANA}> claimed the case."


@pytest.fixture
def door(story: Story) -> Iterator[str]:
    """The address to which Slack delivers from now on."""
    app = build_app(
        story.desk,
        identity=story.slack.who_am_i(),
        token=story.workspace.bot_token,
        signing_secret=story.workspace.signing_secret,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        web = build_web(story.desk, Secrets(TOKEN, None), app)
        server = uvicorn.Server(uvicorn.Config(web, lifespan="off", log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
        story.workspace.deliver_to(url)
        yield url
        server.should_exit = True
        thread.join()


@pytest.fixture
def bot(workspace: Workspace, database_url: str, tmp_path: Path) -> Iterator[RunningBot]:
    """The bot as a process of its own, with the secret by which it knows Slack."""
    bot = RunningBot(
        tmp_path,
        DATABASE_URL=database_url,
        SLACK_BOT_TOKEN=workspace.bot_token,
        SLACK_SIGNING_SECRET=workspace.signing_secret,
        SLACK_API_URL=workspace.api_url,
    )
    yield bot
    bot.clean_up()


def test_a_button_claims_the_case(story: Story, door: str) -> None:
    story.receives("My parcel never came")

    story.clicks(ANA, "case_claim")

    assert f"<@{ANA}>" in story.card_words
    assert story.thread == [CLAIMED_BY_ANA]


def test_a_command_is_answered(story: Story, door: str) -> None:
    story.receives("My parcel never came")

    answer = story.types(ANA, "/recovery claim 1")

    assert answer == "Case #1 is yours."


def test_a_mention_in_the_thread_is_an_order(story: Story, door: str) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery claim")

    assert story.thread[1:] == [CLAIMED_BY_ANA]


def test_a_form_is_refused_at_its_field_and_then_taken(story: Story, door: str) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_compensate")

    errors = story.submits(ANA, kind="voucher", amount="some", reason="a week late")
    again = story.submits(ANA, kind="voucher", amount="20", reason="a week late")

    assert "“some” is no amount" in errors["amount"]
    assert again == {}
    assert "20.00 EUR" in story.card_words


def test_the_same_event_twice_is_acted_on_once(story: Story, door: str) -> None:
    story.receives("My parcel never came")
    story.says(ANA, "@recovery note The courier found it")
    (event,) = [wire["body"] for wire in story.workspace.wires() if wire["what"] == "app_mention"]

    answer = deliver(door, event, signature_of(story.workspace, event), **{"X-Slack-Retry-Num": "1"})
    story.settle()

    assert answer.status_code == 200
    assert story.thread[1:] == [f"📝 <@{ANA}>: The courier found it"]


@pytest.mark.parametrize(
    ("secret", "ago"),
    [
        pytest.param("somebody-else's-secret", timedelta(), id="wrong signature"),
        pytest.param(Workspace.signing_secret, timedelta(minutes=6), id="old timestamp"),
        pytest.param(Workspace.signing_secret, timedelta(minutes=-6), id="timestamp from the future"),
    ],
)
def test_who_cannot_sign_is_refused(story: Story, door: str, secret: str, ago: timedelta) -> None:
    story.receives("My parcel never came")
    event = a_mention(story, "@recovery note I was never there")

    answer = deliver(door, event, signature_of(story.workspace, event, secret=secret, ago=ago))
    story.settle()

    assert answer.status_code == 401
    assert story.thread == []


def test_who_does_not_sign_is_refused(story: Story, door: str) -> None:
    story.receives("My parcel never came")

    answer = deliver(door, a_mention(story, "@recovery note I was never there"), {})
    story.settle()

    assert answer.status_code == 401
    assert story.thread == []


@pytest.mark.timeout(900)
def test_the_running_bot_is_reached_with_a_signing_secret(bot: RunningBot, workspace: Workspace) -> None:
    bot.start().wait_until_ready()

    workspace.deliver_to(f"{bot.web_url}/slack/events")
    workspace.command(ANA, CHANNEL, "/recovery list")

    assert "open case" in words_of(workspace.ephemerals(ANA)[-1])
    assert bot.end() == 0


def a_mention(story: Story, words: str) -> dict[str, Any]:
    """What Slack would deliver when Ana says this below the card."""
    event = {
        "type": "app_mention",
        "user": ANA,
        "text": words.replace("@recovery", f"<@{story.slack.who_am_i()['user_id']}>"),
        "ts": "1772442000.000100",
        "thread_ts": story.card["ts"],
        "channel": story.workspace.channel(CHANNEL)["id"],
    }
    return {"type": "event_callback", "event_id": "Ev0FORGED", "team_id": "T0HARBOUR", "event": event}


def signature_of(
    workspace: Workspace, body: dict[str, Any], *, secret: str = "", ago: timedelta = timedelta()
) -> dict[str, str]:
    """The headers with which Slack proves that it is Slack."""
    timestamp = str(int(time.time() - ago.total_seconds()))
    verifier = SignatureVerifier(secret or workspace.signing_secret)
    signature = verifier.generate_signature(timestamp=timestamp, body=json.dumps(body))
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or ""}


def deliver(door: str, body: dict[str, Any], proof: dict[str, str], **headers: str) -> httpx.Response:
    """Post to the bot as Slack does."""
    content = {"Content-Type": "application/json"}
    return httpx.post(door, content=json.dumps(body), headers={**content, **proof, **headers}, timeout=30)
