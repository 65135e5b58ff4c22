"""GET /health: green only when the database, the queue, the scheduler and Slack are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from bot.queue_state import QueueState, load_queue_state
from bot.slack.client import SlackBusy, SlackRefused
from bot.web.questions import PATIENCE, Question
from handlers import audit
from handlers.ticks import SWEEP
from models.audit import AuditFinding
from models.policies.audit import TickSeen, is_silent

ASK_SLACK_EVERY = timedelta(seconds=15)
LATE_JOB = timedelta(minutes=1)
"""A job that waits longer than this although it could run: no worker keeps up."""
LONGEST_WORD = 60
"""Characters of what a broken Slack says, which may be a page of HTML."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is looked at. `problem` None: it is well. What is not vital is told, and stays green."""

    name: str
    problem: str | None
    is_vital: bool = True

    @property
    def is_red(self) -> bool:
        """Whether the bot cannot do its work without it."""
        return self.is_vital and self.problem is not None


UNKNOWN = "the database is not there"
NO_BOOKS = Part("queue", UNKNOWN), Part("scheduler", UNKNOWN), Part("auditor", UNKNOWN, is_vital=False)


class Health:
    """Looks at each part when it is asked; Slack's answer is kept for a while, to spare its limits."""

    def __init__(self, desk: Desk, *, patience: timedelta = PATIENCE) -> None:
        self._desk = desk
        self._patience = patience
        self._slack_said: tuple[datetime, str | None] | None = None
        self._database = Question(self._ask_database, "health")
        self._slack = Question(self._ask_slack, "health")
        self._rules = Question(self._ask_rules, "health")

    async def look(self) -> list[Part]:
        """The state of every part; one that does not answer in time is red."""
        database, slack, rules = self._database.pose(), self._slack.pose(), self._rules.pose()
        asked: list[asyncio.Future[Any]] = [database, slack, rules]
        await asyncio.wait(asked, timeout=self._patience.total_seconds())
        silence = f"no answer within {self._patience.total_seconds():g} seconds"
        silent = Part("database", silence), *NO_BOOKS
        return [
            *(database.result() if database.done() else silent),
            slack.result() if slack.done() else Part("slack", silence),
            rules.result() if rules.done() else Part("rules", silence, is_vital=False),
        ]

    def _ask_database(self) -> tuple[Part, ...]:
        try:
            with self._desk.transaction() as session:
                queue = load_queue_state(session, late=LATE_JOB)
                ticks, findings = audit.load_ticks(session), audit.load_findings(session)
        except SQLAlchemyError as error:
            return Part("database", f"no answer: {type(error).__name__}"), *NO_BOOKS
        return (
            Part("database", None),
            Part("queue", _queue_problem(queue)),
            Part("scheduler", _scheduler_problem(ticks, self._desk.now())),
            Part("auditor", _words_of(findings), is_vital=False),
        )

    def _ask_slack(self) -> Part:
        now = self._desk.now()
        if self._slack_said is None or now - self._slack_said[0] >= ASK_SLACK_EVERY:
            self._slack_said = (now, self._slack_problem())
        return Part("slack", self._slack_said[1])

    def _slack_problem(self) -> str | None:
        try:
            self._desk.slack.who_am_i()
        except SlackRefused as refusal:
            return f"refuses the token: {refusal.error}"
        except SlackBusy as busy:
            is_well = busy.retry_after is not None  # a 429 is an answer
            return None if is_well else f"does not answer: {str(busy)[:LONGEST_WORD]}"
        return None

    def _ask_rules(self) -> Part:
        """A bad file is told and not red: the rulebook before it does its work."""
        self._desk.rules.current()  # which looks at the file
        is_refused = self._desk.rules.problem is not None
        problem = "the file is refused, the one before stays in force; see `recovery rules check`"
        return Part("rules", problem if is_refused else None, is_vital=False)


def _queue_problem(queue: QueueState) -> str | None:
    if not queue.workers:
        return "no worker is alive; start one with `recovery run worker`"
    if queue.unheard:
        waits = f"feedback that could not be heard for more than a minute: {queue.unheard}"
        return f"{waits}; `recovery doctor` says why"
    return f"jobs that have waited for more than a minute: {queue.late}" if queue.late else None


def _scheduler_problem(ticks: Sequence[TickSeen], at: datetime) -> str | None:
    """The auditor is a tick itself: that nobody ticks is seen from here only."""
    sweep = next((tick for tick in ticks if tick.name == SWEEP), None)
    if sweep is None:
        return "the promises were never watched; start `recovery run scheduler`"
    if not is_silent(sweep, at):
        return None
    since = sweep.last_ok_at or sweep.traced_since
    return f"the promises are not watched since {since:%Y-%m-%d %H:%M} UTC; start `recovery run scheduler`"


def _words_of(findings: Sequence[AuditFinding]) -> str | None:
    """Told and not red: what is found is for people, and the bot works on."""
    return ", ".join(f"{each.kind.value}: {each.count}" for each in findings if each.count) or None
