"""What Slack takes as a button, a menu, a picker or an input, and where each may stand."""

import re
from collections.abc import Mapping
from datetime import date

from bot.workspace import limits
from bot.workspace.rich_text_shapes import RICH_TEXT_VALUE
from bot.workspace.shapes import Anything, ByType, Extra, Flag, ListOf, Matching, Number, Rule, Shape, Text
from bot.workspace.text_shapes import (
    CONFIRM,
    ID,
    KIND,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    RICH_OPTION,
    WORD,
    initial_is_offered,
    one_at_most,
    one_needed,
    plain,
    words,
)


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_time(value: str) -> bool:
    return re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value) is not None


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", value) is not None


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
    "slack_file": Shape({"id": WORD, "url": WORD}, extras=(one_needed("id", "url"),)),
    "alt_text": Text(limits.ALT_TEXT, 1),
}
IMAGE = Shape(IMAGE_FIELDS, ("alt_text",), extras=(one_needed("image_url", "slack_file"),))


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
    one_needed("options", "option_groups"),
    one_at_most("options", "option_groups"),
    initial_is_offered,
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
        (initial_is_offered,),
    ),
    "radio_buttons": _element(
        {
            **CONFIRMED,
            **FOCUSED,
            "options": ListOf(RICH_OPTION, limits.CHOICE_OPTIONS, 1),
            "initial_option": RICH_OPTION,
        },
        ("options",),
        (initial_is_offered,),
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
