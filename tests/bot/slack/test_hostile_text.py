"""Whoever's words are shown, wherever: they call nobody, lead nowhere, swallow nothing and break no limit."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.slack.views import (
    absence,
    answers,
    approval,
    card,
    closing,
    contact,
    direct,
    escalating,
    escalation,
    found,
    giving,
    helping,
    history,
    home,
    home_filter,
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
from bot.slack.views.home import Links
from bot.slack.views.refused import refused
from bot.slack.views.rendered import Rendered
from handlers.asked import Past, PastCase, RequestSnapshot, WaitingRequest
from handlers.home_snapshots import Count, HomeSnapshot, Leading, Listing, Waiting
from handlers.searching import Found, Hit
from handlers.snapshots import (
    CardSnapshot,
    ChecklistSnapshot,
    Ending,
    Gift,
    Gone,
    LineSnapshot,
    NoticeSnapshot,
    PartEnding,
    PartSnapshot,
    PassedOn,
    PauseSnapshot,
    Piece,
    ReviewSnapshot,
    RowSnapshot,
    TakenIn,
)
from models.policies.absence import Away
from models.policies.approvals import Request
from models.policies.bursts import Member
from models.policies.catalogue import Choice, Fixed, Offer
from models.policies.closing import Proposal
from models.policies.duplicates import Likely
from models.policies.excerpts import Piece as Excerpt
from models.policies.excerpts import find_in
from models.policies.home import Choices, Dropped, Reach
from models.policies.loads import Load
from models.policies.pausing import Paused
from models.policies.playbooks import Knowledge, Playbook, TickedStep
from models.policies.rights import Role
from models.policies.rulebook import Rulebook, Source
from models.policies.stories import Nominated
from models.policies.themes import Theme
from models.vocabulary import (
    AgentId,
    ApprovalEnd,
    Barred,
    Care,
    CaseEventKind,
    CaseStatus,
    CompensationKind,
    OutcomeKind,
    PartEnd,
    PauseEnd,
    PauseReason,
    ReviewReason,
    SentimentLabel,
)
from tests.bot.slack.nasty import HARMLESS, OWN, Shown, all_troubles, shared_texts
from tests.bot.slack.test_views import AT, CLAIMED, CLIMB, ESCALATED, OPEN, RESOLVED
from tests.builders import ANA, BEN, SAM, a_rulebook, a_team, a_wish, euro

Show = Callable[[str], Shown]
LINK = "https://harbour.example/p1"


def a_card(text: str, like: CardSnapshot = CLAIMED) -> CardSnapshot:
    """A case of which a customer, a source and a file say this wherever they can say anything."""
    words = replace(
        like.words,
        text=text,
        title=text,
        source=text,
        permalink=f"https://mail.example/{text}",
        survey=text,
        attributes={text: text, "order": text},
    )
    taken_in = TakenIn(number=42, title=text, customer=text, words=words, given=(euro(20),))
    return replace(
        like,
        title=text,
        customer=text,
        segment=text,
        team=text,
        rule=text,
        why=f'Somebody is unhappy (text has "{text}")',
        words=words,
        gifts=(Gift(7, text),),
        taken_in=(taken_in,) * 5,
    )


def a_part(text: str) -> PartSnapshot:
    """What another team, of that name, is asked to do in these words."""
    return PartSnapshot(7, text, "billing", text, ANA, AT, BEN, OPEN.clocks)


def a_shared_card(text: str, like: CardSnapshot = CLAIMED) -> CardSnapshot:
    """A case in which other teams have parts, or had."""
    done = replace(a_part(text), ending=PartEnding(PartEnd.DONE, BEN, AT, text))
    return replace(a_card(text, like), parts=(done, a_part(text)) * 4)


class Details(dict[str, Any]):
    """What a line of history needs, as it is; a detail that is not known here is somebody's text."""

    def __init__(self, known: Mapping[str, Any], text: str) -> None:
        super().__init__(known)
        self.text = text

    def __missing__(self, _name: str) -> str:
        return self.text


