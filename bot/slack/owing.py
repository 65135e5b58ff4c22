"""What we owe Slack: each message as it is to be posted or edited, from what is in the books."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack import links
from bot.slack.client import Posted
from bot.slack.views import approval as approval_view
from bot.slack.views import card as card_view
from bot.slack.views import direct as direct_view
from bot.slack.views import escalation as escalation_view
from bot.slack.views import lines as lines_view
from bot.slack.views import moved as moved_view
from bot.slack.views import origin as origin_view
from bot.slack.views import part as part_view
from bot.slack.views import playbook as playbook_view
from bot.slack.views import review as review_view
from bot.slack.views import story as story_view
from bot.slack.views.rendered import Rendered
from handlers import asked, cards, messages, places, stories, threads
from handlers.act import Act
from handlers.cases import get_case
from handlers.fairness import load_usual
from handlers.snapshots import CardSnapshot
from models.message import Message, MessagePurpose
from models.part import Part
from models.policies.ladders import PEOPLE
from models.vocabulary import SYSTEM, AgentId, mention

LINES_LOOKED_AT = 40
"""So much of a case's history is looked through for the message that raises it."""
EDITED = frozenset(
    {
        MessagePurpose.CARD,
        MessagePurpose.PART,
        MessagePurpose.MOVED,
        MessagePurpose.ESCALATION,
        MessagePurpose.APPROVAL,
        MessagePurpose.NOMINATION,
        MessagePurpose.REVIEW,
        MessagePurpose.CHECKLIST,
    }
)
"""What is edited when the case moves on; everything else is said once and stays."""
ALONE = frozenset(
    {MessagePurpose.PART, MessagePurpose.ESCALATION, MessagePurpose.APPROVAL, MessagePurpose.NOMINATION}
)
"""Messages about a case that hang on no other: one that somebody deleted is owed again by itself."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One call that is due: the messages that it settles, what it says, and where it goes.

    `channel` is what Slack is told, `channel_name` what people call it, as in rules.yaml. `had_failed`: Slack
    refused it before. `is_last`: nothing else was owed at that moment. `is_led_to`: a card to which another
    message of its case leads.
    """

    message_ids: tuple[int, ...]
    keys: tuple[UUID, ...]
    purpose: MessagePurpose
    channel: str
    channel_name: str
    thread_ts: str | None
    posted: Posted | None
    shows_version: int
    promised_at: datetime
    was_tried: bool
    had_failed: bool
    says: Rendered
    is_last: bool = False
    is_led_to: bool = False


def says_alone(session: Session, desk: Desk, message: Message) -> Rendered:
    """What a message says that stands for itself: words of ours, or what a person is to be told."""
    if message.purpose is MessagePurpose.STORY and message.body is not None:
        return story_view.published(message.body["text"])
    if message.body is not None:
        return Rendered(text=message.body["text"], blocks=message.body.get("blocks", []))
    if message.feedback_id is not None:
        return review_view.render(
            threads.load_review(session, message.feedback_id, desk.rules.current()), message.wanted_version
        )
    notices = threads.load_notices(session, message.id)
    links = [desk.slack.link_to(Posted(*notice.card)) if notice.card else None for notice in notices]
    return direct_view.render(notices, links)


def choose(session: Session, desk: Desk, waiting: Sequence[Message], case_id: int) -> Owed | None:
    """The cards before all else, then where one was; lines wait for their thread, the supervisors do not."""
    at = desk.now()
    for message in waiting:
        if message.purpose in messages.CARDS_FIRST:
            return _owe_a_card(session, desk, message, case_id)
        if message.purpose is MessagePurpose.MOVED:
            return _owe_old_place(session, message, desk, at)
    for begun_by, lines in _by_thread(session, waiting, case_id):
        if begun_by is not None and begun_by.ts is not None:
            return _owe_lines(session, lines, begun_by, desk, at)
    others = (_owe_other(session, desk, message, case_id) for message in waiting)
    return next((owed for owed in others if owed is not None), None)


