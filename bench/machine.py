"""What the machine was doing meanwhile: figures from a busy machine are read with that in mind."""

import contextlib
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A process that is measured, alone or with all its children."""

    process: psutil.Process
    has_children: bool = False

    def seconds(self) -> float:
        """CPU seconds so far; those of children that ended are in their parent's."""
        own = self.process.cpu_times()
        total = own.user + own.system
        if not self.has_children:
            return float(total)
        for child in self.process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended since: its parent counts it next time
                times = child.cpu_times()
                total += times.user + times.system
        return float(total + own.children_user + own.children_system)


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds by part of what is measured, and of the whole machine, up to one moment."""

    at: float
    parts: dict[str, float]
    machine: float

    def since(self, before: "Spent") -> "Spent":
        """What was spent between two moments; `at` is then how long that was."""
        parts = {name: value - before.parts.get(name, 0.0) for name, value in self.parts.items()}
        return Spent(self.at - before.at, parts, self.machine - before.machine)

    @property
    def by_others(self) -> float:
        """How many cores were busy with what is not measured."""
        return max(0.0, (self.machine - sum(self.parts.values())) / self.at)


def spent(parts: Mapping[str, Part]) -> Spent:
    """Read the clocks."""
    times = psutil.cpu_times()
    busy = sum(times) - times.idle - getattr(times, "iowait", 0.0)
    return Spent(time.monotonic(), {name: part.seconds() for name, part in parts.items()}, busy)


def keep_to_cores(count: int) -> int:
    """Use only so many cores, also in every process begun from here; how many there are then."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:count])
        return len(cores[:count])
    return os.cpu_count() or 1


def describe(cores: int) -> dict[str, Any]:
    """The machine, for bench.json."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "python": platform.python_version(),
        "cores_used": cores,
        "load_average": [round(each, 2) for each in psutil.getloadavg()],
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
