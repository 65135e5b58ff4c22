"""Schedulers and workers as processes of their own, on a clock that the test moves: a week takes seconds."""

import multiprocessing
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.app import teach
from bot.database import AWAY, Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.schedule import TICKS
from bot.slack.client import SlackApi
from models.policies.ladders import Ladder, Step
from models.policies.opening_hours import OpeningHours
from models.policies.rulebook import Rulebook
from models.policies.themes import Theme
from models.vocabulary import ClockKind, SentimentScore
from tests.builders import LEA, a_promise, a_rulebook, a_score, a_team
from tests.story import KnownRules

HOUR = timedelta(hours=1)
OFFICE = OpeningHours("Mo-Fr 08:00-18:00; We 08:00-12:00,13:00-20:00", "Europe/Berlin")
LENGTHS = {ClockKind.ACKNOWLEDGE: 2 * HOUR, ClockKind.CONTACT: 3 * HOUR, ClockKind.RESOLVE: 11 * HOUR}
PING_AT = (0.5, 0.75, HOUR / 4)
LADDER = Ladder(
    "standard",
    (
        Step(timedelta(0), ("supervisors",)),
        Step(HOUR, ("leads",), reassign="supervisor"),
        Step(5 * HOUR, ("#recovery-admins",)),
    ),
)
TICK_SECONDS = 0.05


def rulebook() -> Rulebook:
    """What every member of the fleet goes by: office hours, three promises, a ladder of three steps."""
    promise = a_promise(lengths=LENGTHS, ping_at=PING_AT, is_round_the_clock=False, ladder="standard")
    team = a_team(hours=OFFICE, leads=(LEA,))
    return a_rulebook(teams={"deliveries": team}, promises={"normal": promise}, ladders={"standard": LADDER})


class FileClock:
    """Shows what stands in a file; whoever moves it moves it for everybody."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The moment at which all clocks stand."""
        return datetime.fromisoformat(self._file.read_text())

    def set(self, at: datetime) -> None:
        """Move it; nobody ever reads half a moment."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(at.isoformat())
        fresh.replace(self._file)


class AngryEar:
    """Hears anger in everything."""

    def score(self, texts: Sequence[str], themes: Collection[Theme] = ()) -> list[SentimentScore]:
        """The same for each text."""
        return [a_score(-0.8) for _ in texts]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a member of the fleet has to know."""

    database_url: str
    slack_url: str
    slack_token: str
    clock_file: Path

    def desk(self) -> tuple[Desk, JobQueue]:
        """A desk as a process has it, and the queue to its database."""
        queue = JobQueue(self.database_url)
        database = Database(self.database_url, queue)
        slack = SlackApi(self.slack_token, self.slack_url)
        desk = Desk(database, slack, KnownRules(rulebook()), FileClock(self.clock_file), AngryEar())
        teach(queue, desk)
        return desk, queue


def work(surroundings: Surroundings) -> None:
    """Be a worker until killed."""
    _, queue = surroundings.desk()
    queue.work(threading.Event(), concurrency=2)


def tick(surroundings: Surroundings) -> None:
    """Be a scheduler until killed: look at every tick again and again, as a day is seconds here."""
    desk, _ = surroundings.desk()
    while True:
        for each in TICKS:
            with suppress(*AWAY):
                each.look(desk)
        time.sleep(TICK_SECONDS)


ROLES = {"scheduler": tick, "worker": work}


class Members:
    """Processes of a fleet; a kill is a SIGKILL, and somebody starts another."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._running: list[tuple[str, Any]] = []
        self.kills = 0

    def start(self, *roles: str) -> None:
        """Start a process for each."""
        for role in roles:
            process = self._context.Process(target=ROLES[role], args=(self._surroundings,), daemon=True)
            process.start()
            self._running.append((role, process))

    def kill(self, role: str) -> None:
        """All that have this role."""
        for each in [each for each in self._running if each[0] == role]:
            self._end(each)

    def lose_one(self, dice: Random) -> None:
        """Kill one of them, whatever it is at, and start another."""
        lost = dice.choice(self._running)
        self._end(lost)
        self.kills += 1
        self.start(lost[0])

    def clean_up(self) -> None:
        """Leave nothing running."""
        for each in list(self._running):
            self._end(each)

    @property
    def is_well(self) -> bool:
        """Whether each runs that was not killed."""
        return all(process.is_alive() for _, process in self._running)

    def _end(self, each: tuple[str, Any]) -> None:
        each[1].kill()
        each[1].join()
        self._running.remove(each)
