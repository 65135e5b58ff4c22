"""The ground of every table: naming, column types, and enums stored by their value."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, Interval, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from models.vocabulary import AgentId

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table; `at` columns are aware UTC datetimes, free text has no length."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: DateTime(timezone=True),
        timedelta: Interval,
        str: Text,
        AgentId: Text,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }


def by_value(enum: type[StrEnum], name: str) -> Enum:
    """A text column that holds the enum's values, with a CHECK that knows them.

    SQLAlchemy would store the members' names; ours are for Python, the values are for people.
    """
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
