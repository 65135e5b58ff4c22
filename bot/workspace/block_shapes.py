"""What Slack takes as a block, an element or a text: every field, its limit, and where it may stand."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.workspace import limits
from bot.workspace.conversations import Json
from bot.workspace.elements import options_of
from bot.workspace.shapes import (
    Anything,
    ByType,
    Extra,
    Findings,
    Flag,
    ListOf,
    Matching,
    Number,
    OneOf,
    Positive,
    Rule,
    Shape,
    Text,
)

KIND = Text()
ID = Text(limits.ACTION_ID)
WORD = Text(least=1)


def words(*allowed: str) -> OneOf:
    """One of these words."""
    return OneOf(frozenset(allowed))


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_time(value: str) -> bool:
    return re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value) is not None


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", value) is not None


def _one_needed(*names: str) -> Extra:
    def check(value: Json, path: str, found: Findings) -> None:
        if not any(value.get(name) for name in names):
            found.add(f"missing required field: {names[0]}", path)

    return check


def _one_at_most(*names: str) -> Extra:
    def check(value: Json, path: str, found: Findings) -> None:
        if sum(name in value for name in names) > 1:
            found.add(f"must define only one of: {', '.join(names)}", path)

    return check


# Texts


def plain(most: int) -> Shape:
    """A plain_text object."""
    fields: dict[str, Rule] = {"type": words("plain_text"), "text": Text(most, 1), "emoji": Flag()}
    return Shape(fields, ("type", "text"), {"emoji": True})


def mrkdwn(most: int) -> Shape:
    """A mrkdwn object."""
    fields: dict[str, Rule] = {"type": words("mrkdwn"), "text": Text(most, 1), "verbatim": Flag()}
    return Shape(fields, ("type", "text"), {"verbatim": False})


def any_text(most: int) -> ByType:
    """A text object of either kind."""
    return ByType({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


CONFIRM = Shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": any_text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
        "style": words("primary", "danger"),
    },
    ("text",),
)

# Options


def _option(text: Rule, **more: Rule) -> Shape:
    fields = {
        "text": text,
        "value": Text(limits.OPTION_VALUE, 1),
        "description": any_text(limits.OPTION_DESCRIPTION),
        **more,
    }
    return Shape(fields, ("text", "value"))


PLAIN_OPTION = _option(plain(limits.OPTION_TEXT))
RICH_OPTION = _option(any_text(limits.OPTION_TEXT))
OVERFLOW_OPTION = _option(plain(limits.OPTION_TEXT), url=Text(limits.OPTION_URL))
OPTION_GROUP = Shape(
    {
        "label": plain(limits.OPTION_GROUP_LABEL),
        "options": ListOf(PLAIN_OPTION, limits.OPTIONS, 1),
    },
    ("label", "options"),
)


def _initial_is_offered(value: Json, path: str, found: Findings) -> None:
    offered = options_of(value)
    for name in ("initial_option", "initial_options"):
        if name in value:
            chosen = value[name] if name == "initial_options" else [value[name]]
            if any(one not in offered for one in chosen):
                found.add("must be one of the provided options", f"{path}/{name}")


# Elements

CONVERSATION_FILTER = Shape(
    {
        "include": ListOf(words("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)
DISPATCH = Shape(
    {
        "trigger_actions_on": ListOf(words("on_enter_pressed", "on_character_entered"), 2, 1),
    }
)
IMAGE_FIELDS: dict[str, Rule] = {
    "type": KIND,
    "image_url": Text(limits.IMAGE_URL, 1),
    "slack_file": Shape({"id": WORD, "url": WORD}, extras=(_one_needed("id", "url"),)),
    "alt_text": Text(limits.ALT_TEXT, 1),
}
IMAGE = Shape(IMAGE_FIELDS, ("alt_text",), extras=(_one_needed("image_url", "slack_file"),))


def _element(
    fields: Mapping[str, Rule], needed: tuple[str, ...] = (), extras: tuple[Extra, ...] = ()
) -> Shape:
    shared: dict[str, Rule] = {"type": KIND, "action_id": ID}
    return Shape({**shared, **fields}, needed, given_ids={"action_id": "a"}, extras=extras)


CONFIRMED: dict[str, Rule] = {"confirm": CONFIRM}
FOCUSED: dict[str, Rule] = {"focus_on_load": Flag()}
HINTED: dict[str, Rule] = {"placeholder": plain(limits.PLACEHOLDER)}
CHOSEN: dict[str, Rule] = {**CONFIRMED, **FOCUSED, **HINTED}
TYPED: dict[str, Rule] = {**FOCUSED, **HINTED, "dispatch_action_config": DISPATCH}
MANY: dict[str, Rule] = {**CHOSEN, "max_selected_items": Number(1)}
STATIC: dict[str, Rule] = {
    "options": ListOf(PLAIN_OPTION, limits.OPTIONS, 1),
    "option_groups": ListOf(OPTION_GROUP, limits.OPTION_GROUPS, 1),
}
STATIC_EXTRAS = (
    _one_needed("options", "option_groups"),
    _one_at_most("options", "option_groups"),
    _initial_is_offered,
)
ANSWERED: dict[str, Rule] = {"response_url_enabled": Flag()}
CURRENT: dict[str, Rule] = {"default_to_current_conversation": Flag(), "filter": CONVERSATION_FILTER}
QUERY: dict[str, Rule] = {"min_query_length": Number(0)}
VISIBLE: dict[str, Rule] = {
    "text": plain(limits.BUTTON_TEXT),
    "style": words("primary", "danger"),
    "accessibility_label": Text(limits.ACCESSIBILITY_LABEL),
}
FEEDBACK_BUTTON = Shape(
    {
        "text": plain(limits.BUTTON_TEXT),
        "value": Text(limits.BUTTON_VALUE, 1),
        "accessibility_label": Text(limits.ACCESSIBILITY_LABEL),
    },
    ("text", "value"),
)

BUTTONS: dict[str, Rule] = {
    "button": _element(
        {**CONFIRMED, **VISIBLE, "value": Text(limits.BUTTON_VALUE), "url": Text(limits.BUTTON_URL)},
        ("text",),
    ),
    "workflow_button": _element({**VISIBLE, "workflow": Anything()}, ("text", "workflow")),
}
OVERFLOW: dict[str, Rule] = {
    "overflow": _element(
        {**CONFIRMED, "options": ListOf(OVERFLOW_OPTION, limits.OVERFLOW_OPTIONS, 1)}, ("options",)
    ),
}
SELECTS: dict[str, Rule] = {
    "static_select": _element({**CHOSEN, **STATIC, "initial_option": PLAIN_OPTION}, extras=STATIC_EXTRAS),
    "external_select": _element({**CHOSEN, **QUERY, "initial_option": PLAIN_OPTION}),
    "users_select": _element({**CHOSEN, "initial_user": WORD}),
    "conversations_select": _element({**CHOSEN, **ANSWERED, **CURRENT, "initial_conversation": WORD}),
    "channels_select": _element({**CHOSEN, **ANSWERED, "initial_channel": WORD}),
    "multi_static_select": _element(
        {**MANY, **STATIC, "initial_options": ListOf(PLAIN_OPTION, least=1)}, extras=STATIC_EXTRAS
    ),
    "multi_external_select": _element({**MANY, **QUERY, "initial_options": ListOf(PLAIN_OPTION, least=1)}),
    "multi_users_select": _element({**MANY, "initial_users": ListOf(WORD)}),
    "multi_conversations_select": _element({**MANY, **CURRENT, "initial_conversations": ListOf(WORD)}),
    "multi_channels_select": _element({**MANY, "initial_channels": ListOf(WORD)}),
}
CHOICES: dict[str, Rule] = {
    "checkboxes": _element(
        {
            **CONFIRMED,
            **FOCUSED,
            "options": ListOf(RICH_OPTION, limits.CHOICE_OPTIONS, 1),
            "initial_options": ListOf(RICH_OPTION, least=1),
        },
        ("options",),
        (_initial_is_offered,),
    ),
    "radio_buttons": _element(
        {
            **CONFIRMED,
            **FOCUSED,
            "options": ListOf(RICH_OPTION, limits.CHOICE_OPTIONS, 1),
            "initial_option": RICH_OPTION,
        },
        ("options",),
        (_initial_is_offered,),
    ),
}
MOMENTS: dict[str, Rule] = {
    "datepicker": _element({**CHOSEN, "initial_date": Matching(_is_date)}),
    "timepicker": _element({**CHOSEN, "initial_time": Matching(_is_time), "timezone": WORD}),
}
DATETIME: dict[str, Rule] = {
    "datetimepicker": _element({**CONFIRMED, **FOCUSED, "initial_date_time": Number(10**9, 10**10 - 1)}),
}
FEEDBACK: dict[str, Rule] = {
    "feedback_buttons": _element(
        {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
        ("positive_button", "negative_button"),
    ),
    "icon_button": _element(
        {
            **CONFIRMED,
            "icon": words("trash"),
            "text": plain(limits.BUTTON_TEXT),
            "value": Text(limits.BUTTON_VALUE),
            "accessibility_label": Text(limits.ACCESSIBILITY_LABEL),
            "visible_to_user_ids": ListOf(WORD, 10),
        },
        ("icon", "text"),
    ),
}

# Rich text

STYLE = Shape({name: Flag() for name in ("bold", "code", "italic", "strike", "underline")})


def _piece(needed: tuple[str, ...] = (), **fields: Rule) -> Shape:
    return Shape({"type": KIND, "style": STYLE, **fields}, needed)


TEXT_PIECE = _piece(("text",), text=Text(least=1))
LINK_PIECE = _piece(("url",), url=WORD, text=Text(), unsafe=Flag())
PIECES = ByType(
    {
        "text": TEXT_PIECE,
        "link": LINK_PIECE,
        "user": _piece(("user_id",), user_id=WORD),
        "usergroup": _piece(("usergroup_id",), usergroup_id=WORD),
        "channel": _piece(("channel_id",), channel_id=WORD),
        "team": _piece(("team_id",), team_id=WORD),
        "emoji": _piece(("name",), name=WORD, unicode=WORD, url=WORD, skin_tone=Number(1, 6)),
        "broadcast": _piece(("range",), range=words("here", "channel", "everyone")),
        "color": _piece(("value",), value=WORD),
        "date": _piece(("timestamp", "format"), timestamp=Number(), format=WORD, url=WORD, fallback=Text()),
    }
)
BORDER = Number(0, 1)
RICH_SECTION = Shape({"type": KIND, "elements": ListOf(PIECES)}, ("elements",))
RICH_PARTS = ByType(
    {
        "rich_text_section": RICH_SECTION,
        "rich_text_quote": Shape({"type": KIND, "elements": ListOf(PIECES), "border": BORDER}, ("elements",)),
        "rich_text_preformatted": Shape(
            {
                "type": KIND,
                "elements": ListOf(ByType({"text": TEXT_PIECE, "link": LINK_PIECE})),
                "border": BORDER,
                "language": WORD,
            },
            ("elements",),
        ),
        "rich_text_list": Shape(
            {
                "type": KIND,
                "elements": ListOf(ByType({"rich_text_section": RICH_SECTION})),
                "style": words("bullet", "ordered"),
                "indent": Number(0, 8),
                "offset": Number(0),
                "border": BORDER,
            },
            ("elements", "style"),
        ),
    }
)
RICH_TEXT_FIELDS: dict[str, Rule] = {
    "type": KIND,
    "block_id": Text(limits.BLOCK_ID),
    "elements": ListOf(RICH_PARTS),
}
RICH_TEXT_VALUE = Shape(RICH_TEXT_FIELDS, ("type", "elements"))

INPUTS: dict[str, Rule] = {
    "plain_text_input": _element(
        {
            **TYPED,
            "initial_value": Text(limits.INPUT_VALUE),
            "multiline": Flag(),
            "min_length": Number(0, limits.INPUT_VALUE),
            "max_length": Number(1, limits.INPUT_VALUE),
        }
    ),
    "rich_text_input": _element(
        {
            **TYPED,
            "initial_value": RICH_TEXT_VALUE,
            "min_lines": Number(1, 100),
            "max_lines": Number(1, 100),
        }
    ),
    "email_text_input": _element({**TYPED, "initial_value": Text()}),
    "url_text_input": _element({**TYPED, "initial_value": Text()}),
    "number_input": _element(
        {
            **TYPED,
            "is_decimal_allowed": Flag(),
            "initial_value": Matching(_is_number),
            "min_value": Matching(_is_number),
            "max_value": Matching(_is_number),
        },
        ("is_decimal_allowed",),
    ),
    "file_input": _element({"filetypes": ListOf(WORD), "max_files": Number(1, 10)}),
}

# Blocks


def _block(needed: tuple[str, ...] = (), extras: tuple[Extra, ...] = (), **fields: Rule) -> Shape:
    shared: dict[str, Rule] = {"type": KIND, "block_id": Text(limits.BLOCK_ID)}
    return Shape({**shared, **fields}, needed, given_ids={"block_id": "b"}, extras=extras)


def _unique_actions(value: Json, path: str, found: Findings) -> None:
    seen: set[str] = set()
    for place, element in enumerate(value["elements"]):
        action_id = element["action_id"]
        if action_id in seen:
            message = f'`action_id` "{action_id}" already exists'
            found.add(message, f"{path}/elements/{place}/action_id")
        seen.add(action_id)


def _same_columns(value: Json, path: str, found: Findings) -> None:
    widths = {len(row) for row in value["rows"]}
    if len(widths) > 1:
        found.add("all rows must have the same number of columns", f"{path}/rows")


def _plain_header(value: Json, path: str, found: Findings) -> None:
    for place, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            found.add("unsupported type: rich_text", f"{path}/rows/0/{place}/type")


def _series_fit(value: Json, path: str, found: Findings) -> None:
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        found.add("series names must be unique", f"{path}/series")
    categories = value["axis_config"]["categories"]
    for place, series in enumerate(value["series"]):
        if [point["label"] for point in series["data"]] != categories:
            found.add("data labels must match the categories", f"{path}/series/{place}/data")


def _collapsing_fits(value: Json, path: str, found: Findings) -> None:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        found.add("`default_collapsed` requires `is_collapsible`", path)
    if value.get("has_header_divider") and value.get("is_collapsible"):
        found.add("`has_header_divider` requires a container that is not collapsible", path)


CELL = ByType(
    {
        "raw_text": Shape({"type": KIND, "text": WORD}, ("text",)),
        "raw_number": Shape({"type": KIND, "value": Number(is_whole=False), "text": WORD}, ("value", "text")),
        "rich_text": RICH_TEXT_VALUE,
    }
)
POINT = Shape({"label": Text(limits.CHART_LABEL, 1), "value": Number(is_whole=False)}, ("label", "value"))
SERIES = Shape(
    {
        "name": Text(limits.CHART_LABEL, 1),
        "data": ListOf(POINT, limits.CHART_POINTS, 1),
    },
    ("name", "data"),
)
AXES = Shape(
    {
        "categories": ListOf(Text(limits.CHART_LABEL, 1), limits.CHART_POINTS, 1),
        "x_label": Text(limits.CHART_TITLE),
        "y_label": Text(limits.CHART_TITLE),
    },
    ("categories",),
)
SEGMENT = Shape({"label": Text(limits.CHART_LABEL, 1), "value": Positive()}, ("label", "value"))
PLOT = Shape(
    {"type": KIND, "series": ListOf(SERIES, limits.CHART_SERIES, 1), "axis_config": AXES},
    ("series", "axis_config"),
    extras=(_series_fit,),
)
PIE = Shape({"type": KIND, "segments": ListOf(SEGMENT, limits.CHART_SERIES, 1)}, ("segments",))
CHART = ByType({"pie": PIE, "bar": PLOT, "line": PLOT, "area": PLOT})
CONTEXT_ELEMENT = ByType(
    {"plain_text": plain(limits.SECTION_TEXT), "mrkdwn": mrkdwn(limits.SECTION_TEXT), "image": IMAGE}
)
ACTIONS_ELEMENT = ByType(
    {
        **BUTTONS,
        **OVERFLOW,
        **SELECTS,
        **CHOICES,
        **MOMENTS,
        **DATETIME,
        "rich_text_input": INPUTS["rich_text_input"],
    }
)
ACCESSORY = ByType({**BUTTONS, **OVERFLOW, **SELECTS, **CHOICES, **MOMENTS, "image": IMAGE})
INPUT_ELEMENT = ByType({**INPUTS, **SELECTS, **CHOICES, **MOMENTS, **DATETIME})
CARD_BUTTON = ByType({"button": BUTTONS["button"]})

SIMPLE: dict[str, Rule] = {
    "actions": _block(
        ("elements",),
        (_unique_actions,),
        elements=ListOf(ACTIONS_ELEMENT, limits.ACTIONS_ELEMENTS, 1),
    ),
    "context": _block(("elements",), elements=ListOf(CONTEXT_ELEMENT, limits.CONTEXT_ELEMENTS, 1)),
    "divider": _block(),
    "file": _block(("external_id", "source"), external_id=WORD, source=words("remote")),
    "header": _block(("text",), text=plain(limits.HEADER_TEXT)),
    "image": _block(
        ("alt_text",),
        (_one_needed("image_url", "slack_file"),),
        **{**IMAGE_FIELDS, "title": plain(limits.IMAGE_TITLE)},
    ),
    "input": _block(
        ("label", "element"),
        label=plain(limits.INPUT_LABEL),
        hint=plain(limits.INPUT_HINT),
        optional=Flag(),
        dispatch_action=Flag(),
        element=INPUT_ELEMENT,
    ),
    "rich_text": _block(("elements",), elements=ListOf(RICH_PARTS)),
    "section": _block(
        (),
        (_one_needed("text", "fields"),),
        text=any_text(limits.SECTION_TEXT),
        fields=ListOf(any_text(limits.FIELD_TEXT), limits.SECTION_FIELDS, 1),
        accessory=ACCESSORY,
        expand=Flag(),
    ),
    "table": _block(
        ("rows",),
        rows=ListOf(ListOf(CELL, limits.TABLE_COLUMNS, 1), limits.TABLE_ROWS, 1),
        column_settings=ListOf(
            Shape({"align": words("left", "center", "right"), "is_wrapped": Flag()}),
            limits.TABLE_COLUMNS,
        ),
    ),
    "video": _block(
        ("video_url", "thumbnail_url", "alt_text", "title"),
        video_url=Text(limits.IMAGE_URL, 1),
        thumbnail_url=Text(limits.IMAGE_URL, 1),
        alt_text=Text(limits.ALT_TEXT, 1),
        title=plain(200),
        title_url=Text(2_000),
        author_name=Text(50),
        provider_name=Text(50),
        provider_icon_url=Text(2_000),
        description=plain(200),
    ),
}
"""Blocks that may also stand inside a container."""

CARD = _block(
    (),
    (_one_needed("title", "hero_image", "actions", "body"),),
    hero_image=IMAGE,
    icon=IMAGE,
    slack_icon=Shape({"type": KIND, "name": WORD}, ("name",)),
    title=any_text(limits.CARD_TITLE),
    subtitle=any_text(limits.CARD_TITLE),
    body=any_text(limits.CARD_TEXT),
    subtext=any_text(limits.CARD_TEXT),
    actions=ListOf(CARD_BUTTON, limits.CARD_ACTIONS),
)
TASK_FIELDS: dict[str, Rule] = {
    "task_id": WORD,
    "title": WORD,
    "details": RICH_TEXT_VALUE,
    "output": RICH_TEXT_VALUE,
    "sources": ListOf(Shape({"type": words("url"), "url": WORD, "text": WORD}, ("type", "url", "text"))),
    "status": words("pending", "in_progress", "complete", "error"),
}
RICHER: dict[str, Rule] = {
    "alert": _block(
        ("text",),
        text=any_text(limits.ALERT_TEXT),
        level=words("default", "info", "warning", "error", "success"),
    ),
    "card": CARD,
    "carousel": _block(("elements",), elements=ListOf(ByType({"card": CARD}), 10, 1)),
    "container": _block(
        ("child_blocks",),
        (_one_needed("title", "rich_text_title"), _collapsing_fits),
        title=plain(limits.CARD_TITLE),
        rich_text_title=RICH_TEXT_VALUE,
        subtitle=any_text(limits.CARD_TITLE),
        child_blocks=ListOf(ByType(SIMPLE), limits.CONTAINER_BLOCKS, 1),
        width=words("narrow", "standard", "wide", "full"),
        icon=IMAGE,
        is_collapsible=Flag(),
        default_collapsed=Flag(),
        has_header_divider=Flag(),
    ),
    "context_actions": _block(
        ("elements",),
        (_unique_actions,),
        elements=ListOf(ByType(FEEDBACK), limits.CONTEXT_ACTIONS_ELEMENTS, 1),
    ),
    "data_table": _block(
        ("rows", "caption"),
        (_same_columns, _plain_header),
        rows=ListOf(ListOf(CELL, limits.TABLE_COLUMNS, 1), limits.DATA_TABLE_ROWS, 2),
        caption=WORD,
        page_size=Number(1, 100),
        row_header_column_index=Number(0, limits.TABLE_COLUMNS - 1),
    ),
    "data_visualization": _block(("title", "chart"), title=Text(limits.CHART_TITLE, 1), chart=CHART),
    "markdown": _block(("text",), text=Text(limits.MARKDOWN_TOTAL, 1)),
    "plan": _block(
        ("title",), title=WORD, tasks=ListOf(Shape(TASK_FIELDS, ("task_id", "title", "status")), 50)
    ),
    "task_card": _block(("task_id", "title", "status"), (), **TASK_FIELDS),
}

IN_VIEWS = frozenset(SIMPLE) - {"file"}
IN_MESSAGES = frozenset(SIMPLE) | frozenset(RICHER) - {"alert"}
IN_MODALS = (IN_VIEWS - {"table"}) | {"alert", "card"}
IN_HOMES = IN_VIEWS | {"card", "carousel", "container", "data_table", "data_visualization"}


def blocks_on(surface: frozenset[str]) -> ByType:
    """The blocks that may stand on a surface."""
    return ByType({kind: shape for kind, shape in {**SIMPLE, **RICHER}.items() if kind in surface})


MESSAGE_BLOCKS = ListOf(blocks_on(IN_MESSAGES), limits.BLOCKS_IN_MESSAGE)

VIEW_FIELDS: dict[str, Rule] = {
    "type": KIND,
    "private_metadata": Text(limits.PRIVATE_METADATA),
    "callback_id": Text(limits.CALLBACK_ID),
    "external_id": Text(limits.EXTERNAL_ID),
}


def _submit_for_inputs(value: Json, path: str, found: Findings) -> None:
    if "submit" in value:
        return
    for place, block in enumerate(value["blocks"]):
        if block["type"] == "input":
            message = "must define `submit` to use an `input` block in modals"
            found.add(message, f"{path}/blocks/{place}/input")


MODAL = Shape(
    {
        **VIEW_FIELDS,
        "title": plain(limits.VIEW_TITLE),
        "submit": plain(limits.VIEW_BUTTON),
        "close": plain(limits.VIEW_BUTTON),
        "blocks": ListOf(blocks_on(IN_MODALS), limits.BLOCKS_IN_VIEW),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
    ("title", "blocks"),
    extras=(_submit_for_inputs,),
)
HOME = Shape({**VIEW_FIELDS, "blocks": ListOf(blocks_on(IN_HOMES), limits.BLOCKS_IN_VIEW)}, ("blocks",))
VIEWS: dict[str, dict[str, Any]] = {"modal": {"modal": MODAL}, "home": {"home": HOME}}
