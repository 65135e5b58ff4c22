"""What Slack takes as rich text: sections, lists, quotes and preformatted pieces."""

from bot.workspace import limits
from bot.workspace.shapes import ByType, Flag, ListOf, Number, Rule, Shape, Text
from bot.workspace.text_shapes import KIND, WORD, words

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
