"""What a view needs, read at one moment: plain values, no rows that could change underneath."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers.likeness import Likeness
from models.policies.absence import Away
from models.policies.approvals import Request
from models.policies.bursts import Crowd
from models.policies.contact import Contacted
from models.policies.fairness import Spread
from models.policies.ladders import Climb
from models.policies.meanwhile import ENDED
from models.policies.pausing import Paused
from models.policies.playbooks import Knowledge, TickedStep
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock
from models.vocabulary import (
    AgentId,
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ClockKind,
    Money,
    OutcomeKind,
    PartEnd,
    PauseEnd,
    Priority,
    ReviewReason,
    SentimentLabel,
)

SOMEBODY = "somebody unknown"


@dataclass(frozen=True, slots=True)
class Feeling:
    """The sentiment as a card shows it; `confidence` is the probability of the label, 0 to 1."""

    label: SentimentLabel
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a resolved case ended; `theme` is the reason by its name, None where none was asked for."""

    outcome: OutcomeKind
    theme: str | None
    what_was_done: str
    by: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer said, and where it stands."""

    text: str
    title: str | None
    source: str
    permalink: str | None
    survey: str | None
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gift:
    """One thing that was given and not taken back, by its number, and what it is in words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The case that goes on for this one, and who said so."""

    number: int
    by: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case for which this one goes on: what its customer said, and what was given there."""

    number: int
    title: str
    customer: str
    words: Words
    given: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something else that the customer of a case said, which is no case of its own; its feedback's number."""

    number: int
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PartEnding:
    """How another team's part ended, who said so, and what was done, or why it ended otherwise."""

    because: PartEnd
    by: AgentId
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PartSnapshot:
    """What another team does for a case, by its number; `holder` is who of that team has it."""

    number: int
    team: str
    team_key: str
    asked_for: str
    asked_by: AgentId
    asked_at: datetime
    holder: AgentId | None
    clocks: tuple[Clock, ...]
    holder_away: Away | None = None
    ending: PartEnding | None = None


@dataclass(frozen=True, slots=True)
class CardSnapshot:
    """Everything that the card of one case shows; `version` is the case's at that moment.

    `about` is the key of its theme. `was_moved`: it stood somewhere else before. `crowd` is for whom the
    parent of a burst stands, `parent` is the case that stands for this one. `request` is the last that was
    made for approval, also when it is over. `asked_about` is the part of another team on whose card somebody
    clicked.
    """

    number: int
    version: int
    title: str
    kind: CaseKind
    priority: Priority
    status: CaseStatus
    team: str
    team_key: str
    customer: str
    segment: str | None
    times_written: int
    words: Words
    feeling: Feeling | None
    rule: str
    why: str
    owner: AgentId | None
    clocks: tuple[Clock, ...]
    paused: Paused | None
    first_contact: Contacted | None
    compensation: tuple[Money, ...]
    gifts: tuple[Gift, ...]
    notes: int
    opened_at: datetime
    ending: Ending | None
    owner_away: Away | None = None
    climb: Climb | None = None
    helpers: tuple[AgentId, ...] = ()
    about: str | None = None
    themes: tuple[str, ...] = ()
    merged: MergedInto | None = None
    taken_in: tuple[TakenIn, ...] = ()
    split_from: int | None = None
    split_off: tuple[int, ...] = ()
    was_moved: bool = False
    usual: Spread | None = None
    request: Request | None = None
    parts: tuple[PartSnapshot, ...] = ()
    asked_about: PartSnapshot | None = None
    crowd: Crowd | None = None
    parent: int | None = None

    @property
    def is_led_to(self) -> bool:
        """Whether another message of its case leads to the card."""
        return self.was_moved or bool(self.parts)

    @property
    def open_parts(self) -> tuple[PartSnapshot, ...]:
        """What other teams do for it now."""
        return tuple(part for part in self.parts if part.ending is None)

    @property
    def has_open_request(self) -> bool:
        """Whether somebody waits for approval."""
        return self.request is not None and self.request.end is None

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has it and knows: who was given it by a rule may not have seen it yet."""
        is_awaited = any(
            clock.kind is ClockKind.ACKNOWLEDGE and clock.stopped_at is None for clock in self.clocks
        )
        return self.owner is not None and not is_awaited

    @property
    def likeness(self) -> Likeness:
        """What cases like it have in common with it."""
        return Likeness(self.number, self.kind, self.rule, self.about)

    @property
    def others(self) -> list[int]:
        """Those that it is merged with, whichever goes on, that stand for it, that it was split from."""
        merged = [case.number for case in (*self.taken_in, *((self.merged,) if self.merged else ()))]
        return [
            *merged,
            *((self.parent,) if self.parent else ()),
            *((self.split_from,) if self.split_from else ()),
            *self.split_off,
        ]


@dataclass(frozen=True, slots=True)
class PauseSnapshot:
    """One pause of a case, that lasts or that is over; `until` as `Paused` has it, or the end that it had."""

    paused: Paused
    ended_because: PauseEnd | None


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """One line of history for the thread or for `show`."""

    number: int
    kind: CaseEventKind
    actor: AgentId
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What others did to a case, the oldest first, since a form was opened; `version` is with all of it."""

    lines: tuple[LineSnapshot, ...]
    version: int

    @property
    def tells_of_an_end(self) -> bool:
        """Whether the case was over meanwhile, or is."""
        return any(line.kind in ENDED for line in self.lines)


@dataclass(frozen=True, slots=True)
class NoticeSnapshot:
    """One happening that a person is told of; the card's (channel, ts), None while it is not posted."""

    line: LineSnapshot
    title: str
    card: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A case that somebody who is away had: who has it now, None where it waits for its team."""

    number: int
    title: str
    team: str
    to: AgentId | None


@dataclass(frozen=True, slots=True)
class Gone:
    """What came of somebody's absence: whether it goes on now, and the cases that others have instead."""

    has_begun: bool
    passed_on: list[PassedOn]


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """One question about feedback, and what came of it.

    `shares` are the model's probabilities of negative, neutral and positive, `language` what it is in where
    that was told. `label` is what counts once it is settled, `by` who said so; None: nobody in time. `case`
    is the number of the one that was opened, `rule` what decided.
    """

    feedback_id: int
    words: Words
    customer: str
    reason: ReviewReason
    shares: tuple[float, float, float]
    language: str | None
    is_settled: bool
    label: SentimentLabel | None
    by: AgentId | None
    case: int | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class ChecklistSnapshot:
    """The checklist of a playbook on one case, `number`; as the playbook was when it was begun."""

    number: int
    name: str
    begun_by: AgentId
    steps: tuple[TickedStep, ...]
    knowledge: tuple[Knowledge, ...]


@dataclass(frozen=True, slots=True)
class RowSnapshot:
    """One case in a list; `parts` are what other teams do for it now. It `stands_for` so many of a burst."""

    number: int
    title: str
    kind: CaseKind
    priority: Priority
    status: CaseStatus
    team_key: str
    team: str
    owner: AgentId | None
    clocks: tuple[Clock, ...]
    owner_away: Away | None = None
    climb: Climb | None = None
    parts: tuple[PartSnapshot, ...] = ()
    stands_for: int = 0


def team_name(rulebook: Rulebook, key: str) -> str:
    """A team may have left rules.yaml since the case was opened; its key then stands for it."""
    return rulebook.teams[key].name if key in rulebook.teams else key


def money_of(details: dict[str, Any]) -> Money:
    """The money that a line of history tells of."""
    return Money(Decimal(details["amount"]), details["currency"])
