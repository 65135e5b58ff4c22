"""What search looks through is written behind what happens, and holds what a case says now."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import documents, notes
from handlers.notes import Written
from handlers.places import Thread
from models.search import CaseDocument, DocumentLanguage, DocumentProgress, KnownWord
from tests.builders import BEN, a_case, an_act


def tell_language(words: str) -> str | None:
    """As the detector would."""
    return "en" if "courier" in words else None


def caught_up(session: Session) -> None:
    """Everything that changed is written."""
    session.flush()
    documents.catch_up(session, tell_language)


def vector_of(session: Session, case_id: int) -> str:
    """The document of a case, as PostgreSQL writes it."""
    return str(session.scalar(select(CaseDocument.vector).where(CaseDocument.case_id == case_id)))


def test_a_document_has_who_it_is_what_they_said_and_notes_folded_and_with_stems(session: Session) -> None:
    case = a_case(
        session,
        text="The lamps at the café",
        language="en",
        author_name="Jörg Straße",
        author_handle="joerg77@example.com",
        attributes={"order": "DE-4711", "gold": True},
    )
    notes.add_note(session, case.id, an_act(), text="The courier's searching")

    caught_up(session)

    words = {part.partition(":")[0].strip("'"): part[-1] for part in vector_of(session, case.id).split()}
    assert words == {
        "@0": "'",
        "jorg": "A",
        "strasse": "A",
        "joerg77": "A",
        "example": "A",
        "com": "A",
        "lamps": "B",
        "lamp": "B",
        "cafe": "B",
        "de": "B",
        "4711": "B",
        "true": "B",
        "courier": "C",
        "searching": "C",
        "search": "C",
    }


def test_a_note_is_followed_until_it_is_removed(session: Session) -> None:
    case = a_case(session)
    act = an_act(BEN)
    note = notes.keep_thread_message(session, Thread(case.id), act, Written("The courier lied", "C1:1"))
    assert note is not None
    caught_up(session)
    assert "'courier'" in vector_of(session, case.id)

    edited = Written("The driver lied", "C1:1")
    notes.change_thread_message(session, note, act, edited, edited_ts="2", thread=Thread(case.id))
    caught_up(session)
    assert "'courier'" not in vector_of(session, case.id)
    assert "'driver'" in vector_of(session, case.id)

    notes.remove_thread_message(session, note, act)
    caught_up(session)
    assert "'driver'" not in vector_of(session, case.id)


def test_cases_from_before_there_were_documents_are_gone_by_in_turn(session: Session) -> None:
    numbers = [a_case(session, text=f"Old matter {n}", language="en").id for n in range(3)]
    progress = session.get_one(DocumentProgress, 1)
    progress.event_id = 2**30  # all of history lies behind

    caught_up(session)

    assert list(session.scalars(select(CaseDocument.case_id).order_by(CaseDocument.case_id))) == numbers
    assert session.get_one(DocumentLanguage, "en").documents == 3
    assert session.get(KnownWord, "matter") is not None


def test_a_line_of_history_that_comes_late_is_not_passed_over(session: Session) -> None:
    case = a_case(session)
    caught_up(session)
    progress = session.get_one(DocumentProgress, 1)
    progress.event_id += documents.LOOKED_BACK - 2  # others were faster with as many lines
    progress.case_id = case.id

    notes.add_note(session, case.id, an_act(), text="Late word")
    caught_up(session)

    assert "'late'" in vector_of(session, case.id)


def test_what_is_written_is_not_written_again(session: Session) -> None:
    case = a_case(session)
    caught_up(session)

    assert documents.write_documents(session, [case.id], tell_language) == 0
    assert session.scalar(select(func.sum(DocumentLanguage.documents))) == 1


def test_fifty_thousand_characters_and_half_ones_are_taken(session: Session) -> None:
    case = a_case(session, text="ab c\u0301\u200f <!channel> ```'\\''``` " * 2_000 + "\ufffe", language="xx")

    caught_up(session)

    assert vector_of(session, case.id).startswith("'@0' 'ab':")


def test_a_case_of_which_more_was_said_than_a_document_takes_stops_no_other(session: Session) -> None:
    letters = [chr(0x10428 + n) for n in range(40)]  # four bytes each
    words = [f"{one}{other}{letters[0] * 57}{last}" for one in letters for other in letters for last in "ab"]
    said = {f"field {n}": " ".join(word[::-1] for word in words[80 * n : 80 * n + 80]) for n in range(40)}
    case = a_case(session, text=" ".join(words), attributes=said)
    other = a_case(session, author_name="Jo Amber")

    caught_up(session)

    assert f"'{words[0]}'" in vector_of(session, case.id)
    assert f"'{words[-1][::-1]}'" not in vector_of(session, case.id)
    assert "'amber'" in vector_of(session, other.id)
