"""What colleagues write for each other; a customer never sees it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.case import Note
from models.policies.permissions import Verb
from models.vocabulary import CaseEventKind

NOTE_LENGTH = 3000
"""Characters of a note: what one block of a message takes."""


def add_note(session: Session, case_id: int, act: Act, *, text: str) -> Note:
    """Keep a note and tell the thread."""
    words = text.strip()
    if not words:
        raise CannotDo(f"A note needs words: `/recovery note {case_id} The courier found it.`", field="text")
    if len(words) > NOTE_LENGTH:
        raise CannotDo(f"A note has at most {NOTE_LENGTH} characters; this one has {len(words)}.")
    case = take_case(session, case_id, act, Verb.NOTE)
    note = Note(case_id=case.id, author=act.by, text=words, at=act.at)
    session.add(note)
    event = record(session, case, CaseEventKind.NOTED, by=act.by, at=act.at, text=words)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return note


def keep_thread_message(
    session: Session, case_id: int, act: Act, *, text: str, slack_ref: str, is_left: bool = False
) -> Note | None:
    """What somebody wrote in a case's thread is a note; None when we have it already.

    The thread shows it already, so nothing is posted; what is said in one that the case has left (`is_left`)
    is repeated where it is now. Whoever can write there is heard.
    """
    words = text.strip()[:NOTE_LENGTH]
    case = take_case(session, case_id, act, Verb.SHOW)
    if not words or session.scalar(select(Note.id).where(Note.slack_ref == slack_ref)) is not None:
        return None
    note = Note(case_id=case.id, author=act.by, text=words, slack_ref=slack_ref, at=act.at)
    session.add(note)
    event = record(session, case, CaseEventKind.NOTED, by=act.by, at=act.at, text=words)
    if is_left:
        messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return note
