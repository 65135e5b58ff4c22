"""Every verb of the table is tried by everybody: who may is let through, who may not is told who can."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.slack.client import SlackApi
from bot.slack.listeners import cards, commands, directs, threads
from bot.slack.orders import ABOUT_A_CASE, read_order
from bot.slack.routes import ROUTES, carry_out, form_of
from bot.workspace.people import BOT_USER
from bot.workspace.server import Workspace
from handlers import assignment, involving
from handlers.cards import load_card
from handlers.errors import CannotDo, NotAllowed
from models.case import CaseEvent
from models.message import Message
from models.policies.permissions import Verb
from models.policies.rulebook import Admins, Rulebook
from models.vocabulary import AgentId
from tests.builders import ANA, BEN, LEA, SAM, a_case, a_rulebook, a_team, an_act
from tests.clock import TestClock
from tests.story import KnownRules, ToldEar, words_of

TEAM = a_team(members=(BEN,), supervisors=(SAM,), leads=(LEA,))
OTHER = a_team(key="billing", name="Billing", channel="#recovery-billing", members=(BEN,))
ADMINS = Admins(members=(AgentId("U0KIM"),), channel="#recovery-admins")


def _rules(admins: Admins = ADMINS, **teams: object) -> Rulebook:
    return a_rulebook(admins=admins, teams={"deliveries": TEAM, "billing": OTHER} | teams)


AS_A = {
    "agent": _rules(deliveries=replace(TEAM, members=(ANA, BEN))),
    "supervisor": _rules(deliveries=replace(TEAM, supervisors=(ANA, SAM))),
    "lead": _rules(deliveries=replace(TEAM, leads=(ANA, LEA))),
    "admin": _rules(Admins(members=(ANA,), channel="#recovery-admins")),
    "stranger": _rules(),
    "agent of another team": _rules(billing=replace(OTHER, members=(ANA, BEN))),
    "supervisor of another team": _rules(billing=replace(OTHER, supervisors=(ANA,))),
    "lead of another team": _rules(billing=replace(OTHER, leads=(ANA,))),
}
"""What Ana is, seen from a case of Deliveries that Ben has."""

LEADERS = frozenset({"supervisor", "lead", "admin"})
WORKERS = LEADERS | {"agent"}
EVERYBODY = frozenset(AS_A)

MAY: dict[Verb, frozenset[str]] = {
    Verb.CLAIM: WORKERS,
    Verb.ASSIGN: WORKERS,
    Verb.REASSIGN: LEADERS,  # and who has the case, which is Ben
    Verb.RELEASE: LEADERS,  # and who has the case
    Verb.MOVE: LEADERS,  # and who has the case
    Verb.PRIORITY: WORKERS,
    Verb.KIND: WORKERS,
    Verb.CORRECT: WORKERS,
    Verb.CONTACTED: WORKERS,
    Verb.REOPEN: WORKERS,
    Verb.MERGE: WORKERS,
    Verb.UNMERGE: WORKERS,
    Verb.SPLIT: WORKERS,
    Verb.TAKE_OUT: WORKERS,
    Verb.MEMBERS: EVERYBODY,
    Verb.PAUSE: WORKERS,
    Verb.SNOOZE: WORKERS,
    Verb.RESUME: WORKERS,
    Verb.ESCALATE: WORKERS,
    Verb.ACK: LEADERS,
    Verb.EXTEND: LEADERS,
    Verb.TAKE_OVER: LEADERS,
    Verb.ADD: WORKERS,
    Verb.REMOVE: WORKERS,
    Verb.INVOLVE: WORKERS,
    Verb.UNINVOLVE: WORKERS,  # and the team that has a part
    Verb.DONE: WORKERS,  # of the team that has a part, or of the case's where none has
    Verb.NOTE: EVERYBODY,
    Verb.COMPENSATE: WORKERS,
    Verb.REVOKE: WORKERS,
    Verb.HANDOVER: WORKERS,
    Verb.REDEEMED: WORKERS,
    Verb.ASK: WORKERS,
    Verb.APPROVE: LEADERS,
    Verb.DECLINE: LEADERS,
    Verb.WITHDRAW: WORKERS,
    Verb.APPROVALS: EVERYBODY,
    Verb.NOMINATE: WORKERS,
    Verb.PUBLISH: frozenset({"lead", "admin"}),
    Verb.SHELVE: frozenset({"lead", "admin"}),
    Verb.PLAYBOOK: WORKERS,
    Verb.TICK: WORKERS,
    Verb.UNTICK: WORKERS,
    Verb.RESOLVE: WORKERS,
    Verb.NEW: WORKERS,
    Verb.SEARCH: EVERYBODY,
    Verb.BOOKMARK: EVERYBODY,
    Verb.UNBOOKMARK: EVERYBODY,
    Verb.BOOKMARKS: EVERYBODY,
    Verb.SHOW: EVERYBODY,
    Verb.LIST: EVERYBODY,
    Verb.MINE: EVERYBODY,
    Verb.STATS: EVERYBODY,
    Verb.AWAY: EVERYBODY,  # it is about people, not about a team; who works for none is told so
    Verb.BACK: EVERYBODY,
    Verb.HELP: EVERYBODY,
    Verb.JOIN: EVERYBODY,
}
"""Decided verb by verb: a new one fails here until somebody says who may."""


EVERYBODYS = {verb for verb, may in MAY.items() if may == EVERYBODY}
GUARDED = [verb for verb, may in MAY.items() if may != EVERYBODY and verb in ABOUT_A_CASE]
"""Verbs about a case that not everybody may use."""


def has_form(verb: Verb) -> bool:
    """Whether a button of it asks for words; that of a decision or a part does where one waits: here none."""
    doing = ROUTES[verb].doing
    return (
        verb not in {Verb.APPROVE, Verb.DECLINE, Verb.PUBLISH, Verb.DONE, Verb.UNINVOLVE}
        and doing is not None
        and (doing.form or doing.form_that_reads) is not None
    )


class Office:
    """A bot, and for each question a fresh case of Deliveries that Ben has."""

    def __init__(self, database_url: str, workspace: Workspace) -> None:
        self.database = Database(database_url, JobQueue(database_url))
        self._slack = SlackApi(workspace.bot_token, workspace.api_url)
        self._here = self._slack.channel_id(TEAM.channel)
        self._ear = ToldEar()
        self._ear.feelings = defaultdict(lambda: -0.8)
        self._workspace, self._answer = workspace, ""
        self._ways = {
            "click": self._clicks,
            "command": self._commands,
            "mention": self._mentions,
            "direct message": self._writes,
            "form": self._hands_in,
        }

    def asks(self, what: str, verb: Verb, *, for_billing: str = "") -> CannotDo | None:
        """Ana, as that, types the verb's own example; the refusal, None where it is done.

        `for_billing` is what Billing was asked to do for the case before.
        """
        words = self._words(verb, self._case(for_billing))
        try:
            carry_out(self._desk(what), read_order(words, by=ANA, slack_channel=self._here))
        except CannotDo as refusal:
            return refusal
        return None

    def tries(self, what: str, verb: Verb, way: str) -> tuple[str, bool]:
        """Ana, as that, tries it on a case that way; what she is told, and whether she left no trace."""
        number, desk = self._case(), self._desk(what)
        self._ways[way](desk, verb, number)
        with self.database.transaction() as session:
            traces = session.scalars(
                select(CaseEvent.id).where(CaseEvent.case_id == number, CaseEvent.actor == ANA)
            )
            return self._answer, traces.first() is None

    def _clicks(self, desk: Desk, verb: Verb, number: int) -> None:
        place, now = {"channel_id": self._here, "message_ts": "1772442000.000100"}, "1772442060.000100"
        action = {"type": "button", "action_id": f"case_{verb.value}", "value": str(number)}
        body = {"user": {"id": ANA}, "container": place, "trigger_id": "late"}
        cards.on_click(desk, body, action | {"action_ts": now})
        self._answer = words_of(self._workspace.ephemerals(ANA)[-1])

    def _commands(self, desk: Desk, verb: Verb, number: int) -> None:
        command = {"user_id": ANA, "channel_id": self._here, "text": self._words(verb, number)}
        self._answer = commands.on_recovery(desk, command).text

    def _mentions(self, desk: Desk, verb: Verb, number: int) -> None:
        threads.on_mention(desk, self._message(verb, number, self._here), BOT_USER)
        self._answer = words_of(self._workspace.ephemerals(ANA)[-1])

    def _writes(self, desk: Desk, verb: Verb, number: int) -> None:
        directs.on_direct(desk, self._message(verb, number, "D0ANA"), BOT_USER)
        with self.database.transaction() as session:
            last = select(Message.body).where(Message.slack_channel == ANA).order_by(Message.id.desc())
            self._answer = str(session.scalars(last).first())

    def _hands_in(self, desk: Desk, verb: Verb, number: int) -> None:
        with self.database.transaction() as session:
            act = an_act(SAM, rulebook=AS_A["stranger"])
            view = form_of(session, verb, load_card(session, number, act.rulebook), act)
        filled = {**(view or {}), "id": f"V{number}", "state": {"values": _filled(view, number)}}
        self._answer = str(cards.on_submission(desk, {"user": {"id": ANA}, "view": filled}))

    def _words(self, verb: Verb, number: int) -> str:
        return ROUTES[verb].example.replace("41", str(number)).replace("@ben", f"<@{SAM}>")

    def _message(self, verb: Verb, number: int, channel: str) -> dict[str, object]:
        event = {"user": ANA, "channel": channel, "ts": f"{1772442000 + number}.0001"}
        return {"event_id": f"Ev{number}", "event": {**event, "text": self._words(verb, number)}}

    def _desk(self, what: str) -> Desk:
        return Desk(self.database, self._slack, KnownRules(AS_A[what]), TestClock(), self._ear)

    def _case(self, for_billing: str = "") -> int:
        with self.database.transaction() as session:
            case = a_case(session)
            assignment.claim(session, case.id, an_act(BEN))
            if for_billing:
                act = an_act(BEN, rulebook=AS_A["agent of another team"])
                involving.involve(session, case.id, act, team="billing", asked_for=for_billing)
            return case.id


@pytest.fixture(scope="module")
def office(modules_database_url: str) -> Iterator[Office]:
    """One for all of these tests: no answer depends on what was asked before."""
    workspace = Workspace()
    workspace.start()
    office = Office(modules_database_url, workspace)
    yield office
    office.database.close()
    workspace.stop()


def test_it_is_decided_who_may_use_each_verb() -> None:
    assert set(MAY) == set(ROUTES)


@pytest.mark.parametrize("verb", ROUTES)
@pytest.mark.parametrize("what", AS_A)
def test_who_may_is_let_through_and_who_may_not_is_told_who_can(
    office: Office, what: str, verb: Verb
) -> None:
    refusal = office.asks(what, verb)

    assert (not isinstance(refusal, NotAllowed)) == (what in MAY.get(verb, frozenset()))


@pytest.mark.parametrize(
    ("verb", "way"),
    [
        *((verb, way) for verb in GUARDED for way in ("click", "command", "mention", "direct message")),
        *((verb, "form") for verb in GUARDED if has_form(verb)),
    ],
)
def test_who_leads_another_team_has_no_say_whatever_way_they_try(
    office: Office, verb: Verb, way: str
) -> None:
    told, left_no_trace = office.tries("supervisor of another team", verb, way)

    assert "Only " in told
    assert f"<@{LEA}>" in told
    assert left_no_trace


@pytest.mark.parametrize("verb", [verb for verb, may in MAY.items() if may != EVERYBODY])
def test_a_refusal_names_who_can(office: Office, verb: Verb) -> None:
    refusal = office.asks("stranger", verb)

    assert f"<@{LEA}>" in str(refusal)


WITH_A_PART = EVERYBODYS | {
    *(Verb.CLAIM, Verb.ASSIGN, Verb.REASSIGN, Verb.RELEASE, Verb.DONE, Verb.UNINVOLVE),
    *(Verb.CONTACTED, Verb.ESCALATE),
}
"""What people of a team that has a part in the case may: with that part, and little of the case itself."""


@pytest.mark.parametrize("verb", sorted(ABOUT_A_CASE))
def test_a_team_that_has_a_part_has_a_say_in_that(office: Office, verb: Verb) -> None:
    refusal = office.asks("agent of another team", verb, for_billing="Please check the invoice")

    assert (not isinstance(refusal, NotAllowed)) == (verb in WITH_A_PART)


def test_a_supervisor_of_another_team_is_told_whose_case_it_is(office: Office) -> None:
    refusal = office.asks("supervisor of another team", Verb.REASSIGN)

    assert isinstance(refusal, NotAllowed)
    assert refusal.team == "deliveries"
    assert "Only people of Deliveries can reassign its cases" in str(refusal)


def _filled(view: Mapping[str, Any] | None, number: int) -> dict[str, Any]:
    """Each field of a form as somebody fills it in who means it."""
    inputs = [block for block in (view or {}).get("blocks", ()) if block["type"] == "input"]
    return {block["block_id"]: {"value": _value(block, number)} for block in inputs}


def _value(block: Mapping[str, Any], number: int) -> dict[str, Any]:
    kind = block["element"]["type"]
    match kind:
        case "users_select":
            return {"type": kind, "selected_user": SAM}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": 1772449200}
        case "static_select":
            return {"type": kind, "selected_option": block["element"]["options"][0]}
        case _:
            words = {
                "amount": "20",
                "length": "2h",
                "number": str(number - 1),
                "link": "https://shop.example/7",
            }
            return {"type": kind, "value": words.get(block["block_id"], "As they asked")}
