"""Questions that may never be answered, asked for people who will not wait."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Generic, TypeVar

PATIENCE = timedelta(seconds=2)
"""How long an answer is waited for; those who watch us give up after a few seconds themselves."""

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """Something that may never be answered: asked in a thread of its own, and not again before it is."""

    def __init__(self, ask: Callable[[], Answer], thread_name: str) -> None:
        self._ask, self._thread_name = ask, thread_name
        self._lock = threading.Lock()
        self._answer: Future[Answer] | None = None

    def pose(self) -> "asyncio.Future[Answer]":
        """The answer to come; who asks while it is on its way waits for the same one."""
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                asking = threading.Thread(
                    target=self._run, args=(self._answer,), name=self._thread_name, daemon=True
                )
                asking.start()
            return asyncio.wrap_future(self._answer)

    def _run(self, answer: Future[Answer]) -> None:
        try:
            answer.set_result(self._ask())
        except Exception as bug:  # noqa: BLE001 - raised where the answer is read
            answer.set_exception(bug)
