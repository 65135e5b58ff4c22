"""Cases: what we owe one customer, who holds it, what was said about it inside, and how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, by_value
from models.customer import Customer
from models.feedback import Feedback
from models.vocabulary import (
    AgentId,
    CaseEventKind,
    CaseKind,
    CaseStatus,
    OutcomeKind,
    Priority,
    Topic,
)


class Case(Base):
    """What we owe one customer, from opened to resolved; `id` is the number that people say.

    `promise` is the name of the one that its clocks were copied from; None: it was not kept at the time.
    `version` counts its changes, by which a stale modal is known to be stale. `needs` are the skills that
    its rule asks for. `matter` counts the cases that are about one piece of feedback, from 1: a later one was
    split from another case, and so was one for something that the customer said besides (`split_from_id`).
    0 is the parent of a burst, which stands for what many customers said, this feedback first; `parent_id`
    is that of a case which is a member: nothing is promised in it, and what has no card yet gets none.
    `open_parts` counts what other teams do for it now (`models/part.py`), so that nothing need be asked about
    a case that is one team's alone.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("feedback_id", "matter"),
        CheckConstraint("(status = 'resolved') = (resolved_at is not null)", name="resolved_has_a_time"),
        CheckConstraint("version > 0", name="version_counts"),
        CheckConstraint("open_parts >= 0", name="open_parts_count"),
        CheckConstraint("matter in (0, 1) or split_from_id is not null", name="later_matters_are_split_off"),
        CheckConstraint("matter > 0 or parent_id is null", name="parents_have_no_parent"),
        Index("ix_cases_parent_id", "parent_id", "id", postgresql_where=text("parent_id is not null")),
        Index("ix_cases_split_from_id", "split_from_id", postgresql_where=text("split_from_id is not null")),
        Index("ix_cases_team_opened_at", "team", "opened_at"),
        Index("ix_cases_unresolved", "team", "opened_at", postgresql_where=text("status <> 'resolved'")),
        Index(
            "ix_cases_unassigned",
            "team",
            "priority",
            "opened_at",
            postgresql_where=text("status = 'open' and parent_id is null"),
        ),
        Index(
            "ix_cases_resolved", "team", "kind", "resolved_at", postgresql_where=text("status = 'resolved'")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    matter: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("bursts.parent_id", use_alter=True))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str]
    kind: Mapped[CaseKind] = mapped_column(by_value(CaseKind, "kind"))
    priority: Mapped[Priority] = mapped_column(by_value(Priority, "priority"))
    status: Mapped[CaseStatus] = mapped_column(by_value(CaseStatus, "status"))
    team: Mapped[str]
    promise: Mapped[str | None]
    rule: Mapped[str]
    why: Mapped[str]
    needs: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    version: Mapped[int] = mapped_column(default=1)
    open_parts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    feedback: Mapped[Feedback] = relationship()
    customer: Mapped[Customer] = relationship()

    @property
    def is_parent(self) -> bool:
        """Whether it stands for what many customers said."""
        return self.matter == 0


class Assignment(Base):
    """Who holds a case and since when; at most one without an end."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index("uq_assignments_held", "case_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_assignments_agent_held", "agent_id", postgresql_where=text("ended_at is null")),
        Index("ix_assignments_case_id", "case_id"),
        Index("ix_assignments_agent_id_id", "agent_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    agent_id: Mapped[AgentId]
    assigned_by: Mapped[AgentId]
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Helper(Base):
    """Who helps on a case beside the one who has it, and since when; at most one row of a person runs."""

    __tablename__ = "helpers"
    __table_args__ = (
        Index(
            "uq_helpers_helping",
            "case_id",
            "agent_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_helpers_agent_helping", "agent_id", postgresql_where=text("ended_at is null")),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    agent_id: Mapped[AgentId]
    added_by: Mapped[AgentId]
    added_at: Mapped[datetime]
    ended_by: Mapped[AgentId | None]
    ended_at: Mapped[datetime | None]


class Note(Base):
    """What an agent wrote for colleagues, as it reads now; a customer never sees it.

    `slack_ref` is "channel:ts" where it was written as a message in the thread, so that the same message
    is one note however often it is delivered; `files` are shared with it, each as its name and permalink.
    The note follows its message: `edited_ts` is Slack's stamp of the last edit that was followed, and
    `removed_at` is set when it was deleted. What it said before stands in the case's history.
    """

    __tablename__ = "notes"
    __table_args__ = (
        UniqueConstraint("slack_ref"),
        CheckConstraint("text <> '' or files <> '[]'::jsonb", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    author: Mapped[AgentId]
    text: Mapped[str]
    slack_ref: Mapped[str | None]
    files: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list, server_default="[]")
    edited_ts: Mapped[str | None]
    removed_at: Mapped[datetime | None]
    at: Mapped[datetime]


class CaseEvent(Base):
    """One line of a case's history; only ever added. `details` holds what the kind needs, as plain JSON."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[CaseEventKind] = mapped_column(by_value(CaseEventKind, "kind"))
    actor: Mapped[AgentId]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class LatestClick(Base):
    """When a person last set something of a case, by Slack's stamp of their click or message.

    What they did before, and comes later, is not done over it. Stamps are as long as each other: texts
    that compare as the moments do. `step` is the number of a step of the case's checklists, where the topic
    is one; else 0.
    """

    __tablename__ = "latest_clicks"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    agent_id: Mapped[AgentId] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(by_value(Topic, "topic"), primary_key=True)
    step: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, default=0, server_default=text("0")
    )
    stamp: Mapped[str]


class Outcome(Base):
    """How a case ended, why it was one, what was done, and who decided.

    `theme` is a key of rules.yaml as it was then; None: the case was closed before reasons were asked for.
    """

    __tablename__ = "outcomes"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[OutcomeKind] = mapped_column(by_value(OutcomeKind, "kind"))
    theme: Mapped[str | None]
    what_was_done: Mapped[str]
    decided_by: Mapped[AgentId]
    at: Mapped[datetime]
