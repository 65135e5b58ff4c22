"""What others did to a case since somebody looked, and what that person did since they clicked."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.cases import refuse
from handlers.errors import CannotDo
from handlers.snapshots import CardSnapshot, Changes, PartSnapshot
from handlers.threads import line_of
from models.case import Case, CaseEvent, LatestClick
from models.policies.lifecycle import Ended, Standing
from models.policies.meanwhile import TOPICS, what_matters, why_not_begin
from models.policies.parts import PartStanding, why_not_go_on
from models.policies.permissions import Verb
from models.vocabulary import AgentId

MOST_CHANGES = 200
"""So far back is looked: a form that is older is as stale as it can be."""

HAND_IN_AGAIN = "Nothing was done yet, and what you filled in is kept. If it still holds, hand it in again."

_CHANGES = (
    select(Case.version, CaseEvent)
    .join(CaseEvent, CaseEvent.case_id == Case.id)
    .where(Case.id == bindparam("case_id"))
    .order_by(CaseEvent.id.desc())
    .limit(bindparam("how_many"))
)
"""In one statement, so that the version and the events are of one moment."""
_CLICKED = insert(LatestClick)
_KEEP_LATEST = _CLICKED.on_conflict_do_update(
    index_elements=[LatestClick.case_id, LatestClick.agent_id, LatestClick.topic, LatestClick.step],
    set_={"stamp": _CLICKED.excluded.stamp},
    where=LatestClick.stamp <= _CLICKED.excluded.stamp,
).returning(LatestClick.stamp)
"""Nothing comes back where that person clicked later already."""


class ChangedMeanwhile(CannotDo):
    """Others changed what a form was filled in for: whoever handed it in is to see that first."""

    def __init__(self, changes: Changes, because: str) -> None:
        super().__init__(because)
        self.changes = changes


def check_can_begin(verb: Verb, card: CardSnapshot) -> None:
    """Refuse to show a form for what cannot be done any more: the card that was clicked may be behind."""
    ending = card.ending
    standing = Standing(
        number=card.number,
        status=card.status,
        owner=card.owner,
        merged_into=card.merged.number if card.merged else None,
        ended=Ended(ending.outcome, ending.by, ending.at) if ending else None,
        parent=card.parent,
    )
    refuse(why_not_begin(verb, standing))
    if card.asked_about is not None:
        refuse(why_not_go_on(standing, _standing_of(card.asked_about)))


def _standing_of(part: PartSnapshot) -> PartStanding:
    ending = part.ending
    return PartStanding(
        number=part.number,
        team=part.team_key,
        team_name=part.team,
        holder=part.holder,
        ended_because=ending.because if ending else None,
        ended_by=ending.by if ending else None,
        ended_at=ending.at if ending else None,
    )


def find_changes(session: Session, case_id: int, by: AgentId, verb: Verb, *, seen: int) -> Changes | None:
    """What others than `by` did since version `seen` that matters to the verb; None where nothing does.

    Each change counts the version up by one and writes one event, so the events since are the last so many.
    """
    rows = session.execute(_CHANGES, {"case_id": case_id, "how_many": MOST_CHANGES}).all()
    version = rows[0][0] if rows else seen
    since = [event for _, event in rows[: max(version - seen, 0)]]
    matters = what_matters(verb)
    told = [event for event in reversed(since) if event.actor != by and event.kind in matters]
    return Changes(tuple(map(line_of, told)), version) if told else None


def keep_order(
    session: Session, case_id: int, by: AgentId, verb: Verb, *, stamp: str, steps: Collection[int]
) -> bool:
    """Keep when a person did this to the case, locked by now; False where they did it anew later already.

    `stamp` is Slack's of the click or message; `steps` are those of its checklists that it is about.
    """
    topic = TOPICS.get(verb)
    if topic is None:
        return True
    click = {"case_id": case_id, "agent_id": by, "topic": topic, "stamp": stamp}
    clicks = [{**click, "step": step} for step in sorted(set(steps)) or [0]]
    return len(session.scalars(_KEEP_LATEST, clicks).all()) == len(clicks)
