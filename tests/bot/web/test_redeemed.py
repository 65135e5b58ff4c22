"""POST /compensation/redeemed: what a customer used is in the ledger, once, and only signed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.database import Database
from bot.web.app import build_web
from bot.web.redeemed import RedeemedEndpoint
from bot.web.senders import Secrets
from handlers import compensation, handovers
from models.case import CaseEvent
from models.compensation import LedgerEntry
from models.policies.catalogue import AsGiven, Offer
from models.policies.handover import Proof
from models.vocabulary import CaseEventKind, CompensationKind, LedgerState
from tests.bot.web.door import TOKEN, a_desk, client_of
from tests.builders import ANA, a_case, a_rulebook, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING, TestClock
from tests.shop_double import SECRET

VOUCHER = Offer("voucher", "Voucher", CompensationKind.VOUCHER, AsGiven(), expires=timedelta(days=30))
RULES = replace(a_rulebook(), compensation=replace(a_rulebook().compensation, catalogue={"voucher": VOUCHER}))
MONTH = timedelta(days=30)


@pytest.fixture
def client(database: Database, clock: TestClock) -> Iterator[TestClient]:
    """Where redemptions are told."""
    web = build_web(a_desk(database, clock), Secrets(TOKEN, None, SECRET), None)
    with client_of(web) as client:
        yield client


@pytest.fixture
def gift(database: Database) -> int:
    """A voucher of twenty euro, handed over with a code."""
    with database.transaction() as session:
        case, act = a_case(session), an_act(ANA, rulebook=RULES)
        number = compensation.grant(session, case.id, act, wish=a_wish(euro(20)), reason="late").id
        handovers.hand_over(session, case.id, act, gift=number, proof=Proof(f"CODE-{number}"))
    return number


def tells(client: TestClient, kind: str = "compensation.redeemed", **data: Any) -> tuple[int, str]:
    """The status and the words of the answer to a signed delivery."""
    body = json.dumps({"type": kind, "data": data})
    answer = client.post("/compensation/redeemed", content=body, headers=signed(body))
    told = answer.json()
    return answer.status_code, told.get("status") or told["error"]


def signed(body: str) -> dict[str, str]:
    """The headers of a delivery that is signed as it should be."""
    at = datetime.now(UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body),
    }


def lines(database: Database, gift: int) -> list[tuple[LedgerState, Decimal]]:
    with database.transaction() as session:
        rows = session.execute(
            select(LedgerEntry.state, LedgerEntry.amount)
            .where(LedgerEntry.compensation_id == gift)
            .order_by(LedgerEntry.id)
        )
        return [(state, amount) for state, amount in rows]


def test_what_was_used_is_a_line_that_changes_no_sum_and_stands_in_the_case(
    client: TestClient, database: Database, gift: int
) -> None:
    answers = [tells(client, gift=gift, reference="Order <9>"), tells(client, code=f"CODE-{gift}")]

    assert answers == [(200, "redeemed"), (200, "already redeemed")]
    assert lines(database, gift)[-1] == (LedgerState.REDEEMED, 0)
    assert len(lines(database, gift)) == 3
    with database.transaction() as session:
        (event,) = session.scalars(
            select(CaseEvent).where(CaseEvent.kind == CaseEventKind.COMPENSATION_REDEEMED)
        )
        assert (event.details["gift"], event.details["reference"]) == (gift, "Order <9>")


def test_what_had_expired_but_was_used_in_time_is_given_again(
    client: TestClient, database: Database, gift: int, clock: TestClock
) -> None:
    with database.transaction() as session:
        handovers.expire(session, RULES, clock.forward(MONTH + timedelta(hours=1)))

    answer = tells(client, gift=gift, at=(MONDAY_MORNING + MONTH).isoformat())

    assert answer == (200, "redeemed")
    assert lines(database, gift)[-2:] == [(LedgerState.EXPIRED, -20), (LedgerState.REDEEMED, 20)]


def test_what_was_used_after_it_had_expired_is_refused(
    client: TestClient, database: Database, gift: int, clock: TestClock
) -> None:
    with database.transaction() as session:
        handovers.expire(session, RULES, clock.forward(MONTH + timedelta(hours=1)))

    status, words = tells(client, gift=gift)

    assert status == 409
    assert words == f"G{gift} expired at 2026-04-01T09:00:00Z, before it was used."
    assert lines(database, gift)[-1] == (LedgerState.EXPIRED, -20)


def test_what_was_used_before_it_was_given_is_refused(client: TestClient, gift: int) -> None:
    almost_a_day_before = (MONDAY_MORNING - timedelta(hours=23)).isoformat()

    assert tells(client, gift=gift, at="2026-02-28T23:00:00Z") == (
        409,
        f"G{gift} was given only at 2026-03-02T09:00:00Z, after 2026-02-28T23:00:00Z.",
    )
    assert tells(client, gift=gift, at=almost_a_day_before) == (200, "redeemed")


def test_what_was_taken_back_cannot_be_used(client: TestClient, database: Database, gift: int) -> None:
    with database.transaction() as session:
        (case_id,) = session.scalars(select(LedgerEntry.case_id).limit(1))
        compensation.revoke(session, case_id, an_act(ANA, rulebook=RULES), gift=gift, reason="wrong")

    assert tells(client, gift=gift) == (409, f"G{gift} was taken back before it was used.")


def test_a_code_that_two_gifts_have_is_no_name_for_one(
    client: TestClient, database: Database, gift: int
) -> None:
    with database.transaction() as session:
        case, act = a_case(session), an_act(ANA, rulebook=RULES)
        other = compensation.grant(session, case.id, act, wish=a_wish(euro(20)), reason="late").id
        handovers.hand_over(session, case.id, act, gift=other, proof=Proof(f"CODE-{gift}"))

    assert tells(client, code=f"CODE-{gift}") == (
        409,
        "Several gifts have that code; name the gift by its number.",
    )


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"gift": 999_999}, 404, "There is no gift 999999."),
        ({"gift": 10**30}, 404, "There is no gift"),
        ({"code": "NEVER"}, 404, "Nothing was handed over with that code."),
        ({}, 422, "data: name the gift: its number as gift, or its code"),
        ({"gift": "7"}, 422, "data.gift: "),
        ({"gift": 0}, 422, "data.gift: "),
        ({"gift": 1, "at": "yesterday"}, 422, "data.at: "),
        ({"gift": 1, "at": "2026-03-02T09:00:00"}, 422, "data.at: "),
        ({"code": "x" * 50_000}, 422, "data.code: "),
        ({"kind": "compensation.granted", "gift": 1}, 422, "type: "),
    ],
)
def test_what_cannot_be_is_answered_with_what_is_wrong(
    client: TestClient, data: dict[str, Any], status: int, said: str
) -> None:
    answer = tells(client, **data)

    assert answer[0] == status
    assert said in answer[1]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {TOKEN}"},
        {"webhook-id": "msg_1", "webhook-timestamp": "1700000000", "webhook-signature": "v1,AAAA"},
    ],
)
def test_a_stranger_tells_nothing(
    client: TestClient, database: Database, gift: int, headers: dict[str, str]
) -> None:
    body = json.dumps({"type": "compensation.redeemed", "data": {"gift": gift}})

    answer = client.post("/compensation/redeemed", content=body, headers=headers)

    assert answer.status_code == 401
    assert lines(database, gift)[-1][0] is LedgerState.HANDED_OVER


@pytest.mark.parametrize(
    "header", [{"content-encoding": "gzip"}, {"content-type": "application/json; charset=utf-16"}]
)
def test_what_is_packed_or_not_utf_8_is_told_so(client: TestClient, header: dict[str, str]) -> None:
    answer = client.post("/compensation/redeemed", content="{}", headers={**signed("{}"), **header})

    assert answer.status_code == 415
    assert answer.json() == {"error": "send it as UTF-8 and not compressed"}


def test_without_a_secret_there_is_no_such_address(database: Database, clock: TestClock) -> None:
    with client_of(build_web(a_desk(database, clock), Secrets(TOKEN, None), None)) as client:
        assert client.post("/compensation/redeemed", content="{}").status_code == 404


def test_a_database_that_is_away_asks_to_be_told_again(absent_database: Database, clock: TestClock) -> None:
    web = build_web(a_desk(absent_database, clock), Secrets(TOKEN, None, SECRET), None)
    with client_of(web) as client:
        assert tells(client, gift=1) == (503, "the database does not answer: send it again later")


def test_a_database_that_hangs_keeps_the_other_system_not_waiting(
    hanging_database: Database, clock: TestClock
) -> None:
    redeemed = RedeemedEndpoint(a_desk(hanging_database, clock), SECRET, patience=timedelta(milliseconds=50))
    web = Starlette(routes=[Route("/compensation/redeemed", redeemed.__call__, methods=["POST"])])

    with client_of(web) as client:
        assert tells(client, gift=1) == (503, "the database does not answer: send it again later")
