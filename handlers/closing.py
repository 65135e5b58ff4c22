"""How a case ends: resolved with an outcome, a reason and what was done; and what its form proposes."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers import approvals, carrying, involving, messages, pauses, sla
from handlers.act import Act
from handlers.cases import check_may, get_case, refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.snapshots import CardSnapshot
from models.case import Case, CaseEvent, Note, Outcome
from models.interaction import Interaction
from models.policies import closing, lifecycle
from models.policies.closing import DONE_LENGTH, Happened, Proposal
from models.policies.permissions import Verb
from models.review import Label
from models.vocabulary import (
    CarriedKind,
    CaseEventKind,
    CaseStatus,
    Direction,
    Members,
    OutcomeKind,
    PartEnd,
    PauseEnd,
)

_LATEST_NOTE = (
    select(Note.at, Note.text)
    .where(Note.case_id == bindparam("case_id"), Note.removed_at.is_(None), Note.text != "")
    .order_by(Note.id.desc())
    .limit(1)
)
_LATEST_CONTACT = (
    select(Interaction.at, Interaction.words)
    .where(Interaction.case_id == bindparam("case_id"), Interaction.direction == Direction.OUT)
    .order_by(Interaction.id.desc())
    .limit(1)
)
_CORRECTED = (
    select(Label.theme)
    .join(Case, Case.feedback_id == Label.feedback_id)
    .where(Case.id == bindparam("case_id"), Label.theme.is_not(None))
    .order_by(Label.id.desc())
    .limit(1)
)
_CLOSED_BEFORE = (
    select(CaseEvent.details)
    .where(CaseEvent.case_id == bindparam("case_id"), CaseEvent.kind == CaseEventKind.RESOLVED)
    .order_by(CaseEvent.id.desc())
    .limit(1)
)


def resolve_case(  # noqa: PLR0913  (each is a field of its form)
    session: Session,
    case_id: int,
    act: Act,
    *,
    outcome: OutcomeKind,
    theme: str,
    what_was_done: str,
    members: Members | None = None,
) -> Case:
    """End a case: how it ended, why it was one and what was done stay with it, its clocks stop.

    `theme` is a key of the rulebook; its name stays in the history too, whatever becomes of the file.
    `members` must be said of one that stands for others: all are resolved with it, or each goes on by itself.
    """
    case = take_case(session, case_id, act, Verb.RESOLVE)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_work(standing))
    example = f"resolve {case_id} {{}} recovered {theme} …"
    refuse(lifecycle.why_not_silent(standing, example, members), field="members")
    refuse(closing.why_not_theme(theme, act.rulebook.themes), field="theme")
    words = _done(what_was_done, case_id, theme)
    case.status, case.resolved_at = CaseStatus.RESOLVED, act.at
    ended = Outcome(case_id=case.id, kind=outcome, theme=theme, what_was_done=words)
    ended.decided_by, ended.at = act.by, act.at
    session.add(ended)
    pauses.end(session, case, because=PauseEnd.RESOLVED, by=act.by, at=act.at)
    sla.stop_clocks(session, case, act.at)
    approvals.lapse(session, case, act)
    details = {"outcome": outcome.value, "theme": theme, "what_was_done": words}
    details |= {"theme_name": act.rulebook.themes[theme].name}
    event = record(session, case, CaseEventKind.RESOLVED, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    involving.end_all(session, case, act, PartEnd.RESOLVED)
    messages.refresh_card(session, case)
    if standing.stands_for and members is Members.ALL:
        carrying.order(session, case, CarriedKind.RESOLVED, act, **details)
    elif standing.stands_for:
        carrying.take_all_out(session, case, act)
    return case


def propose_ending(session: Session, card: CardSnapshot, act: Act) -> Proposal:
    """How the case could be closed, from what happened in it; read in the transaction of the card."""
    about = {"case_id": card.number}
    said = [*session.execute(_LATEST_NOTE, about), *session.execute(_LATEST_CONTACT, about)]
    before = session.scalar(_CLOSED_BEFORE, about) or {}
    corrected = session.scalar(_CORRECTED, about)
    happened = Happened(
        kind=card.kind,
        theme=before.get("theme") or corrected,
        gifts=tuple(gift.words for gift in card.gifts),
        last_words=max(said)[1] if said else None,
        waits_for=card.paused.reason if card.paused else None,
    )
    return closing.propose(happened, act.rulebook.themes)


def check_may_resolve(session: Session, case_id: int, act: Act) -> None:
    """Refuse as resolving would, at this moment; nothing is locked or changed."""
    case = get_case(session, case_id)
    check_may(Verb.RESOLVE, act, case.team)
    refuse(lifecycle.why_not_alone(case.id, case.parent_id))
    refuse(lifecycle.why_not_work(standing_of(session, case)))


def _done(what_was_done: str, case_id: int, theme: str) -> str:
    words = what_was_done.strip()
    if not words:
        example = f"/recovery resolve {case_id} recovered {theme} Sent a new lamp"
        raise CannotDo(f"Say in a few words what was done: `{example}`.", field="what_was_done")
    if len(words) > DONE_LENGTH:
        raise CannotDo(
            f"Say it in at most {DONE_LENGTH} characters; these are {len(words)}.", field="what_was_done"
        )
    return words
