"""The durable queue: procrastinate on the same PostgreSQL, its jobs deferred in the caller's transaction."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
import psycopg
import uvloop
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job as QueuedJob
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.database import AWAY, is_cut, libpq_url
from handlers.jobs import Ask, Job

log = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=2)
"""How often a worker says that it lives."""
STALLED_AFTER = timedelta(seconds=8)
"""A job whose worker has been silent for so long is given to another."""
CONNECTIONS = 4
"""That the queue of one process has at most, for taking jobs and ending them."""
LONGEST_WAIT = timedelta(minutes=1)
TRIES_OF_A_BUG = 5


LEASE = timedelta(seconds=10)
"""So long a job that was taken along waits for who took it."""

_TAKE_ALONG = text(
    """
    update procrastinate_jobs set scheduled_at = now() + :lease where id in (
        select id from procrastinate_jobs
         where status = 'todo' and task_name = :name and attempts = 0 and scheduled_at is null
           and not exists (select from procrastinate_jobs as one
                            where one.lock = procrastinate_jobs.lock and one.status = 'doing')
         order by priority desc, id limit :at_most for update skip locked
    ) returning id, (args ->> 'subject_id')::bigint
    """
)
_PUT_OFF = text(
    "update procrastinate_jobs set scheduled_at = now() + :wait where id = :id and status = 'todo'"
)
_DROP = text("delete from procrastinate_jobs where id = any(:ids) and status = 'todo'")


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that another one does along with its own."""

    job_id: int
    subject_id: int


