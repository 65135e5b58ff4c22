"""GET /health: green only when the database, the queue and Slack are."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from bot.slack.client import SlackBusy, SlackRefused

ASK_SLACK_EVERY = timedelta(seconds=15)
SILENT_WORKER = timedelta(seconds=15)
LATE_JOB = timedelta(minutes=1)
"""A job that waits longer than this although it is due: no worker keeps up."""

QUEUE = text(
    """
    select (select count(*) from procrastinate_workers where last_heartbeat > now() - :silent),
           (select count(*) from procrastinate_jobs
             where status = 'todo' and coalesce(scheduled_at, now()) < now() - :late
               and id in (select job_id from procrastinate_events where type = 'deferred' and at < now() - :late)),
           (select count(*) from procrastinate_jobs where status = 'failed')
    """
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must work; `problem` None means that it does."""

    name: str
    problem: str | None


class Health:
    """Looks at each part when it is asked; Slack's answer is kept for a while, to spare its limits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._slack: tuple[datetime, str | None] | None = None

    def look(self) -> list[Part]:
        """The state of every part, now."""
        database = self._database()
        queue = "the database is not there" if database else self._queue()
        rules = getattr(self._desk.rules, "problem", None)
        return [
            Part("database", database),
            Part("queue", queue),
            Part("slack", self._ask_slack()),
            Part("rules", str(rules) if rules else None),
        ]

    def _database(self) -> str | None:
        try:
            with self._desk.transaction() as session:
                session.execute(text("select 1"))
        except SQLAlchemyError as error:
            return f"no answer: {type(error).__name__}"
        return None

    def _queue(self) -> str | None:
        try:
            with self._desk.transaction() as session:
                workers, late, _failed = session.execute(
                    QUEUE, {"silent": SILENT_WORKER, "late": LATE_JOB}
                ).one()
        except SQLAlchemyError as error:
            return f"no answer: {type(error).__name__}"
        if not workers:
            return "no worker is alive; start one with `recovery run worker`"
        return f"{late} jobs have waited for more than a minute" if late else None

    def _ask_slack(self) -> str | None:
        now = self._desk.now()
        with self._lock:
            if self._slack is not None and now - self._slack[0] < ASK_SLACK_EVERY:
                return self._slack[1]
        problem = None
        try:
            self._desk.slack.who_am_i()
        except (SlackBusy, SlackRefused) as answer:
            problem = str(answer)
        with self._lock:
            self._slack = (now, problem)
        return problem
