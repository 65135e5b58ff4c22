"""What people see, block by block, held against tests/golden."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.slack.client import Rendered
from bot.slack.views import (
    absence,
    answers,
    approval,
    card,
    closing,
    contact,
    correcting,
    direct,
    escalating,
    escalation,
    giving,
    involving,
    lines,
    members,
    merging,
    modals,
    moved,
    part,
    pausing,
    playbook,
    reopening,
    review,
    splitting,
    story,
    triage,
)
from bot.workspace.blocks import checked_message_blocks
from bot.workspace.clock import Ids
from handlers.asked import Past, PastCase, RequestSnapshot, WaitingRequest
from handlers.snapshots import (
    CardSnapshot,
    ChecklistSnapshot,
    Ending,
    Feeling,
    Gift,
    Gone,
    LineSnapshot,
    MergedInto,
    NoticeSnapshot,
    PartEnding,
    PartSnapshot,
    PassedOn,
    PauseSnapshot,
    Piece,
    ReviewSnapshot,
    TakenIn,
    Words,
)
from models.policies.absence import Away
from models.policies.approvals import End, Request
from models.policies.budgets import Limit, LimitKind
from models.policies.bursts import Crowd, Member
from models.policies.catalogue import AsGiven, Choice, Fixed, Offer, Quantity, Record, Wish, plain_offer
from models.policies.closing import Proposal
from models.policies.contact import Contacted
from models.policies.duplicates import Likely
from models.policies.ladders import Climb
from models.policies.opening_hours import ALWAYS
from models.policies.pausing import Paused
from models.policies.playbooks import USUAL_PLAYBOOK, Knowledge, TickedStep
from models.policies.sla_clock import Clock, Pause
from models.policies.stories import Nominated
from models.vocabulary import (
    SYSTEM,
    ApprovalEnd,
    Care,
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ClockKind,
    CompensationKind,
    EscalationEnd,
    OutcomeKind,
    PartEnd,
    PauseEnd,
    PauseReason,
    Priority,
    ReviewReason,
    SentimentLabel,
    StoryEnd,
)
from tests.bot.workspace.slack_types.judge import type_errors
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team, euro
from tests.clock import MONDAY_MORNING

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
MINUTE = timedelta(minutes=1)
AT = MONDAY_MORNING + 6 * MINUTE
HOSTILE = "<!channel> *free* `lamp` ```x <https://evil.example|our bank> <@U0ANA> & \u202egnp.exe"

CLOCKS = (
    Clock(ClockKind.ACKNOWLEDGE, MONDAY_MORNING, 10 * MINUTE, ALWAYS, ping_at=(0.5, 0.9)),
    Clock(ClockKind.RESOLVE, MONDAY_MORNING, 60 * MINUTE, ALWAYS, ping_at=(0.5, 0.9)),
)
CONTACT = Clock(ClockKind.CONTACT, MONDAY_MORNING, 15 * MINUTE, ALWAYS)
OPEN = CardSnapshot(
    number=41,
    version=1,
    title="Parcel never arrived",
    kind=CaseKind.COMPLAINT,
    priority=Priority.HIGH,
    status=CaseStatus.OPEN,
    team="Deliveries",
    team_key="deliveries",
    customer="Ottilie Fenwick",
    segment="gold",
    times_written=3,
    words=Words(
        text="My parcel never arrived and nobody answers.\nI want my money back.",
        title="Parcel never arrived",
        source="E-mail",
        permalink="https://mail.example/41",
        survey=None,
        attributes={"order": "HP-1042", "order_total": 129.0},
    ),
    feeling=Feeling(SentimentLabel.NEGATIVE, -0.93, 0.95),
    rule="Late parcel",
    why='A delivery went wrong (text has "parcel")',
    owner=None,
    clocks=CLOCKS,
    paused=None,
    first_contact=None,
    compensation=(),
    gifts=(),
    notes=0,
    opened_at=MONDAY_MORNING,
    ending=None,
)
CLAIMED = replace(
    OPEN,
    status=CaseStatus.IN_PROGRESS,
    owner=ANA,
    clocks=(replace(CLOCKS[0], stopped_at=MONDAY_MORNING + 2 * MINUTE), CLOCKS[1]),
    compensation=(euro("20.00"),),
    gifts=(Gift(7, "voucher of 20.00 EUR"),),
    notes=2,
)
PAUSED = replace(
    CLAIMED,
    clocks=(CLAIMED.clocks[0], replace(CLOCKS[1], pauses=(Pause(MONDAY_MORNING + 4 * MINUTE),))),
    first_contact=Contacted(ANA, "phone", MONDAY_MORNING + 3 * MINUTE),
    paused=Paused(
        PauseReason.CUSTOMER, "They look <!channel> for it", ANA, MONDAY_MORNING + 4 * MINUTE, None
    ),
)
A_PART = PartSnapshot(
    number=7,
    team="Billing",
    team_key="billing",
    asked_for="Please check the invoice of 3 March.",
    asked_by=ANA,
    asked_at=MONDAY_MORNING + MINUTE,
    holder=None,
    clocks=(
        Clock(ClockKind.ACKNOWLEDGE, MONDAY_MORNING + MINUTE, 10 * MINUTE, ALWAYS),
        Clock(ClockKind.RESOLVE, MONDAY_MORNING + MINUTE, 60 * MINUTE, ALWAYS),
    ),
)
A_PART_DONE = replace(
    A_PART,
    number=8,
    team="Products",
    holder=BEN,
    clocks=(),
    ending=PartEnding(PartEnd.DONE, BEN, MONDAY_MORNING + 5 * MINUTE, "The new lamp is on its way."),
)
SHARED = replace(CLAIMED, parts=(A_PART, A_PART_DONE))
SNOOZED_UNTIL = MONDAY_MORNING + 30 * MINUTE
SNOOZED_AT_LAST = Paused(PauseReason.SNOOZED, "", ANA, MONDAY_MORNING + 4 * MINUTE, SNOOZED_UNTIL)
SNOOZED = replace(
    PAUSED,
    clocks=(
        CLAIMED.clocks[0],
        replace(CLOCKS[1], pauses=(Pause(MONDAY_MORNING + 4 * MINUTE, SNOOZED_UNTIL),)),
    ),
    paused=SNOOZED_AT_LAST,
)
GIVEN = replace(OPEN, status=CaseStatus.IN_PROGRESS, owner=ANA)
RESOLVED = replace(
    CLAIMED,
    status=CaseStatus.RESOLVED,
    clocks=tuple(replace(clock, stopped_at=MONDAY_MORNING + 5 * MINUTE) for clock in CLOCKS),
    ending=Ending(OutcomeKind.RECOVERED, "Late & lost", "Sent a new lamp", ANA, MONDAY_MORNING + 5 * MINUTE),
)
HOSTILE_CARD = replace(
    OPEN,
    title=HOSTILE,
    customer=HOSTILE,
    segment=HOSTILE,
    rule=HOSTILE,
    words=replace(
        OPEN.words,
        text=HOSTILE * 400,
        title=HOSTILE,
        source=HOSTILE,
        permalink="https://mail.example/a|b>c",
        attributes={HOSTILE: HOSTILE},
    ),
)
TAKEN_IN = TakenIn(
    number=42,
    title=HOSTILE,
    customer=HOSTILE,
    words=HOSTILE_CARD.words,
    given=(euro("20.00"),),
)
MERGED = replace(
    RESOLVED,
    ending=Ending(OutcomeKind.DUPLICATE, None, "Merged into #42", ANA, AT),
    merged=MergedInto(42, ANA, AT),
)
PIECES = [Piece(17, HOSTILE * 20, MONDAY_MORNING)]
LIKELY = (
    Likely(42, HOSTILE, ("same order HP-1042", "same customer")),
    Likely(43, "Lamp", ("same customer",)),
)


PROMISED_ANEW: dict[str, Any] = {
    "promise": "urgent",
    "promise_before": "normal",
    "deadlines": [
        {"clock": "acknowledge", "before": AT.isoformat(), "after": MONDAY_MORNING.isoformat()},
        {"clock": "update", "before": None, "after": AT.isoformat()},
        {"clock": "resolve", "before": AT.isoformat(), "after": None},
        {"clock": "contact", "before": "", "after": ""},
    ],
}
AN_HOUR_AGO = (MONDAY_MORNING - 60 * MINUTE).isoformat()
WAITED: dict[str, Any] = {
    "since": (MONDAY_MORNING - 90 * MINUTE).isoformat(),
    "why": "They look for it",
    "owner": BEN,
}
ASKED_FOR: dict[str, Any] = {"request": 3, "gift": "Off <!here>, 15 %, worth 80.00 EUR"}
WAITED_FOR_YES: dict[str, Any] = {"seconds": 300, "asked_by": BEN}
STAYS: dict[str, Any] = {"promise": "normal", "promise_before": "normal", "deadlines": []}


def _line(kind: CaseEventKind, /, **details: Any) -> LineSnapshot:
    return LineSnapshot(number=41, kind=kind, actor=ANA, at=MONDAY_MORNING, details=details)


LINES = (
    _line(CaseEventKind.CLAIMED),
    _line(CaseEventKind.ASSIGNED, to=BEN),
    _line(CaseEventKind.ASSIGNED, to=BEN, because="looks after <gold>"),
    _line(CaseEventKind.REASSIGNED, to=BEN, before=ANA),
    _line(CaseEventKind.RELEASED, before=ANA, due_at=AT.isoformat()),
    _line(CaseEventKind.RELEASED, before=BEN, due_at=None),
    _line(CaseEventKind.HANDED_OVER, before=ANA, until=AT.isoformat(), to=BEN, because="standing in"),
    _line(CaseEventKind.HANDED_OVER, before=ANA, until=None, to=None, due_at=AT.isoformat()),
    _line(CaseEventKind.RETURNED, owner=BEN),
    _line(
        CaseEventKind.MOVED,
        from_name="Deliveries",
        to_name="A&B <billing>",
        channel="#recovery-billing",
        left_by=BEN,
        **STAYS,
    ),
    _line(CaseEventKind.PRIORITY_CHANGED, before="high", to="urgent", **PROMISED_ANEW),
    _line(CaseEventKind.KIND_CHANGED, before="query", to="complaint", **STAYS),
    _line(CaseEventKind.CORRECTED, sentiment="neutral", theme=None),
    _line(CaseEventKind.CORRECTED, sentiment="positive", theme="A&B <late>"),
    _line(CaseEventKind.NOTED, text="Call <@U0BEN> & <!channel>"),
    _line(CaseEventKind.COMPENSATED, gift=7, kind="voucher", amount="20.00", currency="EUR", reason="late"),
    _line(
        CaseEventKind.COMPENSATED,
        gift=8,
        kind="discount",
        name=HOSTILE[:200],
        quantity="15 %",
        amount="9.00",
        currency="EUR",
        reason="late",
    ),
    _line(CaseEventKind.COMPENSATED, kind="gesture", amount="0.00", currency="EUR", reason="a card"),
    _line(
        CaseEventKind.CONTACTED, channel="phone", words="Sorry", alerted_at=AN_HOUR_AGO, update_due_at=None
    ),
    _line(
        CaseEventKind.CONTACTED,
        channel="in person",
        words="Promised a <lamp>",
        alerted_at=None,
        update_due_at=AT.isoformat(),
    ),
    _line(CaseEventKind.PAUSED, reason="waiting for the customer", why="They look for it", until=None),
    _line(CaseEventKind.PAUSED, reason="snoozed", why="", until=SNOOZED_UNTIL.isoformat()),
    _line(CaseEventKind.RESUMED, because=PauseEnd.RESUMED, **WAITED),
    _line(CaseEventKind.RESUMED, because=PauseEnd.ANSWERED, **WAITED),
    _line(CaseEventKind.RESUMED, because=PauseEnd.TIME_CAME, **WAITED),
    _line(
        CaseEventKind.COMPENSATED,
        gift=9,
        kind="points",
        amount="5.00",
        currency="EUR",
        reason="late",
        text=HOSTILE,
    ),
    _line(
        CaseEventKind.COMPENSATION_HANDED_OVER,
        gift=7,
        kind="voucher",
        amount="20.00",
        currency="EUR",
        code=HOSTILE,
        reference="<b> 4711",
        files=[{"name": HOSTILE, "permalink": "https://harbour.example/f1"}],
        text=f"Your code: {HOSTILE}",
    ),
    _line(
        CaseEventKind.COMPENSATION_HANDED_OVER,
        gift=7,
        kind="voucher",
        amount="20.00",
        currency="EUR",
        code="",
        reference="Transfer 4711",
        files=[],
        text="",
    ),
    _line(CaseEventKind.COMPENSATION_EXPIRED, gift=7, kind="voucher", amount="20.00", currency="EUR"),
    _line(
        CaseEventKind.COMPENSATION_REDEEMED,
        gift=7,
        kind="voucher",
        amount="20.00",
        currency="EUR",
        reference=HOSTILE,
        used_at=MONDAY_MORNING.isoformat(),
    ),
    _line(
        CaseEventKind.COMPENSATION_NOT_TAKEN,
        gift=7,
        kind="voucher",
        amount="20.00",
        currency="EUR",
        why=HOSTILE,
        is_over=False,
    ),
    _line(
        CaseEventKind.COMPENSATION_REVOKED,
        gift=7,
        code="SUMMER-20",
        kind="voucher",
        amount="20.00",
        currency="EUR",
        reason="lost",
    ),
    _line(
        CaseEventKind.APPROVAL_ASKED,
        **ASKED_FOR,
        reason="a <week> late",
        over=["their limit of 50.00 EUR for one case: 20.00 EUR was given, 30.00 EUR is left"],
        to=[SAM],
    ),
    _line(
        CaseEventKind.APPROVAL_PASSED_ON, **ASKED_FOR, to=[SAM], user_groups=["S0CARE"], channels=["#leads"]
    ),
    _line(
        CaseEventKind.APPROVED, **ASKED_FOR, **WAITED_FOR_YES, because="approved", over=[], given="80.00 EUR"
    ),
    _line(
        CaseEventKind.APPROVED,
        **ASKED_FOR,
        **WAITED_FOR_YES,
        because="approved for less",
        over=["their limit of 50.00 EUR for one case"],
        given="60.00 EUR",
    ),
    _line(CaseEventKind.DECLINED, **ASKED_FOR, **WAITED_FOR_YES, because="declined", reason="<!here> no"),
    _line(CaseEventKind.APPROVAL_LAPSED, **ASKED_FOR, **WAITED_FOR_YES, because="withdrawn"),
    _line(CaseEventKind.APPROVAL_LAPSED, **ASKED_FOR, **WAITED_FOR_YES, because="the case is over"),
    _line(CaseEventKind.STORY_NOMINATED, sentence="Sings <!here> again", to=[LEA]),
    _line(CaseEventKind.STORY_PUBLISHED, channel="#recovery-stories"),
    _line(CaseEventKind.STORY_SHELVED),
    _line(CaseEventKind.RESOLVED, outcome="recovered", what_was_done="Sent a new lamp"),
    _line(CaseEventKind.RESOLVED, outcome="recovered", theme_name="Late & lost", what_was_done="It came"),
    _line(
        CaseEventKind.REOPENED,
        why="The lamp <broke> too",
        owner=BEN,
        deadlines={"contact": AT.isoformat(), "resolve": AT.isoformat()},
    ),
    _line(CaseEventKind.REOPENED, why="The lamp broke too", owner=None, deadlines={}),
    _line(CaseEventKind.MERGED, other=42, title="Lamp <hums>"),
    _line(CaseEventKind.TOOK_IN, other=40, title="Lamp `hums"),
    _line(CaseEventKind.UNMERGED, other=42, title="Lamp hums"),
    _line(CaseEventKind.SPLIT, other=42, title="Lamp <hums>"),
    _line(CaseEventKind.SPLIT_OFF, other=40, title="Lamp hums"),
    _line(CaseEventKind.BURST_BEGAN, customers=8, seconds=240),
    _line(CaseEventKind.GATHERED, other=42, title="App <down>"),
    _line(CaseEventKind.LEFT_ALONE, other=42, title="App <down>"),
    _line(CaseEventKind.TAKEN_OUT, other=42, title="App down"),
    _line(CaseEventKind.TAKEN_OUT, other=40, title="App <down>", is_parent=True),
    _line(CaseEventKind.CARRIED, what="contacted", members=10_000),
    _line(CaseEventKind.CARRIED, what="resolved", members=1),
    _line(CaseEventKind.CARRIED, what="reopened", members=2),
    _line(CaseEventKind.CARRIED, what="taken out", members=2),
    _line(CaseEventKind.BREACHED, clock="resolve", due_at=AT.isoformat(), owner=BEN),
    _line(CaseEventKind.ACKNOWLEDGED),
    _line(CaseEventKind.ADMINS_TOLD),
    _line(CaseEventKind.EXTENDED, clock="resolve", seconds=7200, due_at=AT.isoformat(), reason="<Monday>"),
    _line(CaseEventKind.TAKEN_OVER, before=ANA, to=SAM),
    _line(CaseEventKind.PINGED, clock="acknowledge", due_at=AT.isoformat(), owner=None),
    _line(CaseEventKind.PINGED, clock="resolve", due_at=AT.isoformat(), owner=BEN),
)
PAUSES = (
    PauseSnapshot(
        Paused(PauseReason.CUSTOMER, "They <look>", BEN, MONDAY_MORNING - 60 * MINUTE, MONDAY_MORNING),
        PauseEnd.ANSWERED,
    ),
    PauseSnapshot(
        Paused(PauseReason.RESOLVED, "", ANA, MONDAY_MORNING, MONDAY_MORNING + 2 * MINUTE), PauseEnd.REOPENED
    ),
    PauseSnapshot(SNOOZED_AT_LAST, None),
)
PASSED_ON = [
    PassedOn(41, "Parcel never arrived", "Deliveries", BEN),
    PassedOn(42, "Lamp hums", "Deliveries", None),
]
ESCALATED = replace(
    _line(CaseEventKind.ESCALATED, clock="acknowledge", due_at=AT.isoformat(), owner=None, to=[SAM]),
    actor=SYSTEM,
)

REQUEST = Request(
    number=3,
    case=41,
    wish=Wish("voucher", Quantity(Decimal(80), "EUR")),
    gift="voucher of 80.00 EUR",
    money=euro(80),
    reason="It came <!channel> a week late",
    asked_by=ANA,
    asked_at=MONDAY_MORNING,
    over=("their limit of 50.00 EUR for one case: 20.00 EUR was given, 30.00 EUR is left",),
    told=(SAM,),
    end=None,
)
REQUESTED = RequestSnapshot(
    request=REQUEST,
    limits=(
        Limit(LimitKind.CASE, euro(50), euro(20)),
        Limit(LimitKind.TEAM, euro(1000), euro(20)),
    ),
    past=Past(
        cases=3,
        open=1,
        latest=(
            PastCase(12, HOSTILE, OutcomeKind.RECOVERED, (euro(20),)),
            PastCase(11, "Lamp hums", None, ()),
        ),
        given=(euro(40),),
    ),
)
ASKING = _line(CaseEventKind.APPROVAL_ASKED, **ASKED_FOR, reason="", over=[], to=[SAM])
NO = End(ApprovalEnd.DECLINED, SAM, AT, None, HOSTILE * 50)
HOSTILE_REQUEST = replace(REQUEST, gift=HOSTILE, reason=HOSTILE * 300, end=NO)
HOSTILE_REQUESTED = replace(REQUESTED, request=HOSTILE_REQUEST, limits=())
STORY = Nominated(5, 41, "Sings again", "the customer sings again", ANA, MONDAY_MORNING)
HOSTILE_STORY = replace(STORY, text=HOSTILE * 40, ended_as=StoryEnd.PUBLISHED, ended_by=LEA, ended_at=AT)
WAITING_CARD = replace(CLAIMED, request=REQUEST)

LINK = "https://harbour.example/archives/C1/p1"
CLIMB = Climb(step=2, steps=3, reason="a promise was not kept", since=AT)
RAISED = replace(OPEN, climb=CLIMB)
SEEN = replace(RAISED, climb=replace(CLIMB, acknowledged_by=SAM, acknowledged_at=AT))
OVER = replace(RESOLVED, climb=replace(CLIMB, ended_at=AT, ended_because=EscalationEnd.RESOLVED))
BY_HAND = _line(
    CaseEventKind.ESCALATED,
    reason="The customer calls <the press>.",
    to=[SAM],
    user_groups=["S0CARE"],
    channels=["#recovery-leads"],
    step=1,
    steps=2,
)

TOLD = NoticeSnapshot(
    _line(CaseEventKind.PINGED, clock="resolve", due_at=AT.isoformat(), owner=BEN), HOSTILE, ("C1", "1.0001")
)

ASKED = ReviewSnapshot(
    feedback_id=7,
    words=OPEN.words,
    customer="Ottilie Fenwick",
    reason=ReviewReason.UNSURE,
    shares=(0.45, 0.42, 0.13),
    language="en",
    is_settled=False,
    label=SentimentLabel.NEGATIVE,
    by=None,
    case=None,
    rule=None,
)

CHECKLIST = ChecklistSnapshot(
    41,
    "Late parcel",
    ANA,
    (
        TickedStep(1, Care.COMMUNICATION, "Say that you look for it", BEN, AT),
        TickedStep(2, Care.SOLUTION, "Trace it"),
        TickedStep(3, Care.SOLUTION, "Send it again"),
    ),
    (Knowledge("How to trace", "https://wiki.example.com/trace"),),
)
MEMBERS = (
    Member(43, None, HOSTILE, CaseStatus.OPEN, AT),
    Member(42, "Ada", "Down", CaseStatus.RESOLVED, AT),
)
CROWD = Crowd(
    customers=10_000,
    members=10_002,
    open=9_990,
    since=AT - 15 * MINUTE,
    latest=AT,
    is_over=False,
    is_resolved=False,
)
MESSAGES = {
    "card_open": card.render(OPEN, AT),
    "card_owing_contact": card.render(replace(OPEN, clocks=(*CLOCKS, CONTACT)), AT),
    "card_paused": card.render(PAUSED, AT),
    "card_snoozed": card.render(SNOOZED, AT),
    "card_given": card.render(GIVEN, AT),
    "card_themes": card.render(replace(OPEN, themes=("Late or lost delivery", HOSTILE)), AT),
    "card_claimed": card.render(CLAIMED, AT),
    "card_owner_away": card.render(replace(CLAIMED, owner_away=Away(AT, AT + 60 * MINUTE)), AT),
    "absence": absence.gone(Gone(has_begun=True, passed_on=PASSED_ON), ANA, Away(AT, AT + MINUTE, BEN)),
    "absence_hostile": absence.returned(
        Gone(has_begun=True, passed_on=[replace(PASSED_ON[1], title=HOSTILE, team=HOSTILE)]), ANA
    ),
    "card_breached": card.render(OPEN, AT + 20 * MINUTE),
    "card_resolved": card.render(RESOLVED, AT),
    "card_hostile": card.render(HOSTILE_CARD, AT),
    "card_merged": card.render(MERGED, AT, links={42: "https://harbour.example/p42"}),
    "card_taken_in": card.render(
        replace(OPEN, taken_in=(TAKEN_IN,) * 5), AT, links={42: "https://harbour.example/p42"}
    ),
    "card_shared": card.render(SHARED, AT, parts={7: LINK}),
    "part": part.render(SHARED, A_PART, AT, links=part.Links(card=LINK)),
    "part_done": part.render(SHARED, A_PART_DONE, AT),
    "part_hostile": part.render(
        replace(HOSTILE_CARD, parts=SHARED.parts), replace(A_PART, asked_for=HOSTILE, team=HOSTILE), AT
    ),
    "card_split": card.render(
        replace(OPEN, split_from=40, split_off=(42, 43)), AT, links={42: "https://harbour.example/p42"}
    ),
    "card_of_a_burst": card.render(replace(CLAIMED, crowd=CROWD), AT),
    "card_of_a_member": card.render(replace(OPEN, parent=42), AT, links={42: "https://harbour.example/p42"}),
    "members": members.listed(41, MEMBERS, 12, 1),
    "thread_lines_merged": lines.render(
        [_line(CaseEventKind.TOOK_IN, other=42, title=HOSTILE)],
        a_team(),
        links={42: "https://harbour.example/p42"},
    ),
    "thread_lines": lines.render(LINES, a_team()),
    "direct": direct.render([TOLD, replace(TOLD, card=None)], ["https://harbour.example/p1", None]),
    "direct_many": direct.render([TOLD] * 200, ["https://harbour.example/p1"] * 200),
    "card_escalated": card.render(RAISED, AT + 20 * MINUTE),
    "escalation_acknowledged": escalation.render(SEEN, BY_HAND, LINES[:3], AT, None),
    "escalation_over": escalation.render(OVER, ESCALATED, LINES[:3], AT, LINK),
    "escalation": escalation.render(RAISED, ESCALATED, [*LINES[:3], ESCALATED], AT, LINK),
    "review": review.render(ASKED),
    "review_answered": review.render(
        replace(ASKED, is_settled=True, label=SentimentLabel.NEGATIVE, by=ANA, case=41, rule=HOSTILE), 2
    ),
    "review_hostile": review.render(
        replace(
            ASKED, reason=ReviewReason.LANGUAGE, language="<de>", customer=HOSTILE, words=HOSTILE_CARD.words
        )
    ),
    "approval": approval.render(WAITING_CARD, REQUESTED, ASKING, LINK),
    "approval_less": approval.render(
        CLAIMED,
        replace(REQUESTED, request=replace(REQUEST, end=End(ApprovalEnd.LESS, SAM, AT, euro(60), ""))),
        ASKING,
        None,
    ),
    "approval_hostile": approval.render(HOSTILE_CARD, HOSTILE_REQUESTED, ASKING, LINK),
    "nomination": story.nomination(RESOLVED, STORY, "#recovery-stories"),
    "nomination_hostile": story.nomination(HOSTILE_CARD, HOSTILE_STORY, None),
    "checklist": playbook.checklist(CHECKLIST),
    "approvals": approval.listed(
        [WaitingRequest(replace(REQUEST, reason=HOSTILE), HOSTILE, is_yours=True)] * 40
    ),
    "card_waiting_for_approval": card.render(WAITING_CARD, AT),
    "old_place": moved.render(HOSTILE_CARD, "#recovery-billing", "https://harbour.example/archives/C1/p1"),
    "case_in_full": answers.case_in_full(CLAIMED, PAUSES, LINES, AT),
    "case_in_full_hostile": answers.case_in_full(
        replace(HOSTILE_CARD, taken_in=(TAKEN_IN,)),
        (),
        LINES,
        AT,
        [*splitting.piece_words(PIECES), *merging.likely_words(LIKELY)],
    ),
}
PLAIN_CHOICES = [Choice(plain_offer(kind), "EUR", None) for kind in CompensationKind]
FILLED_IN = giving.compensate(CLAIMED, a_rulebook().compensation, euro(50), PLAIN_CHOICES) | {
    "state": {
        "values": {
            "kind": {
                "kind": {
                    "type": "static_select",
                    "selected_option": {
                        "text": {"type": "plain_text", "text": "Voucher"},
                        "value": "voucher",
                    },
                }
            },
            "amount": {"amount": {"type": "plain_text_input", "value": "80"}},
            "reason": {"reason": {"type": "plain_text_input", "value": None}},
        }
    }
}
OFF = Offer("off", "Money off the next order", CompensationKind.DISCOUNT, AsGiven(), most=Decimal(50))
STRANGE = Offer("strange", HOSTILE[:200], CompensationKind.FREE_SERVICE, Fixed(Decimal("4.90")))
CATALOGUE = replace(a_rulebook().compensation, catalogue={"off": OFF, "strange": STRANGE})
CHOICES = [Choice(OFF, "up to 50 EUR", Record(9, 7, euro("12.40"))), Choice(STRANGE, "4.90 EUR", None)]
VIEWS = {
    "form_escalate": escalating.escalate(OPEN),
    "form_extend": escalating.extend(OPEN),
    "form_merge": merging.merge(HOSTILE_CARD, LIKELY),
    "form_merge_into_any": merging.merge(OPEN, ()),
    "form_split": splitting.split(OPEN, ()),
    "form_split_pieces": splitting.split(HOSTILE_CARD, PIECES),
    "form_note": modals.note(OPEN),
    "form_assign": modals.hand_over(OPEN),
    "form_reassign": modals.hand_over(CLAIMED),
    "form_involve": involving.involve(SHARED, [a_team(key="billing", name="Billing")]),
    "form_done": involving.finish(SHARED, A_PART),
    "form_uninvolve": involving.uninvolve(SHARED, SHARED.parts),
    "form_resolve_shared": closing.resolve(
        SHARED, Proposal(OutcomeKind.RECOVERED, "delivery", ""), a_rulebook().themes
    ),
    "form_move": moved.form_of(HOSTILE_CARD, [a_team(), a_team(key="billing", name=HOSTILE)]),
    "form_priority": triage.priority(OPEN),
    "form_kind": triage.kind(OPEN),
    "form_correct": correcting.correct(OPEN, a_rulebook()),
    "form_contacted": contact.contacted(OPEN),
    "form_contacted_many": contact.contacted(replace(CLAIMED, crowd=CROWD)),
    "form_reopen": reopening.reopen(RESOLVED),
    "form_pause": pausing.pause(CLAIMED),
    "form_snooze": pausing.snooze(CLAIMED, AT),
    "form_compensate": giving.compensate(CLAIMED, a_rulebook().compensation, euro(50), PLAIN_CHOICES),
    "form_compensate_catalogue": giving.compensate(CLAIMED, CATALOGUE, euro(50), CHOICES),
    "form_revoke": giving.revoke(CLAIMED),
    "form_handover": giving.hand_over(CLAIMED),
    "form_redeemed": giving.redeemed(CLAIMED, AT),
    "form_ask": approval.ask_instead(FILLED_IN, f"80.00 EUR is over your limit. <@{SAM}> can approve it."),
    "form_playbook": playbook.choose(
        OPEN, [replace(USUAL_PLAYBOOK, key="late", name="Late parcel"), USUAL_PLAYBOOK]
    ),
    "form_nominate": story.nominate(RESOLVED),
    "form_publish": story.change(RESOLVED, STORY),
    "form_approve_less": approval.approve_less(WAITING_CARD),
    "form_decline": approval.decline(replace(CLAIMED, request=replace(HOSTILE_REQUEST, end=None))),
    "form_resolve": closing.resolve(
        HOSTILE_CARD, Proposal(OutcomeKind.RECOVERED, "delivery", HOSTILE), a_rulebook().themes
    ),
}


def _marked_up(part: Any) -> list[str]:
    """Every text in which Slack looks for mentions and links."""
    if isinstance(part, list):
        return [text for each in part for text in _marked_up(each)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "mrkdwn":
        return [part["text"]]
    return [text for each in part.values() for text in _marked_up(each)]


def _as_json(what: Rendered | dict[str, Any]) -> str:
    plain = {"text": what.text, "blocks": what.blocks} if isinstance(what, Rendered) else what
    return json.dumps(plain, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_what_is_shown_is_what_was_agreed(name: str, update_golden: bool) -> None:
    shown = _as_json((MESSAGES | VIEWS)[name])
    path = GOLDEN / f"{name}.json"
    if update_golden:
        path.write_text(shown, encoding="utf-8")

    agreed = path.read_text(encoding="utf-8")

    assert shown == agreed


@pytest.mark.parametrize(
    "name",
    [
        "card_hostile",
        "card_taken_in",
        "case_in_full_hostile",
        "direct_many",
        "old_place",
    ],
)
def test_a_customers_words_call_nobody_and_lead_nowhere(name: str) -> None:
    message = MESSAGES[name]

    shown = " ".join([message.text, *_marked_up(message.blocks)])

    assert "<!channel>" not in shown
    assert "<https://evil.example" not in shown
    assert f"<@{ANA}>" not in shown.replace(f"🙋 <@{ANA}>", "").split("*History*")[0]


@pytest.mark.parametrize("name", ["approval_hostile", "approvals", "nomination_hostile", "thread_lines"])
def test_what_is_asked_for_calls_no_channel_and_leads_nowhere(name: str) -> None:
    shown = " ".join([MESSAGES[name].text, *_marked_up(MESSAGES[name].blocks)])

    assert "<!channel>" not in shown
    assert "<!here>" not in shown
    assert "<https://evil.example" not in shown
    assert "```" not in shown


@pytest.mark.parametrize("name", MESSAGES)
def test_slacks_own_types_take_every_message(name: str) -> None:
    message = {"text": MESSAGES[name].text, "blocks": MESSAGES[name].blocks}

    assert type_errors("message", message) == []
    checked_message_blocks(MESSAGES[name].blocks, Ids())


@pytest.mark.parametrize("name", VIEWS)
def test_slacks_own_types_take_every_form(name: str) -> None:
    assert type_errors("modal", VIEWS[name]) == []


def test_money_is_shown_with_two_decimals() -> None:
    given = replace(
        CLAIMED, compensation=(euro("1234.50"), replace(euro(5), currency="USD", amount=Decimal(5)))
    )

    shown = _as_json(card.render(given, AT))

    assert "1,234.50 EUR, 5.00 USD" in shown


def test_everything_that_can_happen_has_its_words() -> None:
    assert set(lines.SAYINGS) == set(CaseEventKind)


def test_long_notes_that_wait_for_one_thread_are_a_message_that_slack_takes() -> None:
    note = _line(CaseEventKind.NOTED, text="& " * 1450)

    message = lines.render([note] * 3, a_team())

    checked_message_blocks(message.blocks, Ids())


@pytest.mark.parametrize(
    ("groups", "called"),
    [
        (("S0CARE",), "<!subteam^S0CARE> nobody has it yet"),
        ((), " ".join(f"<@U0P{n}>" for n in range(20)) + " and 180 more, nobody has it yet"),
    ],
)
def test_a_team_of_hundreds_is_called_in_one_line(groups: tuple[str, ...], called: str) -> None:
    everybody = tuple(f"U0P{n}" for n in range(200))
    ping = _line(CaseEventKind.PINGED, clock="acknowledge", due_at=AT.isoformat(), owner=None)

    assert called in lines.say(ping, a_team(members=everybody, groups=groups))
