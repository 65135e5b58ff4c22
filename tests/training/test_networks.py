"""The small networks that signals are heard with; only where PyTorch is installed."""

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'recovery-bot[train]'")


def test_what_no_straight_line_parts_is_learned_and_told_by_numpy_alone() -> None:
    from training.networks import teach

    chance = np.random.default_rng(1)
    features = chance.normal(3, 2, (2000, 8)).astype(np.float32)
    unlike = (features[:, 0] > 3) != (features[:, 1] > 3)
    truth = np.stack([unlike, features[:, 2] > 3], axis=1).astype(np.float32)

    network, again = (teach(features[:1500], truth[:1500], seed=7) for _ in range(2))
    told = network.answers(features[1500:]) > 0

    right = (told == truth[1500:].astype(bool)).mean(axis=0)
    assert right.min() > 0.9
    assert np.array_equal(network.inner.weights, again.inner.weights)


def test_which_words_stand_together_is_learned_by_a_straight_line_and_told_by_numpy_alone() -> None:
    from bot.sentiment.ngrams import count_tokens, weigh
    from training.networks import teach_straight

    chance = np.random.default_rng(2)
    pieces = chance.integers(5, 12, (600, 6)).tolist()
    follows = [any(pair == (7, 8) for pair in pairwise(piece)) for piece in pieces]
    truth = np.stack([follows, [9 in piece for piece in pieces]], axis=1).astype(np.float32)
    runs = [count_tokens(piece) for piece in pieces]

    weights, again = (teach_straight(runs[:400], truth[:400]) for _ in range(2))
    told = weigh(runs[400:], weights)

    for signal in range(2):
        there, others = (told[truth[400:, signal] == each, signal] for each in (1, 0))
        assert np.quantile(there, 0.1) > np.quantile(others, 0.9)
    assert np.array_equal(weights, again)
