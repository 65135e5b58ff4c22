"""GET /health: green when everything works, red with the part named, and always an answer."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.database import Database
from bot.jobs import JobQueue
from bot.rulebook import FileProblem
from bot.slack.client import SlackApi
from bot.web.app import build_web
from bot.web.feedback import AT_A_TIME, Secrets
from bot.web.health import ASK_SLACK_EVERY, Health
from bot.web.questions import PATIENCE
from bot.workspace.server import Workspace
from handlers import audit, ticks
from handlers.ticks import SWEEP, Run
from models.policies.audit import SILENT_TICK, Seen
from models.vocabulary import FindingKind
from tests.bot.web.door import BEARER, TOKEN, KnownRules, a_desk, client_of
from tests.builders import a_rulebook
from tests.clock import MONDAY_MORNING, TestClock

GREEN = {
    "status": "green",
    **dict.fromkeys(("database", "queue", "scheduler", "auditor", "slack", "rules"), "ok"),
}
NEVER = "the promises were never watched; start `recovery run scheduler`"
AT_ONCE = timedelta(milliseconds=100)


class Watcher:
    """Somebody who asks how the bot is, and who arranges that it is not well."""

    def __init__(self, client: TestClient, database: Database) -> None:
        self.client, self.database = client, database

    def asks(self) -> tuple[int, dict[str, str]]:
        """The status and what is told of each part."""
        answer = self.client.get("/health")
        return answer.status_code, answer.json()

    def hears_worker(self, ago: timedelta = timedelta(0)) -> None:
        """A worker that said so long ago that it lives, beside a scheduler that sweeps."""
        self.sees_sweep()
        self.run(
            "insert into procrastinate_workers values (default, now() - cast(:ago as interval))", ago=ago
        )

    def sees_sweep(self, at: datetime = MONDAY_MORNING, error: str | None = None) -> None:
        """A scheduler that swept the clocks at that moment."""
        with self.database.transaction() as session:
            ticks.leave_trace(session, Run(SWEEP, timedelta(seconds=1), at, timedelta(0), error))

    def finds_job(self, waiting: timedelta, status: str = "todo", **job: Any) -> None:
        """A job that came into the queue so long ago; `due` is how long ago it was to run."""
        self.run(
            "insert into procrastinate_jobs (queue_name, task_name, status, lock, scheduled_at) values"
            " ('default', 'hear', cast(:status as procrastinate_job_status), :lock,"
            " now() - cast(:due as interval))",
            **({"lock": None, "due": None, "status": status} | job),
        )
        self.run(
            "update procrastinate_events set at = now() - cast(:waiting as interval)"
            " where job_id = (select max(id) from procrastinate_jobs)",
            waiting=waiting,
        )

    def run(self, statement: str, **values: Any) -> None:
        """Do this in the database."""
        with self.database.transaction() as session:
            session.execute(text(statement), values)


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace]) -> Workspace:
    """A local Slack."""
    return open_workspace()


@pytest.fixture
def slack(workspace: Workspace) -> SlackApi:
    """The bot's way to it."""
    return SlackApi(workspace.bot_token, workspace.api_url)


@pytest.fixture
def watcher(database: Database, slack: SlackApi, clock: TestClock) -> Iterator[Watcher]:
    """Who looks at a bot that has everything but a worker."""
    web = build_web(a_desk(database, clock, slack=slack), Secrets(TOKEN, None), None)
    with client_of(web) as client:
        yield Watcher(client, database)


def look(health: Health) -> dict[str, str | None]:
    """What is wrong with each part."""
    return {part.name: part.problem for part in asyncio.run(health.look())}


def test_a_bot_that_works_is_green(watcher: Watcher) -> None:
    watcher.hears_worker()

    assert watcher.asks() == (200, GREEN)


def test_a_worker_at_work_is_heard(watcher: Watcher, database: Database, workspace: Workspace) -> None:
    watcher.sees_sweep()
    stop = threading.Event()
    worker = threading.Thread(target=JobQueue(database.url).work, args=(stop,), kwargs={"concurrency": 1})
    worker.start()

    health = workspace.until(lambda: watcher.asks()[0] == 200)

    stop.set()
    worker.join()
    assert health


@pytest.mark.parametrize("ago", [timedelta(seconds=16), timedelta(days=2)])
def test_a_worker_that_fell_silent_is_none(watcher: Watcher, ago: timedelta) -> None:
    watcher.hears_worker(ago)

    problem = "no worker is alive; start one with `recovery run worker`"
    assert watcher.asks() == (503, GREEN | {"status": "red", "queue": problem})


