"""The card of a case: one message in the team's channel, edited in place."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    HeaderBlock,
    Option,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
    StaticSelectMenu,
    Text,
    TextType,
)

from bot.slack.views.bursts import crowd_words, customers, member_words
from bot.slack.views.contact import reached_by
from bot.slack.views.involving import parts_words
from bot.slack.views.merging import also_words, merged_words, split_words
from bot.slack.views.pausing import paused_words
from bot.slack.views.people import who
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import (
    MOMENT,
    by_colleague,
    clock_time,
    cut,
    link_to,
    named,
    one_line,
    quiet,
    shorten,
    tame,
    trim,
)
from handlers.snapshots import CardSnapshot, Feeling
from models.policies.contact import Contacted
from models.policies.fairness import spread_words
from models.policies.ladders import Climb, words
from models.policies.sla_clock import Clock, spoken
from models.vocabulary import CaseKind, CaseStatus, ClockKind, Priority, SlaStatus, mention

QUOTE_LENGTH = 700
"""Characters of the customer's words on the card; `show` gives them whole."""

MOST_FIELDS = 10
"""Of one block; the last of them are those that the thread tells too."""

OPENED_BY = re.compile(r"<@[UW][A-Z0-9]+> ")

KIND_SIGN = {CaseKind.COMPLAINT: "🔴", CaseKind.COMPLIMENT: "💚", CaseKind.QUERY: "🔵"}
PRIORITY_SIGN = {Priority.URGENT: "🔥 ", Priority.HIGH: "❗ ", Priority.NORMAL: "", Priority.LOW: ""}
STATUS_SIGN = {CaseStatus.OPEN: "🆕", CaseStatus.IN_PROGRESS: "🛠️", CaseStatus.RESOLVED: "✅"}
FEELING_SIGN = {"negative": "😠", "neutral": "😐", "positive": "😊"}
CLOCK_SIGN = {
    SlaStatus.RUNNING: "⏱️",
    SlaStatus.DUE_SOON: "⏳",
    SlaStatus.PAUSED: "⏸️",
    SlaStatus.BREACHED: "🚨",
    SlaStatus.KEPT: "✔️",
    SlaStatus.MISSED: "✖️",
}


def render(
    card: CardSnapshot,
    at: datetime,
    edition: int = 1,
    links: Mapping[int, str] | None = None,
    parts: Mapping[int, str] | None = None,
) -> Rendered:
    """The card as it stands at `at`; `edition` counts its edits, `links` lead to the cards it is merged with,
    `parts` to those of other teams' parts, by their numbers.

    Slack goes on showing what was chosen last in the menu, and may not tell us of the same choice again,
    until the block's id is another: that has the edition in it.
    """
    blocks: list[Block] = [
        HeaderBlock(Text(title(card), TextType.PLAINTEXT), block_id="title"),
        origin(card),
        quote(card),
        SectionBlock(fields=[Text(field) for field in _fields(card, at)], block_id="state"),
        ContextBlock([Text(why(card))], block_id="why"),
    ]
    if card.crowd is not None:
        blocks.insert(2, SectionBlock(Text(crowd_words(card.crowd)), block_id="burst"))
    if card.parent is not None:
        blocks.append(SectionBlock(Text(member_words(card.parent, links or {})), block_id="burst"))
    if card.paused is not None:
        blocks.append(ContextBlock([Text(paused_words(card.paused))], block_id="paused"))
    if card.parts:
        blocks.append(SectionBlock(Text(parts_words(card.parts, parts or {}, at)), block_id="parts"))
    if card.split_from or card.split_off:
        blocks.append(ContextBlock([Text(split_words(card, links or {}))], block_id="split"))
    if card.taken_in:
        blocks.append(SectionBlock(Text(also_words(card.taken_in, links or {})), block_id="also"))
    if card.merged is not None:
        blocks.append(SectionBlock(Text(merged_words(card.merged, links or {})), block_id="merged"))
    elif card.ending is not None:
        blocks.append(ContextBlock([Text(trim(ending_words(card), 2900))], block_id="ending"))
    blocks.append(ActionsBlock(buttons(card), block_id=f"actions_{edition}"))
    return Rendered(text=plain(card, at), blocks=resolved(blocks))


