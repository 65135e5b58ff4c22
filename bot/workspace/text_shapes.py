"""What Slack takes as a text, a confirmation or an option, and the checks that several shapes share."""

from bot.workspace import limits
from bot.workspace.conversations import Json
from bot.workspace.elements import options_of
from bot.workspace.shapes import ByType, Extra, Findings, Flag, ListOf, OneOf, Rule, Shape, Text

KIND = Text()
ID = Text(limits.ACTION_ID)
WORD = Text(least=1)


def words(*allowed: str) -> OneOf:
    """One of these words."""
    return OneOf(frozenset(allowed))


def one_needed(*names: str) -> Extra:
    """At least one of these fields must be there."""

    def check(value: Json, path: str, found: Findings) -> None:
        if not any(value.get(name) for name in names):
            found.add(f"missing required field: {names[0]}", path)

    return check


def one_at_most(*names: str) -> Extra:
    """No two of these fields may be there together."""

    def check(value: Json, path: str, found: Findings) -> None:
        if sum(name in value for name in names) > 1:
            found.add(f"must define only one of: {', '.join(names)}", path)

    return check


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


def initial_is_offered(value: Json, path: str, found: Findings) -> None:
    """What is chosen at first must be one of the options, exactly."""
    offered = options_of(value)
    for name in ("initial_option", "initial_options"):
        if name in value:
            chosen = value[name] if name == "initial_options" else [value[name]]
            if any(one not in offered for one in chosen):
                found.add("must be one of the provided options", f"{path}/{name}")
