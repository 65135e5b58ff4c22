"""The Home tab of each person: what they want to see there, and what they see."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, CaseKind, CaseOrder, CaseStatus, Priority, Whose


class Home(Base):
    """One person's Home; only while it was opened lately is it kept up to date.

    `whose` to `page` are what the person chose; None: any. `asked_at` is set while a job is asked for that
    looks at it, `looked_at` is when one last did, `seen_event` the latest line of history by then, and
    `reach` in which teams the person had which roles. `wanted` counts what the person did there, after which
    it is published anew even where it says the same. `digest` is of what was published last, `view_hash`
    Slack's word for it.
    """

    __tablename__ = "homes"
    __table_args__ = (
        UniqueConstraint("agent_id"),
        CheckConstraint("page > 0", name="pages_count"),
        CheckConstraint("status <> 'resolved'", name="shows_what_is_to_do"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[AgentId]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    whose: Mapped[Whose] = mapped_column(by_value(Whose, "whose"), server_default=Whose.MINE.value)
    team: Mapped[str | None]
    kind: Mapped[CaseKind | None] = mapped_column(by_value(CaseKind, "kind"))
    status: Mapped[CaseStatus | None] = mapped_column(by_value(CaseStatus, "status"))
    source: Mapped[str | None]
    theme: Mapped[str | None]
    priority: Mapped[Priority | None] = mapped_column(by_value(Priority, "priority"))
    is_overdue: Mapped[bool | None]
    is_waiting: Mapped[bool | None]
    ordered_by: Mapped[CaseOrder] = mapped_column(
        by_value(CaseOrder, "ordered_by"), server_default=CaseOrder.DEADLINE.value
    )
    page: Mapped[int] = mapped_column(server_default=text("1"))
    asked_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    seen_event: Mapped[int] = mapped_column(server_default=text("0"))
    reach: Mapped[str | None]
    wanted: Mapped[int] = mapped_column(server_default=text("1"))
    digest: Mapped[str | None]
    view_hash: Mapped[str | None]
    published_at: Mapped[datetime | None]
