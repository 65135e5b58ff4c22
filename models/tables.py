"""Every table at once, for who needs them all: the migrations and their test."""

from models import (
    audit,
    case,
    compensation,
    customer,
    feedback,
    interaction,
    message,
    notice,
    sla,
    source,
    tick,
)
from models.base import Base

__all__ = [
    "Base",
    "audit",
    "case",
    "compensation",
    "customer",
    "feedback",
    "interaction",
    "message",
    "notice",
    "sla",
    "source",
    "tick",
]
