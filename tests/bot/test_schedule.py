"""Ticks leave a trace, whatever becomes of them, and it costs little."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.schedule import TRACE_EVERY, Looker, Tick, start_schedule
from handlers import ticks
from models.tick import TickTrace
from tests.bot.web.door import a_desk
from tests.clock import MONDAY_MORNING, TestClock

SECOND = timedelta(seconds=1)


class Task:
    """What a tick does here: count, and raise what it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.has_run = Event()
        self.trouble: Exception | None = None

    def __call__(self, _desk: Desk) -> None:
        self.runs += 1
        self.has_run.set()
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def desk(database_url: str, clock: TestClock) -> Iterator[Desk]:
    """A desk where only the database works."""
    database = Database(database_url, JobQueue(database_url))
    yield a_desk(database, clock)
    database.close()


@pytest.fixture
def task() -> Task:
    return Task()


@pytest.fixture
def looker(desk: Desk, task: Task) -> Looker:
    """A tick of each second."""
    return Looker(desk, Tick("sla sweep", SECOND, task))


def trace(desk: Desk) -> TickTrace:
    """The only trace."""
    with desk.transaction() as session:
        (found,) = ticks.load_traces(session)
        return found


def test_a_tick_that_went_well_says_when_it_ran(desk: Desk, looker: Looker) -> None:
    looker.look()

    left = trace(desk)
    assert (left.tick, left.every, left.last_error) == ("sla sweep", SECOND, None)
    assert (left.traced_since, left.last_run_at, left.last_ok_at) == (MONDAY_MORNING,) * 3
    assert timedelta(0) <= left.took < timedelta(minutes=1)


def test_a_tick_of_each_second_is_not_written_down_each_second(
    desk: Desk, looker: Looker, clock: TestClock
) -> None:
    looker.look()
    clock.forward(TRACE_EVERY - SECOND)
    looker.look()

    early = trace(desk).last_run_at
    clock.forward(SECOND)
    looker.look()

    assert (early, trace(desk).last_run_at) == (MONDAY_MORNING, MONDAY_MORNING + TRACE_EVERY)


def test_a_bug_is_written_down_at_once_and_let_through(
    desk: Desk, looker: Looker, task: Task, clock: TestClock
) -> None:
    looker.look()
    clock.forward(SECOND)
    task.trouble = ZeroDivisionError("of a customer's words")

    with pytest.raises(ZeroDivisionError):
        looker.look()

    left = trace(desk)
    assert (left.last_error, left.last_run_at) == ("ZeroDivisionError", MONDAY_MORNING + SECOND)
    assert left.last_ok_at == MONDAY_MORNING


def test_a_tick_that_is_well_again_says_so_at_once(
    desk: Desk, looker: Looker, task: Task, clock: TestClock
) -> None:
    task.trouble = OperationalError("select 1", None, Exception("canceled"))
    looker.look()
    failed = trace(desk)
    task.trouble = None
    clock.forward(SECOND)

    looker.look()

    assert (failed.last_error, failed.last_ok_at) == ("OperationalError", None)
    assert (trace(desk).last_error, trace(desk).last_ok_at) == (None, MONDAY_MORNING + SECOND)


def test_a_clock_that_was_set_back_keeps_no_tick_from_being_seen(
    desk: Desk, looker: Looker, clock: TestClock
) -> None:
    looker.look()
    clock.forward(-timedelta(days=1))

    looker.look()

    assert trace(desk).last_run_at == MONDAY_MORNING - timedelta(days=1)


def test_a_tick_without_a_database_goes_on(clock: TestClock, task: Task) -> None:
    absent = "postgresql://nobody@127.0.0.1:9/none"
    database = Database(absent, JobQueue(absent))
    looker = Looker(a_desk(database, clock), Tick("sla sweep", SECOND, task))

    looker.look()
    looker.look()

    database.close()
    assert task.runs == 2


def test_every_tick_runs_as_soon_as_the_schedule_begins(database_url: str) -> None:
    database = Database(database_url, JobQueue(database_url))
    desk = a_desk(database, TestClock())
    task = Task()

    scheduler = start_schedule(desk, (Tick("old deliveries", timedelta(hours=1), task),))

    assert task.has_run.wait(timeout=60)
    scheduler.shutdown(wait=True)
    database.close()
