"""Absences as rows: one at a time for each person, begun and ended once, and what they do to promises."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import absences, assignment
from handlers.errors import CannotDo
from handlers.owners import find_away, find_owner
from models.absence import Absence
from models.case import Assignment
from models.policies.absence import Away
from models.sla import SlaClock
from models.vocabulary import SYSTEM, AgentId, ClockKind
from tests.builders import ANA, BEN, SAM, a_case, a_rulebook, an_act
from tests.clock import MONDAY_MORNING

DAY = timedelta(days=1)
NOW = MONDAY_MORNING


def go(session: Session, who: AgentId, away: Away, **act: object) -> list[int]:
    """The numbers of the cases that others have instead."""
    gone = absences.go_away(session, an_act(who, **act), who=who, away=away)
    return [case.number for case in gone.passed_on]


def open_absences(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Absence).where(Absence.ended_at.is_(None)))


def test_a_new_absence_takes_the_place_of_one_at_the_same_time(session: Session) -> None:
    go(session, ANA, Away(NOW, NOW + DAY))
    go(session, ANA, Away(NOW, NOW + 5 * DAY, BEN))

    assert open_absences(session) == 1
    assert find_away(session, [ANA, BEN]) == {ANA: Away(NOW, NOW + 5 * DAY, BEN)}


def test_absences_at_other_times_stay_as_they_are(session: Session) -> None:
    go(session, ANA, Away(NOW + 9 * DAY, NOW + 12 * DAY))
    go(session, ANA, Away(NOW, NOW + DAY))

    assert open_absences(session) == 2
    absences.come_back(session, an_act(ANA), who=ANA)
    assert open_absences(session) == 1
    assert find_away(session, [ANA]) == {}


def test_a_later_beginning_within_an_absence_that_goes_on_is_refused(session: Session) -> None:
    go(session, ANA, Away(NOW, NOW + 5 * DAY))

    with pytest.raises(CannotDo, match=r"is away by then already.*leave out the beginning"):
        go(session, ANA, Away(NOW + DAY, NOW + 9 * DAY))


def test_an_absence_begins_and_ends_once(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))
    go(session, ANA, Away(NOW + DAY, NOW + 2 * DAY, BEN))

    begun = [absences.keep_time(session, a_rulebook(), NOW + DAY) for _ in range(2)]
    ended = [absences.keep_time(session, a_rulebook(), NOW + 2 * DAY) for _ in range(2)]

    absence = session.scalars(select(Absence)).one()
    assert (begun, ended) == ([True, False], [True, False])
    assert (absence.begun_at, absence.ended_at, absence.ended_by) == (NOW + DAY, NOW + 2 * DAY, SYSTEM)
    assert find_owner(session, case.id) == BEN


def test_two_absences_that_meet_follow_each_other(session: Session) -> None:
    go(session, ANA, Away(NOW, NOW + DAY))
    go(session, ANA, Away(NOW + DAY, NOW + 2 * DAY))

    looks = [absences.keep_time(session, a_rulebook(), NOW + DAY) for _ in range(3)]

    assert looks == [True, True, False]
    assert find_away(session, [ANA]) == {ANA: Away(NOW + DAY, NOW + 2 * DAY)}


def test_a_new_owner_goes_on_where_the_promises_stood(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))

    passed_on = go(session, ANA, Away(NOW, None, BEN), at=NOW + timedelta(minutes=5))

    acknowledged = session.scalars(
        select(SlaClock.stopped_at).where(SlaClock.kind == ClockKind.ACKNOWLEDGE)
    ).all()
    assert (passed_on, acknowledged) == ([case.id], [NOW])


def test_back_with_the_team_a_case_is_to_be_acknowledged_afresh(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))
    later = NOW + timedelta(minutes=5)

    go(session, ANA, Away(NOW), at=later)

    rounds = session.execute(
        select(SlaClock.round, SlaClock.started_at, SlaClock.stopped_at)
        .where(SlaClock.kind == ClockKind.ACKNOWLEDGE)
        .order_by(SlaClock.round)
    ).all()
    assert [(started, stopped) for _, started, stopped in rounds] == [(NOW, NOW), (later, None)]
    assert find_owner(session, case.id) is None


def test_who_was_given_a_case_as_they_went_does_not_keep_it(session: Session) -> None:
    given, claimed = a_case(session), a_case(session)
    go(session, ANA, Away(NOW, None, BEN))
    assignment.claim(session, claimed.id, an_act(ANA, at=NOW + DAY))
    session.add(Assignment(case_id=given.id, agent_id=ANA, assigned_by=SYSTEM, assigned_at=NOW))

    looks = [absences.keep_time(session, a_rulebook(), NOW + DAY) for _ in range(2)]

    assert looks == [True, False]
    assert [find_owner(session, case.id) for case in (given, claimed)] == [BEN, ANA]


def test_only_who_leads_the_team_gives_a_case_to_who_is_away(session: Session) -> None:
    case = a_case(session)
    go(session, ANA, Away(NOW))

    with pytest.raises(CannotDo, match=f"<@{ANA}> is away. Room for more: <@{BEN}>"):
        assignment.assign(session, case.id, an_act(BEN), to=ANA)
    assignment.assign(session, case.id, an_act(SAM), to=ANA)

    assert find_owner(session, case.id) == ANA
