"""One case as it stands in a Home: in two lines, with its next deadline as a moment."""

from datetime import datetime

from bot.slack.views.bursts import customers, stands_for_words
from bot.slack.views.card import CLOCK_SIGN, KIND_SIGN, PRIORITY_SIGN, next_due
from bot.slack.views.people import who
from bot.slack.views.text import MOMENT, by_colleague, clock_time, link_to, named, one_line, quiet, trim
from handlers.snapshots import CardSnapshot, PartSnapshot, RowSnapshot
from models.policies.ladders import Climb
from models.policies.sla_clock import Clock
from models.vocabulary import AgentId, CaseKind, Priority, SlaStatus, mention

TITLE_LENGTH = 90
ROW_LENGTH, ASKED_LENGTH = 2900, 200


def case_row(card: CardSnapshot, at: datetime, link: str | None, *, reader: AgentId) -> str:
    """What it is, then what is due, who has it if the reader has not, and what holds it up."""
    segment = f" ({quiet(card.segment, 40)})" if card.segment else ""
    parts = [
        *due_words(card.clocks, card.climb, at),
        f"{quiet(card.customer, 80)}{segment}",
        named(card.team),
        *([] if card.owner == reader else [_owner(card)]),
        *_beside(card),
        *(["🙏 waits for approval"] if card.has_open_request else []),
    ]
    return _two_lines(title_of(card.number, card.kind, card.priority, card.title, link), parts)


def part_row(card: CardSnapshot, part: PartSnapshot, at: datetime, link: str | None) -> str:
    """The same of another team's case in which this team has a part: what it is asked to do, and by when."""
    parts = [
        f"👥 {named(card.team)} asks: {by_colleague(one_line(part.asked_for, ASKED_LENGTH))}",
        *due_words(part.clocks, None, at),
        who(part.holder, part.holder_away) if part.holder else "nobody has it",
    ]
    return _two_lines(title_of(card.number, card.kind, card.priority, card.title, link), parts)


def due_row(row: RowSnapshot, at: datetime, link: str | None, *besides: str) -> str:
    """The same of a case that is only listed; `besides` is what the list is about."""
    owner = [who(row.owner, row.owner_away)] if row.owner else []
    teams = map(_part, row.parts)
    many = stands_for_words(row.stands_for)
    parts = [*besides, *many, *due_words(row.clocks, row.climb, at), named(row.team), *owner, *teams]
    return _two_lines(title_of(row.number, row.kind, row.priority, row.title, link), parts)


def title_of(number: int, kind: CaseKind, priority: Priority, title: str, link: str | None) -> str:
    """The number, which leads to the card where it is posted, and the title."""
    where = link_to(link, f"#{number}", 20) if link else f"#{number}"
    return f"{KIND_SIGN[kind]} {PRIORITY_SIGN[priority]}*{where}* {quiet(title, TITLE_LENGTH)}"


def _beside(card: CardSnapshot) -> list[str]:
    """For how many it stands, and who else is on it: helpers, and other teams with a part."""
    said = [f"🌊 {customers(card.crowd.customers)} said the same"] if card.crowd else []
    helping = [f"🤝 with {', '.join(map(mention, card.helpers))}"] if card.helpers else []
    return [*said, *helping, *map(_part, card.open_parts)]


def _part(part: PartSnapshot) -> str:
    holder = f", {who(part.holder, part.holder_away)}" if part.holder else ""
    return f"👥 {named(part.team)}{holder}"


def _owner(card: CardSnapshot) -> str:
    return who(card.owner, card.owner_away) if card.owner else "nobody has it"


def due_words(clocks: tuple[Clock, ...], climb: Climb | None, at: datetime) -> list[str]:
    """The promise that falls due first, and how far the case is raised; nothing where nothing runs."""
    due = next_due(clocks, at)
    said = [] if due is None else [f"{CLOCK_SIGN[due.status(at)]} {_promise(due, at)}"]
    is_raised = climb is not None and climb.is_open
    return [*said, *([f"escalated, step {climb.step} of {climb.steps}"] if climb and is_raised else [])]


def _promise(clock: Clock, at: datetime) -> str:
    when = clock_time(clock.due_at, MOMENT) if clock.due_at is not None else "not known"
    match clock.status(at):
        case SlaStatus.BREACHED:
            return f"{clock.kind.value} was due {when}"
        case SlaStatus.PAUSED:
            pause = clock.pause_at(at)
            since = f" since {clock_time(pause.started_at, MOMENT)}" if pause else ""
            return f"{clock.kind.value} paused{since}"
        case _:
            return f"{clock.kind.value} by {when}"


def _two_lines(title: str, parts: list[str]) -> str:
    return trim(f"{title}\n{' · '.join(parts)}", ROW_LENGTH)