def a_line(kind: CaseEventKind, details: dict[str, Any]) -> LineSnapshot:
    """Ana did something to case #41."""
    return LineSnapshot(number=41, kind=kind, actor=ANA, at=AT, details=details)


def line_of(kind: CaseEventKind, text: str) -> LineSnapshot:
    """One happening, with this text wherever a person, a customer or a file has a say in it."""
    file = {"name": text, "permalink": f"https://mail.example/{text}"}
    note = {"text": text, "files": [file]}
    asked_for = {"gift": text, "to": [SAM], "because": ApprovalEnd.APPROVED}
    promised = {"deadlines": [{"clock": "resolve", "before": None, "after": AT.isoformat()}]}
    apart: dict[CaseEventKind, dict[str, Any]] = {
        CaseEventKind.NOTE_CHANGED: {"before": note, "after": note},
        CaseEventKind.NOTE_REMOVED: {"before": note},
        CaseEventKind.MOVED: promised,
        CaseEventKind.PRIORITY_CHANGED: promised,
        CaseEventKind.KIND_CHANGED: promised,
        CaseEventKind.CONTACTED: {"channel": "phone"},
        CaseEventKind.PAUSED: {"reason": "resolved"},
        CaseEventKind.RESUMED: {"because": PauseEnd.TIME_CAME},
        CaseEventKind.RELEASED: {"because": Barred.BOT},
        CaseEventKind.ESCALATED: {"to": [ANA], "channels": [text], "step": 1, "reason": text},
        CaseEventKind.CORRECTED: {"sentiment": "negative"},
        CaseEventKind.PART_GIVEN_BACK: {"because": text},
        CaseEventKind.PART_ENDED: {"because": PartEnd.SENT_BACK},
        CaseEventKind.PART_LATE: {"to": [SAM]},
        CaseEventKind.BURST_BEGAN: {"customers": 8},
        CaseEventKind.CARRIED: {"members": 8, "what": "resolved"},
        **dict.fromkeys(APPROVALS, asked_for),
    }
    with_files = {"text": text, "files": [file], "code": text, "theme_name": text}
    return a_line(kind, Details(KNOWN | with_files | apart.get(kind, {}), text))


APPROVALS = (
    *(CaseEventKind.APPROVAL_ASKED, CaseEventKind.APPROVAL_PASSED_ON, CaseEventKind.APPROVED),
    *(CaseEventKind.DECLINED, CaseEventKind.APPROVAL_LAPSED),
)
KNOWN: dict[str, Any] = {
    **dict.fromkeys(("due_at", "until", "left_by", "alerted_at", "update_due_at")),
    **dict.fromkeys(("over", "helpers"), ()),
    **dict.fromkeys(("to", "owner", "who"), BEN),
    **dict.fromkeys(("before", "author", "asked_by"), ANA),
    "deadlines": {},
    "clock": "resolve",
    "seconds": 60,
    "since": AT.isoformat(),
    "used_at": AT.isoformat(),
    "steps": 2,
    **dict.fromkeys(("length", "number"), 3),
    "gift": 7,
    "kind": "voucher",
    "amount": "5.00",
    "currency": "EUR",
    "is_over": False,
    "outcome": "recovered",
    "other": 42,
    "promise_before": "normal",
}
"""What is no text of anybody: moments, people, numbers, and words of ours."""
ROW = RowSnapshot(
    number=41,
    title="",
    kind=OPEN.kind,
    priority=OPEN.priority,
    status=OPEN.status,
    team_key="deliveries",
    team="",
    owner=ANA,
    clocks=OPEN.clocks,
)


def a_review(text: str) -> ReviewSnapshot:
    """A question that is settled, about these words."""
    shown = a_card(text)
    return ReviewSnapshot(
        feedback_id=7,
        words=shown.words,
        customer=text,
        reason=ReviewReason.LANGUAGE,
        shares=(0.4, 0.3, 0.3),
        language=text,
        is_settled=False,
        label=SentimentLabel.NEGATIVE,
        by=ANA,
        case=41,
        rule=text,
    )