class TryAgain(Exception):
    """Not done, and worth another try; `after` is when, None for the queue's own back-off."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class BackOff(BaseRetryStrategy):
    """A 429 waits as long as Slack says; other hiccups back off, without end; a bug gets a few tries.

    A database that was away is a hiccup: what it left half done is done again.
    """

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """When to try again; None gives up, and the failed job stays to be seen."""
        wait = min(timedelta(seconds=0.5) * 2 ** min(job.attempts, 10), LONGEST_WAIT)
        if isinstance(exception, TryAgain):
            wait = wait if exception.after is None else exception.after
        elif job.attempts + 1 >= TRIES_OF_A_BUG and not isinstance(exception, AWAY):
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + wait)


class JobQueue:
    """Handlers defer through it, workers run what was deferred."""

    def __init__(self, url: str) -> None:
        address = libpq_url(url)
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=address, configure=_suit_the_queue, pool_factory=pool_of
            )
        )
        self._defers = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=address))
        self._counting = threading.Lock()
        self._running, self._concurrency = 0, 1

    @property
    def is_crowded(self) -> bool:
        """Whether every worker of this process is busy: more may be waiting."""
        return self._running >= self._concurrency

    def defer_all(self, session: Session, asks: Sequence[Ask]) -> None:
        """Ask for jobs on the session's own connection: all commit with it or none does."""
        connection = session.connection().connection.driver_connection
        jobs = [
            self._defers.configure_task(
                ask.job.value, lock=ask.lock, priority=ask.urgency.value
            ).make_new_job(subject_id=ask.subject_id)
            for ask in asks
        ]
        self._defers.job_manager.batch_defer_jobs(jobs, connection=connection)

    def can_do(self, job: Job, work: Callable[[int], None]) -> None:
        """Say how a job is done: with the id of the row that it is about."""
        self.can_do_with_others(job, lambda subject_id, _is_alone: work(subject_id))

    def can_do_with_others(self, job: Job, work: Callable[[int, bool], None]) -> None:
        """Say how a job is done that may take others along; it goes alone (True) after it failed."""

        @self._app.task(name=job.value, retry=BackOff(), pass_context=True)
        def run(context: JobContext, subject_id: int) -> None:
            with self._counted():
                work(subject_id, context.job.attempts > 0)

    def take_along(self, session: Session, job: Job, at_most: int) -> list[Taken]:
        """Jobs of this kind that wait and never failed, the most urgent first: nobody else begins them now.

        One whose lock another job holds is left to wait for that. They are put off, for as long as it may
        take to do them, and come back if nobody drops them by then.
        """
        asked = {"name": job.value, "at_most": at_most, "lease": LEASE}
        return [Taken(*row) for row in session.execute(_TAKE_ALONG, asked)]

    def drop(self, session: Session, taken: Sequence[Taken]) -> None:
        """These were done, in this transaction."""
        if taken:
            session.execute(_DROP, {"ids": [each.job_id for each in taken]})

    def put_off(self, session: Session, taken: Taken, wait: timedelta) -> None:
        """This was not done: anybody may begin it after `wait`."""
        session.execute(_PUT_OFF, {"id": taken.job_id, "wait": wait})

    def work(self, stop: threading.Event, *, concurrency: int) -> None:
        """Run jobs until `stop` is set, then finish the running ones. Blocks; give it a thread of its own."""
        self._concurrency = concurrency
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._work(stop, concurrency))

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._running += 1
        try:
            yield
        finally:
            with self._counting:
                self._running -= 1

    @contextlib.contextmanager
    def draining(self) -> Iterator[Callable[[], None]]:
        """Gives what runs the jobs that are due, one after the other, and returns; for tests.

        It has a thread of its own, for a loop of its own: whoever asks may be in the midst of another loop.
        """
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        with ThreadPoolExecutor(1, thread_name_prefix="draining") as thread:

            def do(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
                thread.submit(lambda: runner.run(work())).result()

            do(self._open)
            try:
                yield lambda: do(self._run_due)
            finally:
                do(self._app.close_async)
                thread.submit(runner.close).result()

    async def _open(self) -> None:
        await self._app.open_async()

    async def _run_due(self) -> None:
        await self._app.run_worker_async(
            wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="successful"
        )

    async def _work(self, stop: threading.Event, concurrency: int) -> None:
        async with self._app.open_async():
            worker = asyncio.create_task(
                self._app.run_worker_async(
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    update_heartbeat_interval=HEARTBEAT.total_seconds(),
                    stalled_worker_timeout=STALLED_AFTER.total_seconds(),
                    fetch_job_polling_interval=1.0,
                    shutdown_graceful_timeout=10.0,
                )
            )
            parts = [worker, asyncio.create_task(self._rescue_stalled())]
            while not stop.is_set() and not any(part.done() for part in parts):
                await asyncio.wait(parts, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
            for part in reversed(parts):
                part.cancel()
            for ending in await asyncio.gather(*parts, return_exceptions=True):
                if isinstance(ending, Exception):  # being cancelled is none
                    raise ending

    async def _rescue_stalled(self) -> None:
        """Take over the jobs of workers that died: they stand in `doing` for ever, and hold their locks."""
        manager = self._app.job_manager
        while True:
            stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER.total_seconds())
            for job in stalled:
                log.warning(
                    "job of a dead worker is taken over", extra={"job_id": job.id, "job": job.task_name}
                )
                with contextlib.suppress(ConnectorException):  # another worker was faster
                    await manager.retry_job(job)
            await asyncio.sleep(HEARTBEAT.total_seconds())


def pool_of(**settings: Any) -> AsyncConnectionPool:
    """The queue's connections, opened as they are needed: left to itself it opens four at once, and asks
    before each statement whether the server is there.
    """
    return AsyncConnectionPool(**{**settings, "min_size": 1, "max_size": CONNECTIONS, "check": _refuse_cut})


async def _refuse_cut(connection: psycopg.AsyncConnection[Any]) -> None:
    if is_cut(connection):
        await connection.close()  # or the pool takes it for a good one
        raise psycopg.OperationalError("the server hung up")


async def _suit_the_queue(connection: psycopg.AsyncConnection[Any]) -> None:
    """Run each of the queue's own statements by itself, and wait for no disk; jobs are deferred elsewhere.

    What a power cut takes back is that a job was begun or done: it waits again, and twice does no harm.
    The queue is nearly always empty, so PostgreSQL knows nothing true of it when a flood comes: to take one
    job it would compare all that wait with each other, and sort them (0.6 s with 3,000 waiting).
    """
    await connection.set_autocommit(True)
    await connection.execute("set synchronous_commit = off")
    await connection.execute("set enable_sort = off")
