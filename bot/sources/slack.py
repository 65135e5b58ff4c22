"""What is posted in a channel of Slack, read as feedback: from its text, its blocks and its attachments."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.slack.listeners.payloads import SLACKBOT
from bot.slack.orders import as_read
from bot.web.attributes import LONGEST_NAME, MOST_VALUES
from bot.web.fields import LONGEST_LINE, LONGEST_TEXT, is_seen
from models.policies.intake import IncomingFeedback, clean_text, post_id
from models.policies.rulebook import Source

POSTED = frozenset({None, "bot_message", "file_share"})
"""What is new, by Slack's words; a reply that is shown in the channel as well is a reply."""
DEEPEST = 8
"""Lists within lists of a message; nobody writes deeper."""
WORDS_OF_A_FIELD = 3
"""A field of a form with more words than these is something that somebody said."""
HANDLES = ("email", "e_mail", "handle")
NAMES = ("customer", "name", "author", "from")
WHO = frozenset({*HANDLES, *NAMES, "segment"})
"""What tells who the customer is."""
POSTED_BY = "posted_by"
_LABELLED = re.compile(r"\*(?P<label>[^*\n]{1,60}?)(?::\*:?|\*:|\*[^\S\n]*\n)\s*(?P<value>\S.*)", re.DOTALL)
"""How tools write the name of a field and its value into a text: *Order:* HP-1042, or one below the other."""

Json = Mapping[str, Any]


@dataclass(slots=True)
class Post:
    """What stands in a message: its words part by part, its title, its fields, and its author."""

    words: list[str] = field(default_factory=list)
    title: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    author: str | None = None
    author_handle: str | None = None

    def add(self, text: object) -> None:
        """Add words, unless they stand there already, as they do in a fallback."""
        if isinstance(text, str) and text.strip() and text.strip() not in self.words:
            self.words.append(text.strip())

    def add_title(self, text: str) -> None:
        """The first title is the message's; another is among its words."""
        if self.title is None and text.strip():
            self.title = " ".join(text.split())
        else:
            self.add(text)

    def add_field(self, label: str, value: str) -> None:
        """A short value is a fact, a longer one is something that somebody said as well."""
        name = named(label)
        if name:
            self.fields.setdefault(name, value.strip())
        if not name or len(value.split()) > WORDS_OF_A_FIELD:
            self.add(value)


def named(label: str) -> str:
    """What is written beside a field as the name of a fact: "E-mail:" is e_mail."""
    return re.sub(r"\W+", "_", label.strip().lower()).strip("_")


def is_new_post(message: Json, us: Json) -> bool:
    """Whether somebody else posted it in the channel itself; `us` as auth.test says.

    A change of another, a notice of Slack's, a reply and what people write to the bot are none: a mention
    comes as an event of its own.
    """
    is_reply = message.get("thread_ts") not in {None, message.get("ts")}
    is_ours = message.get("user") == us["user_id"] or message.get("bot_id", "") == us.get("bot_id")
    is_order = f"<@{us['user_id']}>" in (message.get("text") or "") and not _is_by_bot(message)
    is_by_slack = message.get("user") == SLACKBOT
    return message.get("subtype") in POSTED and not (is_reply or is_ours or is_order or is_by_slack)


def _is_by_bot(message: Json) -> bool:
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"


def read_post(message: Json, source: Source, channel: str, permalink: str | None) -> IncomingFeedback | None:
    """The post as feedback by who is named in it.

    None where it has no words, or is by people where the source takes what bots post, or the other way round.
    """
    if not source.takes(is_by_bot=_is_by_bot(message)):
        return None
    post = _read(message)
    text = "\n".join(post.words) or post.title or ", ".join(post.fields.values())
    if not is_seen(clean_text(text)):
        return None
    facts = {
        name[:LONGEST_NAME]: _line(value) for name, value in list(post.fields.items())[: MOST_VALUES - 1]
    }
    title = post.title if post.words else None
    return IncomingFeedback(
        source=source.key,
        external_id=post_id(channel, message["ts"]),
        text=clean_text(text)[:LONGEST_TEXT],
        title=_line(title) if title else None,
        author_handle=_first(facts, HANDLES) or post.author_handle,
        author_name=_first(facts, NAMES) or post.author,
        occurred_at=datetime.fromtimestamp(float(message["ts"]), UTC),
        permalink=permalink,
        attributes={**facts, POSTED_BY: _line(_poster(message))},
    )


