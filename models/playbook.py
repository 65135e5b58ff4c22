"""Checklists: the steps of a playbook on one case, as they were when somebody began it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, Care


class Checklist(Base):
    """A playbook that was begun on a case, by its key, with its name and knowledge of that moment.

    `knowledge` is a list of [name, link].
    """

    __tablename__ = "checklists"
    __table_args__ = (
        UniqueConstraint("case_id", "playbook"),
        Index("ix_checklists_begun_at", "begun_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    playbook: Mapped[str]
    name: Mapped[str]
    knowledge: Mapped[list[list[str]]] = mapped_column(JSONB)
    begun_by: Mapped[AgentId]
    begun_at: Mapped[datetime]


class ChecklistStep(Base):
    """One step of a checklist, and who ticked it; `number` counts through all checklists of the case.

    Who ticked and who took ticks off, one after the other, stands in the case's history.
    """

    __tablename__ = "checklist_steps"
    __table_args__ = (
        CheckConstraint("(done_at is null) = (done_by is null)", name="done_by_somebody"),
        CheckConstraint("number > 0", name="number_counts"),
    )

    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    care: Mapped[Care] = mapped_column(by_value(Care, "care"))
    words: Mapped[str]
    done_by: Mapped[AgentId | None]
    done_at: Mapped[datetime | None]
