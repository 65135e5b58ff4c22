"""A playbook is begun on a case, and the steps of its checklist are ticked."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.likeness import find_theme
from models.case import Case
from models.feedback import Sentiment
from models.playbook import Checklist, ChecklistStep
from models.policies import lifecycle
from models.policies import playbooks as policy
from models.policies.permissions import Verb
from models.policies.playbooks import Playbook, TickedStep
from models.vocabulary import AgentId, CaseEventKind


def begin(session: Session, case_id: int, act: Act, *, playbook: str | None) -> Checklist:
    """Copy a playbook to the case, and owe its thread the checklist; the best that fits where none is named.

    What rules.yaml says of it later changes nothing on this case.
    """
    case = take_case(session, case_id, act, Verb.PLAYBOOK)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    chosen = _choose(session, case, act, playbook)
    refuse(policy.why_not_begin(case.id, chosen, _begun_on(session, case)), field="playbook")
    checklist = _copy(session, case, act, chosen)
    event = record(
        session,
        case,
        CaseEventKind.PLAYBOOK_BEGUN,
        by=act.by,
        at=act.at,
        playbook=chosen.name,
        length=len(chosen.steps),
    )
    messages.promise_checklist(session, case, event, checklist_id=checklist.id)
    return checklist


def list_suggested(session: Session, case: Case, act: Act) -> list[Playbook]:
    """Every playbook of the file, the best for the case first."""
    likeliest = find_theme(session, case)
    heard = session.scalar(select(Sentiment.themes).where(Sentiment.feedback_id == case.feedback_id))
    themes = [*([likeliest] if likeliest else []), *(key for key, _ in heard or ())]
    return policy.suggested(act.rulebook.playbooks, list(dict.fromkeys(themes)), case.kind)


def list_left(session: Session, case: Case, act: Act) -> list[Playbook]:
    """The same, without those that were begun on the case; raises CannotDo where none is left."""
    begun = _begun_on(session, case)
    left = [playbook for playbook in list_suggested(session, case, act) if playbook.key not in begun]
    if not left:
        raise CannotDo(f"Every playbook was begun on case #{case.id}. Their checklists stand in its thread.")
    return left


def tick(session: Session, case_id: int, act: Act, *, steps: Sequence[int]) -> None:
    """Keep that these steps are done, and by whom; those that are already stay as they are."""
    _change_ticks(session, case_id, act, steps, verb=Verb.TICK)


def untick(session: Session, case_id: int, act: Act, *, steps: Sequence[int]) -> None:
    """Take the ticks off these steps."""
    _change_ticks(session, case_id, act, steps, verb=Verb.UNTICK)


def _begun_on(session: Session, case: Case) -> dict[str, AgentId]:
    """The playbooks that were begun on a case, by their keys, and by whom."""
    begun = select(Checklist.playbook, Checklist.begun_by).where(Checklist.case_id == case.id)
    return dict(session.execute(begun).all())


def _choose(session: Session, case: Case, act: Act, called: str | None) -> Playbook:
    """The one that is named, by its key or name; else the best for the case."""
    if called is None:
        return list_suggested(session, case, act)[0]
    found = policy.find_playbook(called, act.rulebook.playbooks)
    if found is None:
        raise CannotDo(policy.why_not_find(called, act.rulebook.playbooks), field="playbook")
    return found


def _copy(session: Session, case: Case, act: Act, playbook: Playbook) -> Checklist:
    """The checklist with its steps; their numbers go on from those that the case has already."""
    checklist = Checklist(
        case_id=case.id,
        playbook=playbook.key,
        name=playbook.name,
        knowledge=[[each.name, each.link] for each in playbook.knowledge],
        begun_by=act.by,
        begun_at=act.at,
    )
    last = session.scalar(
        select(func.max(ChecklistStep.number))
        .join(Checklist, Checklist.id == ChecklistStep.checklist_id)
        .where(Checklist.case_id == case.id)
    )
    session.add(checklist)
    session.flush()
    session.add_all(
        ChecklistStep(checklist_id=checklist.id, number=number, care=step.care, words=step.words)
        for number, step in enumerate(playbook.steps, (last or 0) + 1)
    )
    return checklist


def _change_ticks(session: Session, case_id: int, act: Act, numbers: Sequence[int], *, verb: Verb) -> None:
    """The case is locked meanwhile: of two who tick at once each finds what the other did."""
    case = take_case(session, case_id, act, verb)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    rows = _steps_of(session, case)
    to = verb is Verb.TICK
    refuse(policy.why_not_change_ticks(case.id, [_ticked(step) for step, _ in rows], numbers, to=to))
    changed = [
        (step, checklist)
        for step, checklist in rows
        if step.number in numbers and (step.done_at is None) == to
    ]
    for step, checklist in changed:
        step.done_by, step.done_at = (act.by, act.at) if to else (None, None)
        record(
            session,
            case,
            CaseEventKind.STEP_DONE if to else CaseEventKind.STEP_UNDONE,
            by=act.by,
            at=act.at,
            playbook=checklist.name,
            number=step.number,
            words=step.words,
        )
    for checklist_id in dict.fromkeys(checklist.id for _, checklist in changed):
        messages.refresh_checklist(session, case.id, checklist_id)


def _steps_of(session: Session, case: Case) -> list[tuple[ChecklistStep, Checklist]]:
    """All steps of a case, of whatever playbook, as they are now."""
    rows = session.execute(
        select(ChecklistStep, Checklist)
        .join(Checklist, Checklist.id == ChecklistStep.checklist_id)
        .where(Checklist.case_id == case.id)
        .order_by(ChecklistStep.number)
        .execution_options(populate_existing=True)
    )
    return [(step, checklist) for step, checklist in rows]


def _ticked(step: ChecklistStep) -> TickedStep:
    return TickedStep(step.number, step.care, step.words, step.done_by, step.done_at)
