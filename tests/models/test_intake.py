"""Feedback on its way in."""

import pytest

from models.policies.intake import clean_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("It was\x00 late", "It was late", id="NUL"),
        pytest.param("sad \ud83d face \ude00", "sad  face ", id="halves of characters"),
        pytest.param(
            "sad 😀\u202e\u200b\x1b\r\n\tface ", "sad 😀\u202e\u200b\x1b\r\n\tface ", id="all the rest stays"
        ),
        pytest.param("", "", id="nothing"),
    ],
)
def test_only_what_cannot_be_stored_is_taken_out_of_a_text(written: str, kept: str) -> None:
    assert clean_text(written) == kept
