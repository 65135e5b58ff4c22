"""What is proposed to close a case with, from what happened in it."""

from dataclasses import replace

import pytest

from models.policies.closing import DONE_LENGTH, Happened, Proposal, propose
from models.policies.themes import SOMETHING_ELSE
from models.vocabulary import CaseKind, OutcomeKind, PauseReason
from tests.builders import a_rulebook

THEMES = a_rulebook().themes
NOTHING = Happened(CaseKind.COMPLAINT, theme=None, gifts=(), last_words=None, waits_for=None)
GAVE = replace(NOTHING, gifts=("voucher of 20.00 EUR", "gesture"))


@pytest.mark.parametrize(
    ("happened", "outcome"),
    [
        (NOTHING, OutcomeKind.RESOLVED),
        (GAVE, OutcomeKind.RECOVERED),
        (replace(GAVE, kind=CaseKind.QUERY), OutcomeKind.RESOLVED),
        (replace(GAVE, waits_for=PauseReason.CUSTOMER), OutcomeKind.NO_REPLY),
        (replace(GAVE, waits_for=PauseReason.THIRD_PARTY), OutcomeKind.RECOVERED),
    ],
)
def test_the_outcome_that_fits_best_is_proposed(happened: Happened, outcome: OutcomeKind) -> None:
    assert propose(happened, THEMES).outcome is outcome


def test_what_was_given_and_said_last_is_what_was_done() -> None:
    happened = replace(GAVE, theme="quality", last_words=" Promised a new lamp ")

    assert propose(happened, THEMES) == Proposal(
        outcome=OutcomeKind.RECOVERED,
        theme="quality",
        what_was_done="Gave: voucher of 20.00 EUR.\nGave: gesture.\nPromised a new lamp",
    )


def test_a_theme_that_left_the_file_is_not_proposed_and_the_only_one_is() -> None:
    gone = replace(NOTHING, theme="gone")

    assert propose(gone, THEMES).theme is None
    assert propose(gone, {"other": SOMETHING_ELSE}).theme == "other"


def test_no_more_is_proposed_than_can_be_kept() -> None:
    assert len(propose(replace(GAVE, last_words="x" * 50_000), THEMES).what_was_done) == DONE_LENGTH
