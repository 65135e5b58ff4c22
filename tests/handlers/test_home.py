"""What a Home shows: the right cases in the right order, and never one of a team that is not the person's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from handlers import approving, assignment, climbing, helpers, home, homes, involving, waiting
from handlers.team_loads import list_loads
from models.absence import Absence
from models.approval import ApprovalRequest
from models.burst import Burst
from models.case import Case, Outcome
from models.home import Home
from models.part import Part
from models.policies.home import Choices
from models.policies.rulebook import Admins, Rulebook
from models.sla import Escalation, SlaClock, SlaPause
from models.vocabulary import (
    AgentId,
    CaseKind,
    CaseOrder,
    CaseStatus,
    CompensationKind,
    OutcomeKind,
    PauseEnd,
    PauseReason,
    Priority,
    Whose,
)
from tests.builders import ANA, BEN, LEA, SAM, STRANGER, a_case, a_rulebook, a_team, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING

TEAMS = ("deliveries", "billing", "shops")
PEOPLE = (ANA, BEN, SAM, LEA)


def staffed(**people: dict[str, tuple[AgentId, ...]]) -> Rulebook:
    """Three teams, of which only those have people that are named; Lea is the admin."""
    nobody: dict[str, tuple[AgentId, ...]] = {"members": (), "supervisors": (), "leads": ()}
    teams = {key: a_team(key=key, name=key.title(), **nobody | people.get(key, {})) for key in TEAMS}
    return a_rulebook(teams=teams)


EVERYBODY = staffed(**{key: {"members": PEOPLE} for key in TEAMS})


def cases(session: Session, how_many: int, team: str = "deliveries") -> list[Case]:
    """Cases of a team that nobody has."""
    found = [a_case(session, text=f"Parcel {place} never came") for place in range(how_many)]
    for case in found:
        case.team = team
    session.flush()
    return found


def shown(session: Session, who: AgentId, rulebook: Rulebook = EVERYBODY, **choices: Any) -> list[int]:
    """The numbers of the cases with buttons on somebody's Home, who chose that."""
    return [card.number for card in load(session, who, rulebook, **choices).cards]


def load(session: Session, who: AgentId, rulebook: Rulebook = EVERYBODY, **choices: object):
    homes.choose(session, who, replace(Choices(), **choices), MONDAY_MORNING)
    row = session.query(Home).filter_by(agent_id=who).one()
    return home.load_home(session, row, an_act(who, rulebook=rulebook))


def due(session: Session, case: Case, in_hours: int | None) -> None:
    """Set when the promises of a case fall due."""
    at = None if in_hours is None else MONDAY_MORNING + timedelta(hours=in_hours)
    session.query(SlaClock).filter_by(case_id=case.id, stopped_at=None).update({"due_at": at})


def test_ones_own_cases_and_those_one_helps_on_come_the_nearest_deadline_first(session: Session) -> None:
    late, soon, helped, of_ben = cases(session, 4)
    for case, by in ((late, ANA), (soon, ANA), (helped, BEN), (of_ben, BEN)):
        assignment.claim(session, case.id, an_act(by))
    helpers.add(session, helped.id, an_act(BEN), who=ANA)
    for case, hours in ((late, 3), (soon, 1), (helped, 2)):
        due(session, case, hours)

    assert shown(session, ANA) == [soon.id, helped.id, late.id]


def test_of_a_case_in_which_one_does_a_part_the_deadline_of_the_part_counts(session: Session) -> None:
    (shared,), (own,) = cases(session, 1), cases(session, 1, "billing")
    rulebook = staffed(deliveries={"members": (BEN,)}, billing={"members": (ANA,)})
    assignment.claim(session, own.id, an_act(ANA, rulebook=rulebook))
    asking = an_act(BEN, rulebook=rulebook)
    part = involving.involve(session, shared.id, asking, team="billing", asked_for="Look")
    involving.claim(session, shared.id, an_act(ANA, rulebook=rulebook), part=part.id)
    for case, hours in ((shared, 5), (own, 1)):
        due(session, case, hours)
    late = {"due_at": MONDAY_MORNING - timedelta(hours=1)}
    session.query(SlaClock).filter_by(part_id=part.id).update(late)

    assert shown(session, ANA, rulebook) == [shared.id, own.id]
    assert str(load(session, ANA, rulebook).overdue) == "1"
    assert shown(session, ANA, rulebook, is_overdue=True) == [shared.id]
    assert shown(session, ANA, rulebook, is_overdue=False) == [own.id]


