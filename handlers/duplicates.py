"""Cases that may be about the same: looked for when somebody asks, never merged by themselves."""

from collections.abc import Sequence

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from handlers.act import Act
from models.case import Case
from models.feedback import Feedback
from models.policies import permissions
from models.policies.duplicates import Likely, Told, find_likely, orders_in, words_in
from models.policies.permissions import Verb
from models.vocabulary import CaseStatus

LOOKED_AT = 300
"""So many open cases of each team are read, those that opened last."""


def propose(session: Session, case_id: int, act: Act) -> list[Likely]:
    """Open cases that are likely the same as this one, of the teams whose cases the person may merge."""
    teams = [team for team in act.rulebook.teams if _may(act, team)]
    told = _load_told(session, [case_id])
    if not told:
        return []
    return find_likely(told[0], _load_told(session, _candidates(session, told[0], teams)))


def _may(act: Act, team: str) -> bool:
    return permissions.why_not_may(Verb.MERGE, act.by, team, act.rulebook) is None


def _candidates(session: Session, case: Told, teams: Sequence[str]) -> Sequence[int]:
    """All open cases of the same customer, and the latest of each team."""
    is_open = (Case.status != CaseStatus.RESOLVED) & Case.parent_id.is_(None)
    same_customer = select(Case.id).where(Case.customer_id == case.customer_id, Case.team.in_(teams), is_open)
    latest = [
        select(Case.id)
        .where(Case.team == team, is_open)
        .order_by(Case.opened_at.desc())
        .limit(LOOKED_AT)
        .subquery()
        for team in teams
    ]
    parts = [same_customer, *(select(each.c.id) for each in latest)]
    return session.scalars(union(*parts)).all()


def _load_told(session: Session, case_ids: Sequence[int]) -> list[Told]:
    rows = session.execute(
        select(Case.id, Case.title, Case.customer_id, Case.opened_at, Feedback.text, Feedback.attributes)
        .join(Feedback, Feedback.id == Case.feedback_id)
        .where(Case.id.in_(case_ids))
    )
    return [
        Told(number, title, customer_id, orders_in(text, attributes), words_in(text), opened_at)
        for number, title, customer_id, opened_at, text, attributes in rows
    ]
