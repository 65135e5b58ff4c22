"""Who does not want to be disturbed: kept as Slack tells it, so that nobody need ask Slack to choose."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.policies.quiet import Quiet
from models.quiet import QuietTime
from models.vocabulary import AgentId

TRUSTED_FOR = timedelta(hours=1)
"""So long what was learned holds, in case that Slack's word of a change never came."""


def keep(session: Session, who: AgentId, quiet: Quiet | None, at: datetime) -> None:
    """Keep what Slack said of somebody; None: nothing is silent."""
    learned = {
        "starts_at": quiet.starts_at if quiet else None,
        "until": quiet.until if quiet else None,
        "learned_at": at,
    }
    session.execute(
        insert(QuietTime)
        .values(agent_id=who, **learned)
        .on_conflict_do_update(index_elements=["agent_id"], set_=learned)
    )


def find_unknown(
    session: Session, people: Sequence[AgentId], at: datetime, *, limit: int = 20
) -> list[AgentId]:
    """Those of whom Slack is to be asked: never learned, long ago, or what was learned is over."""
    rows = session.scalars(select(QuietTime).where(QuietTime.agent_id.in_(people)))
    known = {row.agent_id for row in rows if _still_holds(row, at)}
    return [person for person in people if person not in known][:limit]


def find_quiet(session: Session, people: Sequence[AgentId], at: datetime) -> set[AgentId]:
    """Those of these people who are not to be disturbed at `at`, as far as we know."""
    return set(
        session.scalars(
            select(QuietTime.agent_id).where(
                QuietTime.agent_id.in_(people), QuietTime.starts_at <= at, QuietTime.until > at
            )
        )
    )


def _still_holds(row: QuietTime, at: datetime) -> bool:
    is_over = row.until is not None and row.learned_at < row.until <= at
    return not is_over and row.learned_at > at - TRUSTED_FOR
