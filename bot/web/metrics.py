"""GET /metrics: what this process measures of itself, and what the database knows of all of them."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from bot.figures import Figures, Totals, load_figures
from bot.web.questions import PATIENCE, Question
from models.vocabulary import FindingKind

FRESH = timedelta(seconds=10)
"""However many ask, the database is asked this often."""


class Metrics:
    """What Prometheus is told; the database's part is left out while it does not answer."""

    def __init__(self, desk: Desk, *, patience: timedelta = PATIENCE) -> None:
        self._desk, self._patience = desk, patience
        self._figures: Figures | None = None
        self._question = Question(self._load, "metrics")

    async def show(self) -> bytes:
        """In Prometheus' text format."""
        answer = self._question.pose()
        await asyncio.wait([answer], timeout=self._patience.total_seconds())
        books = CollectorRegistry()
        books.register(Books(answer.result() if answer.done() else None))
        return generate_latest(REGISTRY) + generate_latest(books)

    def _load(self) -> Figures | None:
        """What was read a moment ago, or anew; None where there is no database."""
        at, last = self._desk.now(), self._figures
        if last is None or abs(at - last.at) >= FRESH:
            try:
                with self._desk.transaction() as session:
                    self._figures = load_figures(session, at, last.totals if last else Totals())
            except SQLAlchemyError:
                return None
        return self._figures


class Books(Collector):
    """The figures of the database as Prometheus knows them; None: it did not answer."""

    def __init__(self, figures: Figures | None) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """One family after the other; docs/operating.md explains each."""
        is_up = self._figures is not None
        yield GaugeMetricFamily("recovery_up", "Whether the database answered.", value=is_up)
        if self._figures is not None:
            yield from _totals(self._figures.totals)
            yield from _standing(self._figures)
            yield from _queue(self._figures)
            yield from _watch(self._figures)


def _totals(totals: Totals) -> Iterator[Metric]:
    told = (
        ("recovery_feedback_received", "Feedback that came in.", ["source"], totals.received),
        ("recovery_feedback_heard", "Feedback that was decided on.", ["decision"], totals.heard),
        ("recovery_case_events", "What happened to cases.", ["team", "kind"], totals.happened),
        ("recovery_messages_promised", "Messages that we came to owe Slack.", ["purpose"], totals.promised),
        ("recovery_messages_posted", "Messages that Slack has.", ["purpose"], totals.posted),
    )
    for name, words, labels, tally in told:
        family = CounterMetricFamily(name, words, labels=labels)
        for values, count in sorted(tally.total.items()):
            family.add_metric(values, count)
        yield family


def _standing(figures: Figures) -> Iterator[Metric]:
    yield _gauge("recovery_cases_open", "Cases that are not resolved.", ["team"], figures.open_cases)
    yield _gauge("recovery_clocks_overdue", "Promises broken and not met.", ["clock"], figures.overdue_clocks)
    yield _gauge("recovery_messages_owed", "Not yet posted.", ["purpose"], figures.owed_messages)
    yield _gauge("recovery_messages_refused", "Refused by Slack.", ["purpose"], figures.refused_messages)


def _queue(figures: Figures) -> Iterator[Metric]:
    queue = figures.queue
    oldest = queue.oldest_wait.total_seconds()
    told = (
        ("recovery_workers", "Workers that say that they live.", queue.workers),
        ("recovery_jobs_waiting", "Jobs that are due.", queue.waiting),
        ("recovery_jobs_stalled", "Jobs that were begun and are not gone on with.", queue.stalled),
        ("recovery_jobs_failed", "Jobs that were given up.", queue.failed),
        ("recovery_job_oldest_wait_seconds", "The longest wait of a job that could run.", oldest),
    )
    for name, words, value in told:
        yield GaugeMetricFamily(name, words, value=value)


def _watch(figures: Figures) -> Iterator[Metric]:
    findings = {(kind.value,): 0 for kind in FindingKind} | dict(figures.findings)
    yield _gauge("recovery_findings", "What the auditor found at its last look.", ["kind"], findings)
    ages = {(name,): age.total_seconds() for name, age in figures.tick_ages.items()}
    yield _gauge("recovery_tick_age_seconds", "Since a tick last went well.", ["tick"], ages)
    lengths = {(name,): took.total_seconds() for name, took in figures.tick_lengths.items()}
    yield _gauge("recovery_tick_seconds", "How long its last run took.", ["tick"], lengths)


def _gauge(name: str, words: str, labels: list[str], values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for each, value in sorted(values.items()):
        family.add_metric(each, value)
    return family