def test_what_nobody_has_comes_the_most_urgent_first_from_every_team(session: Session) -> None:
    old, new = cases(session, 2)
    (elsewhere,) = cases(session, 1, "billing")
    elsewhere.priority, new.priority, old.priority = Priority.URGENT, Priority.LOW, Priority.LOW
    new.opened_at = old.opened_at + timedelta(hours=1)
    session.flush()

    listing = load(session, ANA).unassigned

    assert [row.number for row in listing.rows] == [elsewhere.id, old.id, new.id]
    assert str(listing.count) == "3"


def test_each_filter_leaves_what_it_says(session: Session) -> None:
    one, other = cases(session, 2)
    for case in (one, other):
        assignment.claim(session, case.id, an_act(ANA))
    one.kind, one.priority = CaseKind.QUERY, Priority.URGENT
    session.flush()
    waiting.pause(session, one.id, an_act(ANA), reason=PauseReason.CUSTOMER, why="They look")
    due(session, other, -1)

    assert shown(session, ANA, kind=CaseKind.QUERY) == [one.id]
    assert shown(session, ANA, priority=Priority.HIGH) == [other.id]
    assert shown(session, ANA, is_waiting=True) == [one.id]
    assert shown(session, ANA, is_waiting=False) == [other.id]
    assert shown(session, ANA, is_overdue=True) == [other.id]
    assert shown(session, ANA, status=CaseStatus.OPEN) == []
    assert shown(session, ANA, source="x") == []
    assert shown(session, ANA, theme="delivery") == []
    assert shown(session, ANA, team="deliveries", whose=Whose.NOBODYS) == []


def test_pages_follow_each_other_and_the_last_stands_for_those_that_are_no_more(session: Session) -> None:
    numbers = [case.id for case in cases(session, 12)]
    wanted = {"whose": Whose.ALL, "ordered_by": CaseOrder.OLDEST}

    pages = [shown(session, ANA, page=page, **wanted) for page in (1, 2, 3)]

    assert [number for page in pages for number in page] == numbers
    assert shown(session, ANA, page=99, **wanted) == pages[2]


def test_ones_own_cases_have_pages_that_tell_how_many_there_are_and_are_late(
    session: Session,
) -> None:
    mine = cases(session, 6)
    for hours, case in enumerate(mine):
        assignment.claim(session, case.id, an_act(ANA))
        due(session, case, hours - 1)

    pages = [load(session, ANA, page=page) for page in (1, 2, 9)]

    assert [card.number for page in pages[:2] for card in page.cards] == [case.id for case in mine]
    assert [page.choices.page for page in pages] == [1, 2, 2]
    assert [(str(page.count), str(page.overdue), page.has_next) for page in pages] == [
        ("6", "2", True),
        ("6", "2", False),
        ("6", "2", False),
    ]


def test_a_filter_whose_team_is_gone_is_left_out_with_a_word(session: Session) -> None:
    (case,) = cases(session, 1)

    loaded = load(session, ANA, whose=Whose.ALL, team="closed", theme="gone")

    assert [card.number for card in loaded.cards] == [case.id]
    assert loaded.dropped == (("team", "closed"), ("theme", "gone"))


def test_an_admin_sees_the_cases_of_a_team_that_is_gone(session: Session) -> None:
    (orphan,) = cases(session, 1, "closed")

    assert shown(session, LEA, whose=Whose.ALL) == [orphan.id]
    assert shown(session, ANA, whose=Whose.ALL) == []


