"""Block Kit to look at: a case card, a modal, a Home, and at least one of every block and element."""

from typing import Any

Json = dict[str, Any]

CHANNEL = "C0DELIVERY"
OPENED_AT = 1_795_000_000
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def button(words: str, action_id: str, **more: Any) -> Json:
    """A button whose value is its action_id."""
    return {"type": "button", "text": plain(words), "action_id": action_id, "value": action_id, **more}


def card(holder: str | None = None) -> list[Json]:
    """The card of case 41."""
    said = "My lamp came in *three* pieces &amp; nobody answers. Second week now :rage:"
    due = f"<!date^{OPENED_AT}^{{date_short}} at {{time}}|soon>"
    return [
        {"type": "header", "text": plain("Case 41: a lamp in three pieces")},
        {"type": "section", "text": mrkdwn(f"&gt; {said}")},
        {
            "type": "section",
            "fields": [
                mrkdwn("*Kind*\nComplaint"),
                mrkdwn("*Priority*\n:red_circle: Urgent"),
                mrkdwn("*Sentiment*\n:disappointed: Negative (-0.91)"),
                mrkdwn("*Source*\nX mention"),
                mrkdwn(f"*Held by*\n{f'<@{holder}>' if holder else '_nobody yet_'}"),
                mrkdwn(f"*First answer due*\n{due}"),
            ],
        },
        {
            "type": "context",
            "elements": [
                mrkdwn(f"{_status(holder)} · opened by rule *Broken goods* because `sentiment < -0.5`")
            ],
        },
        {"type": "actions", "elements": _choices()},
    ]


def _status(holder: str | None) -> str:
    return ":large_yellow_circle: *In progress*" if holder else ":large_green_circle: *Open*"


def _choices() -> list[Json]:
    confirm = {"title": plain("Not a case?"), "text": plain("It will not count."), "confirm": plain("Right")}
    return [
        button("Claim", "claim", style="primary"),
        button("Note", "note"),
        {"type": "users_select", "action_id": "assign", "placeholder": plain("Assign to…")},
        button("Close case", "hush", style="danger", confirm={**confirm, "deny": plain("Keep it")}),
    ]


def note_view(thread: str) -> Json:
    """The modal in which a note is written."""
    return {
        "type": "modal",
        "callback_id": "note",
        "private_metadata": thread,
        "title": plain("Add a note"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            {"type": "section", "text": mrkdwn("*Case 41*: a lamp in three pieces")},
            field("words", "Note", {"type": "plain_text_input", "multiline": True, "action_id": "typed"}),
            field("why", "Reason", external(), optional=True, hint=plain("Type to search")),
        ],
    }


def external() -> Json:
    """A select whose options the bot finds."""
    return {"type": "external_select", "action_id": "reason", "min_query_length": 1}


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def home_view(user: str) -> Json:
    """A Home tab with figures."""
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your cases")},
            {"type": "section", "text": mrkdwn(f"<@{user}>, you hold *3 cases*; one is due soon.")},
            {
                "type": "actions",
                "elements": [button("New case", "new", style="primary"), button("All", "all")],
            },
            {"type": "divider"},
            pie(),
            axes("bar", "Opened and resolved"),
        ],
    }


def pie() -> Json:
    """A pie of four slices."""
    segments = (("Late parcel", 41), ("Broken", 28), ("Billing", 19), ("Staff", 12))
    chart = {"type": "pie", "segments": [{"label": label, "value": value} for label, value in segments]}
    return {"type": "data_visualization", "title": "Cases by reason", "chart": chart}


def axes(kind: str, title: str) -> Json:
    """A bar, line or area chart of two series."""
    figures = {"Opened": (12, 18, 9, 14, 22), "Resolved": (10, 15, 11, 13, 19)}
    series = [
        {
            "name": name,
            "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)],
        }
        for name, values in figures.items()
    ]
    config = {"categories": list(DAYS), "x_label": "Day", "y_label": "Cases"}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": kind, "series": series, "axis_config": config},
    }


def options(*words: str) -> list[Json]:
    """Options whose values are their words."""
    return [{"text": plain(word), "value": word} for word in words]


def raw(text: str) -> Json:
    """A cell of words."""
    return {"type": "raw_text", "text": text}


def number(value: int) -> Json:
    """A cell with a number."""
    return {"type": "raw_number", "value": value, "text": str(value)}


def picture(url: str) -> Json:
    """An image element."""
    return {"type": "image", "image_url": f"{url}/page/icon.svg", "alt_text": "A picture"}


MARKDOWN = """# Findings
Some **bold**, *slanted*, ~~gone~~, `code` and [a page](https://example.com).

- first
  - nested
1. counted

> quoted

| Team | Cases |
|---|---:|
| Parcels | 41 |

```
fence
```"""

RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich words ", "style": {"bold": True}},
                {"type": "user", "user_id": "U0BEN"},
                {"type": "channel", "channel_id": "C0GENERAL"},
                {"type": "usergroup", "usergroup_id": "S0CARE"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "tada"},
                {"type": "link", "url": "https://example.com", "text": "rich link"},
                {"type": "date", "timestamp": OPENED_AT, "format": "{date_num}", "fallback": "then"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich item"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "rich quote"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "rich fence"}]},
    ],
}

TABLE = {"type": "table", "rows": [[raw("Reason"), raw("Count")], [raw("Late parcel"), number(41)]]}

DATA_TABLE = {
    "type": "data_table",
    "caption": "Agents this week",
    "page_size": 5,
    "rows": [
        [raw("Agent"), raw("Cases")],
        *([raw(name), number(count)] for name, count in (("Ana", 31), ("Ben", 128), ("Cyd", 9), ("Dov", 17))),
        *([raw(name), number(count)] for name, count in (("Eli", 22), ("Fay", 3), ("Gus", 12))),
    ],
}


def message_blocks(url: str) -> list[list[Json]]:
    """Every block that a message may hold, in a few messages."""
    return [
        [*_words(url), *_pressed(url)],
        [{"type": "markdown", "text": MARKDOWN}, RICH_TEXT, TABLE, DATA_TABLE],
        [pie(), axes("bar", "As bars")],
        [axes("line", "As lines"), axes("area", "As areas")],
        _framed(url),
    ]


def _words(url: str) -> list[Json]:
    return [
        {"type": "header", "text": plain("A header :rocket:")},
        {"type": "section", "text": mrkdwn("A section with a picture"), "accessory": picture(url)},
        {"type": "section", "fields": [mrkdwn("*Left*\none"), plain("right")]},
        {"type": "context", "elements": [picture(url), mrkdwn("a *context*")]},
        {"type": "divider"},
        {**picture(url), "title": plain("A picture block")},
    ]


def _pressed(url: str) -> list[Json]:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "liked",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }
    trash = {"type": "icon_button", "icon": "trash", "text": plain("Throw away"), "action_id": "trash"}
    chosen = [
        button("Default", "a1"),
        button("Danger", "a2", style="danger"),
        button("Link", "a3", url="https://example.com"),
        {"type": "overflow", "action_id": "a4", "options": options("One", "Two")},
        {"type": "static_select", "action_id": "a5", "options": options("Low", "High")},
        {"type": "datepicker", "action_id": "a6", "initial_date": "2026-11-21"},
        {"type": "timepicker", "action_id": "a7", "initial_time": "14:30"},
        {"type": "radio_buttons", "action_id": "a8", "options": options("Yes", "No")},
        {"type": "checkboxes", "action_id": "a9", "options": options("Tick")},
    ]
    return [
        {"type": "actions", "elements": chosen},
        {"type": "context_actions", "elements": [feedback, trash]},
        field("asked", "Asked in a message", {"type": "plain_text_input", "action_id": "x"}),
    ]


def _framed(url: str) -> list[Json]:
    inner = [{"type": "section", "text": mrkdwn("Inside the frame")}]
    hidden = [{"type": "section", "text": mrkdwn("Behind the fold")}]
    video = {
        "video_url": "https://example.com/v",
        "thumbnail_url": f"{url}/page/icon.svg",
        "alt_text": "A film",
    }
    return [
        {"type": "container", "title": plain("A frame"), "child_blocks": inner, "has_header_divider": True},
        {
            "type": "container",
            "title": plain("A fold"),
            "child_blocks": hidden,
            "is_collapsible": True,
            "default_collapsed": True,
        },
        {"type": "video", "title": plain("A film"), "title_url": "https://example.com/v", **video},
        {"type": "file", "external_id": "far-away", "source": "remote"},
    ]


def every_input() -> Json:
    """A modal with every input element and every kind of alert."""
    alerts = [
        {"type": "alert", "level": level, "text": mrkdwn(f"An alert: *{level}*")}
        for level in ("default", "info", "warning", "error", "success")
    ]
    inputs = [
        field(kind, f"Asks {kind}", {"type": kind, "action_id": "x", **more}, optional=True)
        for kind, more in _input_kinds()
    ]
    return {
        "type": "modal",
        "title": plain("Every input"),
        "submit": plain("Send"),
        "blocks": [*alerts, *inputs],
    }


def _input_kinds() -> list[tuple[str, Json]]:
    listed = {"options": options("One", "Two")}
    plain_kinds = (
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "rich_text_input",
        "file_input",
        "datepicker",
        "timepicker",
        "datetimepicker",
    )
    looked_up = [
        f"{many}{kind}_select"
        for many in ("", "multi_")
        for kind in ("users", "channels", "conversations", "external")
    ]
    return [
        *((kind, {}) for kind in (*plain_kinds, *looked_up)),
        ("number_input", {"is_decimal_allowed": False}),
        *((kind, listed) for kind in ("static_select", "multi_static_select", "radio_buttons", "checkboxes")),
    ]