def a_request(text: str) -> RequestSnapshot:
    """Somebody asks to give something, in these words, to who said them before."""
    wish = a_wish(euro(90))
    request = Request(3, 41, wish, text, euro(90), text, ANA, AT, ("your limit",), (SAM,), None)
    past = Past(cases=1, open=0, latest=(PastCase(7, text, None, ()),), given=())
    return RequestSnapshot(request, (), past)


def everything(text: str) -> Rendered:
    """All that `show` tells."""
    told = [line_of(kind, text) for kind in (CaseEventKind.OPENED, CaseEventKind.MERGED)]
    besides = [
        *splitting.piece_words([Piece(17, text, AT)]),
        *merging.likely_words([Likely(42, text, ("same customer",))]),
        *playbook.progress_words([a_checklist(text)]),
    ]
    return answers.case_in_full(a_card(text), (), told, AT, besides)


def a_home(text: str) -> HomeSnapshot:
    """Ana's, where nothing is as it was, and everybody said this."""
    teams = ("deliveries", text)
    part = replace(a_part(text), team_key="deliveries", holder=None)
    shared = replace(a_shared_card(text), number=8, team_key="elsewhere", parts=(part,))
    return HomeSnapshot(
        who=ANA,
        reach=Reach(teams, (Role.LEAD, Role.AGENT), teams, teams),
        choices=Choices(team=text, source=text, theme=text, priority=OPEN.priority, page=3),
        dropped=(Dropped("team", text),),
        edition=4,
        cards=(*(replace(a_card(text), number=number) for number in range(4)), shared),
        asked=(shared,),
        count=Count(1000, is_more=True),
        has_next=True,
        unassigned=Listing(tuple(replace(ROW, number=n, title=text, team=text) for n in range(5)), Count(5)),
        reviews=Waiting(Count(7), text, None),
        bookmarks=Listing((replace(ROW, number=9, title=text, team=text),), Count(1)),
        leading=a_leading(text),
    )


def a_leading(text: str) -> Leading:
    """What Ana sees of the teams that she leads, of which somebody said this wherever they could."""
    rows = tuple(replace(ROW, number=number, title=text, team=text, climb=CLIMB) for number in range(5))
    asked = tuple(
        WaitingRequest(replace(a_request(text).request, number=number), text, is_yours=number < 3)
        for number in range(5)
    )
    people = [AgentId(f"U{number}") for number in range(40)]
    return Leading(
        escalated=Listing(rows, Count(1000, is_more=True)),
        at_risk=Listing(rows, Count(9)),
        approvals=asked,
        waiting=Count(7),
        loads=tuple(Load(person, 7, 3, timedelta(hours=5), 60) for person in people),
        away=dict.fromkeys(people, Away(AT, AT, BEN)),
    )


