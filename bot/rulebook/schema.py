"""The shape of rules.yaml: which keys there are, and what stands behind each."""

from datetime import date, timedelta
from typing import Annotated, Literal

from babel.numbers import get_currency_precision
from pydantic import BaseModel, Discriminator, Field, Tag, ValidationInfo, model_validator

from bot.rulebook.catalogue import OfferEntry
from bot.rulebook.fields import (
    MOST_IN_A_MENU,
    STRICT,
    Addressee,
    Amount,
    Channel,
    Count,
    Currency,
    DayOff,
    Emoji,
    HeirOfCase,
    Key,
    LadderKey,
    Length,
    Member,
    OneOrMore,
    Person,
    PromisedLength,
    PromiseKey,
    Rate,
    Share,
    TeamKey,
    ThemeName,
    Threshold,
    TimeZone,
    Wait,
    When,
    Words,
    names_of,
    one_of,
    wrong,
)
from bot.rulebook.playbooks import PlaybookEntry
from models.policies.assignment import Strategy
from models.policies.opening_hours import OpeningHours
from models.policies.promises import Fit
from models.policies.rights import Role
from models.policies.rulebook import USUAL_REACTIONS, PostedBy, Sign
from models.policies.sla_clock import spoken
from models.vocabulary import CaseKind, ClockKind, CompensationKind, Priority


class Entry(BaseModel):
    """One mapping of the file."""

    model_config = STRICT


class AdminsEntry(Entry):
    """`admins:`."""

    members: list[Member] = Field(min_length=1)
    channel: Channel


class SourceEntry(Entry):
    """One of `sources:`."""

    name: Words
    slack_channel: Channel | None = None
    posted_by: Annotated[PostedBy, one_of(PostedBy, "kind of poster")] = PostedBy.BOTS

    @model_validator(mode="after")
    def check_channel(self) -> "SourceEntry":
        """Only a channel has people and bots who post there."""
        if self.slack_channel is None and "posted_by" in self.model_fields_set:
            raise wrong("is about a channel; write slack_channel as well, or delete it", field="posted_by")
        return self


CUSTOMERS = range(3, 101)
LONGEST_BURST = timedelta(days=1)
"""Bounds of what bursts: may say."""

How = Annotated[Strategy, one_of(Strategy, "strategy")]
READS = {
    Strategy.NAMED_PERSON: ("person", "U0ANA"),
    Strategy.BY_SKILL: ("skills", "{U0ANA: [french, returns]}"),
    Strategy.BY_SEGMENT: ("segments", "{gold: [U0ANA]}"),
}
"""What a strategy cannot do without, and what it is written like."""


class AssignmentEntry(Entry):
    """`assignment:` of a team."""

    strategy: How
    otherwise: How | None = None
    person: Person | None = None
    skills: Annotated[dict[Person, OneOrMore[Words]], Field(min_length=1)] | None = None
    segments: Annotated[dict[Words, OneOrMore[Person]], Field(min_length=1)] | None = None
    limit_per_person: Count | None = None

    @model_validator(mode="after")
    def check_otherwise(self) -> "AssignmentEntry":
        """A second strategy is another one; a customer whom nobody had yet needs one."""
        if self.otherwise is self.strategy:
            raise wrong("is what was tried already; write another strategy", field="otherwise")
        if self.strategy is Strategy.LAST_OWNER and self.otherwise is None:
            words = "is needed: who gets a new customer? write a strategy, or none for nobody"
            raise wrong(words, field="otherwise")
        return self

    @model_validator(mode="after")
    def check_keys(self) -> "AssignmentEntry":
        """Each strategy has what it reads, and nothing stands there that none reads."""
        for strategy, (key, example) in READS.items():
            is_used = strategy in {self.strategy, self.otherwise}
            if is_used and getattr(self, key) is None:
                raise wrong(f"is needed for '{strategy}'; write it like {example}", field=key)
            if not is_used and getattr(self, key) is not None:
                raise wrong(f"is read by the strategy '{strategy}' only; write that, or delete it", field=key)
        return self


class TeamEntry(Entry):
    """One of `teams:`."""

    name: Words
    channel: Channel
    members: list[Member] = Field(min_length=1)
    supervisors: list[Member] = []
    leads: list[Member] = []
    escalation_channel: Channel | None = None
    hours: Words = "24/7"
    time_zone: Words | None = None
    country: Words | None = None
    region: Words | None = None
    days_off: list[DayOff] = []
    assignment: AssignmentEntry | None = None
    private: bool = False

    @model_validator(mode="after")
    def check_hours(self, info: ValidationInfo) -> "TeamEntry":
        """Hours, zone, country, region and days off are only right or wrong together."""
        self.opening_hours(names_of(info).time_zone)
        return self

    def opening_hours(self, time_zone: str) -> OpeningHours:
        """When the team is open, in its own time zone or else in this one.

        A day off of every year is one more rule of the hours, and the last, so that it holds.
        """
        hours = "; ".join([self.hours, *(f"{day} off" for day in self.days_off if isinstance(day, str))])
        dates = [day for day in self.days_off if isinstance(day, date)]
        try:
            return OpeningHours(hours, self.time_zone or time_zone, self.country, self.region, dates)
        except ValueError as problem:
            fields = ("time zone", "region", "country")
            blamed = [field for field in fields if str(problem).startswith((field, f"unknown {field}"))]
            field = blamed[0].replace(" ", "_") if blamed else "hours"
            raise wrong(str(problem), field=field) from problem


