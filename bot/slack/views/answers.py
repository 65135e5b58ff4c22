"""Answers to one person: a list, a case in full, help, figures."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from slackblocks import ActionsBlock, Button, RichText, RichTextBlock, RichTextQuote

from bot.slack.views.bursts import stands_for_words
from bot.slack.views.card import (
    KIND_SIGN,
    PRIORITY_SIGN,
    STATUS_SIGN,
    clock_words,
    contact_words,
    feeling_words,
    next_due,
    why,
)
from bot.slack.views.involving import part_words, progress_words
from bot.slack.views.lines import say_in
from bot.slack.views.merging import taken_in_words
from bot.slack.views.pausing import pause_words, pausing_words
from bot.slack.views.people import who
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, clock_time, escape, named, quiet, shorten, tame, trim
from handlers.attainment import Attainment
from handlers.part_report import Parts
from handlers.snapshots import CardSnapshot, LineSnapshot, PauseSnapshot, RowSnapshot
from handlers.stats import FirstContacts, Reason, Stats
from models.policies.approvals import Waits
from models.policies.parts import deed_of
from models.policies.periods import Period
from models.policies.permissions import Verb
from models.policies.playbooks import PlaybookUse
from models.policies.themes import Theme, theme_name
from models.vocabulary import CaseStatus

BLOCK_LENGTH = 2900
WORDS_LENGTH = 5000
"""Characters of the customer's words in full: a message holds about 13,000 in all."""
TAKEN_IN_LENGTH = 500
"""The same for those of a case that was merged into it; that one's own `show` gives more."""
MOST_PAUSES = 5
"""Of one case, the latest; the history has them all."""
MOST_PLAYBOOKS = 5
MOST_REASONS = 10
PAGE_ROWS = 10
"""Of one's own cases; more would not be read."""
DAY = timedelta(days=1)


def sections(text: str, name: str = "part", *, most: int = 2) -> Rendered:
    """Long words as a message: cut at line ends into blocks that Slack takes, of which `most` are shown."""
    parts: list[str] = [""]
    for line in text.split("\n"):
        piece = trim(line, BLOCK_LENGTH)
        if len(parts[-1]) + len(piece) + 1 > BLOCK_LENGTH:
            parts.append("")
        parts[-1] += ("\n" if parts[-1] else "") + piece
    blocks = [
        {"type": "section", "block_id": f"{name}_{n}", "text": {"type": "mrkdwn", "text": part}}
        for n, part in enumerate(parts[:most])
        if part.strip()
    ]
    return Rendered(text=trim(text, BLOCK_LENGTH), blocks=blocks)


def case_list(rows: Sequence[RowSnapshot], total: int, scope: str, at: datetime) -> Rendered:
    """Open cases, one to a line, the oldest first."""
    if not rows:
        return sections(f"No open cases {scope}. 🎉")
    head = f"*{total} open {'case' if total == 1 else 'cases'} {scope}*"
    more = [f"… and {total - len(rows)} more."] if total > len(rows) else []
    return sections("\n".join([head, *(row_words(row, at) for row in rows), *more]))


def my_cases(rows: Sequence[RowSnapshot], total: int, page: int, at: datetime) -> Rendered:
    """One page of what a person has, the nearest deadline first, with a button to the next."""
    if not rows:
        return sections("You have no open cases. 🎉")
    head = f"*Your {total} open {'case' if total == 1 else 'cases'}*, the nearest deadline first"
    return _page(head, [row_words(row, at) for row in rows], total, page, Verb.MINE)


def bookmarked(rows: Sequence[RowSnapshot], total: int, page: int, at: datetime) -> Rendered:
    """One page of what a person keeps at hand, with a button to the next."""
    if not rows:
        return sections("You have no bookmarks. `/recovery bookmark 41` sets one, and so does a card's menu.")
    head = f"🔖 *Your {total} {'bookmark' if total == 1 else 'bookmarks'}*, the latest first"
    return _page(head, [row_words(row, at) for row in rows], total, page, Verb.BOOKMARKS)


