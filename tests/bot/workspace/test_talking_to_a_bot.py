"""A Bolt app works in the local workspace over Socket Mode, from command to card."""

from typing import Any

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.workspace.errors import ActError
from bot.workspace.server import Workspace
from tests.bot.workspace.bots import HearingBot

FORM = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Keep"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}


def test_a_command_is_answered_to_its_person_only(workspace: Workspace, deaf_bot: HearingBot) -> None:
    @deaf_bot.app.command("/recovery")
    def answer(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
        ack()
        respond(f"You said {command['text']}")

    workspace.command("U0ANA", "#feedback", "/recovery claim 41")

    shown = workspace.until(lambda: workspace.ephemerals("U0ANA", "#feedback"))
    assert [message["text"] for message in shown] == ["You said claim 41"]
    assert workspace.ephemerals("U0BEN") == []
    assert workspace.messages("#feedback") == []


def test_a_command_gets_people_and_channels_as_ids(workspace: Workspace, bot: HearingBot) -> None:
    workspace.command("U0ANA", "#feedback", "/recovery assign 41 @Ben Okafor in #recovery-care <now>")

    assert bot.heard[0]["text"] == "assign 41 <@U0BEN|ben> in <#C0CARE|recovery-care> &lt;now&gt;"


def test_a_command_answered_with_its_acknowledgement_is_shown(
    workspace: Workspace, deaf_bot: HearingBot
) -> None:
    deaf_bot.app.command("/recovery")(_acknowledge_in_channel)

    workspace.command("U0ANA", "#feedback", "/recovery help")

    assert workspace.messages("#feedback")[0]["text"] == "For everybody"


def test_a_form_is_opened_refused_by_the_bot_and_then_taken(
    workspace: Workspace, deaf_bot: HearingBot
) -> None:
    deaf_bot.app.command("/recovery")(_open_form)
    deaf_bot.app.view("note")(_take_note)
    workspace.command("U0ANA", "#feedback", "/recovery note 41")
    view = workspace.until(lambda: workspace.views("U0ANA"))[0]

    empty = workspace.submit("U0ANA", view["id"])
    rude = workspace.submit("U0ANA", view["id"], {"words": "rude"})
    kind = workspace.submit("U0ANA", view["id"], {"words": {"typed": "kind"}})

    assert empty == {"words": "Please complete this required field."}
    assert rude == {"words": "Be kind."}
    assert kind == {}
    assert workspace.views("U0ANA") == []


def test_a_button_changes_its_card(workspace: Workspace, deaf_bot: HearingBot) -> None:
    deaf_bot.app.action("claim")(_rewrite_card)
    card = _post_card(deaf_bot.client)

    workspace.click("U0BEN", "#feedback", card, "claim")

    workspace.until(lambda: workspace.messages("#feedback")[0]["text"] == "U0BEN has 41")


def test_a_mention_is_answered_in_the_thread(workspace: Workspace, deaf_bot: HearingBot) -> None:
    deaf_bot.app.event("app_mention")(_answer_in_thread)

    ts = workspace.say("U0LEA", "#feedback", "@recovery assign @ana")

    reply = workspace.until(lambda: workspace.thread("#feedback", ts)[1:])[0]
    assert reply["text"] == "&lt;@U0RECOVERY&gt; is me" or reply["thread_ts"] == ts


def test_a_command_in_a_thread_is_refused_before_the_bot_hears_of_it(
    workspace: Workspace, bot: HearingBot
) -> None:
    ts = workspace.say("U0ANA", "#general", "A thought")

    with pytest.raises(ActError, match="not supported in threads"):
        workspace.command("U0ANA", "#general", "/recovery claim 41", thread_ts=ts)

    assert bot.heard == []


def test_an_unknown_command_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ActError, match="/refund is not a valid command"):
        workspace.command("U0ANA", "#general", "/refund 41")


def test_a_command_fails_when_no_bot_is_there(workspace: Workspace) -> None:
    with pytest.raises(ActError, match="dispatch_failed"):
        workspace.command("U0ANA", "#general", "/recovery list")


