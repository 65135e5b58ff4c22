"""Which blocks Slack takes in a message, a modal and a Home, and what a view is beside its blocks."""

from bot.workspace import limits
from bot.workspace.block_shapes import RICHER, SIMPLE
from bot.workspace.conversations import Json
from bot.workspace.shapes import ByType, Findings, Flag, ListOf, Rule, Shape, Text
from bot.workspace.text_shapes import KIND, plain

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
VIEWS: dict[str, dict[str, Shape]] = {"modal": {"modal": MODAL}, "home": {"home": HOME}}
"""For each kind of view that a method takes, the shapes that it may have."""
