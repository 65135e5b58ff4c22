"""Sample feedback arrives by the same door as real feedback, one piece every few seconds."""

import json
from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.resources import files
from threading import Event
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """One piece of sample feedback: where it comes from, and the body to post there."""

    source: str
    external_id: str
    body: Mapping[str, Any]


class PostResult(StrEnum):
    """What became of one posted piece: the bot has it, or it must be posted again."""

    STORED = "stored"
    FAILED = "failed"


def load_samples() -> list[Sample]:
    """Every sample, in the order in which a newcomer should meet them."""
    lines = files("bot.samples").joinpath("feedback.jsonl").read_text(encoding="utf-8").split("\n")
    return [_sample(json.loads(line)) for line in lines if line]


def play(
    samples: Iterable[Sample],
    post: Callable[[Sample], PostResult],
    *,
    every: timedelta,
    stop: Event,
    already: Container[str],
) -> None:
    """Post one sample after the other, the first at once, until all are stored or `stop` is set.

    `already`: the external ids that the bot has from an earlier start. A piece that failed is posted again
    before any other.
    """
    waiting = deque(sample for sample in samples if sample.external_id not in already)
    pause = timedelta(0)
    while waiting and not stop.wait(pause.total_seconds()):
        if post(waiting[0]) is PostResult.STORED:
            waiting.popleft()
        pause = every


def _sample(line: dict[str, Any]) -> Sample:
    body = {name: value for name, value in line.items() if name != "source"}
    return Sample(line["source"], line["external_id"], body)
