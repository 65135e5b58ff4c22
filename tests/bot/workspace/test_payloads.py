"""What the workspace delivers has the fields of payloads that were recorded from Slack."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import Ack

from bot.workspace.people import BOT_USER
from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import actions, button, entry, modal, plain, typed
from tests.bot.workspace.bots import HearingBot

Json = dict[str, Any]

CHOSEN_BY_THE_BOT = frozenset({"blocks", "values", "state", "attachments", "private_metadata", "actions"})
"""Where keys depend on what the bot built or the person chose; action entries have a test of their own."""

ONLY_ENTERPRISE = frozenset(
    {
        "enterprise_id",
        "team.enterprise_id",
        "team.enterprise_name",
        "enterprise.id",
        "enterprise.name",
        "enterprise_name",
    }
)
NO_LONGER_SENT = frozenset({"authed_users", "authed_teams", "authed_users[]", "authed_teams[]"})
THUMBNAILS = frozenset(
    {
        "event.files[].thumb_64",
        "event.files[].thumb_80",
        "event.files[].thumb_160",
        "event.files[].thumb_360",
        "event.files[].thumb_360_w",
        "event.files[].thumb_360_h",
        "event.files[].thumb_480",
        "event.files[].thumb_480_w",
        "event.files[].thumb_480_h",
        "event.files[].thumb_720",
        "event.files[].thumb_720_w",
        "event.files[].thumb_720_h",
        "event.files[].thumb_tiny",
        "event.files[].original_w",
        "event.files[].original_h",
    }
)
"""This workspace makes no smaller pictures: see its README."""

SITUATION = frozenset(
    {
        "bot_access_token",
        "event.item.channel_type",
        "function_data",
        "interactivity",
        "message.attachments",
        "message.bot_id",
        "message.bot_profile",
        "response_urls",
    }
)
"""What belongs to a step of a workflow, to a message of a bot, or to closings long ago."""

EXPLAINED = ONLY_ENTERPRISE | NO_LONGER_SENT | SITUATION | THUMBNAILS


@pytest.fixture(scope="module")
def heard() -> Iterator[dict[str, Json]]:
    """Everything that can be delivered, delivered once to a bot, by a name."""
    workspace = Workspace()
    workspace.start()
    bot = HearingBot(workspace)
    bot.hears_everything()
    bot.app.options("search")(_suggest_nothing)
    bot.connect()
    yield _everything(workspace, bot)
    bot.close()
    workspace.stop()


RECORDED = [
    ("app_mention", "events/app_mention__events_shared_channels__valid_event_body.json"),
    ("message", "events/message__message__message_body.json"),
    ("message", "events/message__events_org_apps__event_payload.json"),
    ("bot_message", "events/message__message_bot__bot_message_event_payload.json"),
    ("message_changed", "events/message__message_changed__event_payload.json"),
    ("message_file_share", "events/message__events__message_file_share_body.json"),
    ("reaction_added", "events/reaction_added__events_shared_channels__event_body.json"),
    ("reaction_added", "events/reaction_added__events_ignore_self__event_body.json"),
    ("app_home_opened", "java/app_home_opened__JsonPayloadExtractorTest_76.json"),
    ("block_actions_ephemeral", "interactions/block_actions__authorize__block_actions_body.json"),
    ("block_actions", "java/block_actions__BlockActionPayloadTest_68.json"),
    ("block_actions_home", "java/block_actions__BlockActionPayloadTest_64.json"),
    ("block_suggestion", "interactions/block_suggestion__block_suggestion__body.json"),
    ("block_suggestion_message", "java/block_suggestion__BlockSuggestionTest_20.json"),
    ("view_submission", "java/view_submission__ViewSubmissionPayloadTest_78.json"),
    ("view_submission", "interactions/view_submission__request__payload.json"),
    ("view_closed", "interactions/view_closed__view_closed__body.json"),
    ("view_closed", "java/view_closed__ViewClosedTest_44.json"),
    ("shortcut", "java/shortcut__GlobalShortcutPayloadTest_70.json"),
    ("message_action", "java/message_action__MessageShortcutPayloadTest_72.json"),
]
INVENTORIES = [
    ("channel_archive", "shapes/ChannelArchivePayload.json"),
    ("channel_join", "shapes/MessageChannelJoinPayload.json"),
    ("app_home_opened", "shapes/AppHomeOpenedPayload.json"),
    ("user_change", "shapes/UserChangePayload.json"),
    ("message_changed", "shapes/MessageChangedPayload.json"),
    ("message_file_share", "shapes/MessageFileSharePayload.json"),
    ("block_actions", "shapes/BlockActionPayload.json"),
    ("view_closed", "shapes/ViewClosedPayload.json"),
]


@pytest.mark.parametrize(("name", "file"), RECORDED, ids=[file for _, file in RECORDED])
def test_every_field_of_a_recorded_payload_is_delivered(
    heard: dict[str, Json], shared_material: Path, name: str, file: str
) -> None:
    recorded = _keys(json.loads((shared_material / "payloads/5-slack" / file).read_text()))

    missing = recorded - _keys(heard[name])

    assert _unexplained(missing, EXPLAINED) == set()


@pytest.mark.parametrize(("name", "file"), INVENTORIES, ids=[file for _, file in INVENTORIES])
def test_nothing_is_delivered_that_slack_was_never_seen_to_send(
    heard: dict[str, Json], shared_material: Path, name: str, file: str
) -> None:
    inventory = _keys(json.loads((shared_material / "payloads/5-slack" / file).read_text()))

    invented = _keys(heard[name]) - inventory

    assert _unexplained(invented, LEFT_OUT_OF_THE_INVENTORY) == set()


def test_a_command_has_every_field_of_a_recorded_one(heard: dict[str, Json], shared_material: Path) -> None:
    form = shared_material / "payloads/5-slack/commands/java_SlashCommandPayloadTest_74.form"
    recorded = set(parse_qs(form.read_text().strip(), keep_blank_values=True))

    assert recorded - set(heard["command"]) <= ONLY_ENTERPRISE


ACTION_FIELDS = {"action_id", "block_id", "text", "value", "type", "action_ts"}


def test_a_pressed_button_is_told_with_its_text_and_value(heard: dict[str, Json]) -> None:
    assert set(heard["block_actions"]["actions"][0]) == ACTION_FIELDS


def test_the_bot_is_who_is_authorised_for_an_event(heard: dict[str, Json]) -> None:
    assert heard["message"]["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": heard["message"]["team_id"],
            "user_id": BOT_USER,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


LEFT_OUT_OF_THE_INVENTORY = frozenset(
    {"event.channel_type", "event.event_ts", "event.view.blocks", "view.blocks", "enterprise"}
)
"""Seen in other recordings or in the documentation."""


def _everything(workspace: Workspace, bot: HearingBot) -> dict[str, Json]:
    _talk(workspace)
    _press(workspace, bot)
    _fill_in(workspace, bot)
    _go_home(workspace, bot)
    _administer(workspace)
    return {
        **_interactions(bot),
        "app_mention": bot.event("app_mention"),
        "message": bot.event("message"),
        "bot_message": bot.wait_for(_is_from_bot),
        "message_changed": bot.event("message", "message_changed"),
        "message_file_share": bot.event("message", "file_share"),
        "channel_join": bot.event("message", "channel_join"),
        "reaction_added": bot.event("reaction_added"),
        "app_home_opened": bot.wait_for(_shows_a_home),
        "channel_archive": bot.event("channel_archive"),
        "user_change": bot.event("user_change"),
    }


def _interactions(bot: HearingBot) -> dict[str, Json]:
    return {
        "command": bot.wait_for(lambda body: "command" in body),
        "block_actions": bot.wait_for(lambda body: body.get("type") == "block_actions" and "message" in body),
        "block_actions_ephemeral": bot.wait_for(lambda body: body.get("container", {}).get("is_ephemeral")),
        "block_actions_home": bot.wait_for(
            lambda body: body.get("type") == "block_actions" and "view" in body
        ),
        "block_suggestion": bot.wait_for(
            lambda body: body.get("type") == "block_suggestion" and "view" in body
        ),
        "block_suggestion_message": bot.wait_for(
            lambda body: body.get("type") == "block_suggestion" and "channel" in body
        ),
        "view_submission": bot.interaction("view_submission"),
        "view_closed": bot.interaction("view_closed"),
        "shortcut": bot.interaction("shortcut"),
        "message_action": bot.interaction("message_action"),
    }


def _talk(workspace: Workspace) -> None:
    ts = workspace.say("U0ANA", "#feedback", "A thought")
    workspace.say("U0ANA", "#feedback", "@recovery help")
    workspace.edit("U0ANA", "#feedback", ts, "A better thought")
    workspace.react("U0BEN", "#feedback", ts, "heart_eyes")
    workspace.upload("U0ANA", "#feedback", ("parcel.png", b"picture"), "Look")
    workspace.shortcut("U0ANA", "note_from_message", "#feedback", ts)
    workspace.shortcut("U0ANA", "new_case")
    workspace.command("U0ANA", "#feedback", "/recovery list")


def _press(workspace: Workspace, bot: HearingBot) -> None:
    card = actions(button(value="41"), {"type": "external_select", "action_id": "search"})
    ts = bot.client.chat_postMessage(channel="#feedback", text="Case", blocks=[card])["ts"]
    workspace.click("U0ANA", "#feedback", ts, "go_0")
    workspace.suggest_in_message("U0ANA", "#feedback", ts, "search", "par")
    shown = bot.client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="Case", blocks=[card])
    workspace.click("U0ANA", "#feedback", shown["message_ts"], "go_0")


def _fill_in(workspace: Workspace, bot: HearingBot) -> None:
    search = entry({"type": "external_select", "action_id": "search"}, optional=True)
    view = modal(entry(typed(initial_value="So far")), search, notify_on_close=True, close=plain("Cancel"))
    trigger = bot.wait_for(lambda body: "command" in body)["trigger_id"]
    opened = bot.client.views_open(trigger_id=trigger, view=view)["view"]["id"]
    workspace.suggest("U0ANA", opened, "search", "par")
    workspace.submit("U0ANA", opened)
    workspace.command("U0ANA", "#feedback", "/recovery again")
    trigger = bot.wait_for(lambda body: body.get("text") == "again")["trigger_id"]
    opened = bot.client.views_open(trigger_id=trigger, view=view)["view"]["id"]
    workspace.close_view("U0ANA", opened)


def _go_home(workspace: Workspace, bot: HearingBot) -> None:
    bot.client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [actions(button())]})
    workspace.open_home("U0ANA")
    workspace.click_at_home("U0ANA", "go_0")


def _administer(workspace: Workspace) -> None:
    workspace.change_user("U0LEA", tz="Europe/Lisbon")
    channel = workspace.create_channel("U0ANA", "recovery-returns")
    workspace.invite("U0ANA", channel, "U0BEN")
    workspace.archive("U0ANA", channel)


def _suggest_nothing(ack: Ack) -> None:
    ack(options=[])


def _is_from_bot(body: Json) -> bool:
    return "bot_id" in body.get("event", {})


def _shows_a_home(body: Json) -> bool:
    return "view" in body.get("event", {})


def _keys(value: Any, path: str = "") -> set[str]:
    """Every key of a payload, as event.item.ts; the items of a list count as one."""
    if isinstance(value, list):
        return set().union(*(_keys(one, f"{path}[]") for one in value), set())
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for name, one in value.items():
        here = f"{path}.{name}" if path else name
        found |= {here} | (set() if name in CHOSEN_BY_THE_BOT else _keys(one, here))
    return found


def _unexplained(keys: set[str], explained: frozenset[str]) -> set[str]:
    """The keys that are neither explained nor below one that is."""
    return {
        key
        for key in keys
        if not any(key == known or key.startswith((f"{known}.", f"{known}[")) for known in explained)
    }
