"""What we owe Slack: promised, posted, or failed and why."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value


class MessagePurpose(StrEnum):
    """What a message is for; the purpose decides what it says and where it goes."""

    CARD = "card"
    LINE = "line"
    PING = "ping"
    PART = "part"
    ESCALATION = "escalation"
    APPROVAL = "approval"
    NOMINATION = "nomination"
    STORY = "story"
    ADMIN = "admin"
    TEAM = "team"
    MOVED = "moved"
    DIRECT = "direct"
    REVIEW = "review"
    CHECKLIST = "checklist"
    ORIGIN = "origin"


class Message(Base):
    """One message that we owe Slack.

    `key` is what its metadata carries, by which a post that may have happened is found again.
    `slack_channel` is where it belongs as rules.yaml names it, or a person's id; `posted_channel` and `ts`
    are where Slack put it. A message with `in_thread` goes below the case's card, or below the message
    `thread_of`: the card of another team's part, or where the card was before the case was moved. One with
    `below_ts` goes below somebody else's message. `tried_at` is set before Slack is asked, so that whoever
    comes after a crash looks whether it is there already. A card is owed again while `shown_version` is
    behind `wanted_version`. While `failed_at` is set Slack has refused it, and it waits for `try_again_at`.
    `body` holds the words of messages that are about no event, and their blocks where they have any.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(ts is null) = (posted_channel is null)", name="posted_somewhere"),
        Index("uq_messages_card", "case_id", unique=True, postgresql_where=text("purpose = 'card'")),
        Index("uq_messages_review", "feedback_id", unique=True, postgresql_where=text("purpose = 'review'")),
        Index("uq_messages_part", "part_id", unique=True, postgresql_where=text("purpose = 'part'")),
        Index("ix_messages_parts", "case_id", postgresql_where=text("purpose = 'part'")),
        Index("ix_messages_moved", "case_id", postgresql_where=text("purpose = 'moved'")),
        Index("ix_messages_thread_of", "thread_of", postgresql_where=text("thread_of is not null")),
        Index(
            "ix_messages_owed",
            "case_id",
            "id",
            postgresql_where=text("ts is null or shown_version < wanted_version"),
        ),
        Index("ix_messages_failed", "try_again_at", postgresql_where=text("failed_at is not null")),
        Index("ix_messages_posted_channel_ts", "posted_channel", "ts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID]
    purpose: Mapped[MessagePurpose] = mapped_column(by_value(MessagePurpose, "purpose"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_events.id"))
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"), index=True)
    feedback_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id"))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval_requests.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id"), index=True)
    checklist_id: Mapped[int | None] = mapped_column(ForeignKey("checklists.id"), index=True)
    slack_channel: Mapped[str]
    in_thread: Mapped[bool]
    below_ts: Mapped[str | None]
    thread_of: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    body: Mapped[dict[str, Any] | None]
    posted_channel: Mapped[str | None]
    ts: Mapped[str | None]
    wanted_version: Mapped[int] = mapped_column(default=1)
    shown_version: Mapped[int] = mapped_column(default=0)
    promised_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    try_again_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class ReceivedEvent(Base):
    """A delivery from Slack that was acted on; Slack may send the same one again."""

    __tablename__ = "received_events"
    __table_args__ = (Index("ix_received_events_at", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Standing(Base):
    """What the admins were last told about one thing, so that only a change is told again.

    `state` is empty while all is well; at first it is.
    """

    __tablename__ = "standings"

    subject: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    since: Mapped[datetime]
