"""Signed HTTP: what the SDK's verifier accepts, what is retried and how, and what is answered."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack

from bot.workspace.delivery import NotDelivered
from bot.workspace.errors import ActError
from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import actions, button, entry, modal, typed
from tests.bot.workspace.bots import HearingBot

Json = dict[str, Any]


@pytest.fixture
def real_time(open_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace in real time, because a signature may not be old; it retries sooner than Slack."""
    retries = (timedelta(), timedelta(milliseconds=50), timedelta(milliseconds=50))
    return open_workspace(timing=Timing(timedelta(milliseconds=500), event_retries=retries))


@pytest.fixture
def http_bot(real_time: Workspace) -> Iterator[HearingBot]:
    """A bot behind an address, whose Bolt checks every signature."""
    bot = HearingBot(real_time)
    bot.listen()
    yield bot
    bot.close()


def test_events_commands_and_clicks_arrive_with_signatures_that_bolt_accepts(
    real_time: Workspace, http_bot: HearingBot
) -> None:
    http_bot.hears_everything()
    card = http_bot.client.chat_postMessage(channel="#feedback", text="Card", blocks=[actions(button())])

    real_time.command("U0ANA", "#feedback", "/recovery list")
    real_time.click("U0ANA", "#feedback", card["ts"], "go_0")
    real_time.shortcut("U0ANA", "new_case")

    assert http_bot.event("message")["event"]["text"] == "Card"
    assert http_bot.interaction("block_actions")["actions"][0]["action_id"] == "go_0"
    assert http_bot.interaction("shortcut")["callback_id"] == "new_case"
    assert http_bot.wait_for(lambda body: body.get("command") == "/recovery")["text"] == "list"


def test_a_form_is_answered_in_the_body_of_the_response(real_time: Workspace, http_bot: HearingBot) -> None:
    http_bot.app.command("/recovery")(_take)
    http_bot.app.view("form")(_refuse)
    real_time.command("U0ANA", "#feedback", "/recovery note")
    trigger = http_bot.heard[-1]["trigger_id"]
    form = modal(entry(typed(), block_id="words"), callback_id="form")
    view = http_bot.client.views_open(trigger_id=trigger, view=form)["view"]

    assert real_time.submit("U0ANA", view["id"], {"words": "Hm"}) == {"words": "No."}


def test_a_command_is_answered_in_the_body_of_the_response(
    real_time: Workspace, http_bot: HearingBot
) -> None:
    http_bot.app.command("/recovery")(_say_hello)

    real_time.command("U0ANA", "#feedback", "/recovery")

    assert real_time.ephemerals("U0ANA")[0]["text"] == "Hello"


def test_an_event_that_failed_comes_again_with_its_number_and_reason(
    real_time: Workspace, http_bot: HearingBot
) -> None:
    real_time.say("U0ANA", "#feedback", "Nobody listens to this")
    real_time.until(lambda: len(http_bot.heard) == 4)
    real_time.until(lambda: real_time.on_the_way() == 0)

    numbers = [headers.get("x-slack-retry-num") for headers in http_bot.headers]
    reasons = {headers["x-slack-retry-reason"][0] for headers in http_bot.headers[1:]}
    assert numbers == [None, ["1"], ["2"], ["3"]]
    assert reasons == {"http_error"}
    assert len({body["event_id"] for body in http_bot.heard}) == 1


def test_a_command_that_the_bot_does_not_know_fails_with_slacks_word(
    real_time: Workspace, http_bot: HearingBot
) -> None:
    with pytest.raises(ActError, match="http_service_error"):
        real_time.command("U0ANA", "#feedback", "/recovery list")


def test_an_address_that_does_not_answer_the_challenge_is_not_taken(real_time: Workspace) -> None:
    with pytest.raises(NotDelivered, match="url_verification_failed"):
        real_time.deliver_to(f"{real_time.url}/page/nothing")


def test_an_old_signature_is_refused_by_the_bot(real_time: Workspace, http_bot: HearingBot) -> None:
    http_bot.hears_everything()
    real_time.move_clock(timedelta(minutes=-10))

    with pytest.raises(ActError, match="http_service_error"):
        real_time.command("U0ANA", "#feedback", "/recovery list")


def _take(ack: Ack) -> None:
    ack()


def _refuse(ack: Ack) -> None:
    ack(response_action="errors", errors={"words": "No."})


def _say_hello(ack: Ack) -> None:
    ack("Hello")
