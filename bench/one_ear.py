"""One way of scoring texts, measured in a process of its own: `python -m bench.one_ear ours`."""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice

import psutil

from bench.figures import percentile
from bench.machine import MIB
from bench.texts import TEXTS
from bot.database import ROOT
from bot.sentiment.folder import SHIPPED

SINGLES = 300
BATCHES = 10
BATCH = 32

Hear = Callable[[Sequence[str]], object]


def ours() -> Hear:
    """The shipped model, as the bot runs it."""
    from bot.sentiment import Scorer

    return Scorer().score


def whole_ear() -> Hear:
    """The same with all that the bot asks of a text: its language, and the sample's themes."""
    from bot.rulebook import load_rulebook
    from bot.sentiment import Interpreter

    interpreter, themes = Interpreter(), load_rulebook(ROOT / "rules.yaml").themes.values()
    return lambda texts: interpreter.score(texts, themes)


def pipeline() -> Hear:
    """transformers.pipeline on PyTorch: a model of the same shape, whose numbers do not matter for speed."""
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification
    from transformers import pipeline as build

    model = BertForSequenceClassification(AutoConfig.from_pretrained(SHIPPED))
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED)
    classify = build("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    return lambda texts: classify(list(texts), batch_size=len(texts), truncation=True)


def vader() -> Hear:
    """The lexicon that most people begin with."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    score = SentimentIntensityAnalyzer().polarity_scores
    return lambda texts: [score(text) for text in texts]


EARS: Mapping[str, Callable[[], Hear]] = {
    "ours": ours,
    "whole_ear": whole_ear,
    "pipeline": pipeline,
    "vader": vader,
}
IMPORTS: Mapping[str, str] = {
    "ours": "bot.sentiment.onnx_model",
    "whole_ear": "bot.sentiment.onnx_meaning",
    "pipeline": "torch",
    "vader": "vaderSentiment.vaderSentiment",
}
"""What is imported before the clock runs: a model's loading is told without it."""


def measure(name: str) -> dict[str, float]:
    """Seconds to load, texts a second one by one and in batches, ms a text, MiB at the end."""
    __import__(IMPORTS[name])
    began = time.monotonic()
    hear = EARS[name]()
    load = time.monotonic() - began
    hear(TEXTS)
    took = [_took(hear, [text]) for text in islice(cycle(TEXTS), SINGLES)]
    batch = list(islice(cycle(TEXTS), BATCH))
    in_batches = sum(_took(hear, batch) for _ in range(BATCHES))
    return {
        "load": load,
        "one by one": SINGLES / sum(took),
        "p50": 1000 * percentile(took, 50),
        "p99": 1000 * percentile(took, 99),
        "in batches": BATCH * BATCHES / in_batches,
        "memory": psutil.Process().memory_info().rss / MIB,
    }


def _took(hear: Hear, texts: Sequence[str]) -> float:
    began = time.monotonic()
    hear(texts)
    return time.monotonic() - began


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
