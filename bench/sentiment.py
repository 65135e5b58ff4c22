"""The ear by itself, beside what people use otherwise: how fast it loads and hears, and what it holds."""

import importlib.util
import json
import subprocess
import sys

from bench.figures import Aim, Findings
from bench.one_ear import BATCH
from bench.options import Options
from bot.database import ROOT

BESIDE = {"pipeline": "torch", "vader": "vaderSentiment"}
"""What is measured only where a library is installed: pip install 'recovery-bot[torch]' vaderSentiment."""
CALLED = {
    "ours": "ours",
    "whole_ear": "with language and themes",
    "pipeline": "transformers.pipeline, PyTorch",
    "vader": "vaderSentiment",
}
AIMS = {
    "load": Aim(0.5),
    "one by one": Aim(300, is_ceiling=False),
    "in batches": Aim(400, is_ceiling=False),
}
UNITS = {"load": "s", "p50": "ms", "p99": "ms", "memory": "MiB"}
TIMES = Aim(5, is_ceiling=False)


def measure(_options: Options) -> Findings:
    """Each ear loads in a fresh process, then scores texts one by one and in batches."""
    findings = Findings()
    found = {}
    for name, words in CALLED.items():
        if name in BESIDE and importlib.util.find_spec(BESIDE[name]) is None:
            findings.notes.setdefault("not installed", []).append(BESIDE[name])
            continue
        found[name] = _measured(name)
        for what, value in found[name].items():
            unit = UNITS.get(what, "texts a second")
            label = f"in batches of {BATCH}" if what == "in batches" else what
            findings.add(f"{words}: {label}", value, unit, AIMS.get(what) if name == "ours" else None)
    if "pipeline" in found:
        times = found["ours"]["one by one"] / found["pipeline"]["one by one"]
        findings.add("ours, one by one, beside the pipeline", times, "times as fast", TIMES)
    return findings


def _measured(name: str) -> dict[str, float]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.one_ear", name], cwd=ROOT, check=True, capture_output=True, text=True
    )
    measured: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return measured
