"""What becomes of a gift after it was given: each a line of the ledger, corrected by the next."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handlers import approving, closing, compensation, handovers
from handlers.errors import CannotDo
from handlers.redeeming import Used, redeem
from models.case import Case
from models.compensation import Compensation, LedgerEntry
from models.policies.catalogue import AsGiven, Offer, Quantity
from models.policies.handover import Proof
from models.vocabulary import AgentId, CompensationKind, LedgerState, OutcomeKind, SharedFile
from tests.builders import ANA, SAM, a_case, a_rulebook, a_wish, an_act, euro
from tests.clock import MONDAY_MORNING

DAY = timedelta(days=1)
VOUCHER = Offer("voucher", "Voucher", CompensationKind.VOUCHER, AsGiven(), expires=30 * DAY)
RULES = replace(a_rulebook(), compensation=replace(a_rulebook().compensation, catalogue={"voucher": VOUCHER}))
FILE = SharedFile("receipt.pdf", "https://files.example/receipt.pdf")


def given_in(session: Session, case: Case) -> int:
    """The number of twenty euro that Ana gave for thirty days."""
    act = an_act(ANA, rulebook=RULES)
    return compensation.grant(session, case.id, act, wish=a_wish(euro(20)), reason="late").id


def lines_of(session: Session, case: Case) -> Sequence[LedgerEntry]:
    return session.scalars(
        select(LedgerEntry).where(LedgerEntry.case_id == case.id).order_by(LedgerEntry.id)
    ).all()


def test_a_handover_is_a_line_that_changes_no_sum(session: Session) -> None:
    case = a_case(session)
    given_in(session, case)

    proof = Proof("SUMMER-20", "sent by e-mail", (FILE,))
    handovers.hand_over(session, case.id, an_act(SAM), gift=None, proof=proof)

    first, second = lines_of(session, case)
    assert (first.state, first.amount) == (LedgerState.GRANTED, 20)
    assert (second.state, second.amount, second.by) == (LedgerState.HANDED_OVER, 0, SAM)
    assert (second.code, second.reference) == ("SUMMER-20", "sent by e-mail")
    assert second.files == [{"name": FILE.name, "permalink": FILE.permalink}]


def test_a_wrong_code_is_corrected_by_another_line(session: Session) -> None:
    case = a_case(session)
    number = given_in(session, case)
    handovers.hand_over(session, case.id, an_act(ANA), gift=number, proof=Proof("A1"))

    with pytest.raises(CannotDo, match="with just this already"):
        handovers.hand_over(session, case.id, an_act(ANA), gift=number, proof=Proof("A1"))
    handovers.hand_over(session, case.id, an_act(ANA), gift=number, proof=Proof("A2"))

    assert [line.code for line in lines_of(session, case)] == [None, "A1", "A2"]


@pytest.mark.parametrize("proof", [Proof(), Proof("x" * 201), Proof("A1", "x" * 50_000)])
def test_a_handover_needs_a_proof_of_a_line(session: Session, proof: Proof) -> None:
    case = a_case(session)
    given_in(session, case)

    with pytest.raises(CannotDo, match=r"a code or a reference|at most 200 characters"):
        handovers.hand_over(session, case.id, an_act(ANA), gift=None, proof=proof)


def test_what_is_over_is_not_handed_over(session: Session) -> None:
    case = a_case(session)
    number = given_in(session, case)
    compensation.revoke(session, case.id, an_act(ANA), gift=number, reason="wrong case")

    with pytest.raises(CannotDo, match=r"Nothing was given in case .* that could be handed over"):
        handovers.hand_over(session, case.id, an_act(ANA), gift=number, proof=Proof("A1"))


def test_a_gift_of_a_resolved_case_is_handed_over_all_the_same(session: Session) -> None:
    case = a_case(session)
    given_in(session, case)
    closing.resolve_case(
        session, case.id, an_act(ANA), outcome=OutcomeKind.RECOVERED, theme="delivery", what_was_done="Called"
    )

    handovers.hand_over(session, case.id, an_act(ANA), gift=None, proof=Proof("A1"))

    assert lines_of(session, case)[-1].state is LedgerState.HANDED_OVER


def test_what_nobody_used_expires_at_its_moment_and_every_budget_has_it_again(session: Session) -> None:
    case = a_case(session)
    given_in(session, case)

    almost = handovers.expire(session, RULES, MONDAY_MORNING + 30 * DAY - timedelta(seconds=1))
    then = handovers.expire(session, RULES, MONDAY_MORNING + 30 * DAY)
    again = handovers.expire(session, RULES, MONDAY_MORNING + 31 * DAY)

    assert (almost, then, again) == (0, 1, 0)
    assert [(line.state, line.amount) for line in lines_of(session, case)] == [
        (LedgerState.GRANTED, Decimal(20)),
        (LedgerState.EXPIRED, Decimal(-20)),
    ]
    assert compensation.list_given(session, case.id) == []


def test_what_was_taken_back_does_not_expire(session: Session) -> None:
    case = a_case(session)
    given_in(session, case)
    compensation.revoke(session, case.id, an_act(ANA), gift=None, reason="wrong case")

    assert handovers.expire(session, RULES, MONDAY_MORNING + 40 * DAY) == 0


@pytest.mark.parametrize(
    ("states", "constraint"),
    [
        (["cancelled", "expired"], "uq_ledger_entries_ended_once"),
        (["redeemed", "redeemed"], "uq_ledger_entries_once"),
        (["handed over"], "ck_ledger_entries_only_a_grant_adds"),
    ],
)
def test_the_database_refuses_a_ledger_that_cannot_be(
    session: Session, states: list[str], constraint: str
) -> None:
    given_in(session, a_case(session))
    amount = {"cancelled": -20, "expired": -20, "redeemed": 0, "handed over": 1}
    copy = text("""
        insert into ledger_entries (compensation_id, case_id, customer_id, team, theme, state, amount,
                                    currency, granted_by, granted_at, by, why, at)
        select compensation_id, case_id, customer_id, team, theme, :state, :amount, currency, granted_by,
               granted_at, by, why, at
          from ledger_entries where state = 'granted'""")

    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(copy, [{"state": state, "amount": amount[state]} for state in states])


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.sampled_from([ANA, SAM]), st.decimals("0.01", 60, places=2)),
        st.tuples(st.just("ask"), st.just(ANA), st.decimals(40, 120, places=2)),
        st.tuples(st.just("approve"), st.sampled_from([ANA, SAM]), st.sampled_from([None, Decimal(55)])),
        st.tuples(st.sampled_from(["take back", "hand over", "use"]), st.just(SAM), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.just(SAM), st.sampled_from([1, 15, 31])),
    ),
    max_size=20,
)


class Books:
    """What a person with a pencil writes down: what each gift costs by now, and what no longer counts."""

    def __init__(self, session: Session, case: Case) -> None:
        self._session, self._case = session, case
        self.costs: dict[int, Decimal] = {}
        self.at = MONDAY_MORNING
        self._given: list[tuple[int, datetime, Decimal]] = []

    def does(self, deed: str, who: AgentId, what: Any) -> None:
        """The same with the bot and with the pencil; raises CannotDo."""
        act = an_act(who, rulebook=RULES, at=self.at)
        match deed:
            case "give":
                wish = a_wish(euro(str(what)))
                compensation.grant(self._session, self._case.id, act, wish=wish, reason="late")
                self._write_down()
            case "ask":
                wish = a_wish(euro(str(what)))
                approving.ask(self._session, self._case.id, act, wish=wish, reason="very late")
            case "approve":
                less = Quantity(Decimal(what)) if what else None
                approving.approve(self._session, self._case.id, act, request=None, quantity=less)
                self._write_down()
            case "take back":
                number = self._given[what][0]
                compensation.revoke(self._session, self._case.id, act, gift=number, reason="wrong")
                self.costs[number] = Decimal(0)
            case "hand over":
                number, proof = self._given[what][0], Proof(f"{what} {self.at:%d}")
                handovers.hand_over(self._session, self._case.id, act, gift=number, proof=proof)
            case "use":
                number, given_at, cost = self._given[what]
                used_at = min(self.at, given_at + 29 * DAY)
                redeem(self._session, act, Used(number, "", used_at))
                self.costs[number] = cost
            case _:
                self.at += what * DAY
                handovers.expire(self._session, RULES, self.at)
                self._expire()

    def _write_down(self) -> None:
        """What was given just now."""
        gift = self._session.scalars(select(Compensation).order_by(Compensation.id.desc()).limit(1)).one()
        self._given.append((gift.id, self.at, gift.amount))
        self.costs[gift.id] = gift.amount

    def _expire(self) -> None:
        is_used = {
            line.compensation_id
            for line in lines_of(self._session, self._case)
            if line.state is LedgerState.REDEEMED
        }
        for number, given_at, _ in self._given:
            if self.at >= given_at + 30 * DAY and number not in is_used:
                self.costs[number] = Decimal(0)


def follow(session: Session, books: Books, steps: list) -> list[Decimal]:
    """Do all of it; after each step by how much the ledger and the pencil differ."""
    differ = []
    for deed, who, what in steps:
        with contextlib.suppress(CannotDo, IndexError), session.begin_nested():
            books.does(deed, who, what)
        differ.append(_sum(session) - sum(books.costs.values()))
    return differ


def over_without_a_yes(lines: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The grants after which the case had more than its giver may give, and that nobody approved."""
    sums = accumulate(line.amount for line in lines)
    limits = {ANA: 50, SAM: 250}
    return [
        line
        for line, total in zip(lines, sums, strict=True)
        if line.state is LedgerState.GRANTED and total > limits[line.granted_by] and line.over is None
    ]


def _sum(session: Session) -> Decimal:
    return session.scalar(select(func.coalesce(func.sum(LedgerEntry.amount), 0))) or Decimal(0)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=deeds)
def test_whatever_is_done_no_limit_is_passed_without_a_yes_and_the_ledger_always_sums(
    session: Session, steps: list
) -> None:
    with session.begin_nested() as nested:
        case = a_case(session)

        differ = follow(session, Books(session, case), steps)

        assert set(differ) <= {Decimal(0)}
        assert over_without_a_yes(lines_of(session, case)) == []
        assert {line.approved_by for line in lines_of(session, case)} <= {None, SAM}
        nested.rollback()
    session.expire_all()
