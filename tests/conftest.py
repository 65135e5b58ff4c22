"""What every test may ask for: a migrated PostgreSQL of its own, time that it chooses."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import fasteners
import hypothesis
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bot.database import Database, EmbeddedPostgres, migrate, sqlalchemy_url
from bot.jobs import JobQueue
from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from tests.clock import TestClock
from tests.dialect import share_it
from tests.story import Story

TEMPLATE = "recovery_template"
POSTGRES_FOLDER = "RECOVERY_TESTS_POSTGRES"
"""Where the workers of one run find its server."""
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3

share_it()
hypothesis.settings.register_profile("busy machine", deadline=None)
hypothesis.settings.load_profile("busy machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` agrees to what the views show now; read the diff before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run's server a folder of its own.

    pytest's would not do for root, for whom the server runs as another user: each run that starts closes
    the folder above it to everybody else, and the server of the run beside it is locked out and dies.
    """
    if not hasattr(config, "workerinput"):
        os.environ[POSTGRES_FOLDER] = tempfile.mkdtemp(prefix="recovery-tests-", dir=_quick_place())


def _quick_place() -> Path | None:
    """Memory, where there is room for it; None: wherever temporary files go.

    Two thousand tests have a database of their own, of some seven hundred files: a disk takes up to 0.4 s
    to make them, memory 0.02.
    """
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if has_room else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """The server has stopped with its last user."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(POSTGRES_FOLDER), ignore_errors=True)


def pytest_collection_finish() -> None:
    """Look through what is there for good no more: the tests leave rubbish, the modules none."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to write the golden files instead of comparing with them."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One server for the whole run, shared by its workers; it stops with the last of them."""
    shared = Path(os.environ[POSTGRES_FOLDER])
    with fasteners.InterProcessLock(shared / "postgres.lock"):
        server = EmbeddedPostgres(shared / "postgres", database=TEMPLATE)
        if not (shared / "postgres.ready").exists():
            _hurry(server.url)
            migrate(server.url)
            (shared / "postgres.ready").touch()
    yield server
    server.stop()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A fresh, migrated database, dropped after the test."""
    with _fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def modules_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """One for the tests of a module that do not disturb each other."""
    with _fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def shared_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """One database for every test of this worker that rolls back what it does."""
    with _fresh_database(postgres) as url:
        database = Database(url, JobQueue(url))
        yield database
        database.close()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session on the real PostgreSQL whose transaction is rolled back after the test."""
    connection = shared_database.engine.connect()
    outer = connection.begin()
    session = Session(
        connection, info={"queue": JobQueue(shared_database.url)}, join_transaction_mode="create_savepoint"
    )
    yield session
    session.close()
    outer.rollback()
    connection.close()


@pytest.fixture
def clock() -> TestClock:
    """Time that stands still until the test moves it."""
    return TestClock()


@pytest.fixture(scope="session")
def leaving() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Ends what a test is done with while the next one runs: a server waits 0.15 s for its own end."""
    with ThreadPoolExecutor(4) as pool:
        ends: list[Future[None]] = []
        yield lambda end: ends.append(pool.submit(end))
        for each in ends:
            each.result()


@pytest.fixture
def open_workspace(leaving: Callable[[Callable[[], None]], None]) -> Iterator[Callable[..., Workspace]]:
    """Starts a local Slack with these settings; it ends after the test."""
    with ExitStack() as ends:

        def start(**settings: Any) -> Workspace:
            workspace = Workspace(**settings)
            workspace.start()
            ends.callback(leaving, workspace.stop)
            return workspace

        yield start


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace]) -> Workspace:
    """A local Slack with the sample people and channels, empty of messages; it has patience.

    Slack gives up on the bot after three seconds, which a machine that does other work may need for anything.
    """
    patience = timedelta(seconds=60)
    return open_workspace(timing=Timing(acknowledge_within=patience, trigger_lives=patience))


@pytest.fixture
def story(database_url: str, clock: TestClock, workspace: Workspace) -> Iterator[Story]:
    """A bot at work in that workspace, over Socket Mode."""
    story = Story(database_url, clock, workspace)
    yield story
    story.close()


@pytest.fixture(scope="session")
def shared_material() -> Path:
    """The material beside the project; a test that asks for it is skipped where there is none."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared material is not beside this checkout")
    return folder


@contextmanager
def _fresh_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _administer(postgres.url, f'create database "{name}" template {TEMPLATE} strategy file_copy')
    yield postgres.url.replace(TEMPLATE, name)
    _administer(postgres.url, f'drop database "{name}" with (force)')


def _hurry(url: str) -> None:
    """A test's database need not survive a power cut."""
    engine = create_engine(sqlalchemy_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in (
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "max_wal_size = '256MB'",
        ):
            connection.execute(text(f"alter system set {setting}"))
        connection.execute(text("select pg_reload_conf()"))
    engine.dispose()


def _administer(url: str, statement: str) -> None:
    engine = create_engine(sqlalchemy_url(url.replace(TEMPLATE, "postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
