"""Contacts with customers: what we told them, and what they told us while we owed them something."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, select, union
from sqlalchemy.orm import Session

from handlers import carrying, messages, sla, waiting
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.case import Case
from models.interaction import Interaction
from models.merge import Merge
from models.policies import lifecycle
from models.policies.contact import Contacted
from models.policies.permissions import Verb
from models.vocabulary import (
    SYSTEM,
    CarriedKind,
    CaseEventKind,
    CaseStatus,
    ClockKind,
    ContactBy,
    Direction,
    Members,
)

WORDS_LENGTH = 1000
"""Characters of what was told: a thread's line holds them whole."""


def contacted(
    session: Session,
    case_id: int,
    act: Act,
    *,
    channel: ContactBy,
    words: str,
    members: Members | None = None,
) -> Case:
    """Keep that somebody told the customer something: the next promise is to tell them again in time.

    `members` must be said of a case that stands for others: whether their customers were told it too.
    """
    told = words.strip()
    if not told:
        raise CannotDo(
            f"Say what you told them: `/recovery contacted {case_id} phone Promised a new lamp by Friday`.",
            field="words",
        )
    if len(told) > WORDS_LENGTH:
        raise CannotDo(f"Say it in at most {WORDS_LENGTH} characters; these are {len(told)}.", field="words")
    case = take_case(session, case_id, act, Verb.CONTACTED)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_work(standing))
    example = f"contacted {case_id} {{}} {channel.value} …"
    refuse(lifecycle.why_not_silent(standing, example, members), field="members")
    is_first = find_first(session, case.id) is None
    ours = Interaction(case_id=case.id, direction=Direction.OUT, channel=channel.value, words=told)
    ours.by, ours.at = act.by, act.at
    session.add(ours)
    sla.stop_clocks(session, case, act.at, kinds=[ClockKind.CONTACT, ClockKind.UPDATE])
    update = sla.start_next_round(session, case, ClockKind.UPDATE, act.at)
    event = record(
        session,
        case,
        CaseEventKind.CONTACTED,
        by=act.by,
        at=act.at,
        channel=channel.value,
        words=told,
        alerted_at=case.opened_at.isoformat() if is_first else None,
        update_due_at=update.due_at.isoformat() if update and update.due_at else None,
    )
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    if standing.stands_for and members is Members.ALL:
        carrying.order(session, case, CarriedKind.CONTACTED, act, channel=channel.value, words=told)
    return case


def hear_customers(session: Session, sources: Mapping[int, str], at: datetime) -> None:
    """These customers, by their ids, said something at a source: every case that we owe them knows it.

    One that waited for them waits no more. A case that goes on for a merged one knows what is said there.
    """
    theirs = _cases_of(sources)
    owed = (
        select(Case, theirs.c.customer_id)
        .join(theirs, theirs.c.case_id == Case.id)
        .where(Case.status != CaseStatus.RESOLVED)
        .order_by(Case.id)
        .with_for_update(of=Case)
    )
    for case, customer_id in session.execute(owed).all():
        source = sources[customer_id]
        session.add(
            Interaction(case_id=case.id, direction=Direction.IN, channel=source, words="", by=SYSTEM, at=at)
        )
        waiting.hear_answer(session, case, at)


def _cases_of(customer_ids: Collection[int]) -> Subquery:
    """The cases of these customers, and those that go on for one of theirs, each with the customer's id.

    The parent of a burst is nobody's own: it stands for many.
    """
    own = select(Case.id.label("case_id"), Case.customer_id).where(
        Case.customer_id.in_(customer_ids), Case.matter > 0
    )
    merged = (
        select(Merge.into_id, Case.customer_id)
        .join(Case, Case.id == Merge.case_id)
        .where(Case.customer_id.in_(customer_ids), Merge.undone_at.is_(None))
    )
    return union(own, merged).subquery()


def find_first(session: Session, case_id: int) -> Contacted | None:
    """Our first contact with the customer of a case; None where there was none yet."""
    return _find(session, case_id, Interaction.id.asc())


def find_last(session: Session, case_id: int) -> Contacted | None:
    """Our latest contact with the customer of a case; None where there was none yet."""
    return _find(session, case_id, Interaction.id.desc())


def _find(session: Session, case_id: int, order: ColumnElement[int]) -> Contacted | None:
    row = session.scalar(
        select(Interaction)
        .where(Interaction.case_id == case_id, Interaction.direction == Direction.OUT)
        .order_by(order)
        .limit(1)
    )
    return contacted_of(row) if row else None


def contacted_of(row: Interaction) -> Contacted:
    """The row as the value that decisions and views look at."""
    return Contacted(row.by, row.channel, row.at)