def _owe_other(session: Session, desk: Desk, message: Message, case_id: int) -> Owed | None:
    """What is a message of its own; None while it waits for its thread."""
    at = desk.now()
    match message.purpose:
        case MessagePurpose.CHECKLIST:
            return _owe_checklist(session, message, case_id, at)
        case MessagePurpose.ORIGIN:
            return _owe_origin(session, message, case_id, desk, at)
        case MessagePurpose.APPROVAL:
            return _owe_approval(session, message, case_id, desk, at)
        case MessagePurpose.NOMINATION:
            return _owe_nomination(session, message, case_id, desk, at)
        case _ if message.in_thread:
            return None
        case _:
            return _owe_escalation(session, message, case_id, desk, at)


def _by_thread(
    session: Session, waiting: Sequence[Message], case_id: int
) -> Iterator[tuple[Message | None, list[Message]]]:
    """What waits for each thread, with the message that the thread begins with."""
    in_thread = [m for m in waiting if m.in_thread and m.purpose is not MessagePurpose.CHECKLIST]
    for thread_of in dict.fromkeys(line.thread_of for line in in_thread):
        lines = [line for line in in_thread if line.thread_of == thread_of]
        yield _thread_for(session, lines[0], case_id), lines


def _thread_for(session: Session, message: Message, case_id: int) -> Message | None:
    """The message below which this one belongs."""
    thread_of = message.thread_of
    return session.get(Message, thread_of) if thread_of else messages.find_card(session, case_id)


def _owe_a_card(session: Session, desk: Desk, message: Message, case_id: int) -> Owed:
    """The case's own, or that of another team's part."""
    act = desk.act(SYSTEM)
    card = cards.load_card(session, case_id, act.rulebook)
    if message.purpose is MessagePurpose.CARD:
        return owe_card(session, desk, message, card, act)
    return _owe_part(session, desk, message, card, act)


def owe_card(session: Session, desk: Desk, message: Message, snapshot: CardSnapshot, act: Act) -> Owed:
    """The card of a case in its team's channel, as its snapshot has it."""
    if snapshot.owner is not None and snapshot.ending is None:  # somebody may be about to give something
        snapshot = replace(snapshot, usual=load_usual(session, snapshot.likeness, act))
    same = links.links_to_cards(session, desk, snapshot.others)
    parts = links.links_to_parts(session, desk, snapshot.number) if snapshot.parts else {}
    says = card_view.render(snapshot, act.at, message.wanted_version, same, parts)
    return replace(owe(message, says, None, act.at), is_led_to=snapshot.is_led_to)


def _owe_part(session: Session, desk: Desk, message: Message, snapshot: CardSnapshot, act: Act) -> Owed:
    (part,) = (each for each in snapshot.parts if each.number == message.part_id)
    where = part_view.Links(
        card=links.link_to_card(session, desk, snapshot.number),
        parts=links.links_to_parts(session, desk, snapshot.number),
    )
    says = part_view.render(snapshot, part, act.at, message.wanted_version, where)
    return replace(owe(message, says, None, act.at), is_led_to=True)


def _owe_old_place(session: Session, message: Message, desk: Desk, at: datetime) -> Owed:
    case_id = message.case_id or 0
    snapshot = cards.load_card(session, case_id, desk.rules.current())
    card = messages.find_card(session, case_id)
    channel = card.slack_channel if card else ""
    link = links.link_to_card(session, desk, case_id)
    return owe(message, moved_view.render(snapshot, channel, link), None, at)


