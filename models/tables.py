"""Every table at once, for who needs them all: the migrations and their test."""

from models import (
    absence,
    audit,
    case,
    compensation,
    customer,
    feedback,
    interaction,
    joining,
    merge,
    message,
    notice,
    quiet,
    review,
    roster,
    sla,
    source,
    tick,
)
from models.base import Base

__all__ = [
    "Base",
    "absence",
    "audit",
    "case",
    "compensation",
    "customer",
    "feedback",
    "interaction",
    "joining",
    "merge",
    "message",
    "notice",
    "quiet",
    "review",
    "roster",
    "sla",
    "source",
    "tick",
]