Kind = Annotated[CaseKind, one_of(CaseKind, "kind of case")]
Urgency = Annotated[Priority, one_of(Priority, "priority")]


class ForEntry(Entry):
    """`for:` of a promise, or of bursts: which cases it is for."""

    kind: OneOrMore[Kind] | None = None
    priority: OneOrMore[Urgency] | None = None
    team: OneOrMore[TeamKey] | None = None
    segment: OneOrMore[Words] | None = None

    @property
    def fit(self) -> Fit:
        """The same as the policies know it."""
        return Fit(
            kind=frozenset(self.kind or ()),
            priority=frozenset(self.priority or ()),
            team=frozenset(self.team or ()),
            segment=frozenset(self.segment or ()),
        )

    @model_validator(mode="after")
    def check_something(self) -> "ForEntry":
        """One for everything would leave nothing to those below it."""
        if self.fit == Fit():
            raise wrong(f"names nothing; write one of {', '.join(ForEntry.model_fields)}")
        return self


class StepEntry(Entry):
    """One step of one of `ladders:`."""

    after: Wait
    tell: list[Addressee] = Field(min_length=1)
    reassign: HeirOfCase | None = None


LadderEntry = Annotated[list[StepEntry], Field(min_length=1)]
"""One of `ladders:`."""


class PromiseEntry(Entry):
    """One of `promises:`; at least one clock. The hours come first: what a length may be depends on them."""

    for_: ForEntry | None = Field(default=None, alias="for")
    hours: Literal["always", "team"]
    acknowledge: PromisedLength | None = None
    contact: PromisedLength | None = None
    update: PromisedLength | None = None
    resolve: PromisedLength | None = None
    ping_at: list[Threshold] = []
    ladder: LadderKey | None = None

    @property
    def lengths(self) -> dict[ClockKind, timedelta]:
        """The clocks that it promises, in the order in which a case meets them."""
        lengths = {kind: getattr(self, kind.value) for kind in ClockKind}
        return {kind: length for kind, length in lengths.items() if length is not None}

    @model_validator(mode="after")
    def check_lengths(self) -> "PromiseEntry":
        """Something is promised, in lengths that mean one thing, and nothing comes after the end."""
        if not self.lengths:
            raise wrong(f"promises nothing; write one of {', '.join(ClockKind)}")
        for kind, length in self.lengths.items():
            if self.resolve is not None and length > self.resolve:
                raise wrong(f"{kind.value} takes longer than resolve", field=kind.value)
        return self

    @model_validator(mode="after")
    def check_pings(self) -> "PromiseEntry":
        """A time before the end lies within one of the lengths; where it is too long it is left out."""
        longest = max(self.lengths.values())
        for before in self.ping_at:
            if isinstance(before, timedelta) and before >= longest:
                words = f"{spoken(before)} before it is due the promise has not begun"
                raise wrong(f"{words}; its longest is {spoken(longest)}", field="ping_at")
        return self


class OpeningRule(Entry):
    """One of `rules:` that opens a case."""

    name: Words
    when: When
    open: Kind
    team: TeamKey
    priority: Urgency
    promise: PromiseKey | None = None
    needs: OneOrMore[Words] = []
    assign: OneOrMore[Member] = []
    because: Words


class IgnoringRule(Entry):
    """One of `rules:` that opens nothing."""

    name: Words
    when: When
    ignore: Literal[True]
    because: Words


def _rule_tag(written: object) -> str:
    return "ignoring" if isinstance(written, dict) and "ignore" in written else "opening"


RuleEntry = Annotated[
    Annotated[OpeningRule, Tag("opening")] | Annotated[IgnoringRule, Tag("ignoring")],
    Discriminator(_rule_tag),
]


Ranked = Annotated[Role, one_of(Role, "role")]


