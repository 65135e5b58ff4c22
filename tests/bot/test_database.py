"""Connections: what the server has ended is not handed out again."""

import asyncio
from collections.abc import Iterator

import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.database import Database, libpq_url
from bot.jobs import JobQueue, pool_of

END_ALL_OTHERS = text(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, JobQueue(database_url))
    yield database
    database.close()


def test_connections_that_the_server_ended_are_replaced_unseen(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        before = {backend(first), backend(second)}
    with database.transaction() as only:
        only.execute(END_ALL_OTHERS)
        left = backend(only)

    with database.transaction() as first, database.transaction() as second:
        after = {backend(first), backend(second)}

    assert before & after == {left}
    assert len(after) == 2


def test_the_queues_connections_that_the_server_ended_are_replaced_unseen(database: Database) -> None:
    async def backends() -> tuple[int, int]:
        async with pool_of(conninfo=libpq_url(database.url), min_size=1, open=False) as pool:
            before = await backend_of(pool)
            with database.transaction() as session:
                session.execute(END_ALL_OTHERS)
            return before, await backend_of(pool)

    before, after = asyncio.run(backends())

    assert before != after


def backend(session: Session) -> int:
    """The number of the server's process behind a connection."""
    return session.scalars(text("select pg_backend_pid()")).one()


async def backend_of(pool: AsyncConnectionPool) -> int:
    async with pool.connection() as connection:
        return connection.info.backend_pid
