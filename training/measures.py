"""How good answers are: recall, F1, and whether a probability means what it says."""

import math
from collections.abc import Callable, Hashable, Sequence

import numpy as np
import numpy.typing as npt

Shares = npt.NDArray[np.float64]
"""One row for each text: the probabilities of the labels, which sum to 1."""
Places = npt.NDArray[np.intp]
"""One number for each text: the place of its label."""

BINS = 15
COLDEST, HOTTEST = 0.2, 5.0
STEPS = 40


def confusion(truth: Places, said: Places, labels: int) -> list[list[int]]:
    """How often what was true (row) was called what (column)."""
    counts = np.zeros((labels, labels), dtype=int)
    np.add.at(counts, (truth, said), 1)
    return [[int(count) for count in row] for row in counts]


def precision_recall(confused: Sequence[Sequence[int]], label: int) -> tuple[float, float]:
    """Of what was called so, how much was; of what was so, how much was called it. NaN of nothing."""
    right = confused[label][label]
    return _share(right, sum(row[label] for row in confused)), _share(right, sum(confused[label]))


def f1(confused: Sequence[Sequence[int]], label: int) -> float:
    """The harmonic mean of precision and recall: 0 when nothing is right, NaN of nothing."""
    missed_or_wrong = sum(row[label] for row in confused) + sum(confused[label])
    return _share(2 * confused[label][label], missed_or_wrong)


def macro_recall(confused: Sequence[Sequence[int]]) -> float:
    """The mean recall of the labels that occur, each counting the same however often it does."""
    recalls = [precision_recall(confused, label)[1] for label, row in enumerate(confused) if sum(row)]
    return sum(recalls) / len(recalls) if recalls else math.nan


def macro_f1(truth: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """The mean F1 of the names that are true of something."""
    names = sorted(set(truth), key=str)
    return sum(_f1_of(name, truth, said) for name in names) / len(names) if names else math.nan


def accuracy(confused: Sequence[Sequence[int]]) -> float:
    """How much was called what it is."""
    return _share(sum(row[place] for place, row in enumerate(confused)), sum(map(sum, confused)))


def calibration_error(shares: Shares, truth: Places) -> float:
    """Expected calibration error of the likeliest label, 0 to 1: how far "80 % sure" is from right in 80 %.

    Fifteen bins of equal width, each weighed by how many answers fall into it.
    """
    sure, is_right = shares.max(axis=1), shares.argmax(axis=1) == truth
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float(is_right[bins == b].sum() - sure[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(truth) if len(truth) else math.nan


def tempered(shares: Shares, temperature: float | Shares) -> Shares:
    """What `bot/sentiment/calibration.py` does, to many; `temperature`: one for all, or a column of them."""
    powers = np.power(shares / shares.max(axis=1, keepdims=True), 1 / temperature)
    told: Shares = powers / powers.sum(axis=1, keepdims=True)
    return told


def fit_temperature(shares: Shares, truth: Places) -> float:
    """The temperature under which the truth is least surprising; 1, which changes nothing, of no texts."""
    if not len(truth):
        return 1.0

    def surprise(heat: float) -> float:
        told = tempered(shares, math.exp(heat))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(told, 1e-12)).mean())

    return math.exp(_lowest(surprise, math.log(COLDEST), math.log(HOTTEST)))


def calibration_error_within(shares: Shares, truth: Places, seed: int) -> float:
    """The error under a temperature of the set's own, fitted on the half that it is not measured on."""
    order = np.random.default_rng(seed).permutation(len(truth))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    warmed = np.empty_like(shares)
    for here, there in (halves, halves[::-1]):
        warmed[there] = tempered(shares[there], fit_temperature(shares[here], truth[here]))
    return calibration_error(warmed, truth)


def _lowest(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is lowest: the interval shrinks by the golden section."""
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if of(left) < of(right) else (left, high)
    return (low + high) / 2


def _f1_of(name: Hashable, truth: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    right = sum(is_so == told == name for is_so, told in zip(truth, said, strict=True))
    return _share(2 * right, list(truth).count(name) + list(said).count(name))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
