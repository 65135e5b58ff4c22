"""Conditions: what they say of facts, of absent facts, and what is refused when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rulebook.cel_errors import ConditionError
from bot.rulebook.conditions import compile_condition
from models.policies.rules import FACTS, Answer

VOCABULARIES = {
    "sentiment.label": ("negative", "neutral", "positive"),
    "feedback.source": ("email", "review", "x"),
    "themes": ("late", "rude"),
}

LATE = {
    "feedback.text": "My Parcel is late",
    "feedback.source": "x",
    "feedback.words": 4,
    "sentiment.label": "negative",
    "sentiment.score": -0.93,
    "survey.stars": 2.0,
    "customer.open_cases": 1,
    "customer.attributes": {"plan": "pro", "address": {"city": "Kiel"}},
    "attributes": {"order_total": 120, "order": "HP-1042", "address": {"is_island": True}, "order no": 5},
}


def answer(condition: str, facts: Mapping[str, object] = LATE) -> Answer:
    return compile_condition(condition, VOCABULARIES)(facts).answer


@pytest.mark.parametrize(
    "condition",
    [
        "true",
        'sentiment.label == "negative"',
        'sentiment.label in ["neutral", "negative"]',
        'feedback.text.matches(r"(?i)\\bparcel\\b")',
        'feedback.text.matches("(?i)\\\\bparcel\\\\b")',
        'feedback.text.contains("late") && feedback.text.startsWith("My")',
        "size(feedback.text) == 17",
        "sentiment.score < -0.5",
        "attributes.order_total > 100",
        'attributes["order_total"] >= 120.0',
        'attributes.order == "HP-1042"',
        "attributes.address.is_island",
        "attributes.`order no` == 5",
        "has(attributes.order)",
        'customer.attributes.plan == "pro" && customer.open_cases == 1',
        'customer.attributes["address"].city.startsWith("K")',
        "has(customer.attributes.plan) && !has(customer.attributes.since)",
        "!has(attributes.voucher)",
        "has(survey.stars) && !has( survey.nps )",
        "true // a remark with survey.nothing and has(survey.nps)",
        "feedback . words\n  == 4",
        'feedback.text.contains("has(survey.nps)") || true',
    ],
)
def test_a_condition_that_holds_matches(condition: str) -> None:
    assert answer(condition) is Answer.MATCHED


@pytest.mark.parametrize(
    "condition",
    [
        "survey.stars <= 2",
        "2 >= survey.stars",
        "survey.stars == 2",
        "survey.stars in [1, 2]",
        "sentiment.score < 0",
        "sentiment.score < -0.5 && survey.stars <= 2.0",
        "customer.open_cases > 0.5",
        "customer.open_cases == 1.0",
    ],
)
def test_whole_and_decimal_numbers_can_be_compared(condition: str) -> None:
    assert answer(condition) is Answer.MATCHED


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("survey.nps < 7", Answer.ABSENT),
        ("!(survey.nps < 7)", Answer.ABSENT),
        ("survey.nps < 7 || survey.nps >= 7", Answer.ABSENT),
        ("survey.nps == survey.nps", Answer.ABSENT),
        ("survey.nps < survey.csat", Answer.ABSENT),
        ('survey.nps < 7 || sentiment.label == "negative"', Answer.MATCHED),
        ('sentiment.label == "negative" || survey.nps < 7', Answer.MATCHED),
        ('survey.nps < 7 || sentiment.label == "positive"', Answer.ABSENT),
        ('survey.nps < 7 && sentiment.label == "positive"', Answer.NOT_MATCHED),
        ('survey.nps < 7 && sentiment.label == "negative"', Answer.ABSENT),
        ("attributes.voucher == 1", Answer.ABSENT),
        ("customer.attributes.since > 3", Answer.ABSENT),
        ('customer.attributes.plan == "free"', Answer.NOT_MATCHED),
        ("!(attributes.voucher == 1)", Answer.ABSENT),
        ("attributes.address.city == 'Kiel'", Answer.ABSENT),
        ("attributes.voucher == 1 || true", Answer.MATCHED),
        ("attributes.voucher", Answer.ABSENT),
        ("has(survey.nps) && survey.nps < 7", Answer.NOT_MATCHED),
        ("!has(survey.nps) || survey.nps < 7", Answer.MATCHED),
        ('customer.segment in ["gold"]', Answer.ABSENT),
        ("survey.nps < 7 ? true : true", Answer.ABSENT),
    ],
)
def test_an_absent_fact_is_never_true_and_never_false(condition: str, expected: Answer) -> None:
    assert answer(condition) is expected


@dataclass(frozen=True)
class Logic:
    """A condition, and what it must come to: None where an absent fact decides."""

    text: str
    truth: bool | None


def _not(inner: Logic) -> Logic:
    return Logic(f"!({inner.text})", None if inner.truth is None else not inner.truth)


def _or(left: Logic, right: Logic) -> Logic:
    truths = {left.truth, right.truth}
    return Logic(
        f"({left.text} || {right.text})", True if True in truths else None if None in truths else False
    )


def _and(left: Logic, right: Logic) -> Logic:
    truths = {left.truth, right.truth}
    return Logic(
        f"({left.text} && {right.text})", False if False in truths else None if None in truths else True
    )


ATOMS = st.sampled_from(
    [
        Logic("survey.stars <= 2", truth=True),
        Logic('sentiment.label == "negative"', truth=True),
        Logic("feedback.words > 9", truth=False),
        Logic("survey.nps < 7", truth=None),
        Logic("attributes.voucher == 1", truth=None),
        Logic("has(survey.nps)", truth=False),
    ]
)
LOGIC = st.recursive(
    ATOMS,
    lambda inner: st.builds(_not, inner) | st.builds(_or, inner, inner) | st.builds(_and, inner, inner),
    max_leaves=8,
)


@given(LOGIC)
def test_any_combination_follows_the_logic_of_three_values(logic: Logic) -> None:
    expected = {True: Answer.MATCHED, False: Answer.NOT_MATCHED, None: Answer.ABSENT}

    assert answer(logic.text) is expected[logic.truth]


def test_a_verdict_tells_the_facts_that_were_read_and_those_that_were_absent() -> None:
    condition = compile_condition(
        'survey.nps < 7 || attributes.order_total > 100 && attributes["voucher"] != 1 || survey.nps == 0'
        ' || customer.attributes.plan == customer.attributes["since"]',
        {},
    )

    verdict = condition(LATE)

    assert [(fact.name, fact.value) for fact in verdict.read] == [
        ("survey.nps", None),
        ("attributes.order_total", 120),
        ("attributes.voucher", None),
        ("customer.attributes.plan", "pro"),
        ("customer.attributes.since", None),
    ]
    assert verdict.absent == ("survey.nps", "attributes.voucher", "customer.attributes.since")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('feedback.text.matches(r"(?i)\\b(parcel|courier|late)\\b")', ("parcel", "late")),
        ('feedback.text.matches("(?i)my parcel|arcel|la")', ("my parcel",)),
        ('feedback.text.contains("late") && sentiment.label == "negative"', ("late",)),
        ('!feedback.text.contains("thanks")', ()),
        ('feedback.text.matches("(?i)(is|My|Parcel|late|parc|lat)")', ("Parcel", "late", "parc")),
    ],
)
def test_a_verdict_names_the_words_of_the_rule_that_stand_in_the_text(
    condition: str, found: tuple[str, ...]
) -> None:
    verdict = compile_condition(condition, VOCABULARIES)(LATE)

    assert verdict.read[0].found == found


@pytest.mark.parametrize(
    ("condition", "trouble"),
    [
        ("attributes.order > 3", "'>' does not go with a text and a whole number"),
        ("attributes.order", "came to a text, not to a yes or no"),
        ("feedback.words / 0 == 1", "divide by zero"),
        ("int(attributes.order) > 3", "cannot convert string to int"),
    ],
)
def test_a_condition_that_comes_to_nothing_does_not_match_and_says_why(condition: str, trouble: str) -> None:
    verdict = compile_condition(condition, VOCABULARIES)(LATE)

    assert (verdict.answer, verdict.trouble) == (Answer.FAILED, trouble)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            "survey.np < 3",
            "unknown fact 'survey.np'; did you mean survey.nps? known: survey.nps, survey.stars",
        ),
        ("has(survey.np)", "unknown fact 'survey.np'; did you mean survey.nps?"),
        ("nps < 3", "unknown fact 'nps'; did you mean survey.nps?"),
        ("colour == 'red'", "unknown fact 'colour'; known: feedback.text"),
        ("survey == 1", "unknown fact 'survey'"),
        ("feedback.text.lower() == 'x'", "unknown function 'lower'; known: contains, startsWith"),
        ("sentiment.label == 3", "'==' does not go with a text and a whole number, in: sentiment.label == 3"),
        ("survey.stars == 'many'", "'==' does not go with a decimal number and a text"),
        (
            "sentiment.score * 2 < -1.0",
            "'*' does not go with a decimal number and a whole number; write 2.0 for 2",
        ),
        ("feedback.text", "is a text, not a question; compare it with something"),
        ("feedback.words + 1", "is a whole number, not a question"),
        ("true and true", "write && for and, || for or, ! for not"),
        ("feedback.words = 3", "write == to compare"),
        ('feedback.text.matches("\\d")', "write every \\ twice, or put r before the quotes"),
        ("feedback.words >", "cannot be read: mismatched input '<EOF>', in: feedback.words >"),
        (" ", "is empty; a rule for everything has the condition true"),
        ('sentiment.label == "negativ"', 'sentiment.label is never "negativ"; did you mean negative? known:'),
        ('"lte" in themes && signals.legal', 'themes is never "lte"; did you mean late?'),
        ('"reviw" != feedback.source', 'feedback.source is never "reviw"; did you mean review?'),
        ('feedback.source in ["email", "fax"]', 'feedback.source is never "fax"; known: email, review, x'),
        ('feedback.text.matches("(parcel")', 'the pattern "(parcel" cannot be used: missing ): (parcel'),
        ('feedback.text.matches("(a{1000}){1000}")', "cannot be used: invalid repetition size"),
        (
            "feedback.text.matches(attributes.pattern)",
            "write matches after a text and with one pattern in quotes",
        ),
        ('matches(feedback.text, "x")', "write matches after a text and with one pattern in quotes"),
        ("(" * 100 + "true" + ")" * 100, "is nested too deeply; 32 levels at most"),
        ("1" + " + 1" * 100 + " > 0", "is nested too deeply"),
        ("true || " * 1000 + "true", "has 8,004 characters; 5,000 at most"),
        ('"\\ud800" == feedback.text', "Illegal escape sequence"),
    ],
)
def test_a_condition_that_cannot_work_is_refused_with_what_would_be_right(condition: str, words: str) -> None:
    with pytest.raises(ConditionError) as refused:
        compile_condition(condition, VOCABULARIES)

    assert words in refused.value.words


def test_all_that_is_wrong_with_a_condition_is_told_with_the_line_of_the_first() -> None:
    with pytest.raises(ConditionError) as refused:
        compile_condition("true ||\n  sentiment.label == 3 ||\n  survey.np < 3", VOCABULARIES)

    assert refused.value.line == 2
    assert "'==' does not go with" in refused.value.words
    assert "unknown fact 'survey.np'" in refused.value.words


def test_a_pattern_that_would_choke_other_engines_takes_no_time() -> None:
    condition = compile_condition('feedback.text.matches("^(a+)+$")', {})

    assert condition({"feedback.text": "a" * 50_000 + "!"}).answer is Answer.NOT_MATCHED


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    assert _compiles(text) in {True, False}


@given(
    st.lists(
        st.sampled_from(
            [*FACTS, "==", "<", "in", "[", "]", "(", ")", "has(", ".matches(", '"a"', "1", "2.0", "||", "!"]
        ),
        max_size=12,
    )
)
def test_any_row_of_words_is_a_condition_that_answers_or_is_refused(words: list[str]) -> None:
    assert _compiles(" ".join(words)) in {True, False}


def _compiles(text: str) -> bool:
    try:
        condition = compile_condition(text, VOCABULARIES)
    except ConditionError:
        return False
    return condition(LATE).answer in set(Answer)
