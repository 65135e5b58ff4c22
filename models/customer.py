"""Customers, and the handles under which they speak at each source."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Customer(Base):
    """A person who spoke to us. `attributes` are what sources told of them, the latest of each."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    segment: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    first_heard_at: Mapped[datetime]

    profiles: Mapped[list["Profile"]] = relationship(back_populates="customer")


class Profile(Base):
    """That person's handle at one source."""

    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("source", "handle"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    source: Mapped[str]
    handle: Mapped[str]

    customer: Mapped[Customer] = relationship(back_populates="profiles")
