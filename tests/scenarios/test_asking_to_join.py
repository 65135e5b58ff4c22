"""Whom the bot does not know is not met with silence: there is a way in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.rulebook import read_rulebook
from handlers import joining
from handlers.joining import Asked
from models.policies.rulebook import Admins
from tests.bot.rules_text import GOOD
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import CHANNEL, Story

CARDS = "C0DELIVERY"
QUESTION = (
    f"👋 <@{ANA}> asks, in <#{CARDS}>, to work for *Deliveries*.\n"
    "To let them in, put this into rules.yaml below `teams:`, `deliveries:`, in place of its `members`:\n"
    "```    members: [U0BEN, U0ANA]```\n"
    "It is in force within seconds. Nobody else is told, and they may ask again in a week."
)


@pytest.fixture
def story(story: Story) -> Story:
    """Ana works for nobody; a case waits in the channel, where she reads along."""
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(members=(BEN,))})
    story.receives("My parcel never came")
    return story


def presses_ask(story: Story) -> str:
    """Ana presses the button below what she was told last; what stands there then."""
    ts = story.workspace.ephemerals(ANA)[-1]["ts"]
    story.workspace.click(ANA, CHANNEL, ts, "ask_to_join")
    story.settle()
    return story.heard_by(ANA)[-1]


def test_a_refused_stranger_asks_and_the_admins_are_told_once_what_lets_her_in(story: Story) -> None:
    story.clicks(ANA, "case_claim")
    refused = story.heard_by(ANA)[-1]

    first = presses_ask(story)
    again = story.types(ANA, "/recovery join deliveries")

    assert f"Only people of Deliveries can claim its cases: <@{BEN}>" in refused
    assert "Ask to join" in refused
    assert first == f"I have asked <@{LEA}> to let you work for Deliveries."
    assert again.startswith(f"<@{LEA}> know since")
    assert story.told(LEA) == [QUESTION]
    assert story.told(SAM) == []


@pytest.mark.parametrize("way", ["command", "mention", "reaction"])
def test_every_refusal_has_the_button(story: Story, way: str) -> None:
    ways = {
        "command": lambda: story.types(ANA, "/recovery claim 1"),
        "mention": lambda: story.says(ANA, "@recovery claim"),
        "reaction": lambda: story.workspace.react(ANA, CHANNEL, story.card["ts"], "eyes"),
    }

    ways[way]()
    story.workspace.until(lambda: story.workspace.ephemerals(ANA))

    assert "Ask to join" in story.heard_by(ANA)[-1]


def test_who_works_elsewhere_or_asks_for_nonsense_has_no_button(story: Story) -> None:
    other = a_team(key="billing", name="Billing", channel="#recovery-billing", members=(ANA,))
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(members=(BEN,)), "billing": other})

    answers = story.types(ANA, "/recovery claim 1"), story.types(ANA, "/recovery claim 99")

    assert [answer.startswith("✋") and "Ask to join" not in answer for answer in answers] == [True, True]


def test_who_asks_many_times_at_once_asks_once(story: Story) -> None:
    act = story.desk.act(ANA)

    def ask(_number: int) -> Asked:
        with story.desk.transaction() as session:
            return joining.ask_to_join(session, act, team="deliveries", words="Let me in")

    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(ask, range(4)))
    story.settle()

    assert sorted(each.is_new for each in asked) == [False, False, False, True]
    assert story.told(LEA) == ["Let me in"]


def test_a_teams_name_breaks_out_of_no_question(story: Story) -> None:
    team = a_team(members=(BEN,), name="``` <!channel> \u202e" + "x" * 200)
    story.rules.rulebook = a_rulebook(teams={"deliveries": team})

    story.types(ANA, "/recovery join deliveries")

    (question,) = story.told(LEA)
    assert "&lt;!channel&gt;" in question
    assert question.count("```") == 2


def test_after_a_week_she_may_ask_again(story: Story) -> None:
    story.types(ANA, "/recovery join")
    story.clock.forward(timedelta(days=7))

    story.types(ANA, "/recovery join")

    assert story.told(LEA) == [QUESTION, QUESTION]


def test_a_team_without_a_known_admin_lets_its_supervisors_decide(story: Story) -> None:
    story.rules.rulebook = a_rulebook(
        admins=Admins((), "#recovery-admins"), teams={"deliveries": a_team(members=(BEN,))}
    )

    story.types(ANA, "/recovery join")

    assert story.told(SAM) == [QUESTION]


@pytest.mark.parametrize(
    ("who", "asked", "answer"),
    [
        (BEN, "join deliveries", "You work for Deliveries already."),
        (ANA, "join moon", "I do not know the team “moon”. There are: deliveries."),
    ],
)
def test_what_cannot_be_asked_is_answered_with_what_would_be_right(
    story: Story, who: str, asked: str, answer: str
) -> None:
    assert answer in story.types(who, f"/recovery {asked}")


def test_outside_of_a_teams_channel_the_team_is_to_be_named(story: Story) -> None:
    answer = story.types(ANA, "/recovery join", channel="#general")

    assert answer == "✋ Which team? `/recovery join [team]`. There are: deliveries."


def test_the_line_lets_her_in_when_it_is_pasted() -> None:
    line = QUESTION.split("```")[1].replace("U0BEN", "U0BEN, U0KIM")

    rulebook = read_rulebook(GOOD.replace("    members: [U0ANA, U0BEN]", line).encode())

    assert ANA in rulebook.teams["care"].members
