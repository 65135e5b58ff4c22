"""Feedback is stored once, with one customer behind a handle, whoever else stores the same just now."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from bot.database import Database
from bot.jobs import JobQueue
from handlers.storing import store_feedback
from models.customer import Customer, Profile
from models.feedback import Feedback
from models.policies.incoming_facts import attributes_from_now_on
from models.policies.intake import IncomingFeedback
from tests.builders import MONDAY_MORNING, a_feedback
from tests.scenarios.processes import until


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, JobQueue(database_url))
    yield database
    database.close()


def counts(database: Database) -> list[int]:
    """How much feedback, how many customers and how many profiles there are."""
    with database.transaction() as session:
        tables = (Feedback, Customer, Profile)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def told_at_once(database: Database, first: IncomingFeedback, second: IncomingFeedback) -> list[bool]:
    """Whether each was stored; the second is told while the first is not yet committed."""

    def tell() -> int | None:
        with database.transaction() as session:
            return store_feedback(session, second, MONDAY_MORNING, is_imported=False)

    def second_waits() -> bool:
        with database.transaction() as looking:
            return bool(looking.scalar(text("select count(*) from pg_locks where not granted")))

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            stored = store_feedback(session, first, MONDAY_MORNING, is_imported=False)
            told = pool.submit(tell)
            until(second_waits)
        return [stored is not None, told.result() is not None]


def test_two_pieces_that_bring_the_same_new_handle_at_once_are_by_one_customer(database: Database) -> None:
    stored = told_at_once(database, a_feedback(author_handle="ada"), a_feedback(author_handle="ada"))

    assert stored == [True, True]
    assert counts(database) == [2, 1, 1]


@pytest.mark.parametrize(("handle", "profiles"), [("ada", 1), (None, 0)], ids=["by ada", "by somebody"])
def test_the_same_words_told_twice_at_once_are_stored_once(
    database: Database, handle: str | None, profiles: int
) -> None:
    words = a_feedback(author_handle=handle)

    stored = told_at_once(database, words, words)

    assert stored == [True, False]
    assert counts(database) == [1, 1, profiles]


def test_a_customer_is_in_the_segment_that_a_source_told_last(database: Database) -> None:
    tell: Callable[..., int | None] = store_feedback
    with database.transaction() as session:
        for attributes in ({}, {"segment": "gold"}, {}):
            told = a_feedback(author_handle="ada", attributes=attributes)
            tell(session, told, MONDAY_MORNING, is_imported=False)

        assert session.scalars(select(Customer.segment)).all() == ["gold"]


def test_a_customer_has_the_attributes_that_sources_told_the_latest_of_each(database: Database) -> None:
    with database.transaction() as session:
        for told in (
            {"customer.plan": "free", "order": "HP-1"},
            {"customer.since": 2019},
            {"customer.plan": "pro"},
            {},
        ):
            words = a_feedback(author_handle="ada", attributes=told)
            store_feedback(session, words, MONDAY_MORNING, is_imported=False)

        assert session.scalars(select(Customer.attributes)).all() == [{"plan": "pro", "since": 2019}]


def test_what_is_known_of_a_customer_does_not_grow_without_end(database: Database) -> None:
    many = {f"n{number:02}": number for number in range(60)}
    first, second = dict(list(many.items())[:30]), dict(list(many.items())[25:60])
    with database.transaction() as session:
        for told in (first, second):
            attributes = {f"customer.{name}": value for name, value in told.items()}
            words = a_feedback(author_handle="ada", attributes=attributes)
            store_feedback(session, words, MONDAY_MORNING, is_imported=False)

        (kept,) = session.scalars(select(Customer.attributes))
        assert kept == attributes_from_now_on(first, second)
        assert list(kept) == [*list(many)[:15], *second]
