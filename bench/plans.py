"""What PostgreSQL was asked meanwhile, and how it went about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from bot.database import Database


@dataclass(slots=True)
class Seen:
    """Statements in their order, each with what it was given."""

    statements: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def watching(books: Database) -> Iterator[Seen]:
    """Every statement that is sent until the block ends."""
    seen = Seen()

    def watch(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.statements.append((statement, parameters))

    event.listen(books.engine, "before_cursor_execute", watch)
    try:
        yield seen
    finally:
        event.remove(books.engine, "before_cursor_execute", watch)


def explain(books: Database, seen: Seen) -> list[str]:
    """The plan of each statement that reads, as it goes, with how long each part took."""
    lines: list[str] = []
    with books.engine.connect() as connection:
        for statement, parameters in seen.statements:
            if _reads(statement.lower()):
                plan = connection.exec_driver_sql(f"explain (analyze, buffers) {statement}", parameters)
                lines += [" ".join(statement.split())[:300], *(line for (line,) in plan), ""]
    return lines


def _reads(statement: str) -> bool:
    return statement.lstrip().startswith(("select", "with")) and "for update" not in statement
