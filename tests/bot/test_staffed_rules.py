"""The rulebook that is handed out has people in it; asking for it is cheap, and outlives the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.rosters import StaffedRules
from handlers import people, rosters
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, Barred
from tests.builders import ANA, BEN, SAM, a_rulebook, a_team
from tests.clock import MONDAY_MORNING
from tests.story import KnownRules

CARE = AgentId("S0CARE")
WRITTEN = a_rulebook(teams={"deliveries": a_team(members=(CARE,), supervisors=(SAM,))})


class CountingDatabase:
    """Hands out one session, counts how often, and can be away."""

    def __init__(self, session: Session) -> None:
        self.asked, self.is_away = 0, False
        self._session = session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The session, or an error as of a server that is down."""
        self.asked += 1
        if self.is_away:
            raise OperationalError("select 1", {}, Exception("server closed the connection"))
        yield self._session


@pytest.fixture
def database(session: Session) -> CountingDatabase:
    """Ana and Ben are of the group, and Ben was deactivated."""
    rosters.ask_for_due(session, [CARE], MONDAY_MORNING)
    rosters.keep(session, CARE, [ANA, BEN], MONDAY_MORNING)
    people.keep(session, BEN, Barred.DEACTIVATED, MONDAY_MORNING)
    return CountingDatabase(session)


@pytest.fixture
def rules(database: CountingDatabase) -> StaffedRules:
    return StaffedRules(KnownRules(WRITTEN), database)


def members(rulebook: Rulebook) -> tuple[AgentId, ...]:
    """Who works the cases of Deliveries."""
    return rulebook.teams["deliveries"].members


def test_a_name_is_the_people_behind_it_who_can_work(rules: StaffedRules) -> None:
    assert members(rules.current()) == (ANA,)
    assert rules.current().barred == {BEN: Barred.DEACTIVATED}
    assert rules.current().written is WRITTEN


def test_within_a_second_it_is_read_once(rules: StaffedRules, database: CountingDatabase) -> None:
    first = rules.current()

    assert all(rules.current() is first for _ in range(100))
    assert database.asked == 1


def test_who_wrote_something_new_sees_it_at_once(
    rules: StaffedRules, session: Session, database: CountingDatabase
) -> None:
    rules.current()
    people.keep(session, BEN, None, MONDAY_MORNING)

    rules.look_again()

    assert members(rules.current()) == (ANA, BEN)
    assert database.asked == 2


def test_a_new_file_counts_at_once(database: CountingDatabase) -> None:
    known = KnownRules(WRITTEN)
    rules = StaffedRules(known, database)
    rules.current()

    known.rulebook = replace(WRITTEN, teams={"deliveries": a_team(members=(SAM, CARE))})

    assert members(rules.current()) == (SAM, ANA)


def test_a_database_that_goes_away_leaves_everybody_what_they_are(
    rules: StaffedRules, database: CountingDatabase
) -> None:
    rules.current()
    database.is_away = True

    rules.look_again()

    assert members(rules.current()) == (ANA,)


def test_without_a_database_nothing_is_known_and_nobody_is_guessed(
    rules: StaffedRules, database: CountingDatabase
) -> None:
    database.is_away = True

    with pytest.raises(OperationalError):
        rules.current()
