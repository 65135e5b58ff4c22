"""Bursts: like feedback of many customers in a short time, and the case that stands for theirs."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, CarriedKind


class Burst(Base):
    """What many customers say at once; `parent_id` is the case that stands for theirs, its members.

    It takes in what rules open for `team` that is about `theme` ("" for none) and near to `middle`, until
    `ended_at`. `alike` and `within` are copied from the rules as it begins. `counted` are the members with
    which its card was last owed, at `counted_at`: so it is edited once a second at most; 0 before it is owed.
    """

    __tablename__ = "bursts"
    __table_args__ = (
        Index("ix_bursts_running", "team", postgresql_where=text("ended_at is null")),
        CheckConstraint("length(middle) = 128", name="middle_has_all_signs"),
    )

    parent_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    team: Mapped[str]
    theme: Mapped[str]
    middle: Mapped[bytes]
    alike: Mapped[float]
    within: Mapped[timedelta]
    counted: Mapped[int]
    counted_at: Mapped[datetime]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HeardEcho(Base):
    """What feedback means that opened a case of `team`, as a sketch, while a burst could begin with it.

    With a `parent_id` it belongs to one: what the middle of that is, is told from these. At `gathered_at` its
    case became a member of it, or was left alone.
    """

    __tablename__ = "echoes"
    __table_args__ = (
        Index("ix_echoes_team_theme_at", "team", "theme", "at"),
        Index("ix_echoes_at", "at"),
        Index("ix_echoes_parent_id", "parent_id", "at", postgresql_where=text("parent_id is not null")),
        Index(
            "ix_echoes_waiting",
            "parent_id",
            postgresql_where=text("parent_id is not null and gathered_at is null"),
        ),
        CheckConstraint("length(sketch) = 128", name="sketch_has_all_signs"),
    )

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    customer_id: Mapped[int]
    team: Mapped[str]
    theme: Mapped[str]
    sketch: Mapped[bytes]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("bursts.parent_id"))
    gathered_at: Mapped[datetime | None]
    at: Mapped[datetime]


class Carry(Base):
    """What becomes of all members of a parent, in batches: who said so, and what, as history has it.

    Members up to the number `reached` had it by now, `done` of them; those that others had meanwhile are left
    alone.
    """

    __tablename__ = "carries"
    __table_args__ = (Index("ix_carries_parent_id", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("bursts.parent_id"))
    kind: Mapped[CarriedKind] = mapped_column(by_value(CarriedKind, "kind"))
    details: Mapped[dict[str, Any]]
    by: Mapped[AgentId]
    at: Mapped[datetime]
    reached: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
