"""Names of rules.yaml become the people whom they stand for."""

from dataclasses import replace

import pytest

from models.policies.absence import Away, why_not_away
from models.policies.permissions import Verb, why_not_hand_over, why_not_hold, why_not_may
from models.policies.rights import Role
from models.policies.rosters import Staff, is_email, is_person, names_in, staffed
from models.policies.rulebook import Admins
from models.policies.rules import Effect
from models.vocabulary import AgentId, Barred, CaseKind, Priority
from tests.builders import ANA, BEN, LEA, SAM, STRANGER, a_rule, a_rulebook, a_team
from tests.clock import MONDAY_MORNING

CARE, SAMS_EMAIL = AgentId("S0CARE"), AgentId("sam@shop.example")
WRITTEN = a_rulebook(
    teams={"deliveries": a_team(members=(ANA, CARE), supervisors=(SAMS_EMAIL,), leads=(CARE,))}
)
KNOWN = {CARE: (BEN, ANA, LEA), SAMS_EMAIL: (SAM,)}


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("U0ANA", (True, False)),
        ("W0ANA", (True, False)),
        ("S0CARE", (False, False)),
        ("sam@shop.example", (False, True)),
        ("S0@shop.example", (False, True)),
        ("U0@shop.example", (False, True)),
    ],
)
def test_people_groups_and_addresses_are_told_apart(written: str, what: tuple[bool, bool]) -> None:
    assert (is_person(written), is_email(written)) == what


def test_each_name_is_asked_for_once_those_of_the_admins_too() -> None:
    rulebook = replace(WRITTEN, admins=Admins((CARE, AgentId("S0ADMINS")), "#admins"))

    assert names_in(rulebook) == ["S0CARE", "S0ADMINS", "sam@shop.example"]


def test_who_is_behind_a_name_has_its_role_each_once_and_in_the_order_of_the_file() -> None:
    team = staffed(WRITTEN, Staff(KNOWN, {})).teams["deliveries"]

    assert (team.members, team.supervisors, team.leads) == ((ANA, BEN, LEA), (SAM,), (BEN, ANA, LEA))
    assert team.unread == ()


def test_the_rulebook_in_force_answers_for_people_and_keeps_what_was_written() -> None:
    rulebook = staffed(WRITTEN, Staff(KNOWN, {}))

    assert rulebook.roles_of(BEN, "deliveries") == {Role.AGENT, Role.LEAD}
    assert rulebook.roles_of(STRANGER, "deliveries") == frozenset()
    assert rulebook.written is WRITTEN


def test_without_names_it_is_the_same_rulebook() -> None:
    rulebook = a_rulebook()

    assert staffed(rulebook, Staff(KNOWN, {})) is rulebook
    assert rulebook.written is rulebook


def test_a_group_that_has_nobody_is_known_and_has_nobody() -> None:
    team = staffed(WRITTEN, Staff(KNOWN | {CARE: ()}, {})).teams["deliveries"]

    assert (team.members, team.leads, team.unread) == ((ANA,), (), ())


def test_a_name_of_which_nothing_is_known_is_not_called_nobody() -> None:
    rulebook = staffed(
        a_rulebook(teams={"deliveries": a_team(members=(CARE,), supervisors=())}), Staff({}, {})
    )
    rulebook = replace(rulebook, admins=Admins((), "#admins"))

    refusals = (
        why_not_may(Verb.CLAIM, STRANGER, "deliveries", rulebook),
        why_not_hold(STRANGER, "deliveries", rulebook),
        why_not_hand_over(STRANGER, ANA, "deliveries", rulebook),
    )

    assert rulebook.teams["deliveries"].unread == ("S0CARE",)
    assert ["the people of S0CARE, whom Slack has not told us yet" in str(each) for each in refusals] == [
        True
    ] * 3


def test_who_can_have_no_case_stands_nowhere_and_it_is_said_why() -> None:
    rulebook = staffed(a_rulebook(), Staff({}, {BEN: Barred.DEACTIVATED, SAM: Barred.BOT}))
    stand_in = Away(MONDAY_MORNING, None, BEN)

    assert rulebook.teams["deliveries"].people == (ANA,)
    assert why_not_hold(BEN, "deliveries", rulebook) == (
        f"<@{BEN}> is deactivated in Slack and can have no case. Those who work for Deliveries: "
        f"<@{ANA}>, <@{LEA}>."
    )
    assert "is a bot and can have no case" in str(why_not_hold(SAM, "deliveries", rulebook))
    assert "is deactivated in Slack" in str(why_not_away(ANA, stand_in, MONDAY_MORNING, rulebook))


def test_whom_a_rule_chooses_is_named_as_the_people_of_teams_are() -> None:
    effect = Effect(
        CaseKind.COMPLAINT, "deliveries", Priority.HIGH, assign=(CARE, SAMS_EMAIL, STRANGER, AgentId("S0NEW"))
    )
    written = a_rulebook(rules=(a_rule(effect=effect),))

    known = staffed(written, Staff(KNOWN, {LEA: Barred.DEACTIVATED}))

    assert names_in(written) == [CARE, SAMS_EMAIL, "S0NEW"]
    assert known.chosen_for("Unhappy customer", "deliveries") == (BEN, ANA, SAM, STRANGER)
    assert known.chosen_for("Unhappy customer", "billing") == ()
    assert known.chosen_for("By hand", "deliveries") == ()
