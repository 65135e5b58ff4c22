"""The way in: who needs one, who is asked, and the line that lets somebody in."""

import pytest

from models.policies.joining import is_stranger, line_for, whom_to_ask, why_not_join
from models.policies.rosters import Staff, staffed
from models.policies.rulebook import Admins
from models.vocabulary import AgentId
from tests.builders import ANA, BEN, LEA, SAM, STRANGER, a_rulebook, a_team

KIM = AgentId("U0KIM")
TEAM = a_team(members=(ANA, AgentId("S0CARE"), AgentId("ben@shop.example")), supervisors=(SAM,), leads=(KIM,))


@pytest.mark.parametrize(("who", "stranger"), [(ANA, False), (SAM, False), (LEA, False), (STRANGER, True)])
def test_who_works_for_no_team_and_is_no_admin_is_a_stranger(who: AgentId, *, stranger: bool) -> None:
    assert is_stranger(who, a_rulebook()) is stranger


@pytest.mark.parametrize("who", [BEN, LEA])
def test_who_is_of_the_team_or_an_admin_need_not_ask(who: AgentId) -> None:
    assert "already" in str(why_not_join(who, "deliveries", a_rulebook()))
    assert why_not_join(STRANGER, "deliveries", a_rulebook()) is None


@pytest.mark.parametrize(
    ("admins", "asked"),
    [
        ((LEA, BEN), [LEA, BEN]),
        ((), [SAM, KIM]),
        (tuple(AgentId(f"U0{n}") for n in range(40)), [f"U0{n}" for n in range(6)]),
    ],
)
def test_admins_are_asked_and_where_there_is_none_who_leads_the_team(
    admins: tuple[AgentId, ...], asked: list[str]
) -> None:
    rulebook = a_rulebook(admins=Admins(admins, "#admins"), teams={"deliveries": TEAM})

    assert whom_to_ask("deliveries", rulebook) == asked


def test_the_line_is_what_the_file_has_with_one_more() -> None:
    rulebook = staffed(a_rulebook(teams={"deliveries": TEAM}), Staff({"S0CARE": (BEN,)}, {}))

    assert line_for(STRANGER, "deliveries", rulebook) == (
        "members: [U0ANA, S0CARE, ben@shop.example, U0STRANGER]"
    )
    assert rulebook.teams["deliveries"].groups == ("S0CARE",)
