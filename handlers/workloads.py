"""What everybody of a team has on their hands, for who chooses among them."""

from datetime import datetime

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.orm import Session

from handlers.owners import find_away
from handlers.quiet import find_quiet
from models.case import Assignment, Case
from models.policies.assignment import Workload
from models.policies.rulebook import Team
from models.vocabulary import AgentId, CaseStatus, Priority

_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtextextended("assignments", 0)))
_HELD = (
    select(Assignment.agent_id, Case.priority, func.count())
    .join(Case, Case.id == Assignment.case_id)
    .where(
        Assignment.agent_id.in_(bindparam("people", expanding=True)),
        Assignment.ended_at.is_(None),
        Case.status != CaseStatus.RESOLVED,
    )
    .group_by(Assignment.agent_id, Case.priority)
)
_PERSON = func.unnest(bindparam("people", type_=ARRAY(Text))).column_valued("person")
_LAST_TURNS = select(
    _PERSON,
    select(Assignment.id)
    .join(Case, Case.id == Assignment.case_id)
    .where(Assignment.agent_id == _PERSON, Case.team == bindparam("team"))
    .order_by(Assignment.id.desc())
    .limit(1)
    .scalar_subquery(),
)


def take_turn(session: Session) -> None:
    """Wait until nobody else is choosing; who comes after sees what was chosen here.

    Only after every case that is to be changed was locked: who holds this waits for no case.
    """
    session.execute(_ONE_AT_A_TIME)


def load_people(session: Session, team: Team, at: datetime) -> list[Workload]:
    """Everybody of a team in the order of rules.yaml, those who work its cases first."""
    people = list(team.people)
    away, quiet = find_away(session, people), find_quiet(session, people, at)
    held: dict[AgentId, dict[Priority, int]] = {person: {} for person in people}
    for person, priority, cases in session.execute(_HELD, {"people": people}):
        held[person][priority] = cases
    turns = dict(session.execute(_LAST_TURNS, {"people": people, "team": team.key}).all())
    return [
        Workload(
            person,
            person in team.members,
            held[person],
            turns[person],
            is_away=person in away,
            is_quiet=person in quiet,
        )
        for person in people
    ]
