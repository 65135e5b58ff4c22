"""The one table of what time sets off: APScheduler ticks, rows decide."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from pydantic import SecretStr

from bot.auditing import audit_books
from bot.database import AWAY
from bot.desk import Desk
from bot.heartbeat import beat
from bot.learning import ask_for_lessons
from bot.people import learn_people
from bot.quiet import learn_quiet_times
from bot.rosters import ask_for_rosters
from bot.sentiment.language import detect_language
from bot.slack.homes import look_at_homes
from bot.slack.views.text import in_fence
from bot.sources.polling import poll_mentions
from bot.sources.watching import read_channels
from bot.sources.x import XMentions
from handlers import (
    absences,
    documents,
    gathering,
    handovers,
    inbound,
    messages,
    notices,
    reviews,
    ticks,
    waiting,
)
from handlers.sweep import has_due, sweep
from handlers.ticks import SWEEP, Run

log = logging.getLogger(__name__)

AUDIT_AFTER = timedelta(minutes=1)
"""At the start, what was missed while nobody ticked is caught up first."""
MOST_BATCHES = 4
"""Of changes that are followed at one look; the rest waits for the next."""
TRACE_EVERY = timedelta(seconds=5)
"""So often a tick that goes well says that it ran."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to look at every so often; looking twice, or late, does no harm.

    `first_after` is how long after the start it first looks.
    """

    name: str
    every: timedelta
    look: Callable[[Desk], object]
    first_after: timedelta = timedelta(0)


def sweep_clocks(desk: Desk) -> int:
    """Wake who was snoozed, and write the pings and breaches that are due, in batches; then tell people.

    Who ends while another scheduler is still at it leaves the telling to that one: a person gets one message.
    """
    total, count = 0, 1
    while count:
        at = desk.now()
        with desk.transaction() as session:
            count = waiting.wake(session, at) + sweep(session, desk.rules.current(), at)
        total += count
    with desk.transaction() as session:
        if not has_due(session, at):
            notices.bundle(session, at)
    return total


def keep_absences(desk: Desk) -> None:
    """Begin and end the absences whose time has come, one after the other."""
    is_done = False
    while not is_done:
        with desk.transaction() as session:
            is_done = not absences.keep_time(session, desk.rules.current(), desk.now())


def expire_gifts(desk: Desk) -> None:
    """End what customers did not use in time, some at once."""
    count = 1
    while count:
        with desk.transaction() as session:
            count = handovers.expire(session, desk.rules.current(), desk.now())


def retry_failed_messages(desk: Desk) -> int:
    """Owe Slack again what it refused a while ago."""
    with desk.transaction() as session:
        return messages.retry_failed(session, desk.now())


def settle_reviews(desk: Desk) -> None:
    """Believe the model about what nobody answered in time."""
    count = 1
    while count:
        with desk.transaction() as session:
            count = reviews.settle_due(session, desk.rules.current(), desk.now())


def look_after_bursts(desk: Desk) -> None:
    """Gather, count and end what many customers say, burst after burst; forget what was said long ago."""
    with desk.transaction() as session:
        running = gathering.list_running(session)
        gathering.forget_old(session, desk.rules.current(), desk.now())
    for parent_id in running:
        with desk.transaction() as session:
            gathering.claim_echoes(session, parent_id, desk.now())
        with desk.transaction() as session:
            gathering.look_after(session, parent_id, desk.rules.current(), desk.now())


def write_documents(desk: Desk) -> None:
    """Let search know what changed; in some batches, so that a flood of changes holds nobody up."""
    waits, batches = True, 0
    while waits and batches < MOST_BATCHES:
        with desk.transaction() as session:
            waits = documents.catch_up(session, detect_language)
        batches += 1


def forget_old_deliveries(desk: Desk) -> None:
    """Drop the ids of deliveries that Slack will not send again."""
    with desk.transaction() as session:
        inbound.forget_old(session, desk.now())


def tell_of_bad_rules(desk: Desk) -> None:
    """Tell the admins once of each state of rules.yaml that is not taken over, and when it was mended."""
    rulebook = desk.rules.current()
    problem = desk.rules.problem
    words = (
        "✅ rules.yaml is good again and in force."
        if problem is None
        else f"⚠️ rules.yaml is bad; the last good one (version {rulebook.version}) stays in force:\n"
        f"{in_fence(problem.words[:1500])}"
    )
    with desk.transaction() as session:
        if messages.is_news(session, "rules.yaml", "" if problem is None else problem.words, desk.now()):
            messages.tell_admins(session, rulebook.admins.channel, words, desk.now())


TICKS = (
    Tick("rules file", timedelta(seconds=5), tell_of_bad_rules),
    Tick(SWEEP, timedelta(seconds=1), sweep_clocks),
    Tick("bursts", timedelta(seconds=2), look_after_bursts),
    Tick("absences", timedelta(seconds=10), keep_absences),
    Tick("people", timedelta(minutes=1), learn_people),
    Tick("rosters", timedelta(seconds=5), ask_for_rosters),
    Tick("expired gifts", timedelta(minutes=1), expire_gifts),
    Tick("quiet times", timedelta(minutes=1), learn_quiet_times),
    Tick("reviews", timedelta(seconds=10), settle_reviews),
    Tick("watched channels", timedelta(seconds=10), read_channels),
    Tick("documents", timedelta(seconds=2), write_documents),
    Tick("failed messages", timedelta(seconds=10), retry_failed_messages),
    Tick("homes", timedelta(seconds=2), look_at_homes),
    Tick("lessons", timedelta(hours=1), ask_for_lessons, first_after=timedelta(minutes=5)),
    Tick("old deliveries", timedelta(hours=1), forget_old_deliveries),
)


def ticks_for(mentions: XMentions | None, heartbeat_url: SecretStr | None) -> tuple[Tick, ...]:
    """The table, with X and the heartbeat where they are set, and the auditor, who sees to all of them."""
    minute = timedelta(minutes=1)
    ticks = list(TICKS)
    if mentions is not None:
        ticks.append(Tick("x mentions", timedelta(seconds=5), lambda desk: poll_mentions(desk, mentions)))
    if heartbeat_url is not None:
        ticks.append(Tick("heartbeat", minute, lambda desk: beat(desk, heartbeat_url)))
    names = frozenset(tick.name for tick in ticks)
    auditor = Tick("auditor", minute, lambda desk: audit_books(desk, names), first_after=AUDIT_AFTER)
    return (*ticks, auditor)


def start_schedule(desk: Desk, table: tuple[Tick, ...] = TICKS) -> BackgroundScheduler:
    """Tick until shut down, most of them at once first. The table is in memory: what is due is in rows."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for tick in table:
        scheduler.add_job(
            Looker(desk, tick).look,
            IntervalTrigger(seconds=int(tick.every.total_seconds())),
            id=tick.name,
            next_run_time=desk.now() + tick.first_after,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


class Looker:
    """One tick in one scheduler: looks when it is time, and leaves a trace that every process can read."""

    def __init__(self, desk: Desk, tick: Tick) -> None:
        self._desk, self._tick = desk, tick
        self._traced_at: datetime | None = None
        self._was_well = False

    def look(self) -> None:
        """A database that is away is seen again at the next tick; anything else is a bug, and logged so."""
        at, began, error = self._desk.now(), time.monotonic(), None
        try:
            self._tick.look(self._desk)
        except AWAY as away:
            error = type(away).__name__
            log.warning("tick found no database", extra={"tick": self._tick.name, "error": error})
        except Exception as bug:
            error = type(bug).__name__
            raise
        finally:
            took = timedelta(seconds=time.monotonic() - began)
            self._trace(Run(self._tick.name, self._tick.every, at, took, error))

    def _trace(self, run: Run) -> None:
        """One of each second is not written down each second; that it failed, or is well again, is."""
        is_well = run.error is None
        is_fresh = self._traced_at is not None and abs(run.at - self._traced_at) < TRACE_EVERY
        if is_fresh and is_well and self._was_well:
            return
        with contextlib.suppress(*AWAY), self._desk.transaction() as session:
            ticks.leave_trace(session, run)
        self._traced_at, self._was_well = run.at, is_well
