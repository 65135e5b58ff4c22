"""Direct messages: what each person is to be told is gathered, and told in one message."""

from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages
from handlers.owners import find_owner
from models.case import CaseEvent
from models.notice import Notice
from models.vocabulary import AgentId

_UNTOLD = (
    select(Notice)
    .where(Notice.message_id.is_(None))
    .order_by(Notice.agent_id, Notice.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def owe(session: Session, to: AgentId, event: CaseEvent) -> None:
    """Owe a person the word of an event, once; it goes with whatever else the next bundle tells them."""
    values = {"agent_id": to, "event_id": event.id, "owed_at": event.at}
    session.execute(insert(Notice).values(values).on_conflict_do_nothing())


def owe_owner(session: Session, event: CaseEvent) -> None:
    """Owe who has the case the word of an event, unless they did it themself."""
    owner = find_owner(session, event.case_id)
    if owner is not None and owner != event.actor:
        owe(session, owner, event)


def tell(session: Session, to: AgentId, event: CaseEvent) -> None:
    """Tell a person of an event at once, in a message of its own: they wait for it."""
    message = messages.promise_direct(session, to, event.at)
    session.add(Notice(agent_id=to, event_id=event.id, owed_at=event.at, message_id=message.id))


def bundle(session: Session, at: datetime) -> int:
    """Promise each person one message with all that is owed to them; how many messages.

    Who comes second waits for the first, and then finds nothing left: no notice is in two messages.
    """
    bundles = 0
    untold = session.scalars(_UNTOLD).all()
    for agent_id, owed in groupby(untold, key=lambda notice: notice.agent_id):
        message = messages.promise_direct(session, agent_id, at)
        for notice in owed:
            notice.message_id = message.id
        bundles += 1
    return bundles
