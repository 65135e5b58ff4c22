"""One dialect of SQLAlchemy for every engine of a run, so that what it made of a statement is made once.

Each test has a database, and so an engine, of its own. An engine makes SQL of every statement anew, and
the mappers keep what the engines of the last hundred tests made of theirs: the one was a seventh of what a
story costs, Python's looking through the other for rubbish another.
"""

from typing import Any, ClassVar, Self

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

NAME = "postgresql.psycopg"


class SharedDialect(PGDialect_psycopg):
    """PostgreSQL's by psycopg; whoever asks with the same settings gets the same one."""

    supports_statement_cache = True
    _kept: ClassVar[dict[str, "SharedDialect"]] = {}
    _made: ClassVar[dict[Any, Any]] = {}

    def __new__(cls, **settings: Any) -> Self:
        """The one with these settings."""
        return cls._kept.setdefault(repr(sorted(settings.items())), super().__new__(cls))

    def __init__(self, **settings: Any) -> None:
        """Begin once: a second beginning would forget the types that are known."""
        if not vars(self):
            super().__init__(**settings)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let the engine keep what it makes of a statement where all the others look."""
        engine.update_execution_options(compiled_cache=cls._made)


def share_it() -> None:
    """From now on the engines of this process share theirs."""
    registry.register(NAME, __name__, SharedDialect.__name__)