def title(card: CardSnapshot) -> str:
    """Number and title in one line, unescaped: it is shown as plain text."""
    return one_line(f"#{card.number} {tame(card.title)}", 150)


def plain(card: CardSnapshot, at: datetime) -> str:
    """The card in one line, for notifications and screen readers."""
    owner = f"with {mention(card.owner)}" if card.owner else "nobody has it"
    due = next_due(card.clocks, at)
    promise = f" · {clock_words(due, at, card.climb)}" if due else ""
    many = f" · {customers(card.crowd.customers)} said the same" if card.crowd else ""
    return (
        f"Case #{card.number}: {card.priority.value} {card.kind.value} for {named(card.team)}, "
        f"{status_words(card)}, {owner}{promise}{many} · {quiet(card.title, 100)}"
    )


def why(card: CardSnapshot) -> str:
    """Which rule opened the case, and on what grounds."""
    return cut(f"Opened by rule *{named(card.rule)}*: {_grounds(card.why)}", 2000)[0]


def _grounds(words: str) -> str:
    """A rule's grounds may hold words of the customer; only who opened a case by hand is mentioned, first."""
    by_hand = OPENED_BY.match(words)
    return f"{by_hand[0]}{quiet(words[by_hand.end() :], 2000)}" if by_hand else quiet(words, 2000)


def feeling_words(feeling: Feeling) -> str:
    """The sentiment with its score (-1 to 1) and how sure the model is."""
    sign = FEELING_SIGN[feeling.label.value]
    return f"{sign} {feeling.label.value} ({feeling.score:+.2f}, {feeling.confidence:.0%} sure)"


def contact_words(contact: Contacted, opened_at: datetime) -> str:
    """How soon after the alert we reached the customer, and how."""
    how_soon = spoken(contact.at - opened_at)
    return f"{how_soon} after the alert, {reached_by(contact.channel)}, {mention(contact.by)}"


def clock_words(clock: Clock, at: datetime, climb: Climb | None) -> str:
    """One promise in words: what, by when, and how it stands."""
    due = clock.due_at
    when = f" {clock_time(due)}" if clock.stopped_at is None and due is not None else ""
    return f"{CLOCK_SIGN[clock.status(at)]} {clock.kind.value}{when}: {_standing(clock, climb, at)}"


def next_due(clocks: tuple[Clock, ...], at: datetime) -> Clock | None:
    """The running promise that falls due first, one that is paused last; None when nothing runs."""
    running = [clock for clock in clocks if clock.stopped_at is None]
    return min(running, key=lambda clock: (clock.due_at is None, clock.due_at or at), default=None)


def quote(card: CardSnapshot) -> RichTextBlock:
    """What the customer said, or its beginning."""
    said = shorten(tame(card.words.text).strip(), QUOTE_LENGTH)
    return RichTextBlock(RichTextQuote([RichText(said)]), block_id="words")


def origin(card: CardSnapshot) -> ContextBlock:
    """What it is, for whom, and who said it where and when."""
    who = quiet(card.customer, 80) + (f" ({quiet(card.segment, 40)})" if card.segment else "")
    often = f", wrote {card.times_written} times" if card.times_written > 1 else ""
    if card.crowd is not None:
        who, often = f"{customers(card.crowd.customers)}, first {who}", ""
    where = link_to(card.words.permalink or "", card.words.source, 80)
    parts = [
        f"{KIND_SIGN[card.kind]} {card.kind.value}",
        f"{PRIORITY_SIGN[card.priority]}{card.priority.value} priority",
        named(card.team),
        f"{who}{often}, by {where}",
        clock_time(card.opened_at, MOMENT),
    ]
    return ContextBlock([Text(trim(" · ".join(parts), 2000))], block_id="origin")


