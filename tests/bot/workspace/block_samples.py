"""Valid blocks, elements and views, of every kind that Slack takes; tests spoil one thing at a time."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    """A section with a text."""
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def button(number: int = 0, **more: Any) -> Json:
    """A button; equal numbers have equal action_ids."""
    return {"type": "button", "action_id": f"go_{number}", "text": plain("Go"), **more}


def option(number: int = 0, **more: Any) -> Json:
    """An option of a menu."""
    return {"text": plain(f"Option {number}"), "value": str(number), **more}


def options(count: int) -> list[Json]:
    """Different options."""
    return [option(number) for number in range(count)]


def menu(**more: Any) -> Json:
    """A static select."""
    return {"type": "static_select", "action_id": "choose", "options": options(2), **more}


def entry(element: Json, **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def typed(**more: Any) -> Json:
    """A text input."""
    return {"type": "plain_text_input", "action_id": "typed", **more}


def rich_text(text: str = "Words") -> Json:
    """A rich_text block."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }


def cell(text: str = "Cell") -> Json:
    """A cell of a table."""
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2) -> Json:
    """A table."""
    return {"type": "table", "rows": [[cell()] * columns for _ in range(rows)]}


def data_table(rows: int = 2, columns: int = 2, text: str = "Cell") -> Json:
    """A table that people can sort."""
    return {"type": "data_table", "caption": "Cases", "rows": [[cell(text)] * columns for _ in range(rows)]}


def chart(kind: str = "bar", series: int = 1, points: int = 2, title: str = "Cases") -> Json:
    """A chart with axes."""
    categories = [f"Day {number}" for number in range(points)]
    data = [{"label": label, "value": 1} for label in categories]
    lines = [{"name": f"Team {number}", "data": data} for number in range(series)]
    plotted = {"type": kind, "series": lines, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": title, "chart": plotted}


def pie(segments: int = 2, label: str = "Part") -> Json:
    """A chart in slices."""
    slices = [{"label": label, "value": number + 1} for number in range(segments)]
    return {"type": "data_visualization", "title": "Cases", "chart": {"type": "pie", "segments": slices}}


def image(**more: Any) -> Json:
    """A picture."""
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A parcel", **more}


def container(*blocks: Json, **more: Any) -> Json:
    """A container that can be folded."""
    return {"type": "container", "title": plain("More"), "child_blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal that can be sent."""
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    """A Home tab."""
    return {"type": "home", "blocks": list(blocks), **more}


SELECTS = (
    menu(
        placeholder=plain(), confirm={"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}
    ),
    menu(initial_option=option(1)),
    {"type": "static_select", "option_groups": [{"label": plain(), "options": options(2)}]},
    {"type": "external_select", "min_query_length": 0},
    {"type": "users_select", "initial_user": "U0ANA"},
    {"type": "conversations_select", "default_to_current_conversation": True, "filter": {"include": ["im"]}},
    {"type": "channels_select", "initial_channel": "C0CARE"},
    {"type": "multi_static_select", "options": options(2), "initial_options": options(1)},
    {"type": "multi_external_select", "max_selected_items": 2},
    {"type": "multi_users_select", "initial_users": ["U0ANA"]},
    {"type": "multi_conversations_select", "initial_conversations": ["C0CARE"]},
    {"type": "multi_channels_select", "initial_channels": ["C0CARE"]},
    {"type": "checkboxes", "options": [option(0, description=plain())]},
    {"type": "radio_buttons", "options": options(2), "initial_option": option(1)},
    {"type": "datepicker", "initial_date": "2026-11-21"},
    {"type": "timepicker", "initial_time": "14:30"},
    {"type": "datetimepicker", "initial_date_time": 1795289400},
)
TYPED = (
    typed(multiline=True, min_length=1, max_length=3000, initial_value="So far", placeholder=plain()),
    {"type": "rich_text_input", "initial_value": rich_text()},
    {"type": "email_text_input", "initial_value": "ana@harbourpine.example", "focus_on_load": True},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "max_value": "10.5"},
    {"type": "file_input", "filetypes": ["png"], "max_files": 3},
)
PRESSED = (
    button(style="primary", value="41", accessibility_label="Claim case 41"),
    button(url="https://example.com", confirm={"title": plain(), "text": plain()}),
    {"type": "overflow", "options": options(3)},
)
PIECES = (
    {"type": "text", "text": "bold", "style": {"bold": True}},
    {"type": "link", "url": "https://example.com", "text": "here"},
    {"type": "user", "user_id": "U0ANA"},
    {"type": "usergroup", "usergroup_id": "S0CARE"},
    {"type": "channel", "channel_id": "C0CARE"},
    {"type": "emoji", "name": "wave"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1795289400, "format": "{date_short}", "fallback": "then"},
)
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": list(PIECES)},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": [PIECES[0]]}],
        },
        {"type": "rich_text_quote", "elements": [PIECES[0]], "border": 1},
        {"type": "rich_text_preformatted", "elements": [PIECES[0]]},
    ],
}
COMMON = (
    {"type": "header", "text": plain("A parcel was lost"), "block_id": "head"},
    {"type": "divider"},
    image(title=plain()),
    section(fields=[mrkdwn(), plain()], expand=True),
    section(accessory=image()),
    *(section(accessory=element) for element in (*PRESSED, *SELECTS[:-1])),
    actions(*(button(number) for number in range(5))),
    *(actions(element) for element in (*PRESSED, *SELECTS)),
    {"type": "context", "elements": [mrkdwn(), plain(), image()]},
    *(entry(element) for element in (*SELECTS, *TYPED)),
    entry(typed(), hint=plain(), optional=True, dispatch_action=True),
    RICH,
)
"""Blocks for messages, modals and Homes."""

MESSAGE_ONLY = (
    {"type": "markdown", "text": "**Words**"},
    {**table(), "column_settings": [{"align": "right", "is_wrapped": True}]},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("Good"), "value": "1"},
                "negative_button": {"text": plain("Bad"), "value": "0"},
            },
            {"type": "icon_button", "icon": "trash", "text": plain("Away")},
        ],
    },
)
RICHER = (
    container(section(), table(), is_collapsible=True, default_collapsed=True, subtitle=mrkdwn()),
    {**data_table(), "page_size": 10, "row_header_column_index": 1},
    {"type": "card", "title": mrkdwn("A card"), "body": mrkdwn(), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("A card")}]},
)
"""Blocks for messages and Homes."""

CHARTS = (chart("bar"), chart("line", series=3), chart("area"), pie())
ALERT = {"type": "alert", "text": mrkdwn("Careful"), "level": "warning"}
