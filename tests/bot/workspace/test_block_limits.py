"""Every limit of Slack on blocks, elements and views: what just fits is taken, one more is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import (
    CHARTS,
    actions,
    button,
    cell,
    chart,
    container,
    data_table,
    entry,
    home,
    image,
    menu,
    modal,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    section,
    table,
    typed,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """Something that may be so long or so many, and what Slack says to one more."""

    name: str
    make: Callable[[int], Json]
    most: int
    place: str
    is_list: bool = False

    @property
    def message(self) -> str:
        """What Slack says."""
        too_long = f"must be less than {self.most + 1} characters"
        words = f"no more than {self.most} items allowed" if self.is_list else too_long
        return f"[ERROR] {words} [json-pointer:{self.place}]"


def in_menu(**more: Any) -> Json:
    return actions(menu(**more))


def with_confirm(**more: Any) -> Json:
    confirm = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}
    return actions(button(confirm=confirm))


BLOCK_LIMITS = (
    Limit("section text", lambda n: section(text=mrkdwn("x" * n)), 3000, "/blocks/0/text/text"),
    Limit("section field", lambda n: section(fields=[mrkdwn("x" * n)]), 2000, "/blocks/0/fields/0/text"),
    Limit("section fields", lambda n: section(fields=[plain()] * n), 10, "/blocks/0/fields", is_list=True),
    Limit("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150, "/blocks/0/text/text"),
    Limit("block_id", lambda n: section(block_id="x" * n), 255, "/blocks/0/block_id"),
    Limit("actions", lambda n: actions(*map(button, range(n))), 25, "/blocks/0/elements", is_list=True),
    Limit(
        "context",
        lambda n: {"type": "context", "elements": [plain()] * n},
        10,
        "/blocks/0/elements",
        is_list=True,
    ),
    Limit("image url", lambda n: image(image_url="x" * n), 3000, "/blocks/0/image_url"),
    Limit("alt text", lambda n: image(alt_text="x" * n), 2000, "/blocks/0/alt_text"),
    Limit("image title", lambda n: image(title=plain("x" * n)), 2000, "/blocks/0/title/text"),
    Limit("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12000, "/blocks/0/text"),
    Limit("input label", lambda n: entry(typed(), label=plain("x" * n)), 2000, "/blocks/0/label/text"),
    Limit("input hint", lambda n: entry(typed(), hint=plain("x" * n)), 2000, "/blocks/0/hint/text"),
    Limit("table rows", lambda n: table(rows=n), 100, "/blocks/0/rows", is_list=True),
    Limit("table columns", lambda n: table(columns=n), 20, "/blocks/0/rows/0", is_list=True),
    Limit("data table rows", lambda n: data_table(rows=n), 201, "/blocks/0/rows", is_list=True),
    Limit("data table columns", lambda n: data_table(columns=n), 20, "/blocks/0/rows/0", is_list=True),
    Limit("chart title", lambda n: chart(title="x" * n), 50, "/blocks/0/title"),
    Limit("chart series", lambda n: chart(series=n), 12, "/blocks/0/chart/series", is_list=True),
    Limit(
        "chart points",
        lambda n: chart(points=n),
        20,
        "/blocks/0/chart/axis_config/categories",
        is_list=True,
    ),
    Limit("chart segments", lambda n: pie(segments=n), 12, "/blocks/0/chart/segments", is_list=True),
    Limit("chart label", lambda n: pie(label="x" * n), 20, "/blocks/0/chart/segments/0/label"),
    Limit("container", lambda n: container(*[section()] * n), 10, "/blocks/0/child_blocks", is_list=True),
    Limit(
        "container title",
        lambda n: container(section(), title=plain("x" * n)),
        150,
        "/blocks/0/title/text",
    ),
    Limit(
        "button text", lambda n: actions(button(text=plain("x" * n))), 75, "/blocks/0/elements/0/text/text"
    ),
    Limit("button value", lambda n: actions(button(value="x" * n)), 2000, "/blocks/0/elements/0/value"),
    Limit("button url", lambda n: actions(button(url="x" * n)), 3000, "/blocks/0/elements/0/url"),
    Limit(
        "button label",
        lambda n: actions(button(accessibility_label="x" * n)),
        75,
        "/blocks/0/elements/0/accessibility_label",
    ),
    Limit("action_id", lambda n: actions(button(action_id="x" * n)), 255, "/blocks/0/elements/0/action_id"),
    Limit(
        "placeholder",
        lambda n: in_menu(placeholder=plain("x" * n)),
        150,
        "/blocks/0/elements/0/placeholder/text",
    ),
    Limit(
        "options", lambda n: in_menu(options=options(n)), 100, "/blocks/0/elements/0/options", is_list=True
    ),
    Limit(
        "option groups",
        lambda n: actions(
            {
                "type": "static_select",
                "option_groups": [{"label": plain(), "options": options(1)}] * n,
            }
        ),
        100,
        "/blocks/0/elements/0/option_groups",
        is_list=True,
    ),
    Limit(
        "option text",
        lambda n: in_menu(options=[option(text=plain("x" * n))]),
        75,
        "/blocks/0/elements/0/options/0/text/text",
    ),
    Limit(
        "option value",
        lambda n: in_menu(options=[option(value="x" * n)]),
        150,
        "/blocks/0/elements/0/options/0/value",
    ),
    Limit(
        "option description",
        lambda n: in_menu(options=[option(description=plain("x" * n))]),
        75,
        "/blocks/0/elements/0/options/0/description/text",
    ),
    Limit(
        "overflow",
        lambda n: actions({"type": "overflow", "options": options(n)}),
        5,
        "/blocks/0/elements/0/options",
        is_list=True,
    ),
    Limit(
        "checkboxes",
        lambda n: actions({"type": "checkboxes", "options": options(n)}),
        10,
        "/blocks/0/elements/0/options",
        is_list=True,
    ),
    Limit(
        "radio buttons",
        lambda n: actions({"type": "radio_buttons", "options": options(n)}),
        10,
        "/blocks/0/elements/0/options",
        is_list=True,
    ),
    Limit(
        "confirm title",
        lambda n: with_confirm(title=plain("x" * n)),
        100,
        "/blocks/0/elements/0/confirm/title/text",
    ),
    Limit(
        "confirm text",
        lambda n: with_confirm(text=mrkdwn("x" * n)),
        300,
        "/blocks/0/elements/0/confirm/text/text",
    ),
    Limit(
        "confirm button",
        lambda n: with_confirm(confirm=plain("x" * n)),
        30,
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    Limit(
        "confirm denial",
        lambda n: with_confirm(deny=plain("x" * n)),
        30,
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    Limit(
        "initial value",
        lambda n: entry(typed(initial_value="x" * n)),
        3000,
        "/blocks/0/element/initial_value",
    ),
)
VIEW_LIMITS = (
    Limit("title", lambda n: modal(title=plain("x" * n)), 24, "/view/title/text"),
    Limit("submit", lambda n: modal(submit=plain("x" * n)), 24, "/view/submit/text"),
    Limit("close", lambda n: modal(close=plain("x" * n)), 24, "/view/close/text"),
    Limit("metadata", lambda n: modal(private_metadata="x" * n), 3000, "/view/private_metadata"),
    Limit("callback_id", lambda n: modal(callback_id="x" * n), 255, "/view/callback_id"),
    Limit("external_id", lambda n: modal(external_id="x" * n), 255, "/view/external_id"),
    Limit("blocks", lambda n: modal(*[section()] * n), 100, "/view/blocks", is_list=True),
    Limit(
        "alert",
        lambda n: modal({"type": "alert", "text": plain("x" * n)}),
        200,
        "/view/blocks/0/text/text",
    ),
)


@pytest.fixture(scope="module")
def slack() -> Iterator[WebClient]:
    """One workspace for all of these tests: none of them changes anything that another sees."""
    workspace = Workspace()
    workspace.start()
    yield WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])
    workspace.stop()


@pytest.mark.parametrize("limit", BLOCK_LIMITS, ids=lambda limit: limit.name)
def test_a_block_at_its_limit_is_posted(slack: WebClient, limit: Limit) -> None:
    posted = slack.chat_postMessage(channel="#feedback", text="Case", blocks=[limit.make(limit.most)])

    assert posted["ok"]


@pytest.mark.parametrize("limit", BLOCK_LIMITS, ids=lambda limit: limit.name)
def test_a_block_over_its_limit_is_refused_in_slacks_words(slack: WebClient, limit: Limit) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(channel="#feedback", text="Case", blocks=[limit.make(limit.most + 1)])

    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert limit.message in answer["response_metadata"]["messages"]
    assert limit.message.removeprefix("[ERROR] ") in answer["errors"]


@pytest.mark.parametrize("limit", VIEW_LIMITS, ids=lambda limit: limit.name)
def test_a_view_at_its_limit_fails_only_for_its_trigger(slack: WebClient, limit: Limit) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.views_open(trigger_id="1.2.3", view=limit.make(limit.most))

    assert refused.value.response["error"] == "expired_trigger_id"


@pytest.mark.parametrize("limit", VIEW_LIMITS, ids=lambda limit: limit.name)
def test_a_view_over_its_limit_is_refused_in_slacks_words(slack: WebClient, limit: Limit) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.views_open(trigger_id="1.2.3", view=limit.make(limit.most + 1))

    answer = refused.value.response
    assert answer["error"] == "invalid_arguments"
    assert limit.message in answer["response_metadata"]["messages"]


def test_a_message_takes_fifty_blocks(slack: WebClient) -> None:
    assert slack.chat_postMessage(channel="#feedback", text="Case", blocks=[section()] * 50)["ok"]


def test_a_message_refuses_the_fifty_first_block(slack: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks") as refused:
        slack.chat_postMessage(channel="#feedback", text="Case", blocks=[section()] * 51)

    messages = refused.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_home_takes_a_hundred_blocks_and_no_more(slack: WebClient) -> None:
    slack.views_publish(user_id="U0ANA", view=home(*[section()] * 100))

    with pytest.raises(SlackApiError, match="invalid_arguments"):
        slack.views_publish(user_id="U0ANA", view=home(*[section()] * 101))


def test_the_words_of_a_message_may_not_pass_thirteen_thousand_two_hundred(slack: WebClient) -> None:
    fitting = [section(text=mrkdwn("x" * 2200)) for _ in range(6)]
    slack.chat_postMessage(channel="#feedback", text="Case", blocks=fitting)

    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        slack.chat_postMessage(channel="#feedback", text="Case", blocks=[*fitting, section(text=plain("x"))])


def test_markdown_blocks_share_twelve_thousand_characters(slack: WebClient) -> None:
    halves = [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}]

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        slack.chat_postMessage(channel="#feedback", text="Case", blocks=halves)


def test_data_tables_share_twenty_thousand_characters(slack: WebClient) -> None:
    slack.chat_postMessage(channel="#feedback", text="Table", blocks=[data_table(text="x" * 5000)])

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        slack.chat_postMessage(channel="#feedback", text="Table", blocks=[data_table(text="x" * 5001)])


def test_a_message_takes_two_charts_and_no_more(slack: WebClient) -> None:
    slack.chat_postMessage(channel="#feedback", text="Charts", blocks=list(CHARTS[:2]))

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        slack.chat_postMessage(channel="#feedback", text="Charts", blocks=list(CHARTS[:3]))


def test_a_view_over_two_hundred_and_fifty_thousand_bytes_is_too_large(slack: WebClient) -> None:
    with pytest.raises(SlackApiError, match="view_too_large"):
        slack.views_publish(user_id="U0ANA", view=home(*[section(text=mrkdwn("x" * 2900))] * 90))


def test_the_text_of_an_update_ends_at_four_thousand_characters(slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel="#feedback", text="Case")["ts"]
    slack.chat_update(channel="C0FEEDBACK", ts=ts, text="x" * 4000)

    with pytest.raises(SlackApiError, match="msg_too_long"):
        slack.chat_update(channel="C0FEEDBACK", ts=ts, text="x" * 4001)


def test_a_long_text_is_cut_at_forty_thousand_characters(slack: WebClient) -> None:
    posted = slack.chat_postMessage(channel="#feedback", text="x" * 40_001)

    assert len(posted["message"]["text"]) == 40_000


def test_metadata_over_sixteen_thousand_bytes_is_too_large(slack: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "x" * 16_000}}

    with pytest.raises(SlackApiError, match="metadata_too_large"):
        slack.chat_postMessage(channel="#feedback", text="Case", metadata=metadata)


def test_a_message_takes_a_hundred_attachments_and_no_more(slack: WebClient) -> None:
    slack.chat_postMessage(channel="#feedback", text="Case", attachments=[{"text": "x"}] * 100)

    with pytest.raises(SlackApiError, match="too_many_attachments"):
        slack.chat_postMessage(channel="#feedback", text="Case", attachments=[{"text": "x"}] * 101)


WRONG = [
    ([{"type": "sections"}], "unsupported type: sections [json-pointer:/blocks/0/type]"),
    ([{"text": plain()}], "missing required field: type [json-pointer:/blocks/0]"),
    ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    (
        [actions(button(disabled=True))],
        "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
    ),
    ([section(text="words")], "must provide an object [json-pointer:/blocks/0/text]"),
    ([section(text=mrkdwn(""))], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([section(text=None)], "must provide an object [json-pointer:/blocks/0/text]"),
    ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        [{"type": "header", "text": mrkdwn()}],
        "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
    ),
    (
        [actions(button(), button())],
        '`action_id` "go_0" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        [section(block_id="same"), section(block_id="same")],
        '`block_id` "same" already exists [json-pointer:/blocks/1/block_id]',
    ),
    (
        [actions(button(style="green"))],
        "must be one of: danger, primary [json-pointer:/blocks/0/elements/0/style]",
    ),
    ([actions(typed())], "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"),
    (
        [actions({"type": "static_select"})],
        "missing required field: options [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions(menu(initial_option=option(9)))],
        "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        [actions({"type": "datepicker", "initial_date": "21.11.2026"})],
        "failed to match schema [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    (
        [actions({"type": "timepicker", "initial_time": "24:00"})],
        "failed to match schema [json-pointer:/blocks/0/elements/0/initial_time]",
    ),
    ([{"type": "alert", "text": plain()}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    (
        [{"type": "data_table", "caption": "Cases", "rows": [[cell()], [cell(), cell()]]}],
        "all rows must have the same number of columns [json-pointer:/blocks/0/rows]",
    ),
    ([pie(segments=0)], "must provide at least 1 items [json-pointer:/blocks/0/chart/segments]"),
    ([{"type": "image", "alt_text": "x"}], "missing required field: image_url [json-pointer:/blocks/0]"),
]


@pytest.mark.parametrize(("blocks", "message"), WRONG, ids=[message for _, message in WRONG])
def test_blocks_that_slack_does_not_take_are_refused(
    slack: WebClient, blocks: list[Json], message: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(channel="#feedback", text="Case", blocks=blocks)

    assert refused.value.response["error"] == "invalid_blocks"
    assert f"[ERROR] {message}" in refused.value.response["response_metadata"]["messages"]


def test_blocks_that_are_no_list_are_refused(slack: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        slack.chat_postMessage(channel="#feedback", text="Case", blocks='{"type": "section"')


def test_a_modal_with_an_input_needs_something_to_send_it_with(slack: WebClient) -> None:
    view = {"type": "modal", "title": plain(), "blocks": [section(), entry(typed())]}

    with pytest.raises(SlackApiError) as refused:
        slack.views_open(trigger_id="1.2.3", view=view)

    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]",
    ]


def test_only_one_input_of_a_view_is_focused(slack: WebClient) -> None:
    focused = entry(typed(focus_on_load=True))

    with pytest.raises(SlackApiError, match="invalid_arguments"):
        slack.views_open(trigger_id="1.2.3", view=modal(focused, focused))


def test_what_slack_fills_in_is_filled_in(slack: WebClient) -> None:
    given = [section(accessory={"type": "button", "text": plain("Go")})]

    posted = slack.chat_postMessage(channel="#feedback", text="Case", blocks=given)

    block = posted["message"]["blocks"][0]
    assert block["block_id"]
    assert block["text"] == {"type": "mrkdwn", "text": "*Words*", "verbatim": False}
    assert block["accessory"]["action_id"]
    assert block["accessory"]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
