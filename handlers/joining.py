"""Somebody asks to work for a team: those who can let them in are told, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import refuse
from handlers.errors import CannotDo
from models.joining import JoinRequest
from models.policies import joining
from models.vocabulary import AgentId

ASKED_FOR = timedelta(days=7)
"""So long one question is enough; people are ill, or forget."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was told of a wish to join, and when; `is_new`: just now."""

    people: Sequence[AgentId]
    at: datetime
    is_new: bool


def ask_to_join(session: Session, act: Act, *, team: str, words: str) -> Asked:
    """Tell those who can let somebody in, in these words; raises CannotDo where nobody could be told."""
    refuse(joining.why_not_join(act.by, team, act.rulebook))
    people = joining.whom_to_ask(team, act.rulebook)
    if not people:
        raise CannotDo(
            f"Nobody is known who could let you in: rules.yaml has no admin whom Slack has told us of. "
            f"Write to {act.rulebook.admins.channel}."
        )
    is_new = _book(session, act, team, people)
    if is_new:
        for person in people:
            messages.answer_directly(session, person, words, [], act.at)
    request = session.scalars(
        select(JoinRequest).where(JoinRequest.agent_id == act.by, JoinRequest.team == team)
    ).one()
    return Asked([AgentId(person) for person in request.asked], request.asked_at, is_new)


def _book(session: Session, act: Act, team: str, people: Sequence[AgentId]) -> bool:
    """Whether it was not asked lately; two clicks at once are one question."""
    asked = {"asked": list(people), "asked_at": act.at}
    statement = (
        insert(JoinRequest)
        .values(agent_id=act.by, team=team, **asked)
        .on_conflict_do_update(
            index_elements=["agent_id", "team"],
            set_=asked,
            where=JoinRequest.asked_at <= act.at - ASKED_FOR,
        )
        .returning(JoinRequest.id)
    )
    return session.scalar(statement) is not None
