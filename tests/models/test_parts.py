"""Whose part is meant, and what the second is told of two who come at once."""

import pytest

from models.policies.lifecycle import Standing
from models.policies.parts import (
    WORDS_LENGTH,
    PartStanding,
    choose,
    falls_to,
    is_for_all,
    why_none,
    why_not_give,
    why_not_go_on,
    why_not_involve,
    why_not_release,
    why_not_take,
    why_not_words,
)
from models.policies.rulebook import Admins
from models.vocabulary import AgentId, CaseEventKind, CaseStatus, PartEnd
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.clock import MONDAY_MORNING

OPEN = Standing(41, CaseStatus.IN_PROGRESS, ANA)
RESOLVED = Standing(41, CaseStatus.RESOLVED, ANA)
BILLING = a_team(key="billing", name="Billing")
RULES = a_rulebook(
    teams={
        "deliveries": a_team(members=(ANA,), supervisors=(SAM,)),
        "billing": a_team(key="billing", members=(BEN, SAM), supervisors=()),
        "products": a_team(key="products", members=(BEN,), supervisors=()),
    },
    admins=Admins(members=(AgentId("U0KIM"),), channel="#admins"),
)
INVOICE = PartStanding(7, "billing", "Billing", None)
LAMP = PartStanding(8, "products", "Products", BEN)
DONE = PartStanding(6, "billing", "Billing", BEN, PartEnd.DONE, BEN, MONDAY_MORNING)


@pytest.mark.parametrize(
    ("parts", "by", "wanted", "meant"),
    [
        ([INVOICE], BEN, None, INVOICE),
        ([INVOICE, LAMP], BEN, None, INVOICE),  # the first that was asked
        ([INVOICE, LAMP], BEN, 8, LAMP),
        ([INVOICE, LAMP], BEN, 9, None),
        ([INVOICE], ANA, None, INVOICE),  # not of a team of hers, but no other could be meant
        ([INVOICE, LAMP], ANA, None, None),
        ([DONE], BEN, None, DONE),  # so that he is told that it is done
        ([DONE, INVOICE], BEN, None, INVOICE),
        ([DONE, LAMP], SAM, None, LAMP),
        ([], BEN, None, None),
    ],
)
def test_which_part_somebody_means(
    parts: list[PartStanding], by: AgentId, wanted: int | None, meant: PartStanding | None
) -> None:
    assert choose(parts, by, RULES, wanted) == meant


@pytest.mark.parametrize(
    ("by", "wanted", "meant"),
    [
        (BEN, None, INVOICE),
        (ANA, None, None),  # the case itself
        (SAM, None, None),  # of both teams: the case, unless they say it where the part is shown
        (SAM, 7, INVOICE),
        (LEA, None, None),
    ],
)
def test_who_works_for_the_cases_team_takes_the_case_and_others_their_part(
    by: AgentId, wanted: int | None, meant: PartStanding | None
) -> None:
    assert falls_to([INVOICE, DONE], by, "deliveries", RULES, wanted) == meant


@pytest.mark.parametrize(
    ("because", "told"),
    [
        (PartEnd.DONE, f"Billing's part of case #41 is done already: <@{BEN}> said so"),
        (PartEnd.RESOLVED, f"ended with the case: <@{BEN}> resolved it"),
        (PartEnd.SENT_BACK, f"<@{BEN}> sent it back"),
        (PartEnd.WITHDRAWN, f"<@{BEN}> said that it is not needed any more"),
        (PartEnd.MERGED, "is over: the case was merged"),
        (PartEnd.MOVED, "is over: the case is theirs now"),
    ],
)
def test_the_second_is_told_who_ended_a_part_and_how(because: PartEnd, told: str) -> None:
    over = PartStanding(6, "billing", "Billing", BEN, because, BEN, MONDAY_MORNING)

    assert told in (why_not_go_on(OPEN, over) or "")
    assert told in (why_not_take(OPEN, over, SAM) or "")
    assert told in (why_not_give(OPEN, over, BEN) or "")
    assert told in (why_not_release(OPEN, over) or "")


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (why_not_take(OPEN, INVOICE, BEN), None),
        (why_not_take(OPEN, LAMP, BEN), "is already yours"),
        (why_not_take(OPEN, LAMP, SAM), f"`/recovery assign 41 P8 <@{SAM}>`"),
        (why_not_give(OPEN, LAMP, BEN), f"is already with <@{BEN}>"),
        (why_not_give(OPEN, LAMP, SAM), None),
        (why_not_release(OPEN, INVOICE), "Nobody has Billing's part"),
        (why_not_release(OPEN, LAMP), None),
        (why_not_involve(OPEN, "deliveries", BILLING, ()), None),
        (why_not_involve(OPEN, "deliveries", BILLING, ("billing",)), "Billing is on case #41 already"),
        (why_not_involve(OPEN, "deliveries", a_team(), ()), "Name another team"),
        (why_not_involve(RESOLVED, "deliveries", BILLING, ()), "is already resolved"),
        (why_not_words("Please look", example="x"), None),
        (why_not_words("", example="involve 41 billing x"), "`involve 41 billing x`"),
        (why_not_words("x" * (WORDS_LENGTH + 1), example=""), f"at most {WORDS_LENGTH} characters"),
        (why_none(OPEN, [INVOICE, LAMP], "Deliveries"), "There is: P7 of Billing, P8 of Products."),
        (why_none(OPEN, [DONE], "Deliveries"), "No other team than Deliveries is on case #41."),
    ],
)
def test_what_cannot_be_is_told_with_what_would_be_right(refusal: str | None, told: str | None) -> None:
    assert (refusal is None) == (told is None)
    assert (told or "") in (refusal or "")


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [
        (CaseEventKind.CONTACTED, True),
        (CaseEventKind.RESOLVED, True),
        (CaseEventKind.TEAM_INVOLVED, True),
        (CaseEventKind.PINGED, False),
        (CaseEventKind.PART_DUE, False),
        (CaseEventKind.APPROVAL_ASKED, False),
    ],
)
def test_every_team_reads_what_it_must_know_and_no_reminders_of_others(
    kind: CaseEventKind, is_told: bool
) -> None:
    assert is_for_all(kind) == is_told
