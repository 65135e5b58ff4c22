"""Modals and the Home tab: triggers, stacks, hashes, what was typed, and what Slack checks itself."""

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.errors import ActError
from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import (
    actions,
    button,
    entry,
    home,
    menu,
    modal,
    option,
    plain,
    section,
    typed,
)
from tests.bot.workspace.bots import HearingBot

Json = dict[str, Any]


def trigger(workspace: Workspace, bot: HearingBot) -> str:
    """A trigger_id, fresh from a command."""
    workspace.command("U0ANA", "#feedback", "/recovery help")
    return str(bot.heard[-1]["trigger_id"])


def opened(workspace: Workspace, bot: HearingBot, *blocks: Json, **more: Any) -> str:
    """The id of a modal with these blocks that Ana has open."""
    view = modal(*blocks, **more)
    return str(bot.client.views_open(trigger_id=trigger(workspace, bot), view=view)["view"]["id"])


def values(view: Json) -> Json:
    """The only value of each block of a view, under its block_id."""
    return {block: next(iter(of_block.values())) for block, of_block in view["state"]["values"].items()}


def test_a_trigger_opens_one_view_once(workspace: Workspace, bot: HearingBot) -> None:
    trigger_id = trigger(workspace, bot)
    bot.client.views_open(trigger_id=trigger_id, view=modal(section()))

    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        bot.client.views_open(trigger_id=trigger_id, view=modal(section()))


def test_a_trigger_lives_three_seconds(workspace: Workspace, bot: HearingBot) -> None:
    trigger_id = trigger(workspace, bot)
    workspace.move_clock(timedelta(seconds=3, milliseconds=1))

    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        bot.client.views_open(trigger_id=trigger_id, view=modal(section()))


def test_a_trigger_of_another_form_is_invalid(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="please", view=modal(section()))


def test_a_view_is_completed_as_slack_does(workspace: Workspace, bot: HearingBot) -> None:
    view = bot.client.views_open(trigger_id=trigger(workspace, bot), view=modal(section()))["view"]

    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["app_id"] == "A0RECOVERY"
    assert view["state"] == {"values": {}}
    assert view["hash"]
    assert view["private_metadata"] == ""


def test_a_stack_holds_three_views(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, actions(button()))
    pushed = [_push(workspace, bot, view_id), _push(workspace, bot, view_id)]

    with pytest.raises(SlackApiError, match="push_limit_reached"):
        _push(workspace, bot, view_id)

    assert [view["id"] for view in workspace.views("U0ANA")] == [view_id, *pushed]


def test_a_view_is_pushed_only_from_within_one(workspace: Workspace, bot: HearingBot) -> None:
    with pytest.raises(SlackApiError, match="not_found"):
        bot.client.views_push(trigger_id=trigger(workspace, bot), view=modal(section()))


def test_an_update_with_an_old_hash_conflicts(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, section())
    old = workspace.views("U0ANA")[0]["hash"]
    bot.client.views_update(view_id=view_id, hash=old, view=modal(section()))

    with pytest.raises(SlackApiError, match="hash_conflict"):
        bot.client.views_update(view_id=view_id, hash=old, view=modal(section()))


def test_an_update_finds_its_view_by_external_id(workspace: Workspace, bot: HearingBot) -> None:
    opened(workspace, bot, section(), external_id="case-41")

    bot.client.views_update(external_id="case-41", view=modal(section(), title=plain("Newer")))

    assert workspace.views("U0ANA")[0]["title"]["text"] == "Newer"


def test_an_external_id_is_given_once(workspace: Workspace, bot: HearingBot) -> None:
    opened(workspace, bot, section(), external_id="case-41")

    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        opened(workspace, bot, section(), external_id="case-41")


def test_a_view_that_is_closed_cannot_be_updated(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, section())
    workspace.close_view("U0ANA", view_id)

    with pytest.raises(SlackApiError, match="not_found"):
        bot.client.views_update(view_id=view_id, view=modal(section()))