CUSTOMERS: Mapping[str, Show] = {
    "card": lambda text: card.render(a_card(text), AT),
    "card of a case by hand": lambda text: card.render(
        replace(a_card(text), why=f"<@{ANA}> split it from {text}"), AT
    ),
    "show": everything,
    "found": lambda text: found.render(a_finding(text), 1, AT),
    "list": lambda text: answers.case_list([replace(ROW, title=text, team=text)] * 15, 99, "", AT),
    "escalation": lambda text: escalation.render(
        replace(a_card(text), climb=CLIMB), ESCALATED, [line_of(CaseEventKind.OPENED, text)], AT, LINK
    ),
    "members of a burst": lambda text: members.listed(
        41, [Member(42 + each, text, text, CaseStatus.OPEN, AT) for each in range(10)], 12, 1
    ),
    "old place": lambda text: moved.render(a_card(text), text, LINK),
    "answer in the old place": lambda text: Rendered(moved.answer(a_card(text), text, None, "claim 41"), []),
    "absence": lambda text: absence.returned(
        Gone(has_begun=True, passed_on=[PassedOn(41, text, text, None)] * 20), ANA
    ),
    "request": lambda text: approval.render(
        a_card(text), a_request(text), line_of(CaseEventKind.APPROVAL_ASKED, HARMLESS), LINK
    ),
    "requests": lambda text: approval.listed(
        [WaitingRequest(a_request(text).request, text, is_yours=True)] * 20
    ),
    "home": lambda text: home.render(a_home(text), _named(text), AT, Links()),
    "story": lambda text: story.nomination(a_card(text), _story(text), text),
    "question": lambda text: review.render(a_review(text)),
    "question that is settled": lambda text: review.render(replace(a_review(text), is_settled=True)),
    "direct message": lambda text: direct.render(
        [NoticeSnapshot(line_of(CaseEventKind.MERGED, text), text, None)] * 20, [LINK] * 20
    ),
}
COLLEAGUES: Mapping[str, Show] = {
    "card of a case of several teams": lambda text: card.render(a_shared_card(text), AT),
    "card of a part": lambda text: part.render(a_shared_card(text), a_part(text), AT),
    "card of a part that is over": lambda text: part.render(
        a_shared_card(text, RESOLVED), a_shared_card(text).parts[0], AT
    ),
    "list of cases of several teams": lambda text: answers.case_list(
        [replace(ROW, parts=(a_part(text),) * 3)] * 15, 99, "", AT
    ),
    "show of a case of several teams": lambda text: answers.case_in_full(a_shared_card(text), (), (), AT),
    "resolve for several teams": lambda text: closing.resolve(
        a_shared_card(text), Proposal(OutcomeKind.RECOVERED, None, ""), {"odd": Theme("odd", "Odd", "Odd")}
    ),
    "paused card": lambda text: card.render(replace(OPEN, paused=_paused(text)), AT),
    "resolved card": lambda text: card.render(
        replace(RESOLVED, ending=Ending(OutcomeKind.RECOVERED, text, text, ANA, AT)), AT
    ),
    "pauses": lambda text: answers.case_in_full(
        CLAIMED, [PauseSnapshot(_paused(text), PauseEnd.RESUMED)] * 9, (), AT
    ),
    "escalation by hand": lambda text: escalation.render(
        replace(OPEN, climb=CLIMB), line_of(CaseEventKind.ESCALATED, text), (), AT, None
    ),
    "checklist": lambda text: playbook.checklist(a_checklist(text)),
    "refusal": lambda text: refused(f"I do not know “{text}”. Known: <@{ANA}>."),
}
THREAD: Mapping[str, Show] = {
    **{
        f"thread: {kind.value}": lambda text, kind=kind: lines.render(
            [line_of(kind, text)] * 2, a_team(), LINK, {42: LINK}
        )
        for kind in CaseEventKind
    },
    **{
        f"history: {kind.value}": lambda text, kind=kind: _history(line_of(kind, text))
        for kind in (CaseEventKind.NOTED, CaseEventKind.NOTE_CHANGED, CaseEventKind.MOVED)
    },
}
FORMS: Mapping[str, Show] = {
    "assign": lambda text: modals.hand_over(a_card(text)),
    "note": lambda text: modals.note(a_card(text)),
    "resolve": lambda text: closing.resolve(
        a_card(text), Proposal(OutcomeKind.RECOVERED, "odd", text), {"odd": Theme("odd", "Odd", "Odd")}
    ),
    "contacted": lambda text: contact.contacted(a_card(text)),
    "compensate": lambda text: giving.compensate(
        a_card(text), a_rulebook().compensation, euro(50), [Choice(_offer(text), text, None)]
    ),
    "revoke": lambda text: giving.revoke(a_card(text)),
    "hand over": lambda text: giving.hand_over(a_card(text)),
    "pause": lambda text: pausing.pause(a_card(text)),
    "snooze": lambda text: pausing.snooze(a_card(text), AT),
    "escalate": lambda text: escalating.escalate(a_card(text)),
    "extend": lambda text: escalating.extend(a_card(text)),
    "reopen": lambda text: reopening.reopen(a_card(text)),
    "priority": lambda text: triage.priority(a_card(text)),
    "kind": lambda text: triage.kind(a_card(text)),
    "add": lambda text: helping.add(a_card(text)),
    "move": lambda text: moved.form_of(a_card(text), [a_team(key="billing", name=text)]),
    "playbook": lambda text: playbook.choose(
        a_card(text), [Playbook(f"odd-{number}", text, ()) for number in range(99)]
    ),
    "involve": lambda text: involving.involve(a_card(text), [a_team(key="billing", name=text)]),
    "done": lambda text: involving.finish(a_card(text), a_part(text)),
    "uninvolve": lambda text: involving.uninvolve(a_card(text), [a_part(text)] * 3),
    "assign a part": lambda text: involving.assign(a_card(text), a_part(text)),
    "merge": lambda text: merging.merge(a_card(text), [Likely(42, text, ("same customer",))]),
    "split": lambda text: splitting.split(a_card(text), [Piece(17, text, AT)]),
    "filter": lambda text: home_filter.render(a_home(text).choices, a_home(HARMLESS).reach, _named(text)),
    "new case": lambda text: modals.new_case(_named(text), team=None, text=text, told="{}"),
    "note from a message": lambda text: modals.note_from_message(text, 41, "C1:1.0"),
}
PLACES: Mapping[str, Show] = {**CUSTOMERS, **COLLEAGUES, **THREAD, **FORMS}