class CompensationEntry(Entry):
    """`compensation:`."""

    currency: Currency
    options: (
        Annotated[list[Annotated[CompensationKind, one_of(CompensationKind, "option")]], Field(min_length=1)]
        | None
    ) = None
    catalogue: Annotated[dict[Key, OfferEntry], Field(min_length=1, max_length=MOST_IN_A_MENU)] | None = None
    rates: dict[Currency, Rate] = {}
    limits_per_case: dict[Ranked, Amount]
    limits_per_week: dict[Ranked, Amount] = {}
    budgets_per_month: dict[TeamKey, Amount] = {}
    limit_per_customer_year: Amount | None = None
    limits_per_approval: dict[Ranked, Amount] = {}
    approval_ladder: LadderKey | None = None

    @model_validator(mode="after")
    def check_offers(self) -> "CompensationEntry":
        """What can be given stands in one place."""
        if self.options is None and self.catalogue is None:
            raise wrong("is needed: what can be given; or write a catalogue", field="options")
        if self.options is not None and self.catalogue is not None:
            raise wrong("the catalogue says what can be given; delete the options", field="options")
        return self

    @model_validator(mode="after")
    def check_amounts(self) -> "CompensationEntry":
        """Limits have no smaller parts than the currency."""
        places = get_currency_precision(self.currency)
        year = [] if self.limit_per_customer_year is None else [self.limit_per_customer_year]
        for field, amounts in (
            ("limits_per_case", self.limits_per_case.values()),
            ("limits_per_week", self.limits_per_week.values()),
            ("budgets_per_month", self.budgets_per_month.values()),
            ("limit_per_customer_year", year),
            ("limits_per_approval", self.limits_per_approval.values()),
        ):
            for amount in amounts:
                if amount != round(amount, places):
                    raise wrong(f"{amount} has more than {places} decimals for {self.currency}", field=field)
        return self

    @model_validator(mode="after")
    def check_ranks(self) -> "CompensationEntry":
        """No limit is below that of a lower role."""
        for field in ("limits_per_case", "limits_per_week", "limits_per_approval"):
            limits = getattr(self, field)
            ordered = [limits[role] for role in Role if role in limits]
            if ordered != sorted(ordered):
                raise wrong(f"a higher role has a lower limit; the order is {', '.join(Role)}", field=field)
        return self

    @model_validator(mode="after")
    def check_approvers(self) -> "CompensationEntry":
        """Who works cases asks; who leads says yes."""
        if Role.AGENT in self.limits_per_approval:
            words = "an agent approves nothing; name supervisor, lead or admin"
            raise wrong(words, field="limits_per_approval")
        return self

    @model_validator(mode="after")
    def check_rates(self) -> "CompensationEntry":
        """The limits' own currency needs no rate."""
        if self.currency in self.rates:
            raise wrong(f"{self.currency} is the currency of the limits and needs no rate", field="rates")
        return self


class ImportsEntry(Entry):
    """`imports:`."""

    open_cases_for: Length
    at_most: int = Field(ge=0, le=10_000)


class ReviewEntry(Entry):
    """`review:`."""

    channel: Channel
    below: Share = 0.5
    wait: Length = timedelta(hours=1)
    at_most: int = Field(default=50, ge=1, le=10_000)


class ThemeEntry(Entry):
    """One of `themes:`."""

    name: ThemeName
    description: Words
    examples: list[Words] = []


class BurstsEntry(Entry):
    """`bursts:`."""

    customers: int = 8
    within: Length = timedelta(minutes=15)
    alike: Share = 0.6
    for_: ForEntry | None = Field(default=None, alias="for")

    @model_validator(mode="after")
    def check_bounds(self) -> "BurstsEntry":
        """Two are not many, and what takes longer than a day is no burst."""
        if self.customers not in CUSTOMERS:
            raise wrong(f"must be from {CUSTOMERS[0]} to {CUSTOMERS[-1]}", field="customers")
        if self.within > LONGEST_BURST:
            raise wrong(f"is longer than {spoken(LONGEST_BURST)}", field="within")
        return self


class StoriesEntry(Entry):
    """`stories:`."""

    channel: Channel


class RulesFile(Entry):
    """The whole file."""

    time_zone: TimeZone
    admins: AdminsEntry
    sources: dict[Key, SourceEntry] = Field(min_length=1)
    teams: dict[Key, TeamEntry] = Field(min_length=1)
    promises: dict[Key, PromiseEntry] = Field(min_length=1)
    ladders: dict[Key, LadderEntry] = {}
    rules: list[RuleEntry] = Field(min_length=1)
    compensation: CompensationEntry
    imports: ImportsEntry
    review: ReviewEntry | None = None
    stories: StoriesEntry | None = None
    bursts: BurstsEntry | None = None
    themes: Annotated[dict[Key, ThemeEntry], Field(min_length=1, max_length=MOST_IN_A_MENU)] | None = None
    playbooks: (
        Annotated[dict[Key, PlaybookEntry], Field(min_length=1, max_length=MOST_IN_A_MENU - 1)] | None
    ) = None
    reactions: dict[Emoji, Annotated[Sign, one_of(Sign, "meaning")]] = dict(USUAL_REACTIONS)
