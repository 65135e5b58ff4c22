"""What a team hears of the promise of its part: its own people in its own thread, and nobody else's."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.act import Act
from handlers.history import record
from handlers.jobs import Urgency
from models.case import Case
from models.message import Message, MessagePurpose
from models.part import Part
from models.policies.parts import who_leads
from models.sla import SlaClock
from models.vocabulary import SYSTEM, CaseEventKind


def load_parts(session: Session, rows: Collection[SlaClock]) -> dict[int, Part]:
    """The parts of which these are clocks, by their numbers; asks nothing where they are all of cases."""
    numbers = {row.part_id for row in rows if row.part_id is not None}
    if not numbers:
        return {}
    return {part.id: part for part in session.scalars(select(Part).where(Part.id.in_(numbers)))}


def tell(session: Session, cases: Mapping[int, Case], rows: Collection[SlaClock], act: Act) -> None:
    """Remind each team of what it promised; who has the part is told by direct message too."""
    parts = load_parts(session, rows)
    for row in rows:
        if row.part_id is not None:
            _tell(session, cases[row.case_id], row, parts[row.part_id], CaseEventKind.PART_DUE, act)


def tell_late(session: Session, case: Case, row: SlaClock, part: Part, act: Act) -> None:
    """A team did not keep the promise of its part: who leads it is told, once."""
    _tell(session, case, row, part, CaseEventKind.PART_LATE, act)


def _tell(session: Session, case: Case, row: SlaClock, part: Part, kind: CaseEventKind, act: Act) -> None:
    team = act.rulebook.teams.get(part.team)  # it may have left rules.yaml while its part is open
    leaders = who_leads(team, act.rulebook.admins) if kind is CaseEventKind.PART_LATE else ()
    event = record(
        session,
        case,
        kind,
        by=SYSTEM,
        at=act.at,
        part=part.id,
        team=part.team,
        team_name=team.name if team else part.team,
        clock=row.kind.value,
        due_at=row.due_at and row.due_at.isoformat(),
        owner=part.holder,
        to=list(leaders),
    )
    for person in dict.fromkeys([*([part.holder] if part.holder else []), *leaders]):
        notices.owe(session, person, event)
    messages.promise_line(session, case, event, Urgency.PING, thread_of=_card_of(session, part))


def _card_of(session: Session, part: Part) -> int:
    card = select(Message.id).where(Message.part_id == part.id, Message.purpose == MessagePurpose.PART)
    return session.scalars(card).one()
