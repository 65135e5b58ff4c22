"""Migrations run on the connection that bot/database.py hands over."""

from alembic import context

from models.tables import Base

OURS = set(Base.metadata.tables)


def is_ours(_obj: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """The queue's tables stand in the same database and belong to procrastinate."""
    return kind != "table" or name in OURS


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=is_ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
