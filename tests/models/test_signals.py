"""What a team must not miss is found by the words that people use for it, as well as we say."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policies.signals import MANY_FOLLOWERS, MOST_CHARACTERS, Signal, find_signals

SENTENCES = Path(__file__).resolve().parents[2] / "training" / "signals.csv"
SAID = [signal for signal in Signal if signal is not Signal.REACH]


def rows(parts: str) -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] in parts]


def counted(signal: Signal, parts: str) -> tuple[int, int, int]:
    """How often it was found rightly, found at all, and there."""
    told = [(signal in row["signals"].split(), signal in find_signals(row["text"])) for row in rows(parts)]
    return sum(there and found for there, found in told), sum(f for _, f in told), sum(t for t, _ in told)


@pytest.mark.parametrize(
    ("signal", "parts", "right", "found", "there"),
    [
        (Signal.LEAVING, "ab", 14, 14, 14),
        (Signal.LEGAL, "ab", 14, 14, 14),
        (Signal.SAFETY, "ab", 13, 13, 13),
        (Signal.VULNERABLE, "ab", 13, 14, 13),
        (Signal.REPEATED, "ab", 12, 12, 12),
        (Signal.LEAVING, "c", 6, 6, 8),
        (Signal.LEGAL, "c", 8, 8, 8),
        (Signal.SAFETY, "c", 7, 7, 8),
        (Signal.VULNERABLE, "c", 8, 9, 8),
        (Signal.REPEATED, "c", 8, 8, 8),
    ],
)
def test_signals_are_found_as_well_as_the_docs_say(
    signal: Signal, parts: str, right: int, found: int, there: int
) -> None:
    assert counted(signal, parts) == (right, found, there)


@pytest.mark.parametrize(
    ("text", "open_cases", "attributes", "signals"),
    [
        ("Where is my parcel?", 1, {}, {Signal.REPEATED}),
        ("Where is my parcel?", 0, {"author_followers": MANY_FOLLOWERS}, {Signal.REACH}),
        ("Where is my parcel?", 0, {"author_followers": 99}, set()),
        ("Where is my parcel?", 0, {"author_followers": "many"}, set()),
        ("Where is my parcel?", 0, {"author_is_verified": True}, {Signal.REACH}),
        ("No legal action needed, thanks", 0, {}, set()),
        ("I’ll see you in court", 0, {}, {Signal.LEGAL}),
        ("This is the last time I'll ever buy here", 0, {}, {Signal.LEAVING}),
        ("The last time I bought one it lasted for years", 0, {}, set()),
    ],
)
def test_what_is_known_besides_the_words_counts_too(
    text: str, open_cases: int, attributes: dict[str, object], signals: set[Signal]
) -> None:
    assert find_signals(text, open_cases=open_cases, attributes=attributes) == signals


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_gets_an_answer(text: str) -> None:
    assert find_signals(text) <= set(SAID)


@pytest.mark.parametrize(
    "piece", ["my ", "i am ", "no not ", "second time ", "burned my ", "keep being ", "a", " "]
)
def test_a_long_text_is_answered_in_no_time(piece: str) -> None:
    began = time.process_time()
    find_signals(piece * 10 * MOST_CHARACTERS)

    assert time.process_time() - began < 0.5
