"""Every verb of the table is tried by everybody: who may is let through, who may not is told who can."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.slack.client import SlackApi
from bot.slack.orders import read_order
from bot.slack.routes import ROUTES, carry_out
from bot.workspace.server import Workspace
from handlers import assignment
from handlers.errors import CannotDo, NotAllowed
from models.policies.permissions import Verb
from models.policies.rulebook import Admins, Rulebook
from models.vocabulary import AgentId
from tests.builders import ANA, BEN, LEA, SAM, a_case, a_rulebook, a_team, an_act
from tests.clock import TestClock
from tests.story import KnownRules, ToldEar

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
    Verb.PAUSE: WORKERS,
    Verb.SNOOZE: WORKERS,
    Verb.RESUME: WORKERS,
    Verb.ESCALATE: WORKERS,
    Verb.ACK: LEADERS,
    Verb.EXTEND: LEADERS,
    Verb.TAKE_OVER: LEADERS,
    Verb.ADD: WORKERS,
    Verb.REMOVE: WORKERS,
    Verb.NOTE: EVERYBODY,
    Verb.COMPENSATE: WORKERS,
    Verb.REVOKE: WORKERS,
    Verb.HANDOVER: WORKERS,
    Verb.ASK: WORKERS,
    Verb.APPROVE: LEADERS,
    Verb.DECLINE: LEADERS,
    Verb.WITHDRAW: WORKERS,
    Verb.APPROVALS: EVERYBODY,
    Verb.RESOLVE: WORKERS,
    Verb.NEW: WORKERS,
    Verb.SHOW: EVERYBODY,
    Verb.LIST: EVERYBODY,
    Verb.STATS: EVERYBODY,
    Verb.AWAY: EVERYBODY,  # it is about people, not about a team; who works for none is told so
    Verb.BACK: EVERYBODY,
    Verb.HELP: EVERYBODY,
    Verb.JOIN: EVERYBODY,
}
"""Decided verb by verb: a new one fails here until somebody says who may."""


class Office:
    """A bot, and for each question a fresh case of Deliveries that Ben has."""

    def __init__(self, database_url: str, workspace: Workspace) -> None:
        self.database = Database(database_url, JobQueue(database_url))
        self._slack = SlackApi(workspace.bot_token, workspace.api_url)
        self._here = self._slack.channel_id(TEAM.channel)
        self._ear = ToldEar()
        self._ear.feelings = defaultdict(lambda: -0.8)

    def asks(self, what: str, verb: Verb) -> CannotDo | None:
        """Ana, as that, types the verb's own example; the refusal, None where it is done."""
        words = ROUTES[verb].example.replace("41", str(self._case())).replace("@bea", f"<@{SAM}>")
        desk = Desk(self.database, self._slack, KnownRules(AS_A[what]), TestClock(), self._ear)
        try:
            carry_out(desk, read_order(words, by=ANA, slack_channel=self._here))
        except CannotDo as refusal:
            return refusal
        return None

    def _case(self) -> int:
        with self.database.transaction() as session:
            case = a_case(session)
            assignment.claim(session, case.id, an_act(BEN))
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


@pytest.mark.parametrize("verb", [verb for verb, may in MAY.items() if may != EVERYBODY])
def test_a_refusal_names_who_can(office: Office, verb: Verb) -> None:
    refusal = office.asks("stranger", verb)

    assert f"<@{SAM}>" in str(refusal)


def test_a_supervisor_of_another_team_is_told_whose_case_it_is(office: Office) -> None:
    refusal = office.asks("supervisor of another team", Verb.REASSIGN)

    assert isinstance(refusal, NotAllowed)
    assert refusal.team == "deliveries"
    assert "Only people of Deliveries can reassign its cases" in str(refusal)
