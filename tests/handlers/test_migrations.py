"""Models and migrations say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from bot.database import Database, sqlalchemy_url
from models.tables import Base

WRITTEN = text(
    """
    select relname, conname, pg_get_constraintdef(c.oid)
      from pg_constraint c join pg_class on pg_class.oid = conrelid
     where connamespace = cast(current_schema() as regnamespace)
    union all
    select tablename, indexname, replace(indexdef, current_schema() || '.', '')
      from pg_indexes where schemaname = current_schema()
    """
)


def test_the_migrations_make_what_the_models_describe(shared_database: Database) -> None:
    ours = set(Base.metadata.tables)

    with shared_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, _r, _c: kind != "table" or name in ours,
            },
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_the_migrations_make_every_check_and_partial_index(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))

    with engine.connect() as connection:
        migrated = written(connection)
        connection.execute(text("create schema described"))
        connection.execute(text("set search_path = described"))
        Base.metadata.create_all(connection, checkfirst=False)
        described = written(connection)

    engine.dispose()
    assert migrated == described


def written(connection: Connection) -> set[tuple[str, str, str]]:
    """Every constraint and index of our tables, as PostgreSQL writes it; Alembic compares but a part."""
    rows = connection.execute(WRITTEN)
    return {(table, name, made) for table, name, made in rows if table in Base.metadata.tables}
