"""Teams, roles, limits and hours, as the rulebook answers for them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.policies.opening_hours import OpeningHours
from models.policies.promises import Choice, Promise
from models.policies.rights import Role, ranked
from models.policies.rulebook import Admins, CompensationRules, ImportRules, Rulebook, Team
from models.policies.rules import Effect
from models.vocabulary import AgentId, CaseKind, ClockKind, CompensationKind, Money, Priority

ANA, SAM, LEA, KIM = (AgentId(person) for person in ("U0ANA", "U0SAM", "U0LEA", "U0KIM"))
OFFICE = OpeningHours("Mo-Fr 09:00-17:00", "Europe/Berlin")

CARE = Team("care", "Care", "#care", "#supervisors", (ANA,), (SAM,), (LEA,), OFFICE)
BILLING = replace(CARE, key="billing", channel="#billing", members=(SAM,), supervisors=(), leads=())
NORMAL = Promise("normal", {ClockKind.RESOLVE: timedelta(hours=8)}, (0.5,), is_round_the_clock=False)


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def a_rulebook() -> Rulebook:
    return Rulebook(
        version="1",
        time_zone="Europe/Berlin",
        admins=Admins((KIM,), "#admins"),
        sources={},
        teams={"care": CARE, "billing": BILLING},
        promises={"normal": NORMAL, "urgent": replace(NORMAL, name="urgent", is_round_the_clock=True)},
        rules=(),
        compensation=CompensationRules("EUR", (CompensationKind.REFUND,), {}),
        imports=ImportRules(timedelta(days=7), 25),
    )


@pytest.mark.parametrize(
    ("person", "team", "roles"),
    [
        (ANA, "care", {Role.AGENT}),
        (SAM, "care", {Role.SUPERVISOR}),
        (SAM, "billing", {Role.AGENT}),
        (LEA, "care", {Role.LEAD}),
        (LEA, "billing", set()),
        (KIM, "care", {Role.ADMIN}),
        (KIM, "a team that was closed", {Role.ADMIN}),
        (ANA, "a team that was closed", set()),
        (AgentId("U0STRANGER"), "care", set()),
    ],
)
def test_a_person_has_the_roles_under_which_a_team_lists_them(
    person: AgentId, team: str, roles: set[Role]
) -> None:
    assert a_rulebook().roles_of(person, team) == roles


def test_roles_are_ranked_from_the_most_to_the_least() -> None:
    assert ranked({Role.AGENT, Role.ADMIN, Role.LEAD}) == [Role.ADMIN, Role.LEAD, Role.AGENT]


@pytest.mark.parametrize(
    ("limits", "roles", "limit"),
    [
        ({Role.AGENT: 50, Role.SUPERVISOR: 250}, {Role.AGENT}, 50),
        ({Role.AGENT: 50, Role.SUPERVISOR: 250}, {Role.AGENT, Role.SUPERVISOR}, 250),
        ({Role.AGENT: 50, Role.SUPERVISOR: 250}, {Role.LEAD}, 250),
        ({Role.AGENT: 50}, {Role.ADMIN}, 50),
        ({Role.SUPERVISOR: 250}, {Role.AGENT}, 0),
        ({Role.AGENT: 50}, set(), 0),
        ({}, {Role.ADMIN}, 0),
    ],
)
def test_the_limit_is_that_of_the_highest_role_or_of_the_next_below(
    limits: dict[Role, int], roles: set[Role], limit: int
) -> None:
    money = {role: euros(amount) for role, amount in limits.items()}
    compensation = CompensationRules("EUR", (CompensationKind.REFUND,), money)

    assert compensation.limit_of(frozenset(roles)) == euros(limit)


def test_a_promise_runs_in_the_hours_of_the_team_unless_it_is_round_the_clock() -> None:
    rulebook = a_rulebook()

    assert rulebook.hours_of("care", "normal") == OFFICE
    assert rulebook.hours_of("care", "urgent").expression == "24/7"


@pytest.mark.parametrize(
    ("effect", "promise", "why"),
    [
        (Effect(CaseKind.QUERY, "care", Priority.LOW, "urgent"), "urgent", "named by the rule"),
        (Effect(CaseKind.QUERY, "care", Priority.URGENT), "urgent", "named as the priority"),
        (Effect(CaseKind.QUERY, "care", Priority.LOW), "normal", "the first of the file, as none fits"),
    ],
)
def test_a_case_opens_under_the_promise_that_is_named_or_that_fits(
    effect: Effect, promise: str, why: str
) -> None:
    assert a_rulebook().promise_for(effect, segment=None) == Choice(promise, why)


def test_the_teams_of_a_person_and_of_a_channel_are_found() -> None:
    rulebook = a_rulebook()

    assert [team.key for team in rulebook.teams_of(SAM)] == ["care", "billing"]
    assert rulebook.find_team_in("#billing") == BILLING
    assert rulebook.find_team_in("#elsewhere") is None