def test_what_was_typed_survives_an_update_of_its_input(workspace: Workspace, bot: HearingBot) -> None:
    words = entry(typed(), block_id="words")
    view_id = opened(workspace, bot, words, actions(button()))
    workspace.click_in_view("U0ANA", view_id, "go_0", filled={"words": "So far"})

    bot.client.views_update(view_id=view_id, view=modal(words, section()))

    assert values(workspace.views("U0ANA")[0])["words"]["value"] == "So far"


def test_closing_everything_tells_of_each_view_that_asked(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, actions(button()), notify_on_close=True)
    _push(workspace, bot, view_id, notify_on_close=True)

    workspace.close_view("U0ANA", view_id, everything=True)

    closings = workspace.until(lambda: _closings(bot)[1:] and _closings(bot))
    assert all(body["is_cleared"] for body in closings)
    assert workspace.views("U0ANA") == []


def test_a_home_is_published_and_shown_to_its_person(workspace: Workspace, client: WebClient) -> None:
    client.views_publish(user_id="U0ANA", view=home(section()))

    view = workspace.home("U0ANA")
    assert view is not None
    assert view["type"] == "home"
    assert workspace.home("U0BEN") is None


def test_a_home_with_an_old_hash_conflicts(workspace: Workspace, client: WebClient) -> None:
    first = client.views_publish(user_id="U0ANA", view=home(section()))["view"]
    second = client.views_publish(user_id="U0ANA", view=home(section()), hash=first["hash"])["view"]

    assert second["id"] == first["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_publish(user_id="U0ANA", view=home(section()), hash=first["hash"])


def test_a_form_keeps_what_the_bot_put_there(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(
        workspace,
        bot,
        entry(typed(initial_value="As before"), block_id="words"),
        entry(menu(initial_option=option(1)), block_id="choice"),
        entry(
            {"type": "checkboxes", "action_id": "many", "options": [option(0)]},
            block_id="many",
            optional=True,
        ),
    )

    assert workspace.submit("U0ANA", view_id) == {}

    sent = values(bot.interaction("view_submission")["view"])
    assert sent["words"] == {"type": "plain_text_input", "value": "As before"}
    assert sent["choice"]["selected_option"]["value"] == "1"
    assert sent["many"] == {"type": "checkboxes", "selected_options": []}


FILLED = [
    (typed(), "Words", {"value": "Words"}),
    (menu(), "1", {"selected_option": {"text": {**plain("Option 1"), "emoji": True}, "value": "1"}}),
    ({"type": "users_select", "action_id": "a"}, "U0BEN", {"selected_user": "U0BEN"}),
    ({"type": "channels_select", "action_id": "a"}, "C0CARE", {"selected_channel": "C0CARE"}),
    ({"type": "multi_users_select", "action_id": "a"}, ["U0BEN"], {"selected_users": ["U0BEN"]}),
    ({"type": "datepicker", "action_id": "a"}, "2026-11-21", {"selected_date": "2026-11-21"}),
    ({"type": "timepicker", "action_id": "a"}, "14:30", {"selected_time": "14:30"}),
    ({"type": "datetimepicker", "action_id": "a"}, 1795289400, {"selected_date_time": 1795289400}),
    ({"type": "number_input", "action_id": "a", "is_decimal_allowed": True}, "1.5", {"value": "1.5"}),
]


@pytest.mark.parametrize(
    ("element", "value", "state"), FILLED, ids=[element["type"] for element, *_ in FILLED]
)
def test_what_a_person_fills_in_is_sent(
    workspace: Workspace, bot: HearingBot, element: Json, value: Any, state: Json
) -> None:
    view_id = opened(workspace, bot, entry(element, block_id="field"))

    workspace.submit("U0ANA", view_id, {"field": value})

    sent = values(bot.interaction("view_submission")["view"])["field"]
    assert sent == {"type": element["type"], **state}


REFUSED = [
    (typed(), "", "Please complete this required field."),
    (typed(min_length=5), "four", "Please enter at least 5 characters."),
    (typed(max_length=5), "sixsix", "Please enter at most 5 characters."),
    ({"type": "email_text_input"}, "ana", "Please enter a valid email address."),
    ({"type": "url_text_input"}, "example.com", "Please enter a valid URL."),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a valid number."),
    (
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "5"},
        "4",
        "Please enter a number of at least 5.",
    ),
    (
        {"type": "number_input", "is_decimal_allowed": True, "max_value": "5"},
        "5.1",
        "Please enter a number of at most 5.",
    ),
    (
        {"type": "multi_users_select", "max_selected_items": 1},
        ["U0ANA", "U0BEN"],
        "Please choose at most 1.",
    ),
]


@pytest.mark.parametrize(("element", "value", "error"), REFUSED, ids=[error for *_, error in REFUSED])
def test_slack_refuses_a_form_before_the_bot_hears_of_it(
    workspace: Workspace, bot: HearingBot, element: Json, value: Any, error: str
) -> None:
    view_id = opened(workspace, bot, entry(element, block_id="field"))

    errors = workspace.submit("U0ANA", view_id, {"field": value})

    assert errors == {"field": error}
    assert workspace.views("U0ANA")[0]["errors"] == errors
    assert [body for body in bot.heard if body.get("type") == "view_submission"] == []


def test_nobody_chooses_what_is_not_offered(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, entry(menu(), block_id="field"))

    with pytest.raises(ActError, match="no_such_option"):
        workspace.submit("U0ANA", view_id, {"field": "99"})


def test_nobody_sends_the_form_of_somebody_else(workspace: Workspace, bot: HearingBot) -> None:
    view_id = opened(workspace, bot, entry(typed()))

    with pytest.raises(ActError, match="view_not_found"):
        workspace.submit("U0BEN", view_id)


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "No."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
def test_an_answer_that_slack_cannot_use_leaves_the_form_open(
    workspace: Workspace, deaf_bot: HearingBot, answer: Json
) -> None:
    deaf_bot.app.command("/recovery")(_take)
    deaf_bot.app.view("odd")(lambda ack: ack(answer))
    view_id = opened(workspace, deaf_bot, entry(typed(), block_id="field"), callback_id="odd")

    with pytest.raises(ActError, match="We had some trouble connecting"):
        workspace.submit("U0ANA", view_id, {"field": "Words"})

    assert workspace.views("U0ANA")[0]["notice"] == "We had some trouble connecting. Try again?"


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(section(), title=plain("After"))}, ["After"]),
        ({"response_action": "push", "view": modal(section(), title=plain("After"))}, ["Title", "After"]),
    ],
    ids=["nothing", "clear", "update", "push"],
)
def test_the_bot_decides_what_follows_a_form(
    workspace: Workspace, deaf_bot: HearingBot, answer: Json, titles: list[str]
) -> None:
    deaf_bot.app.command("/recovery")(_take)
    deaf_bot.app.view("form")(lambda ack: ack(answer))
    view_id = opened(workspace, deaf_bot, entry(typed(), block_id="field"), callback_id="form")

    workspace.submit("U0ANA", view_id, {"field": "Words"})

    assert [view["title"]["text"] for view in workspace.views("U0ANA")] == titles


def _push(workspace: Workspace, bot: HearingBot, view_id: str, **more: Any) -> str:
    workspace.click_in_view("U0ANA", view_id, "go_0")
    trigger_id = bot.heard[-1]["trigger_id"]
    view = modal(section(), **more)
    return str(bot.client.views_push(trigger_id=trigger_id, view=view)["view"]["id"])


def _closings(bot: HearingBot) -> list[Json]:
    return [body for body in bot.heard if body.get("type") == "view_closed"]


def _take(ack: Ack) -> None:
    ack()