def test_an_external_select_offers_what_the_bot_finds(workspace: Workspace, deaf_bot: HearingBot) -> None:
    deaf_bot.app.command("/recovery")(_open_search)
    deaf_bot.app.options("case")(_suggest)
    deaf_bot.app.view("search")(_acknowledge)
    workspace.command("U0ANA", "#feedback", "/recovery show")
    view = workspace.until(lambda: workspace.views("U0ANA"))[0]

    offered = workspace.suggest("U0ANA", view["id"], "case", "par")
    workspace.submit("U0ANA", view["id"], {"which": "41"})

    assert [option["value"] for option in offered] == ["41"]
    sent = deaf_bot.interaction("view_submission")["view"]["state"]["values"]["which"]["case"]
    assert sent["selected_option"]["text"]["text"] == "Case 41 about par"


def test_a_pushed_view_stands_above_the_first_one(workspace: Workspace, deaf_bot: HearingBot) -> None:
    deaf_bot.app.command("/recovery")(_open_form)
    deaf_bot.app.view("note")(_push_another)
    workspace.command("U0ANA", "#feedback", "/recovery note 41")
    first = workspace.until(lambda: workspace.views("U0ANA"))[0]

    workspace.submit("U0ANA", first["id"], {"words": "more"})

    stack = workspace.views("U0ANA")
    assert [view["title"]["text"] for view in stack] == ["Note", "Second"]
    assert stack[1]["previous_view_id"] == first["id"]
    assert stack[1]["root_view_id"] == first["id"]


def test_closing_is_told_to_a_bot_that_asked_for_it(workspace: Workspace, bot: HearingBot) -> None:
    bot.app.command("/recovery")(_open_form)
    workspace.command("U0ANA", "#feedback", "/recovery note 41")
    opened = {**FORM, "notify_on_close": True}
    trigger = bot.heard[0]["trigger_id"]
    view = bot.client.views_open(trigger_id=trigger, view=opened)["view"]

    workspace.close_view("U0ANA", view["id"])

    assert bot.interaction("view_closed")["view"]["id"] == view["id"]
    assert workspace.views("U0ANA") == []


def _acknowledge(ack: Ack) -> None:
    ack()


def _acknowledge_in_channel(ack: Ack) -> None:
    ack({"response_type": "in_channel", "text": "For everybody"})


def _open_form(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=FORM)


def _take_note(ack: Ack, view: dict[str, Any]) -> None:
    typed = view["state"]["values"]["words"]["typed"]["value"]
    answers = {"rude": {"response_action": "errors", "errors": {"words": "Be kind."}}}
    ack(answers.get(typed, {}))


def _push_another(ack: Ack) -> None:
    second = {**FORM, "title": {"type": "plain_text", "text": "Second"}}
    ack({"response_action": "push", "view": second})


def _open_search(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
    ack()
    element = {"type": "external_select", "action_id": "case"}
    block = {**FORM["blocks"][0], "block_id": "which", "element": element}
    client.views_open(
        trigger_id=body["trigger_id"], view={**FORM, "callback_id": "search", "blocks": [block]}
    )


def _suggest(ack: Ack, payload: dict[str, Any]) -> None:
    text = {"type": "plain_text", "text": f"Case 41 about {payload['value']}"}
    ack(options=[{"text": text, "value": "41"}])


def _rewrite_card(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
    ack()
    value = body["actions"][0]["value"]
    client.chat_update(
        channel=body["channel"]["id"], ts=body["message"]["ts"], text=f"{body['user']['id']} has {value}"
    )


def _answer_in_thread(event: dict[str, Any], client: WebClient) -> None:
    client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="Assigned to <@U0ANA>")


def _post_card(client: WebClient) -> str:
    button = {
        "type": "button",
        "action_id": "claim",
        "text": {"type": "plain_text", "text": "Claim"},
        "value": "41",
    }
    posted = client.chat_postMessage(
        channel="#feedback", text="Case 41", blocks=[{"type": "actions", "elements": [button]}]
    )
    return str(posted["ts"])
