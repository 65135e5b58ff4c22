"""A monitor outside hears from the bot each minute, only while all is well."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

from bot.database import Database
from bot.desk import Desk
from bot.heartbeat import beat
from bot.jobs import JobQueue
from bot.schedule import ticks_for
from handlers import audit
from models.policies.audit import SILENT_AUDITOR, Seen
from models.vocabulary import FindingKind
from tests.bot.web.door import a_desk
from tests.builders import a_rulebook
from tests.clock import TestClock


class Monitor:
    """Counts who calls, and answers with a status."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.status = 200
        monitor = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                monitor.paths.append(self.path)
                self.send_response(monitor.status)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = SecretStr(f"http://127.0.0.1:{self._server.server_port}/ping/4711")

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    monitor = Monitor()
    yield monitor
    monitor.close()


@pytest.fixture
def desk(database_url: str, clock: TestClock) -> Iterator[Desk]:
    """A desk where only the database works."""
    database = Database(database_url, JobQueue(database_url))
    yield a_desk(database, clock)
    database.close()


def audits(desk: Desk, late_jobs: int = 0) -> None:
    """The auditor looks, and finds so many jobs that are late."""
    seen = dict.fromkeys(FindingKind, Seen()) | {FindingKind.LATE_JOB: Seen(late_jobs)}
    with desk.transaction() as session:
        audit.book(session, seen, a_rulebook(), desk.now())


def test_while_all_is_well_the_monitor_is_called(desk: Desk, monitor: Monitor) -> None:
    audits(desk)

    beat(desk, monitor.url)

    assert monitor.paths == ["/ping/4711"]


def test_while_something_is_found_it_is_not(desk: Desk, monitor: Monitor) -> None:
    audits(desk, late_jobs=1)
    beat(desk, monitor.url)

    before = list(monitor.paths)
    audits(desk)
    beat(desk, monitor.url)

    assert (before, len(monitor.paths)) == ([], 1)


def test_before_the_auditor_has_looked_it_is_not(desk: Desk, monitor: Monitor) -> None:
    beat(desk, monitor.url)

    assert monitor.paths == []


def test_once_the_auditor_fell_silent_it_is_not(desk: Desk, monitor: Monitor, clock: TestClock) -> None:
    audits(desk)
    clock.forward(SILENT_AUDITOR + timedelta(seconds=1))

    beat(desk, monitor.url)

    assert monitor.paths == []


@pytest.mark.parametrize("status", [404, 503, 302])
def test_a_monitor_that_refuses_is_told_in_the_log_without_its_address(
    desk: Desk, monitor: Monitor, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.WARNING)
    audits(desk)
    monitor.status = status

    beat(desk, monitor.url)

    (said,) = caplog.records
    assert (said.message, vars(said)["status"]) == ("heartbeat was not taken", status)
    assert "4711" not in str(vars(said))


def test_a_monitor_that_is_away_stops_nothing(
    desk: Desk, monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    audits(desk)
    monitor.close()

    beat(desk, monitor.url)

    assert [vars(said)["error"] for said in caplog.records] == ["ConnectError"]


def test_the_monitor_is_called_by_a_tick_where_its_address_is_set(monitor: Monitor, desk: Desk) -> None:
    audits(desk)
    without = [tick.name for tick in ticks_for(None, None)]
    (tick,) = [tick for tick in ticks_for(None, monitor.url) if tick.name not in without]

    tick.look(desk)

    assert (tick.name, tick.every, len(monitor.paths)) == ("heartbeat", timedelta(minutes=1), 1)
