"""What a person types, as Slack keeps it: escaped text with mentions, and the same as a rich_text block."""

import re
from collections.abc import Iterator

from bot.workspace.conversations import ConversationKind, Json
from bot.workspace.state import State

KNOWN_ENTITY = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+|!(?:here|channel|everyone))[^<>]*>"
    r"|<(?:https?://|mailto:|tel:)[^<>\s][^<>]*>"
)
BARE_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)'\"]")
ESCAPED = re.compile(r"&(?:amp|lt|gt);")
TOKEN = re.compile(
    r"<(?P<entity>[^<>]+)>|:(?P<emoji>[a-z0-9_+'-]+):|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^*\n<>]+)\*(?![\w*])|(?<!\w)_(?P<italic>[^_\n<>]+)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^~\n<>]+)~(?![\w~])"
)
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """The text with `&`, `<` and `>` escaped, what is an entity of Slack left alone."""
    return "".join(
        piece if is_entity else _escape_plain(piece) for piece, is_entity in _split(KNOWN_ENTITY, text)
    )


def unescape(text: str) -> str:
    """The opposite of `escape`, for showing."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def resolve_typed(text: str, state: State, *, named: bool = False) -> str:
    """What a person typed with its `@name` and `#name` turned into mentions and its links marked.

    `named` writes mentions as `<@U123|name>`, which is how a slash command gets them.
    """
    escaped = escape(text)
    linked = "".join(
        piece if is_entity else BARE_LINK.sub(lambda link: f"<{link[0]}>", piece)
        for piece, is_entity in _split(KNOWN_ENTITY, escaped)
    )
    people = _names(state)
    if not people:
        return linked
    pattern = re.compile(
        rf"(?<![\w@/&])(?:{'|'.join(map(re.escape, sorted(people, key=len, reverse=True)))})(?!\w)", re.I
    )
    return "".join(
        piece
        if is_entity
        else pattern.sub(lambda found: _mention(people[found[0].lower()], named=named), piece)
        for piece, is_entity in _split(KNOWN_ENTITY, linked)
    )


def as_rich_text(text: str, block_id: str) -> Json:
    """The rich_text block that Slack's own composer sends along with this text."""
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": list(_elements(text))}],
    }


def mentioned_in(text: str, blocks: str) -> list[str]:
    """The people whom a message names; `blocks` is its blocks as JSON."""
    return list(dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]+)", text + blocks)))


def _split(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()], False
        yield found[0], True
        at = found.end()
    yield text[at:], False


def _escape_plain(text: str) -> str:
    return "".join(
        piece if is_escaped else piece.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for piece, is_escaped in _split(ESCAPED, text)
    )


def _names(state: State) -> dict[str, tuple[str, str]]:
    """Everything one can type with @ or #, in lower case: the entity and the name that it stands for."""
    names: dict[str, tuple[str, str]] = {}
    for user in state.users.values():
        for name in (user["real_name"], user["profile"]["display_name"], user["name"]):
            names[f"@{name.lower()}"] = (f"@{user['id']}", user["name"])
    for group in state.usergroups.values():
        names[f"@{group['handle']}"] = (f"!subteam^{group['id']}", f"@{group['handle']}")
    for word in BROADCASTS:
        names[f"@{word}"] = (f"!{word}", word)
    for conversation in state.conversations.values():
        if conversation.kind is not ConversationKind.IM:
            names[f"#{conversation.name}"] = (f"#{conversation.id}", conversation.name)
    return names


def _mention(target: tuple[str, str], *, named: bool) -> str:
    entity, name = target
    return f"<{entity}|{name}>" if named else f"<{entity}>"


def _elements(text: str) -> Iterator[Json]:
    at = 0
    for found in TOKEN.finditer(text):
        if found.start() > at:
            yield _plain(text[at : found.start()])
        yield _element(found)
        at = found.end()
    if at < len(text):
        yield _plain(text[at:])


def _plain(text: str, style: str = "") -> Json:
    element: Json = {"type": "text", "text": unescape(text)}
    return {**element, "style": {style: True}} if style else element


def _element(found: re.Match[str]) -> Json:
    kind, value = found.lastgroup or "entity", found[found.lastgroup or 0]
    if kind == "entity":
        return _entity(value)
    if kind == "emoji":
        return {"type": "emoji", "name": value}
    return _plain(value, kind)


def _entity(entity: str) -> Json:
    target, _, label = entity.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": unescape(target)} | ({"text": unescape(label)} if label else {})
