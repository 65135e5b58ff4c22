"""What must not be missed is heard by its meaning too, beside the patterns for the usual words."""

from pathlib import Path

import pytest

from bot.database import ROOT
from bot.sentiment import Interpreter
from bot.sentiment.signals import SignalEar
from bot.sentiment.themes import ThemeFinder
from models.policies.signals import Signal, find_signals
from training.signal_texts import measure, read_rows, read_taught

HELD_OUT = ROOT / "training" / "signals_held_out.csv"


@pytest.fixture(scope="module")
def finder() -> ThemeFinder:
    return ThemeFinder(threads=1)


def test_they_are_heard_as_well_as_the_docs_say(finder: ThemeFinder) -> None:
    measured = measure(read_rows(HELD_OUT), finder)

    by_words = {signal.value: ways["words"] for signal, ways in measured.items()}
    either = {signal.value: ways["either"] for signal, ways in measured.items()}
    assert by_words == {
        "leaving": (11, 13, 43),
        "legal": (13, 16, 41),
        "safety": (12, 14, 40),
        "vulnerable": (14, 16, 40),
        "repeated": (10, 14, 46),
    }
    told = {
        "leaving": (36, 46),
        "legal": (33, 46),
        "safety": (32, 38),
        "vulnerable": (32, 39),
        "repeated": (32, 44),
    }
    for signal, (right, found) in told.items():  # another processor may round one or two to the other side
        assert either[signal][0] >= right - 2, signal
        assert either[signal][1] <= found + 2, signal


def test_nothing_is_learned_from_what_it_is_measured_on() -> None:
    taught = {text for text, _ in read_taught()}

    for held_out in (HELD_OUT, ROOT / "training" / "themed_held_out.csv"):
        assert not taught & {text for text, _ in read_rows(held_out)}
    assert len(taught) > 14_000


def test_one_line_of_a_long_letter_is_enough(finder: ThemeFinder) -> None:
    harmless = "We came on a Tuesday and had a look at the lamps in the hall, which we liked. "
    danger = "Then the lamp that hung over the cot sparked and our baby was nearly burned by it. "

    (quiet, loud) = finder.find([harmless * 12, harmless * 12 + danger * 2 + harmless * 12], ())

    assert quiet.signals == ()
    assert loud.signals == (Signal.SAFETY,)


@pytest.mark.parametrize("text", ["", "\ud83d", "🙂", "Das Gerät hat Feuer gefangen und mein Kind verletzt."])
def test_what_is_not_read_gives_none(text: str) -> None:
    (score,) = Interpreter(threads=1).score([text])

    assert score.signals == ()


def test_what_is_put_in_other_words_is_heard_by_the_interpreter() -> None:
    text = "See you in front of a judge"
    (score,) = Interpreter(threads=1).score([text])

    assert Signal.LEGAL in score.signals
    assert Signal.LEGAL not in find_signals(text)


def test_without_a_file_nothing_is_heard(tmp_path: Path, finder: ThemeFinder) -> None:
    features = finder.read(["The lamp caught fire"]).features

    assert SignalEar.load(tmp_path / "signals.npz").hear(features, [[7]], [0], 1) == [()]
