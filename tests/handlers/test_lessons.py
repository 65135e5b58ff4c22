"""What people said that feedback is about is collected to learn from, and asked for when there is enough."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from handlers import lessons
from handlers.jobs import ASKED, Job
from models.case import Case, Outcome
from models.feedback import Feedback, Sentiment
from models.lessons import ThemeLessons
from models.review import Label
from models.vocabulary import OutcomeKind
from tests.builders import ANA, a_case
from tests.clock import MONDAY_MORNING


def say(session: Session, case: Case, theme: str, hour: int = 1) -> None:
    session.add(
        Label(
            feedback_id=case.feedback_id,
            theme=theme,
            said_by=ANA,
            said_at=MONDAY_MORNING + timedelta(hours=hour),
        )
    )


def close(session: Session, case: Case, theme: str | None, kind: OutcomeKind = OutcomeKind.RECOVERED) -> None:
    at = MONDAY_MORNING + timedelta(hours=2)
    session.add(
        Outcome(
            case_id=case.id, kind=kind, theme=theme, what_was_done="Sent a new one", decided_by=ANA, at=at
        )
    )


def kept(told: int) -> ThemeLessons:
    return ThemeLessons(
        learned_at=MONDAY_MORNING,
        told=told,
        texts=told,
        right_before=50,
        right_after=60,
        model="m",
        keys=["delivery"],
        weights=b"",
    )


def test_the_last_word_on_each_text_counts_whether_it_corrects_or_closes(session: Session) -> None:
    first, second, third, fourth, fifth = (
        a_case(session, text=f"It is late {n}", external_id=str(n), author_handle=f"c{n}") for n in range(5)
    )
    say(session, first, "delivery")
    say(session, first, "quality", hour=3)
    close(session, first, "staff")
    say(session, second, "delivery")
    close(session, second, "billing")
    close(session, third, "billing", OutcomeKind.DUPLICATE)
    close(session, fourth, None)
    say(session, fifth, "other")
    session.flush()

    told = lessons.list_told(session)

    assert [(each.text, each.theme) for each in told] == [
        ("It is late 0", "quality"),
        ("It is late 1", "billing"),
    ]


def test_the_language_is_what_the_sender_said_or_else_what_was_heard(session: Session) -> None:
    case = a_case(session)
    say(session, case, "delivery")
    session.flush()
    heard = session.scalars(select(Sentiment)).one()
    heard.language = "de"
    assert [each.language for each in lessons.list_told(session)] == ["de"]


@pytest.mark.parametrize(
    ("last", "model", "said", "is_due"),
    [
        (None, "m", 49, False),
        (None, "m", 50, True),
        (100, "m", 119, False),
        (100, "m", 120, True),
        (400, "m", 439, False),
        (400, "m", 440, True),
        (100, "another", 49, False),
        (100, "another", 100, True),
    ],
)
def test_it_is_learned_once_people_said_enough_more(
    session: Session, last: int | None, model: str, said: int, is_due: bool
) -> None:
    a_case(session)
    row = session.execute(select(Feedback.__table__)).mappings().one()
    others = [{**row, "id": 10_000 + n, "external_id": f"x{n}"} for n in range(said)]
    session.execute(insert(Feedback), others)
    labels = [
        {"feedback_id": each["id"], "theme": "delivery", "said_by": ANA, "said_at": MONDAY_MORNING}
        for each in others
    ]
    session.execute(insert(Label), labels)
    if last is not None:
        lessons.keep(session, kept(last))
    session.flush()
    session.info.pop(ASKED, None)

    assert lessons.ask_if_due(session, model) is is_due
    asked = [job for job, _ in session.info.get(ASKED, {})]
    assert asked == ([Job.LEARN_THEMES] if is_due else [])


def test_only_what_was_learned_last_is_kept(session: Session) -> None:
    for told in (50, 90):
        lessons.keep(session, kept(told))
        session.flush()

    assert [row.told for row in session.scalars(select(ThemeLessons))] == [90]