def test_the_load_of_a_team_comes_with_the_time_that_its_latest_like_cases_took(session: Session) -> None:
    *past, one, other = cases(session, 7)
    for hours, case in enumerate(past, start=1):
        assignment.claim(session, case.id, an_act(BEN))
        pause(session, case, timedelta(minutes=30))
        resolve(session, case, OutcomeKind.RECOVERED, after=timedelta(hours=hours))
    (unworked,) = cases(session, 1)
    resolve(session, unworked, OutcomeKind.DUPLICATE, after=timedelta(days=9))
    for case in (one, other):
        assignment.claim(session, case.id, an_act(ANA))

    ana, ben, *_ = list_loads(session, ["deliveries"], EVERYBODY)

    assert (ana.person, ana.cases, ana.likely, ana.like) == (ANA, 2, 2 * timedelta(hours=2, minutes=30), 5)
    assert (ben.cases, ben.likely) == (0, None)


def test_who_leads_sees_what_is_at_risk_raised_asked_for_and_who_is_away(session: Session) -> None:
    soon, late, raised, asked = cases(session, 4)
    rulebook = staffed(deliveries={"members": (ANA, BEN), "supervisors": (SAM,)})
    for case, hours in ((soon, 1), (late, 3), (raised, None), (asked, None)):
        due(session, case, hours)
    climbing.escalate(session, raised.id, an_act(ANA, rulebook=rulebook), reason="The press calls")
    assignment.claim(session, asked.id, an_act(ANA, rulebook=rulebook))
    approving.ask(session, asked.id, an_act(ANA, rulebook=rulebook), wish=a_wish(euro(90)), reason="Late")
    session.add(
        Absence(
            agent_id=BEN,
            starts_at=MONDAY_MORNING,
            said_by=BEN,
            said_at=MONDAY_MORNING,
            begun_at=MONDAY_MORNING,
        )
    )
    session.flush()

    leading = load(session, SAM, rulebook).leading

    assert leading is not None
    assert [row.number for row in leading.at_risk.rows] == [soon.id]
    assert [row.number for row in leading.escalated.rows] == [raised.id]
    assert [(each.request.case, each.is_yours) for each in leading.approvals] == [(asked.id, True)]
    assert list(leading.away) == [BEN]
    assert load(session, ANA, rulebook).leading is None


def test_what_is_escalated_is_not_told_again_as_due_until_somebody_sees_to_it(session: Session) -> None:
    (case,) = cases(session, 1)
    rulebook = staffed(deliveries={"members": (ANA,), "supervisors": (SAM,)})
    due(session, case, 1)
    climbing.escalate(session, case.id, an_act(ANA, rulebook=rulebook), reason="The press calls")
    session.flush()

    before = load(session, SAM, rulebook).leading
    climbing.acknowledge(session, case.id, an_act(SAM, rulebook=rulebook))
    session.flush()
    after = load(session, SAM, rulebook).leading

    assert before is not None
    assert after is not None
    assert ([row.number for row in before.escalated.rows], before.at_risk.rows) == ([case.id], ())
    assert ([row.number for row in after.at_risk.rows], after.escalated.rows) == ([case.id], ())


def test_figures_are_for_leads_and_of_their_teams(session: Session) -> None:
    cases(session, 2)
    cases(session, 3, "billing")
    rulebook = staffed(deliveries={"members": (ANA,), "supervisors": (SAM,), "leads": (BEN,)})

    figures = load(session, BEN, rulebook).figures

    assert figures is not None
    assert figures.stats.opened[CaseKind.COMPLAINT] == 2
    assert load(session, SAM, rulebook).figures is None


def pause(session: Session, case: Case, length: timedelta) -> None:
    """A case waited so long, from Monday morning on."""
    why = {"reason": PauseReason.CUSTOMER, "why": "", "ended_because": PauseEnd.RESUMED}
    span = {"started_at": MONDAY_MORNING, "ended_at": MONDAY_MORNING + length}
    session.add(SlaPause(case_id=case.id, started_by=BEN, ended_by=BEN, **why, **span))


def resolve(session: Session, case: Case, outcome: OutcomeKind, *, after: timedelta) -> None:
    """End a case so long after Monday morning."""
    case.status, case.resolved_at = CaseStatus.RESOLVED, MONDAY_MORNING + after
    ended = {"what_was_done": "Sent it", "decided_by": BEN, "at": case.resolved_at}
    session.add(Outcome(case_id=case.id, kind=outcome, **ended))
    session.flush()


