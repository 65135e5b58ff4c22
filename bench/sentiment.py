"""The ear by itself: how fast it loads, and how fast it hears."""

import subprocess
import sys
import time
from itertools import cycle, islice

from bench.figures import Findings
from bench.options import Options
from bench.texts import TEXTS
from bot.database import ROOT
from bot.sentiment import Scorer

SINGLES = 300
BATCHES = 10
BATCH = 32
LOADS = 3
_LOAD = """
import time
began = time.monotonic()
from bot.sentiment import Scorer
Scorer()
print(time.monotonic() - began)
"""


def measure(_options: Options) -> Findings:
    """Load the model in fresh processes, then score texts one by one and in batches."""
    findings = Findings()
    findings.add("load, in a fresh process, quickest", min(_load() for _ in range(LOADS)), "s")
    scorer = Scorer()
    scorer.score(TEXTS)
    _measure_singles(scorer, findings)
    _measure_batches(scorer, findings)
    return findings


def _load() -> float:
    told = subprocess.run([sys.executable, "-c", _LOAD], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(told.stdout)


def _measure_singles(scorer: Scorer, findings: Findings) -> None:
    took = []
    began, cpu = time.monotonic(), time.process_time()
    for text in islice(cycle(TEXTS), SINGLES):
        at = time.monotonic()
        scorer.score([text])
        took.append(1000 * (time.monotonic() - at))
    findings.add("one by one", SINGLES / (time.monotonic() - began), "texts a second")
    findings.add("one by one, CPU", 1000 * (time.process_time() - cpu) / SINGLES, "ms a text")
    findings.add_spread("one text", took, {}, "ms")


def _measure_batches(scorer: Scorer, findings: Findings) -> None:
    texts = list(islice(cycle(TEXTS), BATCH))
    count = BATCHES * BATCH
    began, cpu = time.monotonic(), time.process_time()
    for _ in range(BATCHES):
        scorer.score(texts)
    findings.add(f"in batches of {BATCH}", count / (time.monotonic() - began), "texts a second")
    findings.add(f"in batches of {BATCH}, CPU", 1000 * (time.process_time() - cpu) / count, "ms a text")
