"""The address at which a bot answers an interaction: five uses, thirty minutes, and what it can do."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import actions, button, section
from tests.bot.workspace.bots import HearingBot

CARD = actions(button())


@pytest.fixture
def address(workspace: Workspace, bot: HearingBot) -> WebhookClient:
    """The response_url of a command that Ana gave in #feedback."""
    workspace.command("U0ANA", "#feedback", "/recovery help")
    return WebhookClient(bot.heard[-1]["response_url"])


def after_a_click(workspace: Workspace, bot: HearingBot, ts: str) -> WebhookClient:
    """The response_url of a click on a message."""
    workspace.click("U0ANA", "#feedback", ts, "go_0")
    return WebhookClient(bot.heard[-1]["response_url"])


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


def test_an_answer_is_for_its_person_only(workspace: Workspace, address: WebhookClient) -> None:
    answer = address.send(text="For you")

    assert (answer.status_code, answer.body) == (200, "ok")
    assert texts(workspace.ephemerals("U0ANA")) == ["For you"]
    assert workspace.messages("#feedback") == []


def test_an_answer_can_be_for_everybody(workspace: Workspace, address: WebhookClient) -> None:
    address.send(text="For all", response_type="in_channel")

    message = workspace.messages("#feedback")[0]
    assert (message["text"], message["subtype"]) == ("For all", "bot_message")


def test_an_address_is_used_five_times(address: WebhookClient) -> None:
    answers = [address.send(text=f"Answer {number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body


def test_an_address_lives_thirty_minutes(workspace: Workspace, address: WebhookClient) -> None:
    workspace.move_clock(timedelta(minutes=30, seconds=1))

    answer = address.send(text="Late")

    assert answer.status_code == 404
    assert "expired_url" in answer.body


def test_an_address_that_nobody_gave_leads_nowhere(workspace: Workspace) -> None:
    answer = WebhookClient(f"{workspace.url}/commands/T0HARBOUR/R0").send(text="Hello?")

    assert answer.status_code == 404


def test_an_answer_is_checked_like_every_message(address: WebhookClient) -> None:
    answer = address.send(text="Card", blocks=[section(colour="red")])

    assert answer.status_code == 400
    assert "invalid additional property: colour" in answer.body


def test_an_ephemeral_message_is_changed_through_its_address(workspace: Workspace, bot: HearingBot) -> None:
    shown = bot.client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="First", blocks=[CARD])
    address = after_a_click(workspace, bot, shown["message_ts"])

    address.send(text="Second", replace_original=True)

    assert texts(workspace.ephemerals("U0ANA")) == ["Second"]
    assert "blocks" not in workspace.ephemerals("U0ANA")[0]


def test_an_ephemeral_message_is_deleted_through_its_address(workspace: Workspace, bot: HearingBot) -> None:
    shown = bot.client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="First", blocks=[CARD])
    address = after_a_click(workspace, bot, shown["message_ts"])

    address.send(delete_original=True)

    assert workspace.ephemerals("U0ANA") == []


def test_a_card_is_replaced_through_its_address(workspace: Workspace, bot: HearingBot) -> None:
    ts = bot.client.chat_postMessage(channel="#feedback", text="Card", blocks=[CARD])["ts"]
    address = after_a_click(workspace, bot, ts)

    address.send(text="Done", replace_original=True)

    assert texts(workspace.messages("#feedback")) == ["Done"]


def test_a_card_is_deleted_through_its_address(workspace: Workspace, bot: HearingBot) -> None:
    ts = bot.client.chat_postMessage(channel="#feedback", text="Card", blocks=[CARD])["ts"]
    address = after_a_click(workspace, bot, ts)

    address.send(delete_original=True)

    assert workspace.messages("#feedback") == []


def test_a_message_of_a_person_is_not_replaced(workspace: Workspace, bot: HearingBot) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Mine")
    workspace.shortcut("U0ANA", "note_from_message", "#feedback", ts)
    address = WebhookClient(bot.heard[-1]["response_url"])

    answer = address.send(text="Yours", replace_original=True)

    assert "cant_update_message" in answer.body


def test_a_global_shortcut_has_no_address(workspace: Workspace, bot: HearingBot) -> None:
    workspace.shortcut("U0ANA", "new_case")

    assert "response_url" not in bot.heard[-1]
