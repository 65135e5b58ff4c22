"""Themes in rules.yaml: read as they are meant, and refused with the line of what is wrong."""

import pytest

from bot.rulebook import RulebookError
from bot.rulebook.loading import read_rulebook
from models.policies.themes import SOMETHING_ELSE, Theme
from tests.bot.rules_text import GOOD

THEMES = """\
themes:
  delivery:
    name: Late or lost delivery
    description: It came late or not at all
    examples: [Where is it?, Still nothing]
  other: {name: Something else, description: None of these}
"""
KEY, NAME, EXAMPLES, OTHER = (GOOD.count("\n") + line for line in (2, 3, 5, 6))


def with_themes(before: str = "", after: str = "") -> bytes:
    """A good file with two themes, changed in one place of them."""
    return (GOOD + THEMES.replace(before, after, 1)).encode()


def test_themes_are_read_as_they_are_written() -> None:
    rulebook = read_rulebook(with_themes())

    assert list(rulebook.themes) == ["delivery", "other"]
    assert rulebook.themes["delivery"] == Theme(
        key="delivery",
        name="Late or lost delivery",
        description="It came late or not at all",
        examples=("Where is it?", "Still nothing"),
    )
    assert rulebook.themes["other"].examples == ()


def test_a_file_without_themes_knows_one() -> None:
    assert dict(read_rulebook(GOOD.encode()).themes) == {"other": SOMETHING_ELSE}


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("name: Late", "nam: Late", NAME, "theme 'delivery': nam: is not known here; did you mean name?"),
        ("name: Late or lost delivery", "name: 7", NAME, "theme 'delivery': name: needs a text"),
        ("Late or lost", "Late" * 20, NAME, "theme 'delivery': name: is longer than 60 characters"),
        (", description: None of these", "", OTHER, "theme 'other': description: is needed"),
        ("[Where is it?, Still nothing]", "Where", EXAMPLES, "theme 'delivery': examples: needs a list"),
        (
            "  delivery:",
            "  no-reply:",
            KEY,
            "theme 'no-reply': 'no-reply' begins as the outcome 'no reply' does",
        ),
        (
            "Late or lost delivery",
            "Duplicate delivery",
            NAME,
            "theme 'delivery': name: 'Duplicate delivery' begins as the outcome 'duplicate' does",
        ),
        (
            "Something else",
            "DELIVERY",
            OTHER,
            "theme 'other': name: 'DELIVERY' is how theme 'delivery' is called already",
        ),
        ("Something else", '"?!"', OTHER, "theme 'other': name: '?!' has no letter"),
        ("  delivery:", "  Delivery:", KEY, "theme 'Delivery': is not a key"),
    ],
)
def test_a_theme_that_says_nothing_clear_is_refused_with_its_line(
    before: str, after: str, line: int, told: str
) -> None:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(with_themes(before, after))

    assert f"rules.yaml:{line}: {told}" in str(refused.value)


def test_more_themes_than_a_menu_of_slack_can_offer_are_refused() -> None:
    many = "themes:\n" + "".join(f"  t{n}: {{name: Theme {n}, description: d}}\n" for n in range(101))

    with pytest.raises(RulebookError, match="themes: has more than 100 entries"):
        read_rulebook((GOOD + many).encode())


def test_themes_without_any_are_refused() -> None:
    with pytest.raises(RulebookError, match="themes: needs at least one entry"):
        read_rulebook(GOOD.encode() + b"themes: {}\n")