def _owe_lines(
    session: Session, lines: Sequence[Message], begun_by: Message, desk: Desk, at: datetime
) -> Owed:
    """All lines of the thread that wait, as one message; one that may stand there already goes alone."""
    untried = list(itertools.takewhile(lambda line: line.tried_at is None, lines))
    batch = untried or [lines[0]]
    events = threads.load_lines(session, [line.event_id for line in batch if line.event_id is not None])
    case_id = begun_by.case_id or 0
    part = session.get(Part, begun_by.part_id) if begun_by.part_id else None
    team = desk.rules.current().teams.get(part.team if part else get_case(session, case_id).team)
    told = [events[line.event_id] for line in batch if line.event_id in events]
    before = _link_to_story(session, desk, case_id) if begun_by.purpose is MessagePurpose.CARD else None
    others = links.links_to_cards(session, desk, lines_view.others_in(told))
    says = lines_view.render(
        told, team, before, others, has_shop=desk.has_shop, has_buttons=begun_by.part_id is None
    )
    first, *_ = [owe(line, says, begun_by.ts, at) for line in batch]
    return replace(
        first,
        message_ids=tuple(line.id for line in batch),
        keys=tuple(line.key for line in batch),
        had_failed=any(line.last_error is not None for line in batch),
        channel=begun_by.posted_channel or "",
        channel_name=begun_by.slack_channel,
    )


def _link_to_story(session: Session, desk: Desk, case_id: int) -> str | None:
    """Where the thread stands that a case had before it was moved; None where it had none."""
    old_place = places.find_old_place(session, case_id)
    return links.link_to(desk, old_place) if old_place is not None else None


def _owe_escalation(session: Session, message: Message, case_id: int, desk: Desk, at: datetime) -> Owed:
    snapshot = cards.load_card(session, case_id, desk.rules.current())
    events = threads.load_lines(session, [message.event_id or 0])
    link = links.link_to_card(session, desk, case_id)
    history = threads.load_history(session, case_id, limit=LINES_LOOKED_AT)
    says = escalation_view.render(snapshot, events[message.event_id or 0], history, at, link)
    return owe(message, says, None, at)


def _owe_approval(session: Session, message: Message, case_id: int, desk: Desk, at: datetime) -> Owed:
    rulebook = desk.rules.current()
    snapshot = cards.load_card(session, case_id, rulebook)
    request = asked.load_request(session, message.approval_id or 0, rulebook, at)
    event = threads.load_lines(session, [message.event_id or 0])[message.event_id or 0]
    link = links.link_to_card(session, desk, case_id)
    return owe(message, approval_view.render(snapshot, request, event, link), None, at)


def _owe_nomination(session: Session, message: Message, case_id: int, desk: Desk, at: datetime) -> Owed:
    rulebook = desk.rules.current()
    snapshot = cards.load_card(session, case_id, rulebook)
    story = stories.load_story(session, message.story_id or 0)
    return owe(message, story_view.nomination(snapshot, story, rulebook.stories_channel), None, at)


def _owe_checklist(session: Session, message: Message, case_id: int, at: datetime) -> Owed | None:
    begun_by = _thread_for(session, message, case_id)
    thread_ts = begun_by.ts if begun_by is not None else None
    if message.ts is None and thread_ts is None:
        return None
    says = playbook_view.checklist(threads.load_checklist(session, message.checklist_id or 0))
    owed = owe(message, says, thread_ts, at)
    if begun_by is None:
        return owed
    return replace(owed, channel=begun_by.posted_channel or "", channel_name=begun_by.slack_channel)


def _owe_origin(session: Session, message: Message, case_id: int, desk: Desk, at: datetime) -> Owed:
    says = origin_view.render(case_id, links.link_to_card(session, desk, case_id))
    return owe(message, says, message.below_ts, at)


def owe(message: Message, says: Rendered, thread_ts: str | None, at: datetime) -> Owed:
    """The message with these words, marked as being tried."""
    was_tried = message.tried_at is not None
    message.tried_at = at
    posted = Posted(message.posted_channel, message.ts) if message.posted_channel and message.ts else None
    return Owed(
        message_ids=(message.id,),
        keys=(message.key,),
        purpose=message.purpose,
        channel=message.slack_channel,
        channel_name=_name_of(message),
        thread_ts=thread_ts,
        posted=posted,
        shows_version=message.wanted_version,
        promised_at=message.promised_at,
        was_tried=was_tried,
        had_failed=message.last_error is not None,
        says=says,
    )


def _name_of(message: Message) -> str:
    """How people call where it goes."""
    if message.slack_channel.startswith(PEOPLE):
        return mention(AgentId(message.slack_channel))
    return message.slack_channel
