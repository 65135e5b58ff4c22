"""Customers, and the handles under which they speak at each source."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Customer(Base):
    """A person who spoke to us."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    segment: Mapped[str | None]
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
