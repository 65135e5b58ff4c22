"""Texts that would call everybody, lead astray, swallow what follows or break a limit; how that is seen."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from bot.slack.views.rendered import Rendered
from bot.workspace.blocks import checked_message_blocks, checked_view
from bot.workspace.clock import Ids
from bot.workspace.errors import SlackError
from tests.bot.workspace.slack_types.judge import type_errors

HARMLESS = "The lamp hums"
OWN: dict[str, str] = {
    "channel": "<!channel> <!here> <!everyone|all> @channel @here",
    "mentions": "<@U0ANA> <@W012A3CDE|bob> <#C0LEADS|leads> <!subteam^S0CARE|@care>",
    "link with a false label": "<https://evil.example|https://our-bank.example> <mailto:a@b.example|us>",
    "date that is a link": "<!date^1392734382^{date}^https://evil.example/|today>",
    "script": "<javascript:alert(1)|click> <script>alert(1)</script>",
    "escaped already": "&lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!channel&#62;",
    "nested": "<<!channel>> <!chan<!channel>nel> <!channel <@U0ANA>",
    "open fence": "It broke ``` and <!channel>",
    "fences": "```<!channel>``` `code` ````more````",
    "quotes all that follows": ">>> all that\n>>>follows\n&gt;&gt;&gt; and this",
    "markup": "*bold* _italic_ ~gone~ :smile: # head\n• list\n1. one",
    "turned": "pay \u202egpj.exe\u202c \u2066x\u2069 \u200f\u200e",
    "zalgo": "Z" + "\u0301\u0489\u20dd" * 100 + "algo",
    "family": "👨\u200d👩\u200d👧\u200d👦" * 40,
    "entities at every length": "&" * 3001 + "<" * 3001,
    "one word of 50,000": "x" * 50_000,
    "50,000 in words": "No. " * 12_500,
    "50,000 mentions": "<!channel>" * 5_000,
    "lines": "\n" * 200 + "at last" + "\r\n" * 200,
    "no width": "\u200b\u200b\u2060\ufeff",
    "controls": "a\u0007b\u001b[31mred\u2028line\u2029para\u0085",
    "one sign": ">",
    "quote": "”“\"'\\",
}
"""Ours, so that nothing is unproved where the shared material is not beside this checkout."""
TOGETHER = 10
SHARED = ("slack_text_a", "unicode_a", "blns_a", "injection_by_sink_a", "emoji_sequences_a", "csv_formula_a")

_CONSTRUCT = re.compile(r"<[^<>]*>")
_PERSON = re.compile(r"<@[UW][A-Z0-9]+>")
_BROKEN_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_PILED_UP = re.compile("[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{4,}")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OURS = re.compile(
    r"<https://(?:mail|harbour)\.example/[!-;=?-{}~]*\|[^<>]*>"
    r"|<!date\^\d+\^[{}a-z_ ]+\|\d\d \w{3} \d\d:\d\d UTC>"
)
"""A link to where we say that it leads, with whatever words, and a moment."""
UPDATE_TEXT = 4000
"""Characters of the plain words of a message that is edited; Slack refuses more."""

Shown = Rendered | dict[str, Any]


def shared_texts(folder: Path) -> list[str]:
    """Every text of the shared material that could stand in a message, several in each."""
    read = (json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in SHARED)
    texts = [_text_of(entry) for entry in chain.from_iterable(read)]
    trojans = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("trojan_*.txt"))]
    kept = [text for text in [*texts, *trojans] if text.strip()]
    return ["\n".join(kept[start : start + TOGETHER]) for start in range(0, len(kept), TOGETHER)]


def all_troubles(show: Callable[[str], Shown], texts: Iterable[str], *, keeps_people: bool) -> list[str]:
    """What Slack would make of these texts, or refuse, where `show` shows them; nothing, if all is well.

    What stands in a message besides is seen by showing harmless words in its place. `keeps_people`: the
    texts are a colleague's, who may mention people.
    """
    expected = Counter(_CONSTRUCT.findall("\n".join(_marked_up(show(HARMLESS)))))
    found = [_troubles(show(text), text, expected, keeps_people=keeps_people) for text in texts]
    return [trouble for each in found for trouble in each]


def _troubles(shown: Shown, text: str, expected: Counter[str], *, keeps_people: bool) -> list[str]:
    marked = _marked_up(shown)
    found = Counter(_CONSTRUCT.findall("\n".join(marked)))
    live = [each for each in (found - expected) if not _OURS.fullmatch(each)]
    if keeps_people:
        live = [each for each in live if not _PERSON.fullmatch(each)]
    rest = _CONSTRUCT.sub("", "\n".join(marked))
    every = "\n".join([*marked, *_plain_texts(shown)])
    checks = {
        f"live: {live}": live,
        "a sign of markup": "<" in rest or ">" in rest,
        "a broken entity": _BROKEN_ENTITY.search(rest),
        "a fence": "```" in rest,
        "turned writing": _TURNED.search(every),
        "marks piled up": _PILED_UP.search(every),
        **{f"slack: {why}": True for why in _refusals(shown)},
    }
    return [f"{what} in {text[:40]!r}" for what, is_wrong in checks.items() if is_wrong]


def _refusals(shown: Shown) -> Iterator[str]:
    """What the local workspace, and Slack's own types, say against it."""
    try:
        if isinstance(shown, Rendered):
            checked_message_blocks(shown.blocks, Ids())
            yield from type_errors("message", {"text": shown.text, "blocks": shown.blocks})
        else:
            checked_view(shown, shown["type"], Ids())
            yield from type_errors(shown["type"], shown)
    except SlackError as error:
        yield f"{error} {error.__dict__}"
    if isinstance(shown, Rendered) and not 0 < len(shown.text) <= UPDATE_TEXT:
        yield f"plain words of {len(shown.text)} characters"


def _marked_up(shown: Shown) -> list[str]:
    """Every text in which Slack looks for mentions and links."""
    if isinstance(shown, Rendered):
        return [shown.text, *_texts(shown.blocks, "mrkdwn")]
    return _texts(shown, "mrkdwn")


def _plain_texts(shown: Shown) -> list[str]:
    part = shown.blocks if isinstance(shown, Rendered) else shown
    return [*_texts(part, "plain_text"), *_texts(part, "text")]


def _texts(part: Any, kind: str) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _texts(each, kind)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == kind and isinstance(part.get("text"), str) else []
    return own + [text for each in part.values() for text in _texts(each, kind)]


def _text_of(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    return str(next(entry[name] for name in ("text", "cell", "emoji") if name in entry))
