"""Two schedulers and two workers that are killed at random live through a week of promises.

RECOVERY_KILLS=20 runs the long variant: several seeds, and smaller steps of the clock.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import TextClause, select, text

from bot.workspace.server import Workspace
from handlers import assignment, closing, intake, waiting
from handlers.act import Act
from handlers.sweep import has_due
from models.case import Case
from models.policies.sla_clock import Clock, Mark, MarkKind, Pause
from models.vocabulary import ClockKind, OutcomeKind
from tests.builders import ANA, BEN, LEA, SAM, a_feedback
from tests.clock import MONDAY_MORNING
from tests.scenarios.processes import until
from tests.scenarios.simulated import (
    LADDER,
    LENGTHS,
    OFFICE,
    PING_AT,
    FileClock,
    Members,
    Surroundings,
    rulebook,
)
from tests.scenarios.test_kill_and_restart import keys_of

IS_LONG = "RECOVERY_KILLS" in os.environ
SEEDS = [1, 2, 3] if IS_LONG else [1]
STEP = timedelta(minutes=20) if IS_LONG else timedelta(minutes=80)
WEEK = timedelta(days=6, hours=12)
"""From Monday morning to Sunday night, when all ladders are climbed and none has been begun for a while."""
CARDS, ALARMS, ADMINS = "#recovery-deliveries", "#recovery-supervisors", "#recovery-admins"
FLEET = ("scheduler", "scheduler", "worker", "worker")

UNDONE = text(
    """
    select (select count(*) from procrastinate_jobs where status <> 'succeeded')
         + (select count(*) from messages where ts is null or shown_version < wanted_version)
         + (select count(*) from notices where message_id is null)
         + (select count(*) from feedback where id not in (select feedback_id from decisions))
    """
)
PINGS = text("select case_id, kind, threshold from sla_pings join sla_clocks on id = clock_id")
STEPS = text("select case_id, s.step from escalation_steps s join escalations e on e.id = escalation_id")
TOLD_TWICE = text(
    """
    select case_id, details ->> 'clock', at from case_events
     where kind = 'pinged' group by 1, 2, 3 having count(*) > 1
    """
)
"""A look that finds several thresholds of one promise tells of it once."""
KEYS = text("select key::text from messages")


@pytest.fixture
def surroundings(database_url: str, workspace: Workspace, tmp_path: Path) -> Surroundings:
    """A database, a Slack and a clock that stands on Monday morning."""
    file = tmp_path / "clock"
    FileClock(file).set(MONDAY_MORNING)
    return Surroundings(database_url, workspace.api_url, workspace.bot_token, file)


@pytest.fixture
def week(surroundings: Surroundings, workspace: Workspace) -> Iterator["Week"]:
    """A week that has not begun."""
    week = Week(surroundings, workspace)
    yield week
    week.clean_up()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_each_threshold_and_step_comes_once_whoever_is_killed(week: "Week", seed: int) -> None:
    week.members.start(*FLEET)

    week.passes(Random(seed))

    assert week.members.kills > 5
    assert week.rows(PINGS) == week.expected_pings()
    assert week.rows(STEPS) == week.expected_steps()
    assert week.rows(TOLD_TWICE) == Counter()
    assert week.keys_in_slack() == Counter(key for (key,) in week.rows(KEYS))


@pytest.mark.timeout(600)
def test_a_scheduler_that_stood_for_three_days_catches_up_once(week: "Week") -> None:
    week.members.start("scheduler", "worker")
    opened = [week.opens_a_case() for _ in range(6)]
    week.claims(opened[0])
    week.claims(opened[1])
    week.members.kill("scheduler")

    week.moves(timedelta(days=3))
    week.members.start("scheduler")
    week.becomes_quiet()

    assert week.rows(PINGS) == week.expected_pings()
    assert len(week.workspace.dms(ANA)) == 1
    assert week.keys_in_slack() == Counter(key for (key,) in week.rows(KEYS))


class Week:
    """Customers who write, people who work, and a fleet; what should come of it is counted besides."""

    def __init__(self, surroundings: Surroundings, workspace: Workspace) -> None:
        self.workspace = workspace
        self.members = Members(surroundings)
        self.clock = FileClock(surroundings.clock_file)
        self._desk, _ = surroundings.desk()
        self._opened: dict[int, datetime] = {}
        self._stopped: dict[tuple[int, ClockKind], datetime] = {}
        self._pauses: dict[int, Pause] = {}

    def clean_up(self) -> None:
        """Leave nothing running, and nothing open."""
        self.members.clean_up()
        self._desk.database.close()

    def passes(self, dice: Random) -> None:
        """Let it pass, with a case every few hours, and somebody killed in between."""
        while self.clock.now() < MONDAY_MORNING + WEEK:
            if self.clock.now() < MONDAY_MORNING + WEEK * 0.6 and dice.random() < 0.3:
                self._lets_somebody_work(self.opens_a_case(), dice)
            self.moves(STEP)
            if dice.random() < 0.15:
                time.sleep(
                    dice.random() * 0.2
                )  # they are in the middle of something, and of another each time
                self.members.lose_one(dice)
            self._catches_up()
        self.becomes_quiet()

    def moves(self, by: timedelta) -> None:
        """Let time pass for everybody."""
        self.clock.set(self.clock.now() + by)

    def opens_a_case(self) -> int:
        """A customer writes, and the case is there; its number."""
        at = self.clock.now()
        with self._desk.transaction() as session:
            feedback = intake.receive_feedback(session, a_feedback(), at)
        number = until(lambda: self._find_case(feedback))
        self._opened[number] = at
        return number

    def claims(self, number: int) -> None:
        """Ana takes the case."""
        self._catches_up()
        with self._desk.transaction() as session:
            assignment.claim(session, number, self._act())
        self._stopped[number, ClockKind.ACKNOWLEDGE] = self.clock.now()

    def snoozes(self, number: int, length: timedelta) -> None:
        """Ana looks away from it, until a moment at which it comes back by itself."""
        at = self.clock.now()
        with self._desk.transaction() as session:
            waiting.snooze(session, number, self._act(), until=at + length, why="The parcel is on its way")
        self._pauses[number] = Pause(at, at + length)

    def resolves(self, number: int) -> None:
        """Ana is done with it."""
        self._catches_up()
        with self._desk.transaction() as session:
            closing.resolve_case(
                session,
                number,
                self._act(),
                outcome=OutcomeKind.RECOVERED,
                theme="delivery",
                what_was_done="A new lamp",
            )
        for kind in LENGTHS:
            self._stopped.setdefault((number, kind), self.clock.now())

    def becomes_quiet(self) -> None:
        """Wait until all that is due was done."""
        until(lambda: self.members.is_well and self._is_quiet())

    def rows(self, query: TextClause) -> Counter[tuple[Any, ...]]:
        """How often each row of a query is there."""
        with self._desk.transaction() as session:
            return Counter(tuple(row) for row in session.execute(query))

    def expected_pings(self) -> Counter[tuple[int, str, str]]:
        """Every threshold that a promise of the week reached, by what was promised and done alone."""
        return Counter(
            (number, kind.value, mark.name)
            for number in self._opened
            for kind in LENGTHS
            for mark in self._marks(number, kind)
            if mark.kind is MarkKind.PING
        )

    def expected_steps(self) -> Counter[tuple[int, int]]:
        """Every step of the ladder, and the admins after the last, of each case that broke a promise."""
        broken = [number for number in self._opened if self._breaks_a_promise(number)]
        return Counter((number, step) for number in broken for step in range(1, len(LADDER.steps) + 2))

    def keys_in_slack(self) -> Counter[str]:
        """The keys of all that hangs in Slack."""
        cards = self.workspace.messages(CARDS)
        threads = [self.workspace.thread(CARDS, card["ts"])[1:] for card in cards]
        direct = [self.workspace.dms(person) for person in (ANA, BEN, SAM, LEA)]
        others = [self.workspace.messages(ALARMS), self.workspace.messages(ADMINS)]
        return Counter(
            key
            for part in (cards, *threads, *direct, *others)
            for message in part
            for key in keys_of(message)
        )

    def _lets_somebody_work(self, number: int, dice: Random) -> None:
        """Half of the cases are left alone; the others are claimed, and snoozed or resolved."""
        what = dice.choice(["nothing", "nothing", "snooze", "resolve"])
        if what == "nothing":
            return
        self.claims(number)
        if what == "snooze":
            self.snoozes(number, timedelta(hours=dice.randint(1, 40)))
        else:
            self.resolves(number)

    def _catches_up(self) -> None:
        """What people do comes after what was due before it."""
        until(lambda: self.members.is_well and not self._has_due())

    def _has_due(self) -> bool:
        with self._desk.transaction() as session:
            return has_due(session, self.clock.now())

    def _is_quiet(self) -> bool:
        """Whether nothing is due, and then: nothing of what was due is left to be done."""
        if self._has_due():
            return False
        with self._desk.transaction() as session:
            return session.scalar(UNDONE) == 0

    def _find_case(self, feedback: int | None) -> int | None:
        with self._desk.transaction() as session:
            return session.scalar(select(Case.id).where(Case.feedback_id == feedback))

    def _act(self) -> Act:
        return Act(by=ANA, at=self.clock.now(), rulebook=rulebook())

    def _marks(self, number: int, kind: ClockKind) -> list[Mark]:
        """What a promise reached until now; a pause holds back only the promise to resolve."""
        pauses = (self._pauses[number],) if kind is ClockKind.RESOLVE and number in self._pauses else ()
        clock = Clock(
            kind=kind,
            started_at=self._opened[number],
            promise=LENGTHS[kind],
            hours=OFFICE,
            ping_at=PING_AT,
            pauses=pauses,
            stopped_at=self._stopped.get((number, kind)),
        )
        return clock.due_marks(None, self.clock.now())

    def _breaks_a_promise(self, number: int) -> bool:
        marks = [mark for kind in LENGTHS for mark in self._marks(number, kind)]
        return any(mark.kind is MarkKind.BREACH for mark in marks)
