"""What colleagues write for each other; a customer never sees it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, sla
from handlers.act import Act
from handlers.cases import lock_case, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.places import Thread
from models.case import Case, Note
from models.policies.permissions import Verb
from models.vocabulary import SYSTEM, CaseEventKind, SharedFile

NOTE_LENGTH = 3000
"""Characters of a note: what one block of a message takes."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message in a case's thread; `slack_ref` is "channel:ts", where it stands."""

    text: str
    slack_ref: str
    files: Sequence[SharedFile] = ()


def add_note(session: Session, case_id: int, act: Act, *, text: str) -> Note:
    """Keep a note and tell the thread."""
    words = text.strip()
    if not words:
        raise CannotDo(f"A note needs words: `/recovery note {case_id} The courier found it.`", field="text")
    if len(words) > NOTE_LENGTH:
        raise CannotDo(
            f"A note has at most {NOTE_LENGTH} characters; this one has {len(words)}.", field="text"
        )
    case = take_case(session, case_id, act, Verb.NOTE)
    note = Note(case_id=case.id, author=act.by, text=words, at=act.at)
    session.add(note)
    event = record(session, case, CaseEventKind.NOTED, by=act.by, at=act.at, text=words)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return note


def keep_thread_message(session: Session, thread: Thread, act: Act, written: Written) -> Note | None:
    """What somebody wrote in a case's thread is a note; None when we have it already.

    The thread shows it already, so nothing is posted there; what is said in the thread of another team, or
    in one that the case has left, is repeated where the case is now, and to every other team that is on it.
    Whoever can write there is heard.
    """
    case = _take(session, thread.case_id, act)
    content = _content(written.text, written.files)
    if not _says_something(content) or find_note(session, written.slack_ref) is not None:
        return None
    note = Note(case_id=case.id, author=act.by, slack_ref=written.slack_ref, at=act.at, **content)
    session.add(note)
    event = record(session, case, CaseEventKind.NOTED, by=act.by, at=act.at, **content)
    messages.repeat_line(session, case, event, said_in=thread.begun_by)
    messages.refresh_card(session, case)
    return note


def change_thread_message(
    session: Session, note: Note, act: Act, written: Written, *, edited_ts: str, thread: Thread | None
) -> None:
    """Let a note say what its message says now; what it said before stays in the history.

    Slack may bring edits twice and in any order: only one that is later than the last is followed. Where the
    note was repeated, its change is told too.
    """
    case = _take(session, note.case_id, act)
    session.refresh(note)
    if note.removed_at is not None or edited_ts <= (note.edited_ts or ""):
        return
    note.edited_ts = edited_ts
    before, after = {"text": note.text, "files": note.files}, _content(written.text, written.files)
    if before == after or not _says_something(after):  # a link that was unfolded is an edit to Slack
        return
    note.text, note.files = after["text"], after["files"]
    kind = CaseEventKind.NOTE_CHANGED
    event = record(session, case, kind, by=act.by, at=act.at, before=before, after=after)
    if thread is not None and not thread.is_left:
        messages.repeat_line(session, case, event, said_in=thread.begun_by)
    messages.refresh_card(session, case)


def remove_thread_message(session: Session, note: Note, act: Act, *, thread: Thread | None = None) -> None:
    """The message of a note was deleted: it counts no more, and the history keeps what it said.

    Slack does not tell who deleted it.
    """
    case = _take(session, note.case_id, act)
    session.refresh(note)
    if note.removed_at is not None:
        return
    note.removed_at = act.at
    before = {"text": note.text, "files": note.files}
    kind = CaseEventKind.NOTE_REMOVED
    event = record(session, case, kind, by=SYSTEM, at=act.at, author=note.author, before=before)
    if thread is not None and not thread.is_left:
        messages.repeat_line(session, case, event, said_in=thread.begun_by)
    messages.refresh_card(session, case)


def find_note(session: Session, slack_ref: str) -> Note | None:
    """The note that was written as this message; None where it is none."""
    return session.scalar(select(Note).where(Note.slack_ref == slack_ref))


def _take(session: Session, case_id: int, act: Act) -> Case:
    """The case in whose thread somebody wrote, locked; whoever has it has seen it."""
    case = lock_case(session, case_id)
    sla.acknowledge(session, case, by=act.by, at=act.at)
    return case


def _content(text: str, files: Sequence[SharedFile]) -> dict[str, Any]:
    """What a message says, as the note and the history keep it."""
    return {"text": text.strip()[:NOTE_LENGTH], "files": [asdict(file) for file in files]}


def _says_something(content: dict[str, Any]) -> bool:
    return bool(content["text"] or content["files"])