@pytest.mark.parametrize(
    "job",
    [
        pytest.param({"waiting": timedelta(seconds=61)}, id="it came a minute ago"),
        pytest.param({"waiting": timedelta(hours=1), "due": timedelta(seconds=61)}, id="it was due then"),
        pytest.param({"waiting": timedelta(days=2), "lock": "case:1"}, id="nobody has its lock"),
    ],
)
def test_a_job_that_nobody_takes_is_told(watcher: Watcher, job: dict[str, Any]) -> None:
    watcher.hears_worker()
    watcher.finds_job(**job)

    problem = "jobs that have waited for more than a minute: 1"
    assert watcher.asks() == (503, GREEN | {"status": "red", "queue": problem})


@pytest.mark.parametrize(
    "job",
    [
        pytest.param({"waiting": timedelta(seconds=50)}, id="it came just now"),
        pytest.param({"waiting": timedelta(hours=1), "due": timedelta(hours=-1)}, id="it is to run later"),
        pytest.param({"waiting": timedelta(hours=1), "due": timedelta(seconds=5)}, id="it is tried again"),
        pytest.param({"waiting": timedelta(hours=1), "status": "doing"}, id="it is being done"),
        pytest.param({"waiting": timedelta(hours=1), "status": "failed"}, id="it has failed"),
    ],
)
def test_a_job_that_need_not_be_done_yet_is_no_trouble(watcher: Watcher, job: dict[str, Any]) -> None:
    watcher.hears_worker()
    watcher.finds_job(**job)

    assert watcher.asks() == (200, GREEN)


def test_feedback_that_no_model_hears_is_told(watcher: Watcher) -> None:
    watcher.hears_worker()
    watcher.finds_job(waiting=timedelta(seconds=61), due=timedelta(seconds=-30))
    watcher.run("update procrastinate_jobs set task_name = 'hear', attempts = 6")

    words = "feedback that could not be heard for more than a minute: 1; `recovery doctor` says why"
    assert watcher.asks() == (503, GREEN | {"status": "red", "queue": words})


@pytest.mark.parametrize(
    "first",
    [
        pytest.param({"waiting": timedelta(hours=2), "status": "doing"}, id="that runs"),
        pytest.param({"waiting": timedelta(hours=2), "due": timedelta(seconds=-30)}, id="tried again soon"),
    ],
)
def test_jobs_behind_one_of_the_same_case_wait_their_turn(watcher: Watcher, first: dict[str, Any]) -> None:
    watcher.hears_worker()
    watcher.finds_job(lock="case:1", **first)

    watcher.finds_job(lock="case:1", waiting=timedelta(hours=1))

    assert watcher.asks() == (200, GREEN)


def test_of_jobs_of_the_same_case_the_first_is_counted(watcher: Watcher) -> None:
    watcher.hears_worker()
    watcher.finds_job(lock="case:1", waiting=timedelta(hours=2))
    watcher.finds_job(lock="case:1", waiting=timedelta(hours=1))

    watcher.finds_job(lock="case:2", waiting=timedelta(hours=1))

    assert watcher.asks()[1]["queue"] == "jobs that have waited for more than a minute: 2"


def test_promises_that_nobody_ever_watched_are_told(watcher: Watcher) -> None:
    watcher.hears_worker()
    watcher.run("delete from tick_traces")

    assert watcher.asks() == (503, GREEN | {"status": "red", "scheduler": NEVER})


def test_a_scheduler_that_fell_silent_is_told(watcher: Watcher, clock: TestClock) -> None:
    watcher.hears_worker()
    clock.forward(SILENT_TICK)

    before = watcher.asks()
    clock.forward(timedelta(seconds=1))

    words = "the promises are not watched since 2026-03-02 09:00 UTC; start `recovery run scheduler`"
    assert (before[0], watcher.asks()) == (200, (503, GREEN | {"status": "red", "scheduler": words}))


def test_a_sweep_that_fails_is_none(watcher: Watcher, clock: TestClock) -> None:
    watcher.hears_worker()

    watcher.sees_sweep(clock.forward(timedelta(minutes=3)), error="ZeroDivisionError")

    assert watcher.asks()[0] == 503


def test_what_the_auditor_found_is_told_and_not_red(watcher: Watcher, database: Database) -> None:
    watcher.hears_worker()
    seen = dict.fromkeys(FindingKind, Seen()) | {FindingKind.LATE_JOB: Seen(3)}

    with database.transaction() as session:
        audit.book(session, seen, a_rulebook(), MONDAY_MORNING)

    assert watcher.asks() == (200, GREEN | {"auditor": "late job: 3"})


