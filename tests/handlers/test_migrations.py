"""Models and migrations say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.database import Database
from models.tables import Base


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
