"""What a condition matches is the same as CEL would say, which is asked no more: it is slow at it."""

import pytest
from cel_expr_python import cel

from bot.rulebook.conditions import compile_condition
from models.policies.rules import Answer

TEXTS = ["", "My parcel never came", "NEVER  CAME", "Grüße, Ärger! Ω 中文 👋🏽", "a\nb\r\nc", "x" * 100_000]
PATTERNS = [
    r'r"(?i)\b(never came|ärger)\b"',
    r'"^a$"',
    r"r'(?m)^b$'",
    r'r"\w+ \pL+"',
    r'"came|\\bc"',
    r'r"(x+x+)+y"',
    r'"""never\\s+came"""',
    r'"👋"',
    r'""',
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_match_is_what_cel_says(pattern: str) -> None:
    question = f"feedback.text.matches({pattern})"
    condition = compile_condition(question, {})
    asked = cel.NewEnv(variables={"feedback.text": cel.Type.STRING}).compile(question)

    ours = [condition({"feedback.text": text}).answer is Answer.MATCHED for text in TEXTS]

    assert ours == [asked.eval(data={"feedback.text": text}).value() for text in TEXTS]


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ('feedback.title.matches("x")', Answer.ABSENT),
        ('feedback.title.matches("x") || feedback.text.matches("a")', Answer.MATCHED),
        ('feedback.title.matches("x") && feedback.text.matches("b")', Answer.NOT_MATCHED),
        ('!feedback.text.matches("b") // feedback.text.matches("a")', Answer.MATCHED),
        ('has(feedback.title) && feedback.title.matches("x")', Answer.NOT_MATCHED),
        ('attributes.colour.matches("red")', Answer.MATCHED),
        (
            " || ".join(f'feedback.text.matches("{letter * 2}")' for letter in "bcdefghijk" * 4),
            Answer.NOT_MATCHED,
        ),
    ],
)
def test_an_absent_text_matches_nothing_and_fails_nothing(condition: str, answer: Answer) -> None:
    facts = {"feedback.text": "a", "attributes": {"colour": "red"}}

    assert compile_condition(condition, {})(facts).answer is answer
