"""Help is short, fits the person and the place, and explains one verb."""

import pytest

from bot.slack.routes import ROUTES
from models.policies.permissions import Verb
from tests.builders import ANA, BEN, LEA, a_rulebook, a_team
from tests.story import Story


def test_an_agent_sees_every_verb_that_an_agent_may_use_in_groups_with_examples(story: Story) -> None:
    answer = story.types(ANA, "/recovery help")

    assert answer.splitlines()[0] == "*What you can do* as agent of Deliveries"
    assert "*Who has it*\n• `/recovery claim 41`  take a case that nobody has" in answer
    assert answer.endswith("explains one. The buttons on a card do the same.")


def test_no_words_at_all_ask_for_help(story: Story) -> None:
    assert story.types(ANA, "/recovery") == story.types(ANA, "/recovery help")


def test_an_admin_is_no_list_of_teams(story: Story) -> None:
    answer = story.types(LEA, "/recovery help")

    assert answer.splitlines()[0] == "*What you can do* as an admin"
    assert answer.endswith("explains one. The buttons on a card do the same.")


def test_teams_of_one_role_are_named_together(story: Story) -> None:
    billing = a_team(key="billing", name="Billing")
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(), "billing": billing})

    said = story.types(ANA, "/recovery help").splitlines()[0]

    assert said == "*What you can do* as agent of Deliveries, Billing"


def test_an_unknown_verb_is_answered_with_the_near_one_or_where_to_look(story: Story) -> None:
    answers = [story.types(ANA, f"/recovery {words}") for words in ("clam 1", "frobnicate 1")]

    assert answers == [
        "✋ I do not know `clam`. Did you mean `claim`? `/recovery help` tells what you can do.",
        "✋ I do not know `frobnicate`. `/recovery help` tells what you can do.",
    ]


def test_who_works_for_no_team_sees_what_everybody_may_and_whom_to_ask(story: Story) -> None:
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(members=(BEN,))})

    answer = story.types(ANA, "/recovery help")

    assert "/recovery claim" not in answer
    assert "• `/recovery note 41 The courier found it`" in answer
    assert f"To work cases, ask <@{LEA}> to add you: `/recovery join` and the team does it" in answer


def test_in_a_cases_thread_the_help_is_for_mentions_without_a_number(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery")

    assert "• `@recovery assign @ben`" in story.heard_by(ANA)[-1]


def test_a_refusal_in_a_cases_thread_says_what_can_be_typed_there(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery pause customer")
    story.says(ANA, "@recovery frobnicate")

    assert "`@recovery pause customer They look for the receipt`" in story.heard_by(ANA)[-2]
    assert "`@recovery help` tells what you can do" in story.heard_by(ANA)[-1]


def test_one_verb_is_explained_with_who_may(story: Story) -> None:
    answer = story.types(ANA, "/recovery help reassign")

    assert answer.splitlines() == [
        "*/recovery reassign &lt;number&gt; @person*",
        "Move a case to somebody else.",
        "For example: `/recovery reassign 41 @ben`",
        "Who may: agents, supervisors, leads and admins of the case's team.",
    ]


def test_who_may_not_use_the_verb_that_they_ask_for_is_told(story: Story) -> None:
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(members=(BEN,))})

    assert "you are none of them" in story.types(ANA, "/recovery help claim")


def test_help_for_an_unknown_verb_suggests_the_nearest(story: Story) -> None:
    assert "Did you mean `claim`?" in story.types(ANA, "/recovery help clame")


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_stands_in_the_table_once(verb: Verb) -> None:
    assert ROUTES[verb].verb is verb
    assert ROUTES[verb].example.startswith(verb.value)
