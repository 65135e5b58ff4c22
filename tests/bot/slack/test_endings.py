"""How a case ended, as people type it."""

from collections.abc import Mapping

import pytest

from bot.slack.endings import read_ending
from handlers.errors import CannotDo
from models.policies.themes import SOMETHING_ELSE, Theme
from models.vocabulary import OutcomeKind
from tests.builders import A_LATE_DELIVERY, POOR_QUALITY

THEMES: Mapping[str, Theme] = {
    theme.key: theme
    for theme in (
        A_LATE_DELIVERY,
        POOR_QUALITY,
        Theme("bed", "Bed & breakfast", "Rooms"),
        Theme("bed-linen", "Bed linen", "Sheets"),
        Theme("size", "Größe", "Too small"),
        SOMETHING_ELSE,
    )
}


@pytest.mark.parametrize(
    ("words", "outcome", "theme", "done"),
    [
        ("recovered delivery Sent a new lamp", OutcomeKind.RECOVERED, "delivery", "Sent a new lamp"),
        ("Recovered: DELIVERY, sent a new lamp", OutcomeKind.RECOVERED, "delivery", "sent a new lamp"),
        ("delivery recovered Sent it", OutcomeKind.RECOVERED, "delivery", "Sent it"),
        ("resolved Late or lost delivery Sent it", OutcomeKind.RESOLVED, "delivery", "Sent it"),
        ("not recoverable quality moved abroad", OutcomeKind.NOT_RECOVERABLE, "quality", "moved abroad"),
        ("no reply other for a week", OutcomeKind.NO_REPLY, "other", "for a week"),
        ("No-reply - other: for a week", OutcomeKind.NO_REPLY, "other", "for a week"),
        ("not a case other Wrong number", OutcomeKind.NOT_A_CASE, "other", "Wrong number"),
        ("resolved bed &amp; breakfast a &lt;b&gt;", OutcomeKind.RESOLVED, "bed", "a <b>"),
        ("resolved bed linen Changed it", OutcomeKind.RESOLVED, "bed-linen", "Changed it"),
        ("resolved bed Changed it", OutcomeKind.RESOLVED, "bed", "Changed it"),
        ("resolved größe Sent another", OutcomeKind.RESOLVED, "size", "Sent another"),
        ("recovered delivery no reply before", OutcomeKind.RECOVERED, "delivery", "no reply before"),
    ],
)
def test_an_outcome_and_a_reason_are_read_before_what_was_done(
    words: str, outcome: OutcomeKind, theme: str, done: str
) -> None:
    assert read_ending(words, THEMES, 41) == (outcome, theme, done)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", ["how it ended: resolved, recovered", "why it was a case: delivery, quality", "what was done"]),
        ("Sent a new lamp", ["how it ended", "why it was a case"]),
        ("recovered Sent a new lamp", ["why it was a case: delivery, quality"]),
        ("recovered delivry Sent it", ["“delivry” is no reason. Did you mean `delivery`?"]),
        ("delivery Sent it", ["how it ended: resolved, recovered, not recoverable, no reply"]),
        ("recovered delivery", ["Say in a few words what was done."]),
        ("recovered deliveryman Sent it", ["“deliveryman” is no reason"]),
        ("resolvedly delivery done", ["how it ended", "why it was a case"]),
    ],
)
def test_what_is_missing_is_named_with_what_would_be_right(words: str, told: list[str]) -> None:
    with pytest.raises(CannotDo) as refused:
        read_ending(words, THEMES, 41)

    example = "For example: `/recovery resolve 41 recovered delivery Sent a new lamp`"
    assert [part in str(refused.value) for part in [*told, example]] == [True] * (len(told) + 1)


def test_of_a_hundred_themes_a_refusal_names_twenty() -> None:
    themes = {f"t{n}": Theme(f"t{n}", f"Theme {n}", "d") for n in range(100)}

    with pytest.raises(CannotDo, match="t18, t19, and 80 more in the form"):
        read_ending("recovered Sent it", themes, None)
