"""The rulebook in force: read again when its file changes, and kept when the new file cannot be used."""

import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from bot.clock import Clock, SystemClock
from bot.rulebook.loading import load_rulebook
from bot.rulebook.problems import RulebookError
from models.policies.rulebook import Rulebook

SETTLES_IN = timedelta(seconds=1)
"""How long a file rests before it is read: an editor that writes in two goes is not caught in between."""

SYSTEM_CLOCK = SystemClock()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with the file on the disk, one line for each problem, and since when."""

    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class _Signature:
    """What a change of the file changes."""

    modified_ns: int
    size: int
    inode: int


class RulebookKeeper:
    """Keeps the last good reading of one file; any thread may ask."""

    def __init__(self, path: Path, clock: Clock = SYSTEM_CLOCK, settles_in: timedelta = SETTLES_IN) -> None:
        """Raises RulebookError when there is no good file to begin with."""
        self._path = path
        self._clock = clock
        self._settles_in = settles_in
        self._lock = Lock()
        self._seen = self._signature()
        self._rulebook = load_rulebook(path)
        self._problem: FileProblem | None = None

    @property
    def problem(self) -> FileProblem | None:
        """None when the rulebook in force is what the file says; as of the last `current`."""
        return self._problem

    def current(self) -> Rulebook:
        """The rulebook in force; looks at the file each time, reads it when it changed and has settled."""
        signature = self._signature()
        if signature != self._seen and self._has_settled(signature):
            with self._lock:
                if signature != self._seen:
                    self._read_again(signature)
        return self._rulebook

    def look_again(self) -> None:
        """Nothing is kept here but the file, which is looked at each time."""

    def _signature(self) -> _Signature | None:
        """None when the file is not there or may not be looked at."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - twice as fast as Path.stat, and asked all the time
        except OSError:
            return None
        return _Signature(found.st_mtime_ns, found.st_size, found.st_ino)

    def _has_settled(self, signature: _Signature | None) -> bool:
        if signature is None:
            return True
        rested = self._clock.now() - datetime.fromtimestamp(signature.modified_ns / 1e9, UTC)
        return not timedelta(0) <= rested < self._settles_in  # a file from the future would never settle

    def _read_again(self, signature: _Signature | None) -> None:
        try:
            self._rulebook = load_rulebook(self._path)
        except RulebookError as problem:
            self._problem = FileProblem(str(problem), self._clock.now())
            first = str(problem.problems[0].words)
            details = {"problems": len(problem.problems), "first": first, "in_force": self._rulebook.version}
            log.warning("rules file refused, the one before stays in force", extra=details)
        else:
            self._problem = None
            log.info("rules file read", extra={"version": self._rulebook.version})
        self._seen = signature