def _read(message: Json) -> Post:
    """Where a message has blocks, its text is shown in notifications only, and often says less."""
    post = Post()
    _read_blocks(message.get("blocks"), post)
    if not post.words and not post.title:
        post.add(as_read(message.get("text") or ""))
    for attachment in _mappings(message.get("attachments")):
        _read_attachment(attachment, post)
    return post


def _read_attachment(attachment: Json, post: Post) -> None:
    before = len(post.words), len(post.fields), post.title
    _read_blocks(attachment.get("blocks") or attachment.get("message_blocks"), post)
    post.add(as_read(str(attachment.get("pretext") or "")))
    post.add_title(as_read(str(attachment.get("title") or "")))
    post.add(as_read(str(attachment.get("text") or "")))
    for each in _mappings(attachment.get("fields")):
        post.add_field(as_read(str(each.get("title") or "")), as_read(str(each.get("value") or "")))
    if (len(post.words), len(post.fields), post.title) == before:
        post.add(as_read(str(attachment.get("fallback") or "")))
    post.author = post.author or _said(attachment, "author_name")
    post.author_handle = post.author_handle or _said(attachment, "author_subname", "author_link")


def _read_blocks(blocks: object, post: Post) -> None:
    for block in _mappings(blocks):
        match block.get("type"):
            case "header":
                post.add_title(_words(block.get("text")))
            case "rich_text":
                post.add("\n".join(_lines(block)))
            case "markdown":
                post.add(str(block.get("text") or ""))
            case "section":
                _read_labelled(_words(block.get("text")), post, may_tell_who=False)
                for text in _mappings(block.get("fields")):
                    _read_labelled(_words(text), post, may_tell_who=True)
            case "context":
                for element in _mappings(block.get("elements")):
                    post.add(_words(element))


def _read_labelled(words: str, post: Post, *, may_tell_who: bool) -> None:
    """A text of a block may be the customer's own, who could write another's address into it."""
    labelled = _LABELLED.fullmatch(words.strip())
    if labelled is None or (named(labelled["label"]) in WHO and not may_tell_who):
        post.add(words)
    else:
        post.add_field(labelled["label"], labelled["value"])


def _words(text: object) -> str:
    """A text object; an image or a button among them has no words."""
    if not isinstance(text, Mapping) or not isinstance(text.get("text"), str):
        return ""
    return as_read(text["text"]) if text.get("type") == "mrkdwn" else html.unescape(text["text"])


def _lines(part: Json, depth: int = 0) -> Iterator[str]:
    """Each section, list item and quote of rich text on a line of its own."""
    elements = list(_mappings(part.get("elements")))
    if part.get("type") in {"rich_text", "rich_text_list"} and depth < DEEPEST:
        for element in elements:
            yield from _lines(element, depth + 1)
    else:
        yield "".join(map(_inline, elements))


def _inline(element: Json) -> str:
    match element.get("type"):
        case "text":
            return str(element.get("text") or "")
        case "link":
            return str(element.get("text") or element.get("url") or "")
        case "emoji":
            code = str(element.get("unicode") or "")
            return _emoji(code) or f":{element.get('name')}:"
        case "user":
            return f"@{element.get('user_id')}"
        case "channel":
            return f"#{element.get('channel_id')}"
        case "broadcast":
            return f"@{element.get('range')}"
        case _:
            return ""


def _emoji(code: str) -> str:
    """What Slack writes as "1f621", or "1f44d-1f3fd"."""
    try:
        return "".join(chr(int(part, 16)) for part in code.split("-")) if code else ""
    except (ValueError, OverflowError):
        return ""


def _poster(message: Json) -> str:
    """The tool by the name under which it posts, the person by their id."""
    profile = message.get("bot_profile") or {}
    if _is_by_bot(message):
        return str(message.get("username") or profile.get("name") or message.get("bot_id") or "a bot")
    return str(message.get("user"))


def _said(attachment: Json, *names: str) -> str | None:
    said = (as_read(str(attachment.get(name) or "")) for name in names)
    return next((_line(words) for words in said if words.strip()), None)


def _first(facts: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((facts[name] for name in names if facts.get(name)), None)


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())[:LONGEST_LINE]


def _mappings(listed: object) -> Iterator[Json]:
    """Those of a list that are what they should be; a tool may post anything."""
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, Mapping))