def test_a_database_that_is_away_is_told(
    absent_database: Database, slack: SlackApi, clock: TestClock
) -> None:
    health = Health(a_desk(absent_database, clock, slack=slack))

    problems = look(health)

    assert problems == {
        "database": "no answer: OperationalError",
        "queue": "the database is not there",
        "scheduler": "the database is not there",
        "auditor": "the database is not there",
        "slack": None,
        "rules": None,
    }


@pytest.mark.parametrize("refusal", ["invalid_auth", "account_inactive", "token_revoked"])
def test_a_slack_that_refuses_the_token_is_told(watcher: Watcher, workspace: Workspace, refusal: str) -> None:
    watcher.hears_worker()

    workspace.fail("auth.test", refusal)

    problem = f"refuses the token: {refusal}"
    assert watcher.asks() == (503, GREEN | {"status": "red", "slack": problem})


def test_a_slack_that_is_down_is_told(watcher: Watcher, workspace: Workspace) -> None:
    watcher.hears_worker()

    workspace.unavailable("auth.test", times=9)

    status, told = watcher.asks()
    assert (status, told["status"], told["slack"].split(":")[0]) == (503, "red", "does not answer")


def test_a_slack_that_asks_for_patience_is_well(watcher: Watcher, workspace: Workspace) -> None:
    watcher.hears_worker()

    workspace.fail("auth.test", "ratelimited", retry_after=timedelta(seconds=30))

    assert watcher.asks() == (200, GREEN)


def test_slack_is_asked_every_fifteen_seconds_only(
    watcher: Watcher, workspace: Workspace, clock: TestClock
) -> None:
    watcher.hears_worker()
    watcher.asks()
    workspace.fail("auth.test", "invalid_auth")

    before = watcher.asks()[1]["slack"]
    clock.forward(ASK_SLACK_EVERY)
    after = watcher.asks()[1]["slack"]
    clock.forward(ASK_SLACK_EVERY)

    assert (before, after) == ("ok", "refuses the token: invalid_auth")
    assert watcher.asks() == (200, GREEN)


def test_a_bad_rules_file_is_told_and_not_red(database: Database, slack: SlackApi, clock: TestClock) -> None:
    rules = KnownRules()
    rules.problem = FileProblem("rules.yaml:8: unknown team 'gold'", since=MONDAY_MORNING)
    web = build_web(a_desk(database, clock, slack=slack, rules=rules), Secrets(TOKEN, None), None)
    watcher = Watcher(client_of(web), database)
    watcher.hears_worker()

    told = watcher.asks()

    problem = "the file is refused, the one before stays in force; see `recovery rules check`"
    assert told == (200, GREEN | {"rules": problem})


def test_a_database_that_hangs_is_red_in_time(
    hanging_database: Database, slack: SlackApi, clock: TestClock
) -> None:
    health = Health(a_desk(hanging_database, clock, slack=slack), patience=AT_ONCE)

    problems = [look(health), look(health)]

    assert [each["database"] for each in problems] == ["no answer within 0.1 seconds"] * 2
    assert problems[0]["queue"] == "the database is not there"


def test_a_slack_that_hangs_is_red_in_time(
    database: Database, slack: SlackApi, workspace: Workspace, clock: TestClock
) -> None:
    workspace.timeout("auth.test", times=9)
    health = Health(a_desk(database, clock, slack=slack), patience=AT_ONCE)

    problems = [look(health), look(health)]

    assert [each["slack"] for each in problems] == ["no answer within 0.1 seconds"] * 2


def test_what_hangs_is_asked_by_one_thread_only(
    hanging_database: Database, slack: SlackApi, clock: TestClock
) -> None:
    health = Health(a_desk(hanging_database, clock, slack=slack), patience=timedelta(milliseconds=10))
    others = set(threading.enumerate())

    _answers = [look(health) for _ in range(20)]

    mine = set(threading.enumerate()) - others
    assert len([thread for thread in mine if thread.name == "health"]) <= 1


def test_feedback_that_hangs_does_not_keep_health_waiting(
    hanging_database: Database, silence: socket.socket, slack: SlackApi, clock: TestClock
) -> None:
    web = build_web(a_desk(hanging_database, clock, slack=slack), Secrets(TOKEN, None), None)
    with client_of(web) as client, ThreadPoolExecutor(2 * AT_A_TIME) as senders:
        posts = [
            senders.submit(client.post, "/feedback/email", json={"text": "late"}, headers=BEARER)
            for _ in range(2 * AT_A_TIME)
        ]

        answer = client.get("/health")

        still_waiting = [post for post in posts if not post.done()]
        silence.close()
    assert (answer.status_code, len(still_waiting)) == (503, 2 * AT_A_TIME)
    assert answer.json()["database"] == f"no answer within {PATIENCE.total_seconds():g} seconds"
