"""How another thread reaches a workspace: everything runs on the workspace's own event loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from bot.workspace.team import Team

T = TypeVar("T")


class Reach:
    """Runs work where the state lives, and waits for changes there.

    Only the event loop's thread touches the state while the workspace runs, so nothing needs a lock.
    """

    _team: Team
    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._changes = 0

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            work.close()
            raise RuntimeError("the workspace is not running: start() it first")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _do(self, work: Callable[[], T]) -> T:
        if self._loop is None:
            return work()
        return self._run(_called(work))

    def _note_change(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def _watch(self, look: Callable[[], T], within: timedelta) -> T:
        end = monotonic() + within.total_seconds()
        while True:
            before = self._changes
            if seen := look():
                return seen
            if (left := end - monotonic()) <= 0:
                raise TimeoutError(f"nothing of the kind came about within {within}")
            self._wait_for_change(before, min(left, RECHECK.total_seconds()))

    def _wait_for_change(self, before: int, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._changes != before, seconds)


RECHECK = timedelta(milliseconds=50)
"""What is looked for may also depend on something outside, which nobody announces."""


async def _called(work: Callable[[], T]) -> T:
    return work()
