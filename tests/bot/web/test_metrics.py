"""GET /metrics: the database's figures beside the process's own, and an answer without a database too."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot.app import Bot, LazyEar, Role, SlackTokens
from bot.database import Database
from bot.jobs import JobQueue
from bot.meters import serve_own_metrics
from bot.settings import Settings
from bot.web.app import build_web
from bot.web.feedback import Secrets
from bot.web.metrics import FRESH, Metrics
from handlers import audit, intake, ticks
from handlers.ticks import SWEEP, Run
from models.policies.audit import Seen
from models.vocabulary import FindingKind
from tests.bot.web.door import TOKEN, a_desk, client_of
from tests.builders import a_feedback, a_rulebook
from tests.clock import MONDAY_MORNING, TestClock

WORDS = "My parcel, said with words that nobody else may read"


@pytest.fixture
def client(database: Database, clock: TestClock) -> Iterator[TestClient]:
    """The web part of a bot whose database is empty."""
    with client_of(build_web(a_desk(database, clock), Secrets(TOKEN, None), None)) as client:
        yield client


def told(client: TestClient) -> dict[str, float]:
    """Every sample of ours, by its name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        ",".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
        if sample.name.startswith("recovery_")
    }


def receives(database: Database, source: str = "email") -> None:
    """A customer says something."""
    with database.transaction() as session:
        intake.receive_feedback(session, a_feedback(WORDS, source=source), MONDAY_MORNING)


def test_what_other_processes_did_is_told_from_the_database(database: Database, client: TestClient) -> None:
    receives(database)
    receives(database, "survey")
    with database.transaction() as session:
        ticks.leave_trace(session, Run(SWEEP, timedelta(seconds=1), MONDAY_MORNING, timedelta(seconds=2)))

    samples = told(client)

    assert samples["recovery_up"] == 1
    assert samples["recovery_feedback_received_total,email"] == 1
    assert samples["recovery_feedback_received_total,survey"] == 1
    assert (samples["recovery_jobs_waiting"], samples["recovery_workers"]) == (2, 0)
    assert (samples[f"recovery_tick_age_seconds,{SWEEP}"], samples[f"recovery_tick_seconds,{SWEEP}"]) == (
        0,
        2,
    )


def test_every_kind_of_finding_is_told_also_while_it_is_well(database: Database, client: TestClient) -> None:
    seen = dict.fromkeys(FindingKind, Seen()) | {FindingKind.LATE_JOB: Seen(3)}
    with database.transaction() as session:
        audit.book(session, seen, a_rulebook(), MONDAY_MORNING)

    samples = told(client)

    expected = {f"recovery_findings,{kind.value}": seen[kind].count for kind in FindingKind}
    assert {name: value for name, value in samples.items() if "findings" in name} == expected


def test_the_database_is_asked_every_few_seconds_only(
    database: Database, client: TestClient, clock: TestClock
) -> None:
    told(client)
    receives(database)

    soon = told(client)
    clock.forward(FRESH)
    later = told(client)

    assert "recovery_feedback_received_total,email" not in soon
    assert later["recovery_feedback_received_total,email"] == 1


def test_no_customers_word_is_told(database: Database, client: TestClient) -> None:
    receives(database)

    answer = client.get("/metrics").text

    assert "parcel" not in answer
    assert "example.com" not in answer


def test_without_a_database_the_process_still_tells_of_itself(
    absent_database: Database, clock: TestClock
) -> None:
    web = build_web(a_desk(absent_database, clock), Secrets(TOKEN, None), None)

    answer = client_of(web).get("/metrics")

    assert answer.status_code == 200
    assert "recovery_up 0.0" in answer.text
    assert "process_start_time_seconds" in answer.text


def test_a_database_that_hangs_keeps_nobody_waiting(hanging_database: Database, clock: TestClock) -> None:
    metrics = Metrics(a_desk(hanging_database, clock), patience=timedelta(milliseconds=50))

    assert b"recovery_up 0.0" in asyncio.run(metrics.show())


def test_a_process_without_a_web_part_shows_its_own_metrics_at_a_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    end = serve_own_metrics("127.0.0.1", port)

    answer = httpx.get(f"http://127.0.0.1:{port}/metrics")

    end()
    assert "recovery_scoring_seconds_count" in answer.text


def test_a_port_that_is_taken_is_told_in_words(database: Database, clock: TestClock) -> None:
    queue, tokens = JobQueue(database.url), SlackTokens("http://127.0.0.1:9/api/", "xoxb-1", None, None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings = Settings(metrics_port=port)
        bot = Bot(settings, tokens, a_desk(database, clock), queue, frozenset({Role.SCHEDULER}))

        with pytest.raises(SystemExit, match=rf"Port {port} is taken; choose another METRICS_PORT\."):
            bot.start()


def test_how_long_the_model_takes_is_measured() -> None:
    before = REGISTRY.get_sample_value("recovery_scored_texts_total") or 0

    LazyEar().score([WORDS, WORDS])

    assert REGISTRY.get_sample_value("recovery_scored_texts_total") == before + 2
