"""Small networks with one hidden layer, and straight lines: what signals are heard with."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import Linear, ReLU, Sequential
from torch.nn.functional import binary_cross_entropy_with_logits, embedding_bag

from bot.sentiment.ngrams import WIDTH, Floats, Runs
from bot.sentiment.signals import Layer, Network, Vectors

HIDDEN = 64
"""Numbers of one network between the features and its answers."""
NETWORKS = 3
"""Taught from three beginnings; what they answer is the mean, which errs less than any of them."""
EPOCHS = 25
BATCH = 64
RATE = 1e-3
DECAY = 1 / 64
"""How hard the weights are held at 0; an eighth of it learns the texts by heart."""
FIRMNESS = 30.0
"""How hard those of a straight line are held at 0: the smaller, the less is believed."""
ROUNDS = 200


def teach(features: Vectors, truth: Vectors, seed: int) -> Network:
    """Networks side by side in one: their hidden numbers beside each other, their answers' mean.

    `truth`: 1 where a text (row) has the answer (column). The same seed gives the same on one machine.
    """
    torch.manual_seed(seed)
    middle, spread = features.mean(axis=0), features.std(axis=0) + np.float32(1e-6)
    known, wanted = torch.from_numpy((features - middle) / spread), torch.from_numpy(truth)
    layers = [_teach_one(known, wanted) for _ in range(NETWORKS)]
    inner = np.hstack([one.weights for one, _ in layers]) / spread[:, None]
    inner_bias = np.hstack([one.bias for one, _ in layers]) - middle @ inner
    outer = np.vstack([other.weights for _, other in layers]) / np.float32(NETWORKS)
    outer_bias = np.mean([other.bias for _, other in layers], axis=0)
    return Network(Layer(inner, inner_bias), Layer(outer, outer_bias))


def teach_straight(runs: Sequence[Runs], truth: Vectors) -> Floats:
    """The weights of n-grams (a row for each answer) that tell best how much likelier than usual yes is.

    Logistic regression, which has one solution: the same texts teach the same.
    """
    places = torch.from_numpy(np.concatenate([each.places for each in runs]))
    values = torch.from_numpy(np.concatenate([each.values for each in runs]))
    starts = torch.tensor([0, *np.cumsum([len(each.places) for each in runs])[:-1]])
    wanted = torch.from_numpy(truth)
    weights, bias = (torch.zeros(size, truth.shape[1], requires_grad=True) for size in (WIDTH, 1))
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def surprise() -> Any:
        optimiser.zero_grad()
        told = embedding_bag(places, weights, starts, per_sample_weights=values, mode="sum") + bias
        loss = binary_cross_entropy_with_logits(told, wanted) * truth.shape[1]
        loss = loss + (weights**2).sum() / (2 * FIRMNESS * len(runs))
        loss.backward()
        return loss

    optimiser.step(surprise)
    of_ngrams: Floats = weights.detach().numpy().T.copy()
    return of_ngrams


def _teach_one(known: Any, wanted: Any) -> tuple[Layer, Layer]:
    inner, outer = Linear(known.shape[1], HIDDEN), Linear(HIDDEN, wanted.shape[1])
    network = Sequential(inner, ReLU(), outer)
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        for places in torch.randperm(len(known)).split(BATCH):
            told = network(known[places])
            # summed over the signals: each is a question of its own
            loss = binary_cross_entropy_with_logits(told, wanted[places]) * wanted.shape[1]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return _layer(inner), _layer(outer)


def _layer(linear: Any) -> Layer:
    return Layer(linear.weight.detach().numpy().T.copy(), linear.bias.detach().numpy().copy())
