"""An address that other systems post to: so much at once, and neither side waits for ever."""

from collections.abc import Callable
from datetime import timedelta

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.web.bodies import read_body

PATIENCE = timedelta(seconds=10)
"""How long a sender waits for a database that does not answer, and we for a body that does not come."""


class Patience:
    """What one address has: so many at a time, and so long for each body and each answer."""

    def __init__(self, at_a_time: int, lasts: timedelta) -> None:
        self._room = CapacityLimiter(at_a_time)
        self._seconds = lasts.total_seconds()

    async def read(self, request: Request, at_most: int) -> bytes | None:
        """The body; None once it is longer than so many bytes. Raises TimeoutError where it does not come."""
        try:
            with fail_after(self._seconds):
                return await read_body(request, at_most)
        except ClientDisconnect as gone:
            raise TimeoutError from gone

    async def wait_for(self, work: Callable[[], Response]) -> Response:
        """What the work answers, in a thread; raises TimeoutError where it takes too long; it goes on."""
        with fail_after(self._seconds):
            return await to_thread.run_sync(work, limiter=self._room, abandon_on_cancel=True)