def a_finding(text: str) -> Found:
    """A search for this, found in a case that says nothing else."""
    said = find_in(text, lambda _word: True) or (Excerpt(text[:200]),)
    rows = (replace(ROW, number=number, title=text, team=text) for number in range(1, 6))
    hits = tuple(Hit(row, said, said, said) for row in rows)
    return Found(text[:200], hits, 99, is_cut=True, near={"x": [text[:60]]})


def a_checklist(text: str) -> ChecklistSnapshot:
    """As long as one can be, and half of it ticked."""
    steps = [TickedStep(number, Care.SOLUTION, text, ANA, AT) for number in range(1, 11)]
    steps += [TickedStep(number, Care.SOLUTION, text) for number in range(11, 21)]
    known = (Knowledge(text, LINK), Knowledge(text, text)) * 2
    return ChecklistSnapshot(41, text, ANA, tuple(steps), known)


def _history(line: LineSnapshot) -> Rendered:
    told = history.pages([line] * 5, 41)
    return history.render(41, told[0], 1, len(told))


def _paused(text: str) -> Paused:
    return Paused(PauseReason.CUSTOMER, text, ANA, AT, None)


def _story(text: str) -> Nominated:
    return Nominated(number=1, case=41, sentence=text, text=text, by=ANA, at=AT)


def _offer(text: str) -> Offer:
    return Offer("odd", text, CompensationKind.FREE_SERVICE, Fixed(Decimal(5)))


def _named(text: str) -> Rulebook:
    return a_rulebook(sources={"email": Source("email", text)}, teams={"deliveries": a_team(name=text)})


def _keeps_people(place: str) -> bool:
    return place in {"home", "request", "requests", *COLLEAGUES, *THREAD}


@pytest.mark.parametrize("place", PLACES)
def test_nobodys_words_do_harm_where_they_are_shown(place: str) -> None:
    found = all_troubles(PLACES[place], OWN.values(), keeps_people=_keeps_people(place))

    assert found == []


@pytest.mark.parametrize("place", [*CUSTOMERS, *COLLEAGUES, *FORMS, "thread: noted", "history: noted"])
def test_no_text_of_the_shared_material_does_harm_where_it_is_shown(
    place: str, shared_material: Path
) -> None:
    texts = shared_texts(shared_material / "payloads" / "6-nasty")

    found = all_troubles(PLACES[place], texts, keeps_people=_keeps_people(place))

    assert len(texts) > 30
    assert found == []
