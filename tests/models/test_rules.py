"""Rules over facts: who decides, why, and what facts there are."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policies.rules import (
    FACTS,
    NO_RULE,
    Answer,
    Effect,
    FactRead,
    Rule,
    Verdict,
    build_facts,
    decide,
    fact_in_words,
    value_in_words,
)
from models.policies.signals import Signal
from models.vocabulary import CaseKind, Priority, SentimentLabel, SentimentScore

COMPLAINT = Effect(kind=CaseKind.COMPLAINT, team="care", priority=Priority.HIGH, promise="urgent")
ANGRY = SentimentScore(SentimentLabel.NEGATIVE, -0.93, 0.95, 0.03, 0.02, model="trial")

NOTHING_FOUND = {"themes": [], **{f"signals.{signal}": False for signal in Signal}}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def a_rule(
    name: str, answer: Answer, *, effect: Effect | None = COMPLAINT, read: tuple[FactRead, ...] = ()
) -> Rule:
    return Rule(name, lambda _: Verdict(answer, read), because=f"{name} said so", effect=effect)


def test_a_signal_is_there_by_its_words_or_by_its_meaning() -> None:
    heard = replace(ANGRY, signals=("safety",))
    facts = build_facts(text="I will see you in court", source="posts", age=timedelta(0), sentiment=heard)

    assert [signal for signal in Signal if facts[f"signals.{signal}"]] == [Signal.LEGAL, Signal.SAFETY]


@pytest.mark.parametrize(
    ("answers", "deciding"),
    [
        ([Answer.MATCHED, Answer.MATCHED], "rule 0"),
        ([Answer.NOT_MATCHED, Answer.MATCHED], "rule 1"),
        ([Answer.ABSENT, Answer.FAILED, Answer.MATCHED], "rule 2"),
        ([Answer.NOT_MATCHED, Answer.ABSENT], None),
        ([], None),
    ],
)
def test_the_first_rule_that_matches_decides(answers: list[Answer], deciding: str | None) -> None:
    rules = [a_rule(f"rule {number}", answer) for number, answer in enumerate(answers)]

    decision = decide(rules, {})

    assert decision.rule == deciding


def test_rules_after_the_deciding_one_are_not_asked() -> None:
    rules = [
        a_rule("first", Answer.NOT_MATCHED),
        a_rule("second", Answer.MATCHED),
        a_rule("third", Answer.MATCHED),
    ]

    decision = decide(rules, {})

    assert [verdict.answer for verdict in decision.verdicts] == [Answer.NOT_MATCHED, Answer.MATCHED]


def test_a_matching_rule_without_an_effect_opens_nothing_and_keeps_the_rest_from_deciding() -> None:
    decision = decide([a_rule("ignore", Answer.MATCHED, effect=None), a_rule("open", Answer.MATCHED)], {})

    assert (decision.rule, decision.effect) == ("ignore", None)


def test_nothing_is_opened_when_no_rule_matches() -> None:
    decision = decide([a_rule("open", Answer.NOT_MATCHED)], {})

    assert (decision.rule, decision.effect, decision.why) == (None, None, NO_RULE)


def test_the_reason_names_the_facts_that_the_rule_read_and_leaves_out_the_absent() -> None:
    read = (
        FactRead("sentiment.label", "negative"),
        FactRead("sentiment.score", -0.9312),
        FactRead("survey.nps", None),
        FactRead("feedback.text", "My parcel is late", found=("parcel", "late")),
        FactRead("attributes.order_total", 389.0),
    )

    decision = decide([a_rule("Late", Answer.MATCHED, read=read)], {})

    assert decision.why == (
        'Late said so (sentiment negative; score -0.93; text has "parcel", "late"; order_total 389)'
    )


def test_the_reason_stands_alone_when_the_rule_read_nothing() -> None:
    assert decide([a_rule("Always", Answer.MATCHED)], {}).why == "Always said so"


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (FactRead("feedback.text", "my card number is 1234"), ""),
        (FactRead("feedback.title", "call me on 0171"), ""),
        (FactRead("customer.name", "Ottilie Fenwick"), ""),
        (FactRead("attributes", {"iban": "DE00"}), ""),
        (FactRead("survey.nps", 0), "NPS 0"),
        (FactRead("survey.stars", 2.0), "stars 2"),
        (FactRead("customer.segment", "gold"), "segment gold"),
        (FactRead("attributes.vip", value=False), "vip no"),
        (FactRead("attributes.address.city", "Kiel"), "address.city Kiel"),
        (FactRead("attributes.story", "a\nb" * 40), "story " + "a b" * 13 + "…"),
    ],
)
def test_the_reason_repeats_no_words_or_name_of_the_customer(read: FactRead, words: str) -> None:
    assert fact_in_words(read) == words


@given(st.floats())
def test_any_number_has_short_words(number: float) -> None:
    assert len(value_in_words(number)) <= 40


def test_facts_are_known_by_their_dotted_names() -> None:
    facts = build_facts(
        text="My parcel is late",
        title="Parcel",
        source="email",
        language="en",
        age=timedelta(minutes=90),
        sentiment=ANGRY,
        survey_scale="nps",
        survey_score=3,
        customer_name="Ottilie Fenwick",
        customer_segment="gold",
        customer_feedback_count=4,
        customer_open_cases=0,
        customer_attributes={"plan": "pro", "address.city": "Kiel"},
        attributes={"order_total": 389.0},
    )

    assert facts == {
        "feedback.text": "My parcel is late",
        "feedback.title": "Parcel",
        "feedback.source": "email",
        "feedback.language": "en",
        "feedback.words": 4,
        "feedback.age_hours": 1.5,
        "sentiment.label": "negative",
        "sentiment.score": -0.93,
        "sentiment.confidence": 0.95,
        "survey.nps": 3,
        "customer.name": "Ottilie Fenwick",
        "customer.segment": "gold",
        "customer.feedback_count": 4,
        "customer.open_cases": 0,
        **NOTHING_FOUND,
        "customer.attributes": {"plan": "pro", "address": {"city": "Kiel"}},
        "attributes": {"order_total": 389.0},
    }


def test_what_is_not_known_is_no_fact() -> None:
    facts = build_facts(
        text="",
        source="x",
        age=timedelta(seconds=-5),
        title="",
        language=None,
        survey_scale="nps",
        survey_score=None,
    )

    assert facts == {
        "feedback.text": "",
        "feedback.source": "x",
        "feedback.words": 0,
        "feedback.age_hours": 0.0,
        **NOTHING_FOUND,
        "customer.attributes": {},
        "attributes": {},
    }


@pytest.mark.parametrize(
    ("scale", "score", "fact", "value"),
    [
        ("nps", Decimal("7.0"), "survey.nps", 7),
        ("stars", 4.5, "survey.stars", 4.5),
        ("stars", Decimal("4.5"), "survey.stars", 4.5),
        ("csat", 2, "survey.csat", 2.0),
    ],
)
def test_a_survey_score_is_a_fact_of_its_scale(
    scale: str, score: float | Decimal, fact: str, value: float
) -> None:
    facts = build_facts(text="", source="x", age=timedelta(0), survey_scale=scale, survey_score=score)

    assert facts[fact] == value
    assert type(facts[fact]) is type(value)


@pytest.mark.parametrize(("scale", "score"), [("smileys", 3), (None, 3), ("nps", float("nan"))])
def test_a_score_on_no_known_scale_is_no_fact(scale: str | None, score: float) -> None:
    facts = build_facts(text="", source="x", age=timedelta(0), survey_scale=scale, survey_score=score)

    assert not [name for name in facts if name.startswith("survey.")]


def test_attributes_that_hold_nothing_or_nothing_readable_are_absent() -> None:
    deep: dict[str, object] = {}
    deep["again"] = deep
    attributes = {
        "blank": None,
        "huge": 10**400,
        "none": float("inf"),
        "half": "\ud83d",
        "kept": {"n": None, "m": 1},
    }

    facts = build_facts(text="\ud83d!", source="x", age=timedelta(0), attributes=attributes | {"deep": deep})

    assert {key: value for key, value in _attributes(facts).items() if key != "deep"} == {
        "half": "?",
        "kept": {"m": 1},
    }
    assert facts["feedback.text"] == "?!"


def test_a_fact_that_json_cannot_hold_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="timedelta"):
        build_facts(text="", source="x", age=timedelta(0), attributes={"wait": timedelta(1)})


@given(st.text(), st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_facts_can_be_built_from_any_text_and_any_json(text: str, attributes: dict[str, object]) -> None:
    facts = build_facts(text=text, source="x", age=timedelta(0), attributes=attributes)

    assert set(facts) <= set(FACTS)
    assert None not in facts.values()


def _attributes(facts: object) -> dict[str, object]:
    assert hasattr(facts, "__getitem__")
    found = facts["attributes"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("attributes", "read"),
    [
        ({"order": "HP-1"}, {"order": "HP-1"}),
        ({"address.city": "Porto", "address.zip": 1}, {"address": {"city": "Porto", "zip": 1}}),
        ({"a.b.c": True}, {"a": {"b": {"c": True}}}),
        ({"a": 1, "a.b": 2}, {"a": 1, "a.b": 2}),
        ({"a.b": 2, "a.b.c": 3}, {"a": {"b": 2}, "a.b.c": 3}),
        ({".": 1, "a.": 2, "..b": 3}, {".": 1, "a.": 2, "..b": 3}),
    ],
)
def test_an_attribute_with_dots_is_read_as_the_branch_that_it_was(
    attributes: dict[str, object], read: dict[str, object]
) -> None:
    facts = build_facts(text="x", source="email", age=timedelta(0), attributes=attributes)

    assert facts["attributes"] == read


def test_a_text_that_no_model_reads_has_no_sentiment() -> None:
    unread = SentimentScore(SentimentLabel.NEUTRAL, 0.0, 0.3, 0.4, 0.3, model="no model", is_read=False)

    facts = build_facts(text="Das kam nie an", source="email", age=timedelta(0), sentiment=unread)

    assert not [name for name in facts if name.startswith("sentiment.")]