def test_the_members_of_a_burst_are_not_shown_beside_their_parent(session: Session) -> None:
    parent, member = cases(session, 2)
    parent.matter = 0
    began = {"began_at": MONDAY_MORNING, "counted_at": MONDAY_MORNING, "counted": 0}
    like = {"theme": "", "middle": bytes(128), "alike": 0.9, "within": timedelta(minutes=5)}
    session.add(Burst(parent_id=parent.id, team="deliveries", **began, **like))
    session.flush()
    member.parent_id = parent.id
    session.flush()

    loaded = load(session, ANA, whose=Whose.ALL)

    assert [card.number for card in loaded.cards] == [parent.id]
    assert [row.number for row in loaded.unassigned.rows] == [parent.id]


def test_homes_that_are_open_take_turns_and_a_lost_job_is_asked_for_again(session: Session) -> None:
    for number in range(5):
        homes.open_home(session, AgentId(f"U{number}"), MONDAY_MORNING, view_hash=None)
    session.query(Home).update({"asked_at": None})
    looks = (MONDAY_MORNING, MONDAY_MORNING, MONDAY_MORNING, MONDAY_MORNING + homes.LOST_AFTER)

    asked = [homes.ask_for_due(session, EVERYBODY, at) for at in looks]

    assert asked == [homes.CHANGED_AT_ONCE, 5 - homes.CHANGED_AT_ONCE, 0, homes.CHANGED_AT_ONCE]


def test_no_home_shows_a_case_of_a_team_that_is_not_the_persons(session: Session) -> None:
    by_number = {case.id: case.team for team in (*TEAMS, "closed") for case in cases(session, 6, team)}
    holders = dict(zip(by_number, PEOPLE * 6, strict=True))
    wide = replace(EVERYBODY, teams=EVERYBODY.teams | {"closed": a_team(key="closed", members=PEOPLE)})
    for number, who in holders.items():
        if number % 3:
            assignment.claim(session, number, an_act(who, rulebook=wide))
    asked = {number: TEAMS[number % 3] for number in by_number if number % 4 == 0}
    for number, team_asked in asked.items():
        asking = {"asked_for": "Look", "asked_by": LEA, "asked_at": MONDAY_MORNING}
        session.add(Part(case_id=number, team=team_asked, **asking))
    session.add_all(raised(number) for number in by_number if number % 3 == 0)
    session.add_all(asked_for(number) for number in by_number if number % 3 == 1)
    some = st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple)
    team = st.fixed_dictionaries({"members": some, "supervisors": some, "leads": some})
    choices = st.fixed_dictionaries(
        {"whose": st.sampled_from(Whose), "ordered_by": st.sampled_from(CaseOrder)},
        optional={"team": st.sampled_from((*TEAMS, "closed")), "page": st.integers(1, 5)},
    )

    @settings(max_examples=60)
    @given(st.fixed_dictionaries(dict.fromkeys(TEAMS, team)), some, st.sampled_from(PEOPLE), choices)
    def look(people, admins, who, chosen) -> None:
        rulebook = replace(staffed(**people), admins=Admins(admins, "#recovery-admins"))

        found = set(load(session, who, rulebook, **chosen).numbers())

        allowed = {
            number
            for number, team in by_number.items()
            if who in admins or any(_works_for(who, people.get(each)) for each in (team, asked.get(number)))
        }
        assert found <= allowed

    look()


def raised(number: int) -> Escalation:
    """That a case was raised, and nobody sees to it."""
    return Escalation(case_id=number, step=1, reason="late", raised_by=BEN, at=MONDAY_MORNING)


def asked_for(number: int) -> ApprovalRequest:
    """What somebody who is not there asks to give for a case."""
    wish = {"what": "voucher", "kind": CompensationKind.VOUCHER, "amount": 90, "currency": "EUR"}
    asking = {"reason": "Late", "asked_by": STRANGER, "asked_at": MONDAY_MORNING, "told": [], "over": []}
    return ApprovalRequest(case_id=number, ladder=[], step=1, **wish, **asking)


def _works_for(who: AgentId, team: dict[str, tuple[AgentId, ...]] | None) -> bool:
    return team is not None and any(who in people for people in team.values())