def _fields(card: CardSnapshot, at: datetime) -> list[str]:
    fields = [
        f"*Status*\n{STATUS_SIGN[card.status]} {status_words(card)}",
        f"*Owner*\n{owner_words(card)}",
    ]
    fields += [f"*To {clock.kind.value}*\n{_promise(clock, at, card)}" for clock in card.clocks]
    if card.first_contact is not None and not any(_is_by(card.first_contact, clock) for clock in card.clocks):
        fields.append(f"*First contact*\n{contact_words(card.first_contact, card.opened_at)}")
    if card.feeling is not None:
        fields.append(f"*Sentiment*\n{feeling_words(card.feeling)}")
    if card.themes:
        fields.append(f"*Themes*\n{', '.join(quiet(name, 60) for name in card.themes)}")
    if card.words.survey:
        fields.append(f"*Survey*\n{named(card.words.survey)}")
    if card.compensation:
        fields.append(f"*Compensation*\n{', '.join(str(money) for money in card.compensation)}")
    if card.usual is not None:
        fields.append(f"*Usual in like cases*\n{spread_words(card.usual)} ({card.usual.cases} cases)")
    if card.request is not None and card.request.end is None:
        gift, giver = quiet(card.request.gift, 200), mention(card.request.asked_by)
        fields.append(f"*Waits for approval*\n🙏 {gift}, asked by {giver}")
    if card.notes:
        fields.append(f"*Notes*\n{card.notes}, in the thread")
    return fields[:MOST_FIELDS]


def status_words(card: CardSnapshot) -> str:
    """Where the case stands; one that was merged, into which."""
    return f"merged into #{card.merged.number}" if card.merged else card.status.value


def owner_words(card: CardSnapshot) -> str:
    """Who has the case, whether they know it, and who helps."""
    if card.owner is None:
        return f"nobody yet{_helpers(card)}"
    owner = who(card.owner, card.owner_away)
    claimed = owner if card.is_claimed else f"{owner}, not claimed yet"
    return f"{claimed}{_helpers(card)}"


def _helpers(card: CardSnapshot) -> str:
    return f"\n🤝 with {', '.join(map(mention, card.helpers))}" if card.helpers else ""


def _promise(clock: Clock, at: datetime, card: CardSnapshot) -> str:
    due, contact = clock.due_at, card.first_contact
    by = ", due" if clock.status(at) in {SlaStatus.PAUSED, SlaStatus.BREACHED} else ","
    when = f"{by} {clock_time(due, MOMENT)}" if clock.stopped_at is None and due else ""
    how = ""
    if contact is not None and _is_by(contact, clock):
        how = f", {reached_by(contact.channel)}, {mention(contact.by)}"
    return f"{CLOCK_SIGN[clock.status(at)]} {_standing(clock, card.climb, at)}{when}{how}"


def _is_by(contact: Contacted, clock: Clock) -> bool:
    """Whether this contact ended the promise of one, so that both are told in one place."""
    return clock.kind is ClockKind.CONTACT and clock.stopped_at == contact.at


def _standing(clock: Clock, climb: Climb | None, at: datetime) -> str:
    """How a promise stands; a pause by when it began, as a card is not edited while it lasts."""
    pause = clock.pause_at(at) if clock.status(at) is SlaStatus.PAUSED else None
    return f"paused since {clock_time(pause.started_at, MOMENT)}" if pause else words(clock, climb, at)


def ending_words(card: CardSnapshot) -> str:
    """How the case ended; nothing where it goes on."""
    ending = card.ending
    if ending is None:
        return ""
    done = by_colleague(one_line(ending.what_was_done, 1000))
    why = f" ({named(ending.theme)})" if ending.theme else ""
    return f"✅ *{ending.outcome.value}*{why} by {mention(ending.by)} {clock_time(ending.at)}: {done}"


