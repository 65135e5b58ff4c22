"""The auditor's look as a tick: the queue's own tables beside our books."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.auditing import audit_books
from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.schedule import AUDIT_AFTER, ticks_for
from handlers import audit
from models.message import Message, MessagePurpose
from tests.bot.web.door import a_desk
from tests.clock import TestClock


@pytest.fixture
def desk(database_url: str, clock: TestClock) -> Iterator[Desk]:
    """A desk where only the database works."""
    database = Database(database_url, JobQueue(database_url))
    yield a_desk(database, clock)
    database.close()


def put_job(desk: Desk, status: str, ago: timedelta, worker: timedelta | None) -> None:
    """A job that came to stand so that long ago; `worker` is for how long the one that has it is silent."""
    statements = [
        "insert into procrastinate_jobs (queue_name, task_name) values ('default', 'hear')",
        "update procrastinate_jobs set status = cast(:status as procrastinate_job_status)",
        "update procrastinate_events set at = now() - :ago",
    ]
    if worker is not None:
        statements += [
            "insert into procrastinate_workers values (default, now() - :worker)",
            "update procrastinate_jobs set worker_id = (select id from procrastinate_workers)",
        ]
    with desk.transaction() as session:
        for statement in statements:
            session.execute(text(statement), {"status": status, "ago": ago, "worker": worker})


def put_unheard(desk: Desk, ago: timedelta, tries: int) -> None:
    """Feedback that came so long ago, was tried so often, and waits for its next try."""
    put_job(desk, "todo", ago, None)
    with desk.transaction() as session:
        statement = (
            "update procrastinate_jobs set attempts = :tries, scheduled_at = now() + interval '1 minute'"
        )
        session.execute(text(statement), {"tries": tries})


def found(desk: Desk) -> dict[str, int]:
    """What the auditor finds."""
    audit_books(desk, ["sla sweep"])
    with desk.transaction() as session:
        return {row.kind.value: row.count for row in audit.load_findings(session) if row.count}


def test_where_all_is_well_nothing_is_found(desk: Desk) -> None:
    assert found(desk) == {}


@pytest.mark.parametrize(
    ("status", "ago", "worker", "expected"),
    [
        ("todo", timedelta(minutes=4), None, {}),
        ("todo", timedelta(minutes=6), None, {"late job": 1}),
        ("failed", timedelta(0), None, {"failed job": 1}),
        ("doing", timedelta(minutes=5), timedelta(seconds=30), {}),
        ("doing", timedelta(minutes=5), timedelta(seconds=90), {"stalled job": 1}),
        ("doing", timedelta(minutes=11), timedelta(0), {"stalled job": 1}),
        ("doing", timedelta(seconds=30), None, {}),
        ("doing", timedelta(seconds=90), None, {"stalled job": 1}),
    ],
)
def test_jobs_that_nobody_does_are_found(
    desk: Desk, status: str, ago: timedelta, worker: timedelta | None, expected: dict[str, int]
) -> None:
    put_job(desk, status, ago, worker)

    assert found(desk) == expected


@pytest.mark.parametrize(
    ("ago", "tries", "expected"),
    [
        (timedelta(minutes=4), 9, {}),
        (timedelta(minutes=6), 9, {"late job": 1}),
        (timedelta(minutes=6), 0, {}),  # it is to be heard later
    ],
)
def test_feedback_that_no_model_hears_is_found(
    desk: Desk, ago: timedelta, tries: int, expected: dict[str, int]
) -> None:
    put_unheard(desk, ago, tries)

    assert found(desk) == expected


def test_the_admins_are_told_where_it_is_said_why_no_feedback_is_heard(desk: Desk) -> None:
    put_unheard(desk, timedelta(minutes=6), 9)

    audit_books(desk, ["sla sweep"])

    with desk.transaction() as session:
        (told,) = session.scalars(select(Message.body).where(Message.purpose == MessagePurpose.ADMIN))
    words = "⚠️ Jobs that are not done in time: 1 (feedback that cannot be heard; `recovery doctor` says why)"
    assert told is not None
    assert words in told["text"]


def test_the_auditor_waits_until_what_was_missed_is_caught_up() -> None:
    auditor = ticks_for(None, None)[-1]

    assert (auditor.name, auditor.first_after) == ("auditor", AUDIT_AFTER)
