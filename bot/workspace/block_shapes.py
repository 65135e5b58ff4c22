"""What Slack takes as a block: every field of every kind, and its limit."""

from bot.workspace import limits
from bot.workspace.conversations import Json
from bot.workspace.element_shapes import (
    ACCESSORY,
    ACTIONS_ELEMENT,
    BUTTONS,
    FEEDBACK,
    IMAGE,
    IMAGE_FIELDS,
    INPUT_ELEMENT,
)
from bot.workspace.rich_text_shapes import RICH_PARTS, RICH_TEXT_VALUE
from bot.workspace.shapes import ByType, Extra, Findings, Flag, ListOf, Number, Positive, Rule, Shape, Text
from bot.workspace.text_shapes import KIND, WORD, any_text, mrkdwn, one_needed, plain, words


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
        (one_needed("image_url", "slack_file"),),
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
        (one_needed("text", "fields"),),
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
    (one_needed("title", "hero_image", "actions", "body"),),
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
        (one_needed("title", "rich_text_title"), _collapsing_fits),
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
