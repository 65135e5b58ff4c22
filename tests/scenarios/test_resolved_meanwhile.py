"""Every button and form of a case that was resolved meanwhile is answered: by whom, as what, and when."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.slack.client import SlackApi
from bot.slack.listeners import cards
from bot.slack.routes import ROUTES, form_of
from bot.workspace.server import Workspace
from handlers import approving, assignment, closing, compensation, helpers, involving
from handlers.cards import load_card
from models.policies.meanwhile import ONLY_WHILE_OPEN
from models.policies.permissions import Verb
from models.vocabulary import OutcomeKind
from tests.builders import ANA, BEN, SAM, a_case, a_rulebook, a_team, a_wish, an_act, euro
from tests.clock import TestClock
from tests.story import KnownRules, ToldEar, words_of

OTHER = a_team(key="billing", name="Billing", channel="#recovery-billing")
THIRD = a_team(key="products", name="Products", channel="#recovery-products")
RULES = a_rulebook(teams={"deliveries": a_team(supervisors=(SAM, ANA)), "billing": OTHER, "products": THIRD})
BY_WHOM = f"already resolved: <@{SAM}> resolved it as recovered, <!date^"
AT_ONCE = (Verb.CLAIM, Verb.RELEASE, Verb.RESUME, Verb.TAKE_OVER)
"""Buttons that do it without a form."""
STILL_DONE = (Verb.NOTE, Verb.CORRECT, Verb.REVOKE, Verb.HANDOVER, Verb.REDEEMED, Verb.REMOVE)
"""What may be done to a case that is over; whose form was open before is told first, but for a note."""
DONE = {verb: route.doing for verb, route in ROUTES.items() if route.doing}
WITH_FORM = {verb for verb, doing in DONE.items() if doing.form or doing.form_that_reads}
BY_CLICK = sorted(
    verb
    for verb, doing in DONE.items()
    if (doing.is_done_by_its_button or verb not in WITH_FORM) and not doing.is_told_to_them_only
)
"""Not those that keep something for one person, at whatever case."""
FOR_WHAT_IS_OVER = {Verb.REOPEN, Verb.NOMINATE, Verb.PUBLISH}
"""Tried where they belong."""
ABOUT_A_REQUEST = (Verb.APPROVE, Verb.DECLINE)
STAMP = "1772442060.000100"


class Desks:
    """A bot, and for each question a fresh case of Deliveries with a gift, a helper, a request and a part.

    The part is that of Products, for which Ana works too.
    """

    def __init__(self, database_url: str, workspace: Workspace) -> None:
        self.database = Database(database_url, JobQueue(database_url))
        slack = SlackApi(workspace.bot_token, workspace.api_url)
        self._here = slack.channel_id("#recovery-deliveries")
        self._desk = Desk(self.database, slack, KnownRules(RULES), TestClock(), ToldEar())
        self._workspace = workspace

    def case(self, *, is_held: bool = True) -> int:
        """Ana has it, or nobody."""
        with self.database.transaction() as session:
            case, act = a_case(session, rulebook=RULES), an_act(ANA, rulebook=RULES)
            helpers.add(session, case.id, act, who=BEN)
            involving.involve(session, case.id, act, team="products", asked_for="Is it sold out?")
            compensation.grant(session, case.id, act, wish=a_wish(euro(5)), reason="late")
            by_ben = an_act(BEN, rulebook=RULES)
            approving.ask(session, case.id, by_ben, wish=a_wish(euro(80)), reason="late")
            if is_held:
                assignment.claim(session, case.id, act)
            return case.id

    def is_resolved(self, number: int) -> None:
        """Sam resolves it."""
        with self.database.transaction() as session:
            done = {"outcome": OutcomeKind.RECOVERED, "theme": "delivery", "what_was_done": "Sent it"}
            closing.resolve_case(session, number, an_act(SAM, rulebook=RULES), **done)

    def form(self, verb: Verb, number: int) -> dict[str, Any]:
        """The form, filled in by Ana."""
        with self.database.transaction() as session:
            card = load_card(session, number, RULES)
            view = form_of(session, verb, card, an_act(ANA, rulebook=RULES), is_asked_for=True)
        inputs = [block for block in (view or {})["blocks"] if block["type"] == "input"]
        values = {block["block_id"]: {block["element"]["action_id"]: _value(block)} for block in inputs}
        return {**(view or {}), "id": f"V{number}{verb}", "state": {"values": values}}

    def hands_in(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """What Slack is answered."""
        return cards.on_submission(self._desk, {"user": {"id": ANA}, "view": view})

    def clicks(self, verb: Verb, number: int) -> list[str]:
        """What Ana is told who presses the button of a card that is behind."""
        before = len(self._workspace.ephemerals(ANA))
        place = {"channel_id": self._here, "message_ts": "1772442000.000100"}
        body = {"user": {"id": ANA}, "container": place, "trigger_id": "late"}
        action = {"type": "button", "action_id": f"case_{verb}", "value": str(number), "action_ts": STAMP}
        cards.on_click(self._desk, body, action)
        return [words_of(told) for told in self._workspace.ephemerals(ANA)[before:]]


@pytest.fixture(scope="module")
def desks(modules_database_url: str) -> Iterator[Desks]:
    """One for all of these tests."""
    workspace = Workspace()
    workspace.start()
    desks = Desks(modules_database_url, workspace)
    yield desks
    desks.database.close()
    workspace.stop()


def test_it_is_decided_what_becomes_of_each_form_of_a_case_that_is_over() -> None:
    assert ONLY_WHILE_OPEN | FOR_WHAT_IS_OVER | {*STILL_DONE, *ABOUT_A_REQUEST} == WITH_FORM


@pytest.mark.parametrize("verb", [*AT_ONCE, *sorted(ONLY_WHILE_OPEN)])
def test_a_button_tells_by_whom_the_case_was_resolved_and_opens_no_form(desks: Desks, verb: Verb) -> None:
    number = desks.case()
    desks.is_resolved(number)

    (told,) = desks.clicks(verb, number)

    assert BY_WHOM in told


@pytest.mark.parametrize("verb", BY_CLICK)
def test_no_button_is_left_without_an_answer(desks: Desks, verb: Verb) -> None:
    number = desks.case()
    desks.is_resolved(number)

    (told,) = desks.clicks(verb, number)

    assert told.startswith("✋")


@pytest.mark.parametrize("verb", sorted(ONLY_WHILE_OPEN))
def test_a_form_that_was_open_is_shown_again_with_who_resolved_the_case(desks: Desks, verb: Verb) -> None:
    number = desks.case(is_held=verb is not Verb.ASSIGN)
    view = desks.form(verb, number)
    desks.is_resolved(number)

    answer = desks.hands_in(view)

    assert answer["response_action"] == "update"
    assert BY_WHOM in words_of(answer["view"])
    assert f"<@{SAM}> resolved the case as *recovered*" in words_of(answer["view"])
    again = desks.hands_in({**view, "private_metadata": answer["view"]["private_metadata"]})
    assert BY_WHOM in "".join(again["errors"].values())


@pytest.mark.parametrize("verb", STILL_DONE)
def test_what_may_be_done_to_a_case_that_is_over_is_done_when_it_is_handed_in_again(
    desks: Desks, verb: Verb
) -> None:
    number = desks.case()
    view = desks.form(verb, number)
    desks.is_resolved(number)

    answer = desks.hands_in(view)

    assert ("view" in answer) == (verb is not Verb.NOTE)
    again = {**view, **answer.get("view", {}), "state": view["state"], "id": view["id"]}
    assert desks.hands_in(again) == {}


@pytest.mark.parametrize("verb", ABOUT_A_REQUEST)
def test_a_form_about_a_request_of_a_case_that_is_over_is_answered(desks: Desks, verb: Verb) -> None:
    number = desks.case()
    view = desks.form(verb, number)
    desks.is_resolved(number)

    answer = desks.hands_in(view)

    assert answer["response_action"] in {"update", "errors"}


def _value(block: Mapping[str, Any]) -> dict[str, Any]:
    """As somebody fills it in who means it."""
    kind = block["element"]["type"]
    match kind:
        case "users_select":
            return {"type": kind, "selected_user": BEN}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": block["element"]["initial_date_time"]}
        case "static_select":
            return {"type": kind, "selected_option": block["element"]["options"][0]}
        case _:
            words = {"amount": "20", "length": "2h", "number": "1", "link": "https://shop.example/7"}
            return {"type": kind, "value": words.get(block["block_id"], "As they asked")}
