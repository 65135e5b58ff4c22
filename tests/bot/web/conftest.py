"""A door that is open, one whose database is away, and one whose database hangs."""

import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.jobs import JobQueue
from bot.web.app import build_web
from bot.web.feedback import Secrets
from tests.bot.web.door import SIGNING_SECRET, TOKEN, Door, a_desk, client_of
from tests.clock import TestClock

TABLES = "customers, messages, tick_traces, audit_findings, procrastinate_jobs, procrastinate_workers"
SECRETS = Secrets(token=TOKEN, signing_secret=SIGNING_SECRET)


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """A database that is empty, and is emptied afterwards: what comes in by the door is committed."""
    yield shared_database
    with shared_database.transaction() as session:
        session.execute(text(f"truncate {TABLES} cascade"))


@pytest.fixture
def door(database: Database, clock: TestClock) -> Iterator[Door]:
    """Feedback comes in and is stored."""
    with client_of(build_web(a_desk(database, clock), SECRETS, None)) as client:
        yield Door(client, database)


@pytest.fixture
def absent_database() -> Iterator[Database]:
    """Nobody listens where it should be."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/none"
    database = Database(url, JobQueue(url))
    yield database
    database.close()


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """Somebody who listens and never says a word; who waits for one is let go when it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def hanging_database(silence: socket.socket) -> Iterator[Database]:
    """A database that does not answer."""
    url = f"postgresql://nobody@127.0.0.1:{silence.getsockname()[1]}/none"
    database = Database(url, JobQueue(url))
    yield database
    silence.close()
    database.close()


@pytest.fixture
def doorstep(absent_database: Database, clock: TestClock) -> Iterator[Door]:
    """What is refused here was refused before anybody asked the database: else the answer is 503."""
    with client_of(build_web(a_desk(absent_database, clock), SECRETS, None)) as client:
        yield Door(client, absent_database)