def buttons(card: CardSnapshot) -> list[Any]:
    """What can be done about a case, as its card and people's Homes offer it."""
    number = str(card.number)
    if card.parent is not None:
        return [
            Button("Take it out", action_id="case_takeout", value=number),
            Button("Show everything", action_id="case_show", value=number),
        ]
    if card.status is CaseStatus.RESOLVED:
        back = ("Undo the merge", "case_unmerge") if card.merged else ("Reopen", "case_reopen")
        return [
            Button("Show everything", action_id="case_show", value=number),
            Button(back[0], action_id=back[1], value=number),
            StaticSelectMenu(
                "case_more",
                placeholder=Text("More…", TextType.PLAINTEXT),
                options=[
                    Option(Text(words, TextType.PLAINTEXT), value=f"{verb} {number}")
                    for words, verb in (
                        ("Nominate as a story…", "nominate"),
                        *(_OF_GIFTS if card.gifts else ()),
                        _BOOKMARK,
                    )
                ],
            ),
        ]
    offered = [
        Button("Note", action_id="case_note", value=number),
        Button("Compensate", action_id="case_compensate", value=number),
        Button("Resolve", action_id="case_resolve", value=number),
        StaticSelectMenu("case_more", placeholder=Text("More…", TextType.PLAINTEXT), options=_more(card)),
    ]
    if owes_contact(card):
        offered.insert(0, Button("Contacted", action_id="case_contacted", value=number))
    if not card.is_claimed:
        offered.insert(0, Button("Claim", action_id="case_claim", value=number, style="primary"))
    return offered


def owes_contact(card: CardSnapshot) -> bool:
    """Whether a promise to contact the customer runs, so that the deed has a button of its own."""
    return any(clock.kind is ClockKind.CONTACT and clock.stopped_at is None for clock in card.clocks)


def _waits(card: CardSnapshot) -> tuple[tuple[str, str], ...]:
    """A case that somebody has can wait, and one that waits can go on."""
    if card.paused is not None:
        return (("Resume", "resume"),)
    return (("Pause…", "pause"), ("Snooze…", "snooze")) if card.owner is not None else ()


_OF_GIFTS = (
    ("Hand over what was given…", "handover"),
    ("The customer used it…", "redeemed"),
    ("Take back what was given…", "revoke"),
)


_BOOKMARK = ("Bookmark it for me", "bookmark")


def _more(card: CardSnapshot) -> list[Option]:
    """What the menu offers, each with its verb and the number.

    It is a select because Slack's overflow menu takes five entries only.
    """
    who = [("Assign to…", "assign")]
    if card.owner is not None:
        who = [("Reassign to…", "reassign"), ("Give it back", "release")]
    entries = [
        Option(Text(words_, TextType.PLAINTEXT), value=f"{verb} {card.number}")
        for words_, verb in (
            *who,
            ("Add a helper…", "add"),
            *((("Remove a helper…", "remove"),) if card.helpers else ()),
            ("Bring in another team…", "involve"),
            *((("End a team's part…", "uninvolve"),) if card.open_parts else ()),
            *(() if owes_contact(card) else (("Contacted the customer…", "contacted"),)),
            *_waits(card),
            ("Playbook…", "playbook"),
            ("Escalate…", "escalate"),
            ("Give more time…", "extend"),
            *((("Take over", "takeover"),) if card.owner is not None else ()),
            *(_OF_GIFTS if card.gifts else ()),
            *((("Withdraw what was asked for", "withdraw"),) if card.has_open_request else ()),
            ("Change the priority…", "priority"),
            ("Change the kind…", "kind"),
            ("Wrong sentiment or theme…", "correct"),
            ("Move to another team…", "move"),
            ("Merge…", "merge"),
            *((("Split…", "split"),) if card.crowd is None else (("Whom it stands for", "members"),)),
            _BOOKMARK,
            ("Show everything", "show"),
        )
    ]
    return [*entries, Option(Text("History", TextType.PLAINTEXT), value=f"show {card.number} history")]
