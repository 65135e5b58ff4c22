"""The words of the business as types; every layer speaks these and no synonyms."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import NamedTuple, NewType

AgentId = NewType("AgentId", str)
"""A person who works cases, by the id under which Slack knows them."""

SYSTEM = AgentId("system")
"""Stands in a case's history where nobody in particular acted: a rule, the clock."""


def mention(agent_id: AgentId) -> str:
    """How a person stands in our texts; Slack shows the name and tells them."""
    return "the bot" if agent_id == SYSTEM else f"<@{agent_id}>"


def moment(at: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """How a moment stands in our texts: in the reader's time zone, and in UTC where Slack cannot."""
    return f"<!date^{int(at.timestamp())}^{style}|{at:%d %b %H:%M} UTC>"


class Barred(StrEnum):
    """Why somebody can have no case, whatever rules.yaml says."""

    DEACTIVATED = "deactivated"
    BOT = "bot"


class CaseKind(StrEnum):
    """What a case is about, seen from the customer."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    QUERY = "query"


class Priority(StrEnum):
    """How much a case hurries; declared from the least to the most."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CaseStatus(StrEnum):
    """Where a case stands: nobody has it, somebody has it, it is over."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"


class Whose(StrEnum):
    """Which open cases somebody wants to see: those that they have or help on, that nobody has, or all."""

    MINE = "mine"
    NOBODYS = "unassigned"
    ALL = "all"


class CaseOrder(StrEnum):
    """In which order somebody wants to see cases: what comes first."""

    DEADLINE = "nearest deadline"
    PRIORITY = "most urgent"
    OLDEST = "longest open"
    NEWEST = "newest"


class OutcomeKind(StrEnum):
    """How a case ended."""

    RESOLVED = "resolved"
    RECOVERED = "recovered"
    NOT_RECOVERABLE = "not recoverable"
    NO_REPLY = "no reply"
    DUPLICATE = "duplicate"
    NOT_A_CASE = "not a case"


class CompensationKind(StrEnum):
    """What we may offer."""

    REFUND = "refund"
    VOUCHER = "voucher"
    DISCOUNT = "discount"
    POINTS = "points"
    FREE_SERVICE = "free service"
    REPLACEMENT = "replacement"
    GESTURE = "gesture"


class LedgerState(StrEnum):
    """What can become of a compensation: each is an entry of the ledger."""

    GRANTED = "granted"
    HANDED_OVER = "handed over"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REDEEMED = "redeemed"


class ApprovalEnd(StrEnum):
    """What became of a request to give more than a limit allows."""

    APPROVED = "approved"
    LESS = "approved for less"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVER = "the case is over"


class StoryEnd(StrEnum):
    """What became of a recovery that somebody nominated to be told."""

    PUBLISHED = "published"
    SHELVED = "set aside"


class ClockKind(StrEnum):
    """What a promise is about."""

    ACKNOWLEDGE = "acknowledge"
    CONTACT = "contact"
    UPDATE = "update"
    RESOLVE = "resolve"


class SlaStatus(StrEnum):
    """What a running or stopped promise looks like at one moment."""

    RUNNING = "running"
    DUE_SOON = "due soon"
    PAUSED = "paused"
    BREACHED = "breached"
    KEPT = "kept"
    MISSED = "missed"


class PauseReason(StrEnum):
    """Why a case's promises do not count for a while."""

    CUSTOMER = "waiting for the customer"
    THIRD_PARTY = "waiting for a third party"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    MERGED = "merged"


class PauseEnd(StrEnum):
    """What ended a pause."""

    RESUMED = "resumed"
    TIME_CAME = "its time came"
    ANSWERED = "the customer answered"
    RESOLVED = "the case was resolved"
    REOPENED = "the case was reopened"
    MERGED = "the case was merged"
    UNMERGED = "the merge was undone"


class EscalationEnd(StrEnum):
    """What ended an escalation."""

    RESOLVED = "the case was resolved"
    MERGED = "the case was merged"
    KEPT = "what was promised is done"
    EXTENDED = "there is more time"
    JOINED = "another one goes on"


class PartEnd(StrEnum):
    """What ended the part of another team in a case."""

    DONE = "done"
    SENT_BACK = "sent back"
    WITHDRAWN = "not needed any more"
    RESOLVED = "the case was resolved"
    MERGED = "the case was merged"
    MOVED = "the case is theirs now"


class Direction(StrEnum):
    """Which way a contact with a customer went."""

    IN = "in"
    OUT = "out"


class ContactBy(StrEnum):
    """How we reached a customer."""

    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    SOCIAL_MEDIA = "social media"
    IN_PERSON = "in person"
    LETTER = "letter"


class SentimentLabel(StrEnum):
    """How feedback feels, in one word."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class ReviewReason(StrEnum):
    """Why a person is asked how feedback feels."""

    UNSURE = "not sure"
    LANGUAGE = "language not read"


class Care(StrEnum):
    """What a step of a playbook sees to, in the order in which people work: CARES."""

    COMMUNICATION = "communication"
    ACCOUNTABILITY = "accountability"
    RESPONSIVENESS = "responsiveness"
    EMPATHY = "empathy"
    SOLUTION = "solution"


class CaseEventKind(StrEnum):
    """What can stand in a case's history."""

    OPENED = "opened"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    RELEASED = "released"
    PRIORITY_CHANGED = "priority changed"
    KIND_CHANGED = "kind changed"
    CORRECTED = "corrected"
    MOVED = "moved"
    HANDED_OVER = "handed over"
    RETURNED = "returned"
    HELPER_ADDED = "helper added"
    HELPER_REMOVED = "helper removed"
    TEAM_INVOLVED = "team involved"
    PART_TAKEN = "part taken"
    PART_GIVEN_BACK = "part given back"
    PART_DONE = "part done"
    PART_ENDED = "part ended"
    PART_DUE = "part due"
    PART_LATE = "part late"
    NOTED = "noted"
    NOTE_CHANGED = "note changed"
    NOTE_REMOVED = "note removed"
    COMPENSATED = "compensated"
    COMPENSATION_REVOKED = "compensation revoked"
    COMPENSATION_HANDED_OVER = "compensation handed over"
    COMPENSATION_EXPIRED = "compensation expired"
    COMPENSATION_REDEEMED = "compensation redeemed"
    COMPENSATION_NOT_TAKEN = "compensation not taken"
    APPROVAL_ASKED = "approval asked"
    APPROVAL_PASSED_ON = "approval passed on"
    APPROVED = "approved"
    DECLINED = "declined"
    APPROVAL_LAPSED = "approval lapsed"
    STORY_NOMINATED = "story nominated"
    STORY_PUBLISHED = "story published"
    STORY_SHELVED = "story shelved"
    PLAYBOOK_BEGUN = "playbook begun"
    STEP_DONE = "step done"
    STEP_UNDONE = "step undone"
    CONTACTED = "contacted"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    MERGED = "merged"
    TOOK_IN = "took in"
    UNMERGED = "unmerged"
    SPLIT = "split"
    SPLIT_OFF = "split off"
    BURST_BEGAN = "burst began"
    GATHERED = "gathered"
    LEFT_ALONE = "left alone"
    TAKEN_OUT = "taken out"
    CARRIED = "carried"
    PINGED = "pinged"
    BREACHED = "breached"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    ADMINS_TOLD = "admins told"
    EXTENDED = "extended"
    TAKEN_OVER = "taken over"
    DELIVERY_FAILED = "delivery failed"
    DELIVERY_MENDED = "delivery mended"


class CarriedKind(StrEnum):
    """What can become of all members of a burst at once."""

    CONTACTED = "contacted"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    TAKEN_OUT = "taken out"


class Members(StrEnum):
    """Whether what is done to the parent of a burst is done to its members too."""

    ALL = "all"
    ALONE = "alone"


class Topic(StrEnum):
    """What of a case a person sets anew, so that what they did last counts."""

    HOLDER = "holder"
    HELPERS = "helpers"
    PARTS = "parts"
    PRIORITY = "priority"
    KIND = "kind"
    WAIT = "wait"
    STEP = "step"
    END = "end"


class FindingKind(StrEnum):
    """What the auditor looks for: what should have happened and did not."""

    UNSWEPT_CLOCK = "unswept clock"
    MISSED_THRESHOLD = "missed threshold"
    UNPOSTED_MESSAGE = "unposted message"
    STALLED_JOB = "stalled job"
    LATE_JOB = "late job"
    FAILED_JOB = "failed job"
    SILENT_TICK = "silent tick"


class NearTheme(NamedTuple):
    """A theme that a text is near to, by its key; `nearness` is a cosine, 0 to 1."""

    key: str
    nearness: float


@dataclass(frozen=True, slots=True)
class SentimentScore:
    """How one text feels, by the model.

    `score` runs from -1 (angry) to 1 (delighted); the three probabilities sum to 1.
    `is_truncated`: the text was longer than the model reads and only its beginning was scored. `language` is
    its code in ISO 639, None where nobody could tell. Where no model reads the language `is_read` is False,
    and the rest says nothing. `themes`: what the text is about, the nearest first. `signals`: what must not
    be missed in it, by its meaning (keys of policies/signals.py). `sketch`: what it means, for being compared
    with others (policies/bursts.py), not kept with the score; empty where nobody can tell.
    """

    label: SentimentLabel
    score: float
    p_negative: float
    p_neutral: float
    p_positive: float
    model: str
    is_truncated: bool = False
    language: str | None = None
    is_read: bool = True
    themes: tuple[NearTheme, ...] = ()
    signals: tuple[str, ...] = ()
    sketch: bytes = b""


@cache
def places_of(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    from babel.numbers import get_currency_precision  # takes a while to load, and most commands need none

    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that somebody shared in Slack, by reference: its content stays there."""

    name: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217 code); amounts of two currencies never mix."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.rounded().amount:,} {self.currency}"

    def rounded(self) -> "Money":
        """As the currency is rounded, half a cent up."""
        unit = Decimal(1).scaleb(-places_of(self.currency))
        return Money(self.amount.quantize(unit, ROUND_HALF_UP), self.currency)
