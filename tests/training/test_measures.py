"""How good answers are, by figures that can be worked out by hand."""

import math

import numpy as np
import pytest

from bot.sentiment.calibration import tempered as tempered_one
from bot.sentiment.windows import Felt
from training.measures import (
    accuracy,
    calibration_error,
    calibration_error_within,
    confusion,
    f1,
    fit_temperature,
    macro_f1,
    macro_recall,
    precision_recall,
    tempered,
)

CONFUSED = [[8, 2, 0], [1, 3, 0], [0, 5, 5]]
"""Ten negative, four neutral, ten positive texts (rows), and what they were called (columns)."""


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def answers(*, sharpness: float, count: int = 6_000) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are `sharpness` times too sure in their logits, and truths drawn by honest ones."""
    chance = np.random.default_rng(3)
    logits = chance.normal(0, 1.5, (count, 3))
    honest = softmax(logits)
    truth = (honest.cumsum(axis=1) < chance.random((count, 1))).sum(axis=1)
    return softmax(logits * sharpness), truth


def test_what_was_called_what_is_counted() -> None:
    truth, said = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])

    assert confusion(truth, said, 3) == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_recall_precision_and_f1_are_those_of_the_textbook() -> None:
    precision, recall = precision_recall(CONFUSED, 0)

    assert (precision, recall) == pytest.approx((8 / 9, 0.8))
    assert f1(CONFUSED, 0) == pytest.approx(2 * (8 / 9) * 0.8 / (8 / 9 + 0.8))
    assert macro_recall(CONFUSED) == pytest.approx((0.8 + 0.75 + 0.5) / 3)
    assert accuracy(CONFUSED) == pytest.approx(16 / 24)


def test_a_label_that_never_occurs_has_no_part_in_the_mean() -> None:
    assert macro_recall([[3, 1], [0, 0]]) == pytest.approx(0.75)
    assert math.isnan(macro_recall([[0, 0], [0, 0]]))


def test_reasons_count_the_same_however_often_they_occur() -> None:
    truth, said = ["late", "late", "late", "rude"], ["late", "late", "late", "late"]

    assert macro_f1(truth, said) == pytest.approx((6 / 7 + 0) / 2)


def test_answers_that_are_as_sure_as_they_are_right_have_no_calibration_error() -> None:
    shares, truth = answers(sharpness=1)

    assert calibration_error(shares, truth) < 0.02


def test_answers_that_are_too_sure_are_found_out_and_cooled() -> None:
    shares, truth = answers(sharpness=2.5)

    assert calibration_error(shares, truth) > 0.1
    assert fit_temperature(shares, truth) == pytest.approx(2.5, rel=0.05)
    assert calibration_error_within(shares, truth, seed=1) < 0.02


@pytest.mark.parametrize("felt", [Felt(0.7, 0.2, 0.1), Felt(0.0, 1.0, 0.0), Felt(1e-300, 0.5, 0.5)])
@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.8])
def test_what_is_measured_is_tempered_as_the_ear_does_it(felt: Felt, temperature: float) -> None:
    (told,) = tempered(np.array([felt]), temperature).tolist()

    assert tuple(told) == pytest.approx(tuple(tempered_one(felt, temperature)))
