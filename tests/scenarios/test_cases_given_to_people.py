"""A team's strategy at work: cases that open with somebody who has them, told in the thread."""

from datetime import timedelta
from typing import Any

from models.policies.assignment import AssignmentRules, Strategy
from models.policies.rules import Answer, Effect, Facts, Verdict
from models.vocabulary import CaseKind, Priority
from tests.builders import ANA, BEN, SAM, a_rule, a_rulebook, a_team
from tests.story import Story


def assign(story: Story, strategy: Strategy, **rules: Any) -> None:
    """From now on the team gives its cases to people."""
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": a_team(assignment=AssignmentRules(strategy, **rules))}
    )


def test_a_new_case_is_with_somebody_who_is_told_why(story: Story) -> None:
    assign(story, Strategy.ROUND_ROBIN)

    story.receives("My parcel never came")

    assert f"<@{ANA}>, not claimed yet" in story.card_words
    assert story.thread == [f"👉 <@{ANA}> has the case now, assigned by the bot: next in turn."]


def test_the_next_case_is_the_next_persons(story: Story) -> None:
    assign(story, Strategy.ROUND_ROBIN)

    story.receives("My parcel never came")
    story.receives("Mine neither")

    assert f"<@{BEN}>, not claimed yet" in story.card_words


def test_who_was_given_a_case_claims_it_with_the_button(story: Story) -> None:
    assign(story, Strategy.ROUND_ROBIN)
    story.receives("My parcel never came")

    story.clicks(ANA, "case_claim")

    assert "not claimed yet" not in story.card_words
    assert story.thread[-1] == f"🙋 <@{ANA}> claimed the case."
    assert "Claim" not in story.card_words.splitlines()


def test_a_case_that_was_given_and_not_claimed_is_pinged_for_and_escalated(story: Story) -> None:
    assign(story, Strategy.ROUND_ROBIN)
    story.receives("My parcel never came")

    story.waits(timedelta(minutes=5))
    story.waits(timedelta(minutes=6))

    assert "To acknowledge this case is due" in story.thread[1]
    assert f"Escalated to <@{SAM}>" in story.thread[2]


def test_at_the_limit_the_case_waits_for_the_team(story: Story) -> None:
    assign(story, Strategy.NAMED_PERSON, person=ANA, limit_per_person=1)
    story.receives("My parcel never came")

    story.receives("Mine neither")

    assert "nobody yet" in story.card_words
    assert story.thread == []


def test_an_agent_who_assigns_over_the_limit_is_told_who_has_room(story: Story) -> None:
    assign(story, Strategy.NONE, limit_per_person=1)
    story.receives("My parcel never came")
    story.receives("Mine neither")
    story.types(BEN, "/recovery claim 1")

    refusal = story.types(ANA, "/recovery assign 2 @ben")
    allowed = story.types(SAM, "/recovery assign 2 @ben")

    assert f"the team's limit is 1. Room for more: <@{ANA}>." in refusal
    assert allowed == f"Case #2 is with <@{BEN}> now."


def test_what_is_known_of_a_customer_routes_to_chosen_people_long_after_it_was_told(story: Story) -> None:
    effect = Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH, "normal", assign=(SAM,))
    known = {"author_handle": "ottilie@example.com"}
    story.rules.rulebook = a_rulebook(rules=(a_rule(name="Pro", condition=_is_pro, effect=effect), a_rule()))
    story.receives("Thank you", sentiment=0.9, attributes={"customer.plan": "pro"}, **known)

    story.receives("My parcel never came", **known)
    chosen, told = story.card_words, story.thread
    story.receives("Mine neither")

    assert f"<@{SAM}>, not claimed yet" in chosen
    assert told == [f"👉 <@{SAM}> has the case now, assigned by the bot: chosen by its rule."]
    assert "nobody yet" in story.card_words


def _is_pro(facts: Facts) -> Verdict:
    is_pro = facts["customer.attributes"] == {"plan": "pro"} and facts["sentiment.label"] == "negative"
    return Verdict(Answer.MATCHED if is_pro else Answer.NOT_MATCHED)
