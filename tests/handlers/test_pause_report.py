"""The report of pauses: by whom, in which cases, and for how long within a period."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from handlers import assignment, closing, reopening, waiting
from handlers.pause_report import load_pausing
from models.case import Case
from models.policies.pausing import Pausing, Share
from models.policies.periods import Period
from models.vocabulary import AgentId, OutcomeKind, PauseReason
from tests.builders import ANA, BEN, a_case, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
NOTHING = Pausing(0, 0, timedelta(0), (), ())


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def pause(session: Session, case: Case, by: AgentId, begin: float, end: float | None) -> None:
    waiting.pause(session, case.id, an_act(by, at=after(begin)), reason=PauseReason.CUSTOMER, why="Receipt")
    if end is not None:
        waiting.resume(session, case.id, an_act(at=after(end)))


def report(session: Session, begin: float, end: float, **scope: object) -> Pausing:
    """As it stands after 400 minutes."""
    period = Period("some minutes", after(begin), after(end))
    wanted = {"teams": None, "by": None} | scope
    return load_pausing(session, period, at=after(400), **wanted)  # type: ignore[arg-type]


@pytest.fixture
def numbers(session: Session) -> tuple[int, int]:
    """Ana paused the first case for ten minutes and for twenty, Ben the second since minute 300."""
    first, second = a_case(session), a_case(session)
    for case in (first, second):
        assignment.claim(session, case.id, an_act())
    pause(session, first, ANA, 10, 20)
    pause(session, first, ANA, 100, 120)
    pause(session, second, BEN, 300, None)
    return first.id, second.id


def test_pauses_are_counted_by_person_and_by_case_the_longest_first(
    session: Session, numbers: tuple[int, int]
) -> None:
    first, second = numbers

    assert report(session, 0, 1000) == Pausing(
        times=3,
        cases_paused=2,
        length=130 * MINUTE,
        people=(Share(BEN, 1, 100 * MINUTE), Share(ANA, 2, 30 * MINUTE)),
        cases=(Share(second, 1, 100 * MINUTE), Share(first, 2, 30 * MINUTE)),
    )


def test_only_the_time_within_the_period_counts(session: Session, numbers: tuple[int, int]) -> None:
    counted = report(session, 15, 110)

    assert (counted.times, counted.length) == (2, 15 * MINUTE)


@pytest.mark.parametrize(
    ("scope", "times"),
    [({"by": ANA}, 2), ({"by": BEN}, 1), ({"teams": ["deliveries"]}, 3), ({"teams": ["billing"]}, 0)],
)
def test_the_pauses_of_a_person_or_a_team_are_told_apart(
    session: Session, numbers: tuple[int, int], scope: dict[str, object], times: int
) -> None:
    assert report(session, 0, 1000, **scope).times == times


def test_where_nobody_paused_there_is_nothing_to_tell(session: Session) -> None:
    assert report(session, 0, 1000) == NOTHING


def test_the_time_for_which_a_case_was_resolved_is_nobodys_pause(session: Session) -> None:
    case = a_case(session)
    closing.resolve_case(
        session,
        case.id,
        an_act(),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent a new lamp",
    )
    reopening.reopen(session, case.id, an_act(at=after(60)), why="It broke too")

    assert report(session, 0, 1000) == NOTHING
