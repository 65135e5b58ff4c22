"""Promises that run: clocks, the pings they gave, and the escalations they caused."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, by_value
from models.vocabulary import AgentId, ClockKind, EscalationEnd, PauseEnd, PauseReason


class SlaClock(Base):
    """One promise running; copied from the rules when the case opened, so that later edits change nothing.

    A clock whose promise changes with its case is withdrawn, which counts neither as kept nor as missed, and
    the new promise is a new row from the same start. What was done and has to be done again, such as to
    acknowledge a case that was given back, or to tell the customer more after each contact, is the next
    `round` of its clock. At most one of a kind runs. One with a `part_id` is the promise of another team, for
    its part in the case: it has one round, and nothing holds it back.

    `is_round_the_clock`: the calendar is not the team's. `hours` to `days_off` are the calendar in which it
    counts. `due_at` and `next_mark_at` follow from the promise, the calendar and the pauses, and are kept so
    that a tick finds them; `due_at` is None while a pause without an end keeps it from being known. `ping_at`
    holds shares of the promise as numbers, and times before it is due as `{"seconds_before": 600}`.
    `next_mark_at` is when something about it changes next (a ping, the breach, the words on the card); None
    once nothing is left. The sweep reads only that column, which is why it has the index. The auditor reads
    the other two: the running ones, and those that nobody would ever look at again, of which there should be
    none.
    """

    __tablename__ = "sla_clocks"
    __table_args__ = (
        CheckConstraint("round > 0", name="rounds_count"),
        CheckConstraint("withdrawn_at is null or withdrawn_at = stopped_at", name="withdrawn_is_stopped"),
        CheckConstraint("promise > interval '0'", name="promise_is_positive"),
        Index("ix_sla_clocks_case_id", "case_id"),
        Index(
            "uq_sla_clocks_promised",
            "case_id",
            "kind",
            "round",
            unique=True,
            postgresql_where=text("withdrawn_at is null and part_id is null"),
        ),
        Index(
            "ix_sla_clocks_next_mark_at", "next_mark_at", postgresql_where=text("next_mark_at is not null")
        ),
        Index(
            "uq_sla_clocks_running",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("stopped_at is null and part_id is null"),
        ),
        Index(
            "uq_sla_clocks_of_part",
            "part_id",
            "kind",
            unique=True,
            postgresql_where=text("part_id is not null"),
        ),
        Index("ix_sla_clocks_running", "due_at", postgresql_where=text("stopped_at is null")),
        Index(
            "ix_sla_clocks_forgotten",
            "case_id",
            postgresql_where=text("stopped_at is null and next_mark_at is null and marked_until < due_at"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"))
    kind: Mapped[ClockKind] = mapped_column(by_value(ClockKind, "kind"))
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    promise: Mapped[timedelta]
    hours: Mapped[str]
    time_zone: Mapped[str]
    country: Mapped[str | None]
    region: Mapped[str | None]
    days_off: Mapped[list[str]]
    is_round_the_clock: Mapped[bool] = mapped_column(server_default=text("false"))
    ping_at: Mapped[list[float | dict[str, float]]] = mapped_column(JSONB)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    next_mark_at: Mapped[datetime | None]
    marked_until: Mapped[datetime]

    pauses: Mapped[list["SlaPause"]] = relationship(
        primaryjoin="foreign(SlaPause.case_id) == SlaClock.case_id",
        order_by="SlaPause.id",
        lazy="selectin",
        viewonly=True,
    )
    extensions: Mapped[list["SlaExtension"]] = relationship(
        primaryjoin="and_(foreign(SlaExtension.case_id) == SlaClock.case_id, "
        "foreign(SlaExtension.kind) == SlaClock.kind, foreign(SlaExtension.round) == SlaClock.round)",
        order_by="SlaExtension.id",
        lazy="selectin",
        viewonly=True,
    )


class SlaExtension(Base):
    """More time that somebody gave a promise, and why; the next round of its clock has none of it.

    It belongs to the round of a kind and not to a row: where the case's promise changes, it is kept.
    """

    __tablename__ = "sla_extensions"
    __table_args__ = (
        CheckConstraint("length > interval '0'", name="length_is_positive"),
        Index("ix_sla_extensions_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[ClockKind] = mapped_column(by_value(ClockKind, "kind"))
    round: Mapped[int]
    length: Mapped[timedelta]
    reason: Mapped[str]
    given_by: Mapped[AgentId]
    at: Mapped[datetime]


class SlaPause(Base):
    """Time of a case that holds its promises back: who said so, why and since when; one at a time.

    `until` is when it ends by itself. One without that lasts until somebody, or the customer, ends it.
    """

    __tablename__ = "sla_pauses"
    __table_args__ = (
        Index("uq_sla_pauses_open", "case_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_sla_pauses_case_id", "case_id"),
        Index("ix_sla_pauses_started_at", "started_at"),
        Index("ix_sla_pauses_until", "until", postgresql_where=text("ended_at is null")),
        CheckConstraint("ended_at >= started_at", name="ends_after_it_starts"),
        CheckConstraint("until > started_at", name="lasts"),
        CheckConstraint("(ended_at is null) = (ended_because is null)", name="has_a_reason_to_end"),
        CheckConstraint("(reason = 'snoozed') = (until is not null)", name="only_snoozing_has_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reason: Mapped[PauseReason] = mapped_column(by_value(PauseReason, "reason"))
    why: Mapped[str]
    started_by: Mapped[AgentId]
    started_at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[AgentId | None]
    ended_because: Mapped[PauseEnd | None] = mapped_column(by_value(PauseEnd, "ended_because"))


class SlaPing(Base):
    """One threshold of one clock ("50%"), reached: the row makes it happen once, ever.

    While `waits_until` is set nobody was told yet: the team is closed until then. It is None once people
    were told, or need not be any more.
    """

    __tablename__ = "sla_pings"
    __table_args__ = (
        Index("ix_sla_pings_waits_until", "waits_until", postgresql_where=text("waits_until is not null")),
    )

    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clocks.id"), primary_key=True)
    threshold: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    waits_until: Mapped[datetime | None]


class Escalation(Base):
    """A case at risk, raised step by step; at most one that nobody acknowledged for each case.

    `clock_id` None: somebody raised it by hand. `step` is where it stands, from 1; `ladder` is copied from
    the rules as it begins, so that later edits change nothing. `next_step_at` is None once the admins were
    told, or it climbs no more.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        CheckConstraint("(acknowledged_at is null) = (acknowledged_by is null)", name="acknowledged_by_one"),
        CheckConstraint("(ended_at is null) = (ended_because is null)", name="has_a_reason_to_end"),
        Index(
            "uq_escalations_climbing",
            "case_id",
            unique=True,
            postgresql_where=text("acknowledged_at is null and ended_at is null"),
        ),
        Index(
            "ix_escalations_unseen",
            "id",
            postgresql_where=text("acknowledged_at is null and ended_at is null"),
        ),
        Index("ix_escalations_at", "at"),
        Index(
            "ix_escalations_next_step_at", "next_step_at", postgresql_where=text("next_step_at is not null")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("sla_clocks.id"))
    step: Mapped[int]
    reason: Mapped[str]
    raised_by: Mapped[AgentId]
    at: Mapped[datetime]
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    next_step_at: Mapped[datetime | None]
    acknowledged_by: Mapped[AgentId | None]
    acknowledged_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[EscalationEnd | None] = mapped_column(by_value(EscalationEnd, "ended_because"))


class EscalationStep(Base):
    """A step of an escalation, told: the row makes it happen once. The one after the last are the admins."""

    __tablename__ = "escalation_steps"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    told: Mapped[list[str]]
    reassigned_to: Mapped[AgentId | None]
