"""What Slack sends, read into small values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack.views.carried import read_carried
from models.policies.permissions import Verb
from models.vocabulary import AgentId, SharedFile

SLACKBOT = "USLACKBOT"
"""Under which id Slack's own bot writes, as if it were a person."""
FORM_BUTTONS = {"approve_less": Verb.APPROVE, "publish_changed": Verb.PUBLISH}
"""Buttons, by what their ids end with, that open the form of a verb; its own button needs none."""
_LEADING_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>\s*")


@dataclass(frozen=True, slots=True)
class Click:
    """A button or a menu entry, pressed; `stamp` is Slack's of that moment.

    `slack_channel` is "" for the Home tab and for modals, which stand in none. `wants_form`: it opens the
    form of a verb whose own button does it at once. `is_on_answer`: it stands on something that only this
    person sees.
    """

    verb: Verb
    number: int
    by: AgentId
    slack_channel: str
    trigger_id: str
    stamp: str
    is_from_menu: bool
    words: str = ""
    wants_form: bool = False
    is_on_answer: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A form, handed in; `values` by the names of its fields, None where a field was left empty.

    `seen` is the version of the case that it was opened with, `stamp` Slack's of the click that opened it;
    `values["about"]` is what it was about besides the case, "" for nothing.
    """

    verb: Verb
    number: int
    seen: int | None
    stamp: str | None
    by: AgentId
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a person wrote where the bot can read it; `thread_ts` None outside threads.

    `edited_ts` is Slack's stamp of the edit that made it so, None for what was not edited.
    """

    by: AgentId
    text: str
    slack_channel: str
    ts: str
    thread_ts: str | None
    event_id: str
    files: tuple[SharedFile, ...] = ()
    edited_ts: str | None = None

    @property
    def slack_ref(self) -> str:
        """Where it stands, as notes keep it."""
        return f"{self.slack_channel}:{self.ts}"


def read_click(body: Mapping[str, Any], action: Mapping[str, Any]) -> Click:
    """A button carries the case's number, and words where it asks for a part; a menu entry the verb too."""
    is_from_menu = action["type"] == "static_select"
    if is_from_menu:
        verb, _, about = action["selected_option"]["value"].partition(" ")
    else:
        verb, about = action["action_id"].removeprefix("case_"), action["value"]
    form_of = FORM_BUTTONS.get(verb)
    number, _, words = about.partition(" ")
    container = body["container"]
    return Click(
        verb=form_of or Verb(verb),
        number=int(number),
        by=AgentId(body["user"]["id"]),
        slack_channel=container.get("channel_id", ""),
        trigger_id=body["trigger_id"],
        stamp=action["action_ts"],
        is_from_menu=is_from_menu,
        words=words,
        wants_form=form_of is not None,
        is_on_answer=bool(container.get("is_ephemeral")),
    )


def read_submission(body: Mapping[str, Any]) -> Submission:
    """Each field of our forms is a block of the same name with one element."""
    view = body["view"]
    carried = read_carried(view["private_metadata"])
    return Submission(
        verb=Verb(view["callback_id"].removeprefix("case_")),
        number=carried.case,
        seen=carried.seen,
        stamp=carried.stamp,
        by=AgentId(body["user"]["id"]),
        values=read_fields(view) | {"about": carried.about},
    )


def read_fields(view: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, by the names of the fields; None where a field was left empty."""
    return {block: _value(element) for block, (element,) in _elements(view["state"]["values"])}


def read_said(body: Mapping[str, Any]) -> Said:
    """A message, without the mention of the bot at its beginning."""
    event = body["event"]
    return _said(event, event["channel"], body["event_id"])


def read_before(body: Mapping[str, Any]) -> Said:
    """What a message was, before the edit or the deletion that an event tells of."""
    event = body["event"]
    return _said(event["previous_message"], event["channel"], body["event_id"])


def read_after(body: Mapping[str, Any]) -> Said | None:
    """What an edited message says now, by who edited it; None where it was deleted.

    One that others answered is not deleted but replaced by a tombstone.
    """
    event = body["event"]
    if event["subtype"] == "message_deleted" or event["message"].get("subtype") == "tombstone":
        return None
    place = {key: event["previous_message"].get(key) for key in ("ts", "thread_ts")}
    message = {**place, **event["message"]}
    edited = message.get("edited") or {}
    said = _said(message, event["channel"], body["event_id"])
    return replace(said, by=AgentId(edited.get("user") or said.by), edited_ts=edited.get("ts") or event["ts"])


def is_by_person(message: Mapping[str, Any], bot_user: str) -> bool:
    """Whether a person wrote it: no app, this bot least of all, and not Slack itself."""
    return not message.get("bot_id") and message.get("user") not in {None, bot_user, SLACKBOT}


def is_direct(body: Mapping[str, Any]) -> bool:
    """Whether a message stands between one person and the bot."""
    return bool(body["event"].get("channel_type") == "im")


def _said(message: Mapping[str, Any], slack_channel: str, event_id: str) -> Said:
    return Said(
        by=AgentId(message["user"]),
        text=_LEADING_MENTION.sub("", message.get("text") or ""),
        slack_channel=slack_channel,
        ts=message["ts"],
        thread_ts=message.get("thread_ts"),
        event_id=event_id,
        files=tuple(_files(message)),
    )


def _files(message: Mapping[str, Any]) -> Iterator[SharedFile]:
    """What was shared with it; one that was deleted since, or that we may not see, has no name."""
    for file in message.get("files") or ():
        name, permalink = file.get("title") or file.get("name"), file.get("permalink")
        if name and permalink:
            yield SharedFile(name, permalink)


def _elements(values: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    return [(block, tuple(elements.values())) for block, elements in values.items()]


def _value(element: Mapping[str, Any]) -> Any:
    match element["type"]:
        case "static_select":
            option = element.get("selected_option")
            return option["value"] if option else None
        case "users_select":
            return element.get("selected_user")
        case "datetimepicker":
            return element.get("selected_date_time")
        case _:
            return element.get("value")
