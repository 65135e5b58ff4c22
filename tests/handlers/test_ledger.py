"""Whatever is done to a case in whatever order, its deadline is where a walk from minute to minute ends."""

from datetime import datetime, timedelta
from itertools import count, islice

import hypothesis
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from handlers import assignment, closing, contact, reopening, sla, sweep, waiting
from handlers.errors import CannotDo
from models.case import Case
from models.vocabulary import ClockKind, ContactBy, OutcomeKind, PauseReason
from tests.builders import a_case, a_promise, a_rulebook, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
PROMISED = 60
LENGTHS = {
    ClockKind.CONTACT: 15 * MINUTE,
    ClockKind.UPDATE: 30 * MINUTE,
    ClockKind.RESOLVE: PROMISED * MINUTE,
}
RULES = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})
LAST = 400

DEEDS = st.sampled_from(["pause", "resume", "snooze 7", "snooze 40", "contact", "resolve", "reopen", "sweep"])
DAYS = st.lists(st.tuples(st.integers(1, 25), DEEDS), max_size=14)
"""Each deed, and how many minutes after the one before."""


def after(minutes: int) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


class Walk:
    """What a person with a watch writes down: which minutes did not count."""

    def __init__(self) -> None:
        self.stopped: set[int] = set()
        self.since: int | None = None
        self.until = LAST * 10
        self.is_resolved = False

    def does(self, deed: str, minute: int) -> None:
        """Follow what was done, as far as it could be done."""
        self._wake(minute)
        match deed.split():
            case ["pause"] if self._is_running():
                self.since, self.until = minute, LAST * 10
            case ["snooze", length] if self._is_running():
                self.since, self.until = minute, minute + int(length)
            case ["resume"] if not self.is_resolved:
                self._end(minute)
            case ["resolve"] if not self.is_resolved:
                self._end(minute)
                self.since, self.until, self.is_resolved = minute, LAST * 10, True
            case ["reopen"] if self.is_resolved:
                self._end(minute)
                self.is_resolved = False

    def due(self, started: int, promise: int) -> int | None:
        """The minute at which the promise has run out; None while nobody can say."""
        planned = set(range(self.since, self.until)) if self.since is not None else set()
        counted = (minute for minute in count(started) if minute not in self.stopped | planned)
        due = list(islice(counted, promise))[-1] + 1
        return None if due > LAST * 9 else due

    def _is_running(self) -> bool:
        return self.since is None and not self.is_resolved

    def _wake(self, minute: int) -> None:
        if minute >= self.until:
            self._end(self.until)

    def _end(self, minute: int) -> None:
        if self.since is not None:
            self.stopped |= set(range(self.since, minute))
        self.since, self.until = None, LAST * 10


def do(session: Session, case: Case, deed: str, minute: int) -> None:
    """The same with the bot, which sweeps before; what cannot be done is refused."""
    at = after(minute)
    act = an_act(at=at, rulebook=RULES)
    waiting.wake(session, at)
    match deed.split():
        case ["pause"]:
            waiting.pause(session, case.id, act, reason=PauseReason.CUSTOMER, why="The receipt")
        case ["snooze", length]:
            waiting.snooze(session, case.id, act, until=after(minute + int(length)), why="")
        case ["resume"]:
            waiting.resume(session, case.id, act)
        case ["contact"]:
            contact.contacted(session, case.id, act, channel=ContactBy.PHONE, words="Sorry")
        case ["resolve"]:
            closing.resolve_case(
                session,
                case.id,
                act,
                outcome=OutcomeKind.RECOVERED,
                theme="delivery",
                what_was_done="Sent a new lamp",
            )
        case ["reopen"]:
            reopening.reopen(session, case.id, act, why="It broke too")
        case _:
            sweep.sweep(session, RULES, at)


def follow(session: Session, case: Case, deeds: list[tuple[int, str]]) -> Walk:
    """Do all of it, with the bot and with the watch."""
    walk, minute = Walk(), 0
    for pause, deed in deeds:
        minute += pause
        walk.does(deed, minute)
        try:
            do(session, case, deed, minute)
        except CannotDo:
            continue
    return walk


@hypothesis.settings(
    max_examples=40, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], deadline=None
)
@given(deeds=DAYS)
def test_a_deadline_is_where_the_watch_says(session: Session, deeds: list[tuple[int, str]]) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act())

    walk = follow(session, case, deeds)

    row = sla.find_latest(session, case)[ClockKind.RESOLVE]
    walked = walk.due(0, PROMISED)
    assert row.stopped_at is not None or row.due_at == (walked and after(walked))
    assert row.due_at is None or row.due_at == sla.clock_of(row).due_at
    assert (row.stopped_at is not None) == walk.is_resolved
