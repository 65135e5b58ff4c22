"""POST /feedback/<source>: what is stored, once, and that 202 is only said then."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from procrastinate.exceptions import ConnectorException
from starlette.applications import Starlette
from starlette.routing import Route

from bot.database import Database
from bot.samples.player import Sample, load_samples
from bot.web.app import build_web
from bot.web.feedback import AT_A_TIME, FeedbackBody, FeedbackEndpoint, Secrets, to_incoming
from tests.bot.web.door import (
    BEARER,
    NOTHING,
    TOKEN,
    Door,
    a_desk,
    client_of,
    problems,
)
from tests.clock import MONDAY_MORNING, TestClock

LATE = "My parcel never arrived and nobody answers."
ONE = {"feedback": 1, "customers": 1, "profiles": 1, "procrastinate_jobs": 1}


def test_feedback_is_stored_once_and_will_be_heard(door: Door) -> None:
    body = {"text": LATE, "external_id": "T-1", "author": {"handle": "ottilie@example.com"}}

    answer = door.post(body)

    assert (answer.status_code, answer.json()) == (202, {"status": "stored", "external_id": "T-1"})
    (feedback,) = door.stored()
    (job,) = door.rows("select task_name, args, status from procrastinate_jobs")
    assert job == {"task_name": "hear", "args": {"subject_id": feedback["id"]}, "status": "todo"}


def test_names_that_are_none_of_ours_are_told_and_the_feedback_is_kept(door: Door) -> None:
    body = {
        "text": LATE,
        "external_id": "T-1",
        "ID": 7,
        "author": {"handle": "@ottilie", "phone": {"a": [1]}},
    }
    body |= {f"more {number}": None for number in range(30)}

    answer = door.post(body)

    assert answer.status_code == 202
    told = answer.json()
    assert (told["status"], told["external_id"]) == ("stored", "T-1")
    assert told["ignored"][:2] == ["ID", "more 0"]
    assert len(told["ignored"]) == 10
    assert door.post({"text": LATE, "author": {"phone": 1}}).json()["ignored"] == ["author.phone"]
    assert door.stored_texts() == [LATE, LATE]


def test_feedback_and_the_job_that_hears_it_are_one_transaction(door: Door) -> None:
    door.post({"text": LATE})

    (feedback,) = door.rows("select xmin::text from feedback")
    (job,) = door.rows("select xmin::text from procrastinate_jobs")
    assert feedback == job


def test_everything_that_a_source_tells_is_kept(door: Door) -> None:
    answer = door.post(
        {
            "text": LATE,
            "external_id": "T-1",
            "title": "Where is it?",
            "author": {"handle": "@ottilie", "name": "Ottilie Fenwick", "email": "ottilie@example.com"},
            "occurred_at": "2026-03-02T08:30:00+01:00",
            "score": 6.5,
            "score_scale": "NPS",
            "language": "en-GB",
            "permalink": "https://x.example.com/status/1",
            "attributes": {"segment": "gold", "total": 12.5, "items": 3, "gift": False},
        },
        source="x",
    )

    assert answer.status_code == 202
    (kept,) = door.rows(
        "select source, external_id, title, text, survey_score, survey_scale, language, permalink,"
        " feedback.attributes, is_imported, occurred_at, received_at, name, segment, handle"
        " from feedback join customers on customers.id = customer_id"
        " join profiles using (customer_id, source)"
    )
    assert kept == {
        "source": "x",
        "external_id": "T-1",
        "title": "Where is it?",
        "text": LATE,
        "survey_score": 6.5,
        "survey_scale": "nps",
        "language": "en",
        "permalink": "https://x.example.com/status/1",
        "attributes": {"segment": "gold", "total": 12.5, "items": 3, "gift": False},
        "is_imported": False,
        "occurred_at": datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
        "received_at": MONDAY_MORNING,
        "name": "Ottilie Fenwick",
        "segment": "gold",
        "handle": "@ottilie",
    }


@pytest.mark.parametrize("sample", load_samples(), ids=lambda sample: sample.external_id)
def test_every_sample_says_what_a_source_may_say(sample: Sample) -> None:
    incoming = to_incoming(sample.source, FeedbackBody.model_validate(sample.body))

    assert (incoming.external_id, incoming.text) == (sample.external_id, sample.body["text"])
    assert dict(incoming.attributes) == sample.body.get("attributes", {})


def test_the_same_external_id_twice_is_one_feedback(door: Door) -> None:
    body = {"text": LATE, "external_id": "T-1", "author": "ottilie@example.com"}
    door.post(body)

    answer = door.post(body | {"text": "Still nothing."})

    assert (answer.status_code, answer.json()) == (202, {"status": "already stored", "external_id": "T-1"})
    assert (door.counts(), door.stored_texts()) == (ONE, [LATE])


def test_the_same_external_id_from_another_source_is_another_feedback(door: Door) -> None:
    door.post({"text": LATE, "external_id": "T-1"}, source="email")

    door.post({"text": LATE, "external_id": "T-1"}, source="survey")

    assert [row["source"] for row in door.stored()] == ["email", "survey"]


def test_twenty_copies_at_once_are_one_feedback(door: Door) -> None:
    body = {"text": LATE, "external_id": "T-1", "author": "ottilie@example.com"}

    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(door.post, [body] * 20))

    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["status"] for answer in answers) == ["already stored"] * 19 + ["stored"]
    assert door.counts() == ONE


def test_one_customer_who_says_twenty_things_at_once_is_one_customer(door: Door) -> None:
    bodies = [{"text": f"{number} days late", "author": "ottilie@example.com"} for number in range(20)]

    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(door.post, bodies))

    assert {answer.status_code for answer in answers} == {202}
    assert door.counts() == {"feedback": 20, "customers": 1, "profiles": 1, "procrastinate_jobs": 20}


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u200b"])
def test_feedback_without_an_id_is_a_new_one_each_time(door: Door, nothing: str | None) -> None:
    door.post({"text": "The first", "external_id": nothing})

    answer = door.post({"text": "The second", "external_id": nothing})

    assert answer.json()["external_id"].startswith("ours-")
    assert door.stored_texts() == ["The first", "The second"]


def test_a_number_as_an_id_is_its_digits(door: Door) -> None:
    door.post({"text": "The first", "external_id": 12345678901234567890})

    answer = door.post({"text": "The same", "external_id": "12345678901234567890"})

    assert answer.json()["status"] == "already stored"
    assert [row["external_id"] for row in door.stored()] == ["12345678901234567890"]


@pytest.mark.parametrize("author", ["Ünal 🙂" * 71, "🙂" * 500])
def test_the_longest_ids_and_handles_fit_into_their_indexes(door: Door, author: str) -> None:
    answer = door.post({"text": LATE, "external_id": author, "author": author})

    assert answer.status_code == 202
    assert [row["external_id"] for row in door.stored()] == [author]


@pytest.mark.parametrize(
    ("author", "handle", "name"),
    [
        pytest.param("@ottilie", "@ottilie", "@ottilie", id="only a handle"),
        pytest.param({"handle": "@ottilie", "name": "Ottilie"}, "@ottilie", "Ottilie", id="an object"),
        pytest.param({"email": "o@example.com", "name": "O"}, "o@example.com", "O", id="an e-mail address"),
        pytest.param({"handle": 4711}, "4711", "4711", id="a number"),
        pytest.param(
            {"handle": " \u200b ", "email": "用户@例え.jp"}, "用户@例え.jp", "用户@例え.jp", id="blank"
        ),
    ],
)
def test_a_customer_is_known_by_handle_or_address(door: Door, author: Any, handle: str, name: str) -> None:
    door.post({"text": LATE, "author": author})

    assert door.rows("select handle, name from profiles join customers on customers.id = customer_id") == [
        {"handle": handle, "name": name}
    ]


@pytest.mark.parametrize("author", [None, {}, "", {"handle": None}, {"handle": "\u2800"}, {"name": "Ida"}])
def test_a_customer_without_handle_is_somebody_new_each_time(door: Door, author: Any) -> None:
    door.post({"text": LATE, "author": author})

    door.post({"text": LATE, "author": author})

    assert door.counts() == {"feedback": 2, "customers": 2, "profiles": 0, "procrastinate_jobs": 2}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", id="ISO"),
        pytest.param("2024-01-02t03:04:05z", "2024-01-02T03:04:05+00:00", id="lower case"),
        pytest.param("2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05+00:00", id="as SQL writes it"),
        pytest.param("2024-01-02T03:04:05", "2024-01-02T03:04:05+00:00", id="no zone is UTC"),
        pytest.param("2024-01-02T03:04:05.678+05:30", "2024-01-01T21:34:05.678000+00:00", id="an offset"),
        pytest.param("2024-01-02", "2024-01-02T00:00:00+00:00", id="a day"),
        pytest.param(1700000000, "2023-11-14T22:13:20+00:00", id="unix seconds"),
        pytest.param(1700000000.5, "2023-11-14T22:13:20.500000+00:00", id="and a half"),
        pytest.param("1700000000", "2023-11-14T22:13:20+00:00", id="seconds as text"),
        pytest.param(1700000000000, "2023-11-14T22:13:20+00:00", id="milliseconds"),
        pytest.param("2026-03-02T20:00:00", "2026-03-02T09:00:00+00:00", id="a little ahead is now"),
    ],
)
def test_when_it_was_said_is_read_as_machines_write_it(door: Door, said: Any, kept: str) -> None:
    answer = door.post({"text": LATE, "occurred_at": said})

    assert answer.status_code == 202
    assert [
        row["occurred_at"].isoformat()
        for row in door.rows(
            "select occurred_at at time zone 'UTC' at time zone 'UTC' as occurred_at from feedback"
        )
    ] == [kept]


def test_attributes_become_one_flat_list(door: Door) -> None:
    attributes = {
        "order": {"total": 5.5, "lines": ["lamp", {"shelf": 2}]},
        "is_gift": True,
        "nothing": None,
        "huge": 2**63,
        "large": 2**63 - 1,
        "": "no name",
        "bad\ud800": "half\x00 a \udc00character",
    }

    answer = door.post({"text": LATE, "attributes": attributes})

    assert answer.status_code == 202
    assert door.stored()[0]["attributes"] == {
        "order.total": 5.5,
        "order.lines": '["lamp", {"shelf": 2}]',
        "is_gift": True,
        "huge": "9223372036854775808",
        "large": 9223372036854775807,
        "": "no name",
        "bad": "half a character",
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("  two\r\n\r\nlines\t ", id="white space"),
        pytest.param(
            "\ufeffa mark, a \u202eturn\u202c and a z\u200bero width\u200d", id="invisible characters"
        ),
        pytest.param("\x1b[31mred\x07", id="controls"),
        pytest.param("👎", id="an emoji"),
        pytest.param("\U0001fae9", id="an emoji newer than this Python"),
        pytest.param("...", id="dots"),
        pytest.param("é e\u0301 ﬁ ℌ", id="not normalised"),
        pytest.param("x" * 200_000, id="200,000 letters"),
        pytest.param("'; drop table feedback; -- {{7*7}} <!channel> %s %(x)s $1", id="orders"),
    ],
)
def test_a_text_is_kept_as_it_was_said(door: Door, text: str) -> None:
    answer = door.post({"text": text})

    assert (answer.status_code, door.stored_texts()) == (202, [text])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param(r'"late\u0000 again"', "late again", id="NUL"),
        pytest.param(r'"cut \ud83d"', "cut ", id="half an emoji"),
        pytest.param(r'"\udc00\ud800 mixed up"', " mixed up", id="halves in the wrong order"),
        pytest.param(r'"whole \ud83d\ude00"', "whole 😀", id="both halves"),
    ],
)
def test_only_what_cannot_be_stored_is_taken_out(door: Door, sent: str, kept: str) -> None:
    answer = door.send(f'{{"text": {sent}}}')

    assert (answer.status_code, door.stored_texts()) == (202, [kept])


def test_of_a_name_that_stands_twice_the_last_counts(door: Door) -> None:
    door.send('{"external_id": "T-1", "text": "first", "external_id": "T-2", "text": "last"}')

    assert [(row["external_id"], row["text"]) for row in door.stored()] == [("T-2", "last")]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no content type"),
        pytest.param({"Content-Type": "application/json; charset=UTF-8"}, id="with its charset"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, id="as curl sends it"),
        pytest.param({"Content-Encoding": "identity"}, id="not encoded, and says so"),
        pytest.param({"Authorization": f"bearer  {TOKEN} "}, id="the token with blanks around it"),
    ],
)
def test_json_is_json_whatever_it_is_called(door: Door, headers: dict[str, str]) -> None:
    answer = door.send('{"text": "late"}', headers=BEARER | headers)

    assert (answer.status_code, door.stored_texts()) == (202, ["late"])


def test_a_byte_order_mark_does_no_harm(door: Door) -> None:
    answer = door.send('\ufeff{"text": "late"}'.encode())

    assert (answer.status_code, door.stored_texts()) == (202, ["late"])


def test_what_nobody_knows_is_not_kept(door: Door) -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(60_000))

    answer = door.send(f'{{"__proto__": {{"admin": true}}, "\\udc00": 1, "text": "late", {keys}}}')

    assert answer.status_code == 202
    assert (door.stored_texts(), door.stored()[0]["attributes"]) == (["late"], {})


def test_without_a_database_the_sender_is_asked_to_come_again(doorstep: Door) -> None:
    answer = doorstep.post({"text": LATE})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert problems(answer) == {"database": "the database does not answer: send it again later"}


class BrokenQueue:
    """A queue that loses its connection when something is deferred."""

    def defer_all(self, *asked: Any) -> None:
        """Fail, as the connector does."""
        raise ConnectorException("the connection is lost")


def test_feedback_whose_job_cannot_be_deferred_is_not_stored(door: Door, clock: TestClock) -> None:
    broken = Database(door.database.url, BrokenQueue())
    web = build_web(a_desk(broken, clock), Secrets(TOKEN, None), None)

    answer = client_of(web).post("/feedback/email", json={"text": LATE}, headers=BEARER)

    broken.close()
    assert (answer.status_code, door.counts()) == (503, NOTHING)


def test_a_database_that_came_back_is_used_again(door: Door) -> None:
    door.post({"text": "before"})
    door.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )

    answer = door.post({"text": "after"})

    assert (answer.status_code, door.stored_texts()) == (202, ["before", "after"])


def test_a_database_that_hangs_keeps_nobody_waiting(hanging_database: Database, clock: TestClock) -> None:
    feedback = FeedbackEndpoint(
        a_desk(hanging_database, clock), Secrets(TOKEN, None), patience=timedelta(milliseconds=50)
    )
    web = Starlette(routes=[Route("/feedback/{source}", feedback.__call__, methods=["POST"])])

    with client_of(web) as client, ThreadPoolExecutor(2 * AT_A_TIME) as senders:
        asked = [
            senders.submit(client.post, "/feedback/x", json={"text": LATE}, headers=BEARER)
            for _ in range(2 * AT_A_TIME)
        ]
        answers = [each.result() for each in asked]

    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "10")}
