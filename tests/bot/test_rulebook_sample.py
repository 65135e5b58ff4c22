"""The rules that come with the bot decide sensibly, can be tried, and are as the documentation says."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rulebook import explain, load_rulebook, read_rulebook
from bot.samples.player import load_samples
from bot.sentiment.themes import ThemeFinder
from models.policies.bursts import Echo, find_like, sketch_of
from models.policies.rulebook import Rulebook
from models.policies.rules import FACTS, Effect, Facts, build_facts, decide
from models.vocabulary import ClockKind, CompensationKind, SentimentLabel, SentimentScore
from tests.clock import MONDAY_MORNING as AT

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTATION = (ROOT / "docs" / "rules.md").read_text()


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(ROOT / "rules.yaml")


def feeling(score: float) -> SentimentScore:
    """Neutral is what lies between -0.3 and 0.3."""
    label = SentimentLabel.NEUTRAL
    label = SentimentLabel.POSITIVE if score > 0.3 else label
    label = SentimentLabel.NEGATIVE if score < -0.3 else label
    return SentimentScore(label, score, max(-score, 0.0), 0.2, max(score, 0.0), model="told")


def said(
    text: str, score: float, scale: str | None = None, answer: int | None = None, **attributes: object
) -> Facts:
    return build_facts(
        text=text,
        source="email",
        age=timedelta(minutes=1),
        sentiment=feeling(score),
        survey_scale=scale,
        survey_score=answer,
        attributes=attributes,
    )


def in_words(effect: Effect | None) -> str:
    return f"{effect.kind} {effect.team} {effect.priority}" if effect else "nothing"


CASES = [
    (said("The parcel is nine days late.", -0.8), "complaint deliveries high"),
    (said("Where is my table?", 0.0), "complaint deliveries high"),
    (said("Your driver left it in the rain.", -0.5), "complaint deliveries high"),
    (said("I was charged twice for one lamp.", 0.1), "complaint billing high"),
    (said("Still no refund after four weeks.", -0.6), "complaint billing high"),
    (said("The handle came off.", -0.6, product="Gannet pan"), "complaint products normal"),
    (said("It arrived cracked.", -0.4), "complaint products normal"),
    (said("I have been treated badly.", -0.7), "complaint care normal"),
    (said("I have been treated badly.", -0.7, order_total=900), "complaint care high"),
    (said("I have been treated badly.", -0.7, order_total="900"), "complaint care normal"),
    (said("You will hear from my solicitor.", 0.0), "complaint care urgent"),
    (said("The toaster caught fire.", -0.2), "complaint care urgent"),
    (said("My son was burned by your pie. Lovely staff.", 0.8), "complaint care urgent"),
    (said("The doctor praised your soup too, we love it", 0.95), "compliment care low"),
    ({**said("It could have been better.", -0.1), "sentiment.label": "negative"}, "complaint care normal"),
    (said("We leave you for another shop, with thanks for the years.", 0.3), "complaint care normal"),
    (said("Never again! You are the worst.", -0.9), "complaint care urgent"),
    (said("WHERE IS MY PARCEL", -0.9), "complaint care urgent"),
    (said("It came.", 0.0, "nps", 2), "complaint care normal"),
    (said("The parcel came.", 0.0, "stars", 1), "complaint deliveries high"),
    (said("ok", 0.1, "csat", 2), "complaint care normal"),
    (said("Lovely staff", 0.9, "nps", 0), "query care low"),
    (said("Thank you, you are wonderful", 0.95), "compliment care low"),
    (said("Nice chairs", 0.5, "nps", 10), "compliment care low"),
    (said("Nice chairs", 0.9, "nps", 7), "nothing"),
    (said("Is the glaze safe for the dishwasher?", 0.0), "query care normal"),
    (said("How do I clean oak", 0.0), "query care normal"),
    (said("I would like to change my address", 0.0), "query care normal"),
    (said("It is a chair.", 0.0), "nothing"),
    (said("The fireplace looks nice", 0.5), "nothing"),
    (said("", 0.0), "nothing"),
]


@pytest.mark.parametrize(("facts", "opened"), CASES, ids=[str(case[0]["feedback.text"]) for case in CASES])
def test_the_sample_rules_open_what_a_shop_would(rulebook: Rulebook, facts: Facts, opened: str) -> None:
    decision = decide(rulebook.rules, facts)

    assert in_words(decision.effect) == opened


def test_every_sample_rule_decides_some_case(rulebook: Rulebook) -> None:
    deciding = {decide(rulebook.rules, facts).rule for facts, _ in CASES}

    assert deciding == {rule.name for rule in rulebook.rules}


def test_feedback_that_could_not_be_scored_is_decided_by_what_else_is_known(rulebook: Rulebook) -> None:
    facts = build_facts(text="Where is my parcel?", source="x", age=timedelta(0))

    assert decide(rulebook.rules, facts).rule == "Delivery went wrong"


def test_a_newcomer_sees_a_ping_and_an_escalation_within_minutes(rulebook: Rulebook) -> None:
    longest = max(promise.lengths[ClockKind.ACKNOWLEDGE] for promise in rulebook.promises.values())

    assert longest <= timedelta(minutes=5)
    assert all(promise.ping_at for promise in rulebook.promises.values())


def test_the_reason_is_words_and_facts_but_not_what_the_customer_said(rulebook: Rulebook) -> None:
    decision = decide(rulebook.rules, said("My parcel for 12 Elm Street is lost", -0.93))

    assert decision.why == 'A delivery went wrong (text has "parcel"; score -0.93)'


def test_trying_the_rules_shows_every_verdict_and_what_was_absent(rulebook: Rulebook) -> None:
    rows = {row.rule: row for row in explain(rulebook, said("My parcel is late", -0.9))}

    assert [name for name, row in rows.items() if row.decides] == ["Delivery went wrong"]
    assert rows["Furious customer"].verdict == "not matched"
    assert rows["Trouble with a large order"].verdict == "absent fact"
    assert rows["Trouble with a large order"].trouble == "attributes.order_total absent"
    assert rows["Kind words, very low score"].facts == (
        ("survey.nps", "absent"),
        ("survey.stars", "absent"),
        ("survey.csat", "absent"),
    )
    assert (rows["Nothing to do"].verdict, rows["Nothing to do"].decides) == ("matched", False)


def test_trying_the_rules_says_why_a_condition_came_to_nothing(rulebook: Rulebook) -> None:
    rows = {row.rule: row for row in explain(rulebook, said("bad", -0.9, order_total="900"))}

    assert rows["Trouble with a large order"].trouble == "'>=' does not go with a text and a whole number"


def test_the_sample_themes_are_told_apart_by_what_customers_say(rulebook: Rulebook) -> None:
    examples = [example for theme in rulebook.themes.values() for example in theme.examples]

    assert len(rulebook.themes) >= 10
    assert len(examples) == len(set(examples))
    assert [key for key, theme in rulebook.themes.items() if not theme.examples] == ["other"]


def test_the_documentation_names_every_fact_and_every_option() -> None:
    named = set(re.findall(r"`([\w. ]+)`", DOCUMENTATION))

    assert set(FACTS) | set(CompensationKind) | set(ClockKind) <= named


def test_the_examples_of_the_documentation_are_right() -> None:
    whole, more_rules = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL)
    together = whole.replace("rules:\n", more_rules, 1)

    assert len(read_rulebook(together.encode()).rules) == 5
    assert len(read_rulebook(whole.encode()).rules) == 1


def test_who_is_urgent_is_promised_to_hear_from_us_soon_after_the_alert(rulebook: Rulebook) -> None:
    urgent, high = (rulebook.promises[name].lengths for name in ("urgent", "high"))

    assert urgent[ClockKind.ACKNOWLEDGE] < urgent[ClockKind.CONTACT] < urgent[ClockKind.UPDATE]
    assert urgent[ClockKind.CONTACT] < high[ClockKind.CONTACT] <= timedelta(minutes=15)


def test_the_sample_feedback_is_no_burst_even_if_all_of_it_comes_at_once(rulebook: Rulebook) -> None:
    samples = load_samples()
    words = [f"{sample.body.get('title', '')} {sample.body['text']}" for sample in samples]
    meant = ThemeFinder(threads=1).find(words, rulebook.themes.values())
    echoes = [
        Echo(number, number, next((near.key for near in each.themes), ""), sketch_of(each.sketch), AT)
        for number, each in enumerate(meant)
    ]

    assert rulebook.bursts is not None
    assert [each for each in echoes if find_like(each, echoes[: each.feedback_id], rulebook.bursts)] == []
