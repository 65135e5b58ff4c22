"""What the Home tab of a person shows, read at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.asked import WaitingRequest
from handlers.snapshots import CardSnapshot, PartSnapshot, RowSnapshot
from handlers.stats import Stats
from models.policies.absence import Away
from models.policies.home import Choices, Dropped, Reach
from models.policies.loads import Load
from models.policies.periods import Period
from models.vocabulary import AgentId

COUNTED_UP_TO = 1000
"""What there is more of is not counted on: nobody acts otherwise on the difference."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; with `is_more`, more than that."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_more else ''}"


NONE = Count(0)


@dataclass(frozen=True, slots=True)
class Listing:
    """The first of some cases, and how many there are."""

    rows: tuple[RowSnapshot, ...] = ()
    count: Count = NONE


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions wait for an answer, where they are asked, and the oldest one's (channel, ts)."""

    count: Count
    slack_channel: str
    oldest: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Leading:
    """What who leads teams sees of them: cases that are raised, cases of which a promise falls due soon, the
    first of the requests that are `waiting` for approval, everybody's load, and who is away until when.
    """

    escalated: Listing
    at_risk: Listing
    approvals: tuple[WaitingRequest, ...]
    waiting: Count
    loads: tuple[Load, ...]
    away: Mapping[AgentId, Away]


@dataclass(frozen=True, slots=True)
class Figures:
    """How teams did in a period."""

    period: Period
    stats: Stats


@dataclass(frozen=True, slots=True)
class HomeSnapshot:
    """All of one person's Home.

    `cards` are a page of the cases that they chose to see, of which there are `count`; `has_next`: more pages
    follow. `mine` counts their own cases, `overdue` those of them of which a promise is broken. `dropped` are
    choices that mean nothing any more. `edition` counts what the person did here. `asked` are
    cases of other teams that wait for somebody of these to take a part. `leading` is None for who
    leads no team, `figures` for who sees none.
    """

    who: AgentId
    reach: Reach
    choices: Choices
    dropped: tuple[Dropped, ...]
    edition: int
    cards: tuple[CardSnapshot, ...] = ()
    count: Count = NONE
    has_next: bool = False
    mine: Count = NONE
    overdue: Count = NONE
    unassigned: Listing = Listing()
    asked: tuple[CardSnapshot, ...] = ()
    reviews: Waiting | None = None
    bookmarks: Listing = Listing()
    leading: Leading | None = None
    figures: Figures | None = None

    def part_in(self, card: CardSnapshot) -> PartSnapshot | None:
        """The part that is the person's to do; None for a case of one of their own teams."""
        if card.team_key in self.reach.teams:
            return None
        theirs = [part for part in card.open_parts if part.team_key in self.reach.teams]
        return next((part for part in theirs if part.holder == self.who), theirs[0] if theirs else None)

    def numbers(self) -> Iterator[int]:
        """Every case that is shown because of its team."""
        yield from (card.number for card in self.cards)
        yield from (row.number for row in self.unassigned.rows)
        yield from (card.number for card in self.asked)
        if self.leading is not None:
            yield from (row.number for row in self.leading.escalated.rows)
            yield from (row.number for row in self.leading.at_risk.rows)
            yield from (each.request.case for each in self.leading.approvals)

    def all_numbers(self) -> Iterator[int]:
        """Every case that is shown; of bookmarks, those at which the person may look."""
        yield from self.numbers()
        yield from (row.number for row in self.bookmarks.rows)
