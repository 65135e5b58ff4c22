"""Old feedback is written by the hundred, to the same end as one by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.database import Database
from bot.jobs import JobQueue
from handlers import intake
from handlers.imports import Heard, load_known, take_in
from handlers.storing import store_feedback
from models.case import Case
from models.customer import Customer, Profile
from models.feedback import Feedback, FeedbackDecision, Sentiment
from models.message import Message
from models.policies.imports import Opening, Opens
from models.policies.rules import Answer, Facts, Verdict
from tests.builders import a_feedback, a_rule, a_rulebook, a_score
from tests.clock import MONDAY_MORNING

ALL = Opening(Opens.ALL, recent=timedelta(days=7), at_most=100, at=MONDAY_MORNING)
COLUMNS = ("source", "title", "text", "survey_score", "survey_scale", "language", "attributes")


def heard(feels: float = -0.8, **feedback: Any) -> Heard:
    """A piece of feedback that feels like that."""
    return Heard(a_feedback(**feedback), a_score(feels))


def test_a_piece_ends_up_as_if_it_had_come_alone(session: Session) -> None:
    whole: dict[str, Any] = {
        "title": "Late",
        "score": 2.0,
        "score_scale": "stars",
        "language": "en",
        "attributes": {"segment": "gold", "order_total": 12.5},
    }
    alone = a_feedback(external_id="alone", author_handle="ada", **whole)
    feedback_id = store_feedback(session, alone, MONDAY_MORNING, is_imported=False)
    intake.hear_all(session, {feedback_id or 0: a_score()}, a_rulebook(), at=MONDAY_MORNING)

    take_in(session, [heard(external_id="many", author_handle="ben", **whole)], a_rulebook(), ALL, opened=0)

    assert told(session, "many") == told(session, "alone")
    assert session.scalar(select(func.count()).select_from(Case)) == 2
    assert session.scalar(select(func.count()).select_from(Message)) == 2


def told(session: Session, external_id: str) -> list[Any]:
    """Everything that the books hold of a piece of feedback, but its own ids."""
    row = session.scalars(select(Feedback).where(Feedback.external_id == external_id)).one()
    assert row.sentiment is not None
    assert row.decision is not None
    return [
        *(getattr(row, column) for column in COLUMNS),
        row.customer.segment,
        row.customer.name,
        row.customer.profiles[0].source,
        *(getattr(row.sentiment, column) for column in ("label", "score", "p_neutral", "model", "scored_at")),
        *(getattr(row.decision, column) for column in ("rule", "why", "opens_case", "rulebook_version")),
    ]


def test_what_may_not_open_a_case_is_decided_on_all_the_same(session: Session) -> None:
    nothing = Opening(Opens.NONE, recent=timedelta(days=7), at_most=100, at=MONDAY_MORNING)

    taken = take_in(session, [heard(), heard(0.8)], a_rulebook(), nothing, opened=0)

    decisions = session.scalars(select(FeedbackDecision).order_by(FeedbackDecision.feedback_id)).all()
    assert (taken.opened, taken.held_back) == (0, {"this import opens no cases": 1})
    assert [each.opens_case for each in decisions] == [False, False]
    assert decisions[0].rule == "Unhappy customer"
    assert decisions[0].why.startswith("Imported, and this import opens no cases; else: Somebody is unhappy")
    assert session.scalar(select(func.count()).select_from(Sentiment)) == 2


def test_cases_that_were_opened_before_count_towards_the_most(session: Session) -> None:
    few = Opening(Opens.ALL, recent=timedelta(days=7), at_most=3, at=MONDAY_MORNING)

    taken = take_in(session, [heard(), heard(), heard()], a_rulebook(), few, opened=2)

    assert taken.opened == 1


def test_the_second_piece_of_a_batch_knows_of_the_first(session: Session) -> None:
    def has_an_open_case(facts: Facts) -> Verdict:
        met = facts["customer.feedback_count"] == 2 and facts["customer.open_cases"] == 1
        return Verdict(Answer.MATCHED if met else Answer.NOT_MATCHED)

    rules = (a_rule(name="Again", condition=has_an_open_case), a_rule())
    batch = [heard(author_handle="ada"), heard(author_handle="ada")]

    take_in(session, batch, a_rulebook(rules=rules), ALL, opened=0)

    assert list(session.scalars(select(Case.rule).order_by(Case.feedback_id))) == [
        "Unhappy customer",
        "Again",
    ]


def test_a_customer_who_is_known_is_found_and_a_nameless_one_is_somebody_else_each_time(
    session: Session,
) -> None:
    store_feedback(session, a_feedback(author_handle="ada"), MONDAY_MORNING, is_imported=False)
    nameless = {"author_handle": None, "author_name": None}

    take_in(
        session,
        [heard(author_handle="ada", attributes={"segment": "gold"}), heard(**nameless), heard(**nameless)],
        a_rulebook(),
        ALL,
        opened=0,
    )

    counted = session.execute(
        select(Feedback.customer_id, Customer.segment, func.count())
        .join(Customer, Customer.id == Feedback.customer_id)
        .group_by(Feedback.customer_id, Customer.segment)
        .order_by(Feedback.customer_id)
    )
    assert [tuple(row)[1:] for row in counted] == [("gold", 2), (None, 1), (None, 1)]


def test_what_an_import_tells_of_a_customer_is_known_of_them_from_then_on(session: Session) -> None:
    told = [{"customer.plan": "pro", "order": "HP-1"}, {"customer.since": 2019}, {}]

    take_in(
        session,
        [heard(author_handle="ada", attributes=attributes) for attributes in told],
        a_rulebook(),
        ALL,
        opened=0,
    )

    assert session.scalars(select(Customer.attributes)).all() == [{"plan": "pro", "since": 2019}]


def test_known_feedback_is_told_by_its_words_as_well(session: Session) -> None:
    store_feedback(session, a_feedback("Späte Lieferung", external_id="1"), MONDAY_MORNING, is_imported=True)

    known = load_known(session, "email", ["1", "2"], MONDAY_MORNING)

    assert [known.is_new(a_feedback(external_id=each)) for each in ("1", "2")] == [False, True]
    assert not known.has_other_words(a_feedback("Späte Lieferung", external_id="1"))
    assert known.has_other_words(a_feedback("Kalte Suppe", external_id="1"))
    assert not known.has_other_words(a_feedback("Kalte Suppe", external_id="2"))


@pytest.mark.parametrize(("later", "opened"), [(timedelta(hours=23), 1), (timedelta(hours=25), 0)])
def test_what_the_same_file_opened_a_while_ago_counts_no_longer(
    session: Session, later: timedelta, opened: int
) -> None:
    take_in(session, [heard(external_id="1")], a_rulebook(), ALL, opened=0)

    known = load_known(session, "email", ["1"], MONDAY_MORNING + later)

    assert known.opened_lately == opened


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, JobQueue(database_url))
    yield database
    database.close()


def until(look: Callable[[], bool]) -> None:
    while not look():
        pass


def test_a_customer_who_writes_while_they_are_imported_stays_one(database: Database) -> None:
    def import_it() -> int:
        with database.transaction() as importing:
            taken = take_in(importing, [heard(author_handle="ada")], a_rulebook(), ALL, opened=0)
        return len(taken.scores)

    def somebody_waits() -> bool:
        with database.transaction() as looking:
            return bool(looking.scalar(text("select count(*) from pg_locks where not granted")))

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as live:
            intake.receive_feedback(live, a_feedback(author_handle="ada"), MONDAY_MORNING)
            imported = pool.submit(import_it)
            until(somebody_waits)

        assert imported.result() == 1

    with database.transaction() as session:
        tables = (Feedback, Customer, Profile)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts == [2, 1, 1]


def test_feedback_that_arrives_while_it_is_imported_is_left_to_the_other(session: Session) -> None:
    arrived = a_feedback(author_handle=None)
    intake.receive_feedback(session, arrived, MONDAY_MORNING)

    taken = take_in(session, [Heard(arrived, a_score()), heard()], a_rulebook(), ALL, opened=0)

    assert (len(taken.scores), taken.opened) == (1, 1)
    assert session.scalar(select(func.count()).select_from(Customer)) == 2
