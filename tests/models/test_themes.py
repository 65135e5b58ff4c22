"""How themes are called: none may begin as an outcome does."""

import pytest

from models.policies.themes import find_outcome_in, words_of
from models.vocabulary import OutcomeKind


@pytest.mark.parametrize(
    ("called", "outcome"),
    [
        ("no-reply", OutcomeKind.NO_REPLY),
        ("No reply from the courier", OutcomeKind.NO_REPLY),
        ("no", OutcomeKind.NO_REPLY),
        ("not_a", OutcomeKind.NOT_A_CASE),
        ("Resolved by itself", OutcomeKind.RESOLVED),
        ("DUPLICATE", OutcomeKind.DUPLICATE),
        ("not delivered", None),
        ("nothing", None),
        ("duplicates", None),
        ("delivery, no reply", None),
        ("Höflichkeit", None),
    ],
)
def test_a_theme_that_begins_as_an_outcome_does_could_be_taken_for_it(
    called: str, outcome: OutcomeKind | None
) -> None:
    assert find_outcome_in(called) is outcome


def test_what_stands_between_the_words_makes_no_other_theme() -> None:
    assert words_of("Late-or_lost  DELIVERY!") == ("late", "or", "lost", "delivery")
