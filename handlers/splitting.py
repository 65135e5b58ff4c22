"""One case that holds two matters becomes two, under the promise that counts from the start of the first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from handlers import messages, notices, sla
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case, title_of
from handlers.errors import CannotDo
from handlers.history import record
from handlers.intake import BY_HAND
from handlers.merges import list_taken_in
from handlers.owners import find_owner
from handlers.snapshots import Piece
from models.case import Assignment, Case
from models.feedback import Feedback
from models.policies import lifecycle
from models.policies.lifecycle import TITLE_LENGTH
from models.policies.permissions import Verb
from models.sla import SlaClock, SlaExtension, SlaPause
from models.vocabulary import CaseEventKind, CaseStatus, mention

MOST_PIECES = 20


def split(session: Session, case_id: int, act: Act, *, piece: int | None, title: str) -> Case:
    """Open a case for another matter of this one, with the same owner.

    `piece` is the number of something else that the customer said; None: another matter within what they
    said at first. `title` names the new case; empty: as the piece would name it.
    """
    case = take_case(session, case_id, act, Verb.SPLIT)
    refuse(lifecycle.why_not_split(standing_of(session, case), is_parent=case.is_parent))
    feedback = _take_piece(session, case, piece)
    new = _open(session, case, feedback, _title(case, feedback, piece, title), act)
    _keep_owner(session, case, new, act)
    _keep_promise(session, case, new, act.at)
    _tell(session, case, new, act)
    return new


def list_pieces(session: Session, case_id: int) -> list[Piece]:
    """What the customers of a case said since it was opened and what is no case of its own, latest first."""
    case = session.get_one(Case, case_id)
    rows = session.scalars(
        select(Feedback).where(*_is_piece_of(session, case)).order_by(Feedback.id.desc()).limit(MOST_PIECES)
    )
    return [Piece(row.id, row.text, row.occurred_at or row.received_at) for row in rows]


def _is_piece_of(session: Session, case: Case) -> Sequence[ColumnElement[bool]]:
    same, other = list_taken_in(session, case.id), aliased(Case)
    customers = select(other.customer_id).where(other.id.in_([case.id, *same]))
    is_case = select(other.id).where(other.feedback_id == Feedback.id).exists()
    since = select(func.min(Feedback.received_at)).where(Feedback.id == case.feedback_id).scalar_subquery()
    return Feedback.customer_id.in_(customers), Feedback.received_at >= since, ~is_case


def _take_piece(session: Session, case: Case, piece: int | None) -> Feedback:
    """The feedback of the new case, locked, so that nobody opens the same one at this moment."""
    wanted = Feedback.id == (case.feedback_id if piece is None else piece)
    found = session.scalar(select(Feedback).where(wanted).with_for_update())
    if piece is None and found is not None:
        return found
    numbers = [each.number for each in list_pieces(session, case.id)]
    if found is None or found.id not in numbers:
        known = ", ".join(f"F{number}" for number in numbers) or "none"
        raise CannotDo(
            f"F{piece} is nothing that the customer of case #{case.id} said besides. There is: {known}. "
            f"To split off a matter by a title: `/recovery split {case.id} The driver was rude`.",
            field="piece",
        )
    return found


def _title(case: Case, feedback: Feedback, piece: int | None, title: str) -> str:
    words = " ".join(title.split())
    if len(words) > TITLE_LENGTH:
        raise CannotDo(
            f"A title has at most {TITLE_LENGTH} characters; this one has {len(words)}.", field="title"
        )
    if not words and piece is None:
        raise CannotDo(
            f"Say what the new case is about: `/recovery split {case.id} The driver was rude`.",
            field="title",
        )
    return words or title_of(feedback)


def _open(session: Session, case: Case, feedback: Feedback, title: str, act: Act) -> Case:
    matters = session.scalar(select(func.max(Case.matter)).where(Case.feedback_id == feedback.id))
    new = Case(
        feedback_id=feedback.id,
        matter=(matters or 0) + 1,
        split_from_id=case.id,
        customer_id=feedback.customer_id,
        title=title,
        kind=case.kind,
        priority=case.priority,
        status=CaseStatus.OPEN,
        team=case.team,
        promise=case.promise,
        rule=BY_HAND,
        why=f"{mention(act.by)} split it from case #{case.id}",
        needs=list(case.needs),
        opened_at=act.at,
    )
    session.add(new)
    session.flush()
    return new


def _keep_owner(session: Session, case: Case, new: Case, act: Act) -> None:
    owner = find_owner(session, case.id)
    if owner is not None:
        new.status = CaseStatus.IN_PROGRESS
        held = Assignment(case_id=new.id, agent_id=owner, assigned_by=act.by, assigned_at=act.at)
        session.add(held)


def _keep_promise(session: Session, case: Case, new: Case, at: datetime) -> None:
    """What runs in the case runs in the new one from the same start, with its pauses and what was added.

    What was kept before was kept for both. What of it has passed by now is for the next sweep.
    """
    running = [row for row in sla.find_latest(session, case).values() if row.stopped_at is None]
    for row in running:
        clock = sla.new_clock(new, row.kind, sla.terms_of(row), started_at=row.started_at, at=at)
        session.add(clock)
        session.add_all(_same_extension(more, new) for more in row.extensions)
    session.add_all(_same_pause(pause, new) for pause in _pauses_of(running))
    session.flush()
    sla.recompute(session, new, at)


def _pauses_of(running: Sequence[SlaClock]) -> Sequence[SlaPause]:
    """All clocks of a case have the same pauses."""
    return running[0].pauses if running else []


def _same_extension(more: SlaExtension, new: Case) -> SlaExtension:
    same = SlaExtension(case_id=new.id, kind=more.kind, round=1, length=more.length, reason=more.reason)
    same.given_by, same.at = more.given_by, more.at
    return same


def _same_pause(pause: SlaPause, new: Case) -> SlaPause:
    same = SlaPause(case_id=new.id, reason=pause.reason, why=pause.why, started_by=pause.started_by)
    same.started_at, same.until = pause.started_at, pause.until
    same.ended_at, same.ended_by, same.ended_because = pause.ended_at, pause.ended_by, pause.ended_because
    return same


def _tell(session: Session, case: Case, new: Case, act: Act) -> None:
    """Both histories and threads say it, each of the other; who has them is told."""
    messages.promise_card(session, new, _channel(session, case, act), act.at)
    about = {"other": new.id, "title": new.title}
    event = record(session, case, CaseEventKind.SPLIT, by=act.by, at=act.at, **about)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    about = {"other": case.id, "title": case.title}
    event = record(session, new, CaseEventKind.SPLIT_OFF, by=act.by, at=act.at, **about)
    messages.promise_line(session, new, event)
    notices.owe_owner(session, event)


def _channel(session: Session, case: Case, act: Act) -> str:
    """Where the case has its card; its team may have left rules.yaml since."""
    card = messages.find_card(session, case.id)
    return card.slack_channel if card is not None else act.rulebook.teams[case.team].channel