def _page(head: str, rows: Sequence[str], total: int, page: int, verb: Verb) -> Rendered:
    """One page of a list that goes on behind a button, which stands for `verb` and the next page."""
    last = -(-total // PAGE_ROWS)
    which = f", page {page} of {last}" if last > 1 else ""
    shown = sections("\n".join([f"{head}{which}", *rows]))
    if page == last:
        return shown
    more = Button("More", action_id=f"case_{verb}", value=f"0 {page + 1}")  # of no case in particular
    return Rendered(shown.text, [*shown.blocks, *resolved([ActionsBlock([more], block_id="actions")])])


def case_in_full(
    card: CardSnapshot,
    pauses: Sequence[PauseSnapshot],
    history: Sequence[LineSnapshot],
    at: datetime,
    besides: Sequence[str] = (),
) -> Rendered:
    """Everything about one case: the customer's whole words, the promises, the pauses, the history.

    `besides` are lines of what else the customer said, and of cases that may be about the same.
    """
    owner = who(card.owner, card.owner_away) if card.owner else "nobody has it"
    head = [
        f"*Case #{card.number}* {quiet(card.title, 150)}",
        f"{KIND_SIGN[card.kind]} {card.kind.value} · {PRIORITY_SIGN[card.priority]}{card.priority.value}",
        f"{named(card.team)} · {card.status.value} · {owner}",
        f"*{quiet(card.customer, 80)}* by {named(card.words.source)}, wrote {card.times_written}×",
        *([feeling_words(card.feeling)] if card.feeling else []),
    ]
    rest = [
        *([_attributes(card)] if card.words.attributes else []),
        why(card),
        *(clock_words(clock, at, card.climb) for clock in card.clocks),
        *(
            [f"📞 First contact {contact_words(card.first_contact, card.opened_at)}"]
            if card.first_contact
            else []
        ),
        *_pauses(pauses, at),
        *(part_words(part, {}, at) for part in card.parts),
        *(taken_in_words(each, {}, TAKEN_IN_LENGTH) for each in card.taken_in),
        *besides,
        "*History*",
        *(f"{clock_time(line.at, MOMENT)} {say_in(card.number, line)}" for line in history),
    ]
    words = RichTextBlock(
        RichTextQuote([RichText(shorten(tame(card.words.text).strip(), WORDS_LENGTH))]), block_id="words"
    )
    above, below = sections("\n".join(head), "head"), sections("\n".join(rest), "rest")
    buttons = ActionsBlock([history_button(card.number)], block_id="actions")
    blocks = [*above.blocks, *resolved([words]), *below.blocks, *resolved([buttons])]
    return Rendered(text=above.text, blocks=blocks)


def history_button(number: int) -> Button:
    """To all that ever happened to a case."""
    return Button("History", action_id="case_show", value=f"{number} history")


def stats(figures: Stats, period: Period, scope: str, themes: Mapping[str, Theme]) -> Rendered:
    """The figures of a period in a few lines; `themes` tell the names of the reasons."""
    lines = [figures_head("Recovery", period, scope)]
    if figures.feedback is not None:
        heard = ", ".join(
            f"{count} {label or 'in a language that no model reads'}"
            for label, count in figures.feedback.items()
        )
        lines.append(f"👂 *Feedback heard* {sum(figures.feedback.values())}: {heard}")
    opened = ", ".join(f"{count} {_plural(kind.value, count)}" for kind, count in figures.opened.items())
    doubled = "a duplicate" if figures.duplicates == 1 else "duplicates"
    merged = f" · 🔀 {figures.duplicates} merged as {doubled}" if figures.duplicates else ""
    lines.append(f"🆕 *Cases opened* {sum(figures.opened.values())}: {opened}{merged}")
    lines.append(f"✅ *Resolved* {figures.resolved} · 🚨 *escalated* {figures.escalated}")
    if figures.reasons:
        lines.append(f"🏷️ *Reasons* {_reasons(figures.reasons, themes)}")
    lines.append(f"📂 *Open now* {figures.open_now}")
    lines += [_attainment(promise) for promise in figures.attainment] or ["⏱️ No promise ran in this period."]
    lines.append(_first_contacts(figures.first_contacts))
    lines.append(pausing_words(figures.pausing))
    given = ", ".join(
        f"{entry.total} in {entry.times} {_plural('gift', entry.times)}" for entry in figures.given
    )
    lines.append(f"🎁 *Compensation* {given or 'none'}")
    if figures.approvals.asked:
        lines.append(_approvals(figures.approvals))
    lines += _parts(figures.parts)
    lines += [_playbook(use) for use in figures.playbooks[:MOST_PLAYBOOKS]]
    return sections("\n".join(lines))


def length(span: timedelta) -> str:
    """A length of time as people say it: 45 s, 12 min, 3 h 5 min, 2 d 4 h."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if span < DAY:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{span.days} d {seconds % 86400 // 3600} h"


def figures_head(what: str, period: Period, scope: str) -> str:
    """What figures are told, of which period, with its first and last day, and for whom."""
    first, last = period.start, period.end - timedelta(seconds=1)
    span = f"{clock_time(first, '{date_short}')} to {clock_time(last, '{date_short}')}"
    return f"*{what}, {escape(period.name)}, {scope}*  ({span})"


def row_words(row: RowSnapshot, at: datetime) -> str:
    """One case of a list, on one line."""
    due = next_due(row.clocks, at)
    parts = [
        f"*#{row.number}* {KIND_SIGN[row.kind]} {quiet(row.title, 70)}",
        f"{row.priority.value}",
        who(row.owner, row.owner_away) if row.owner else "_nobody_",
        *([f"{STATUS_SIGN[row.status]} {row.status.value}"] if row.status is CaseStatus.RESOLVED else []),
        *([clock_words(due, at, row.climb)] if due else []),
        *stands_for_words(row.stands_for),
        *(progress_words(part, at) for part in row.parts),
    ]
    return " · ".join(parts)


def _pauses(pauses: Sequence[PauseSnapshot], at: datetime) -> list[str]:
    earlier = len(pauses) - MOST_PAUSES
    told = [f"⏸️ {earlier} earlier {_plural('pause', earlier)}"] if earlier > 0 else []
    return told + [pause_words(pause, at) for pause in pauses[-MOST_PAUSES:]]


def _attributes(card: CardSnapshot) -> str:
    attributes = sorted(card.words.attributes.items())
    return trim(", ".join(f"{quiet(name, 60)}: {quiet(str(value), 200)}" for name, value in attributes), 2000)


def _attainment(promise: Attainment, deed: str = "") -> str:
    share = "none due yet"
    if promise.decided:
        share = f"{promise.kept / promise.decided:.0%} ({promise.kept} of {promise.decided})"
    median = length(promise.median) if promise.median is not None else "none yet"
    return f"⏱️ *To {deed or promise.kind.value}* in time {share} · median {median}"


def _reasons(reasons: Sequence[Reason], themes: Mapping[str, Theme]) -> str:
    """Why the cases were cases, the commonest first."""
    told = [f"{_reason(each, themes)} {each.times}" for each in reasons[:MOST_REASONS]]
    others = sum(each.times for each in reasons[MOST_REASONS:])
    return ", ".join([*told, *([f"others {others}"] if others else [])])


def _reason(reason: Reason, themes: Mapping[str, Theme]) -> str:
    return named(theme_name(themes, reason.theme)) if reason.theme else "not said"


def _first_contacts(contacts: FirstContacts) -> str:
    median = length(contacts.median) if contacts.median is not None else "none yet"
    return f"📞 *First contact* in {contacts.reached} of {contacts.cases} · median {median} after the alert"


def _approvals(waits: Waits) -> str:
    """How often more than a limit was asked for, what became of it, and how long people waited."""
    counts = {
        "approved": waits.approved,
        "approved for less": waits.less,
        "declined": waits.declined,
        "lapsed": waits.lapsed,
        "open": waits.open,
    }
    became = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    median = length(waits.median) if waits.median is not None else "none yet"
    return f"🙏 *Asked for approval* {waits.asked}: {became} · median wait {median}"


def _parts(parts: Parts) -> list[str]:
    """What was done for the cases of other teams; nothing where nobody was asked."""
    if not parts.asked and not parts.open_now:
        return []
    became = {"done": parts.done, "sent back": parts.sent_back, "ended otherwise": parts.ended}
    told = ", ".join(f"{count} {what}" for what, count in became.items() if count)
    asked = f"👥 *Parts in other teams' cases* {parts.asked} asked for{f': {told}' if told else ''}"
    median = f" · median {length(parts.median)} to do it" if parts.median is not None else ""
    return [f"{asked} · {parts.open_now} open now{median}", *map(_attainment_of_parts, parts.attainment)]


def _attainment_of_parts(promise: Attainment) -> str:
    return f"👥 {_attainment(promise, deed_of(promise.kind))}"


def _playbook(use: PlaybookUse) -> str:
    """On how many cases a playbook was begun, how much of it is ticked, and how soon they were resolved."""
    share = f"{use.done / use.steps:.0%} of its steps done ({use.done} of {use.steps})"
    median = f", median {length(use.median)} after it" if use.median is not None else ""
    cases = f"{use.cases} {_plural('case', use.cases)}"
    return f"📘 *Playbook {named(use.name)}* on {cases}: {share}, {use.resolved} resolved{median}"


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
