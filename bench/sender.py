"""Posts feedback as many sources at once would, over connections that stay open."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from bench.texts import feedback, marker

CONNECTIONS = 32
SOURCE = "email"


class Sender:
    """Sends numbered pieces; when each was accepted, by its marker, stands in `accepted_at`."""

    def __init__(
        self, bot_url: str, token: str, write: Callable[[int], dict[str, object]] = feedback
    ) -> None:
        """`write` makes the body of a piece from its number."""
        self._write = write
        self._address = urlsplit(bot_url).netloc
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._here = threading.local()
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._next = 0
        self.accepted_at: dict[str, float] = {}
        self.refused: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def send_steadily(self, count: int, rate: float) -> tuple[list[str], list[float]]:
        """Send so many pieces, so many a second whether or not the bot keeps up.

        Their markers, and how long each took to be accepted, counted from when it was due.
        """
        begin = time.monotonic()
        sent: list[Future[float]] = []
        markers = []
        for place in range(count):
            due = begin + place / rate
            time.sleep(max(0.0, due - time.monotonic()))
            number = self._take_number()
            markers.append(marker(number))
            sent.append(self._pool.submit(self._post, number, due))
        return markers, [each.result() for each in sent]

    def send_at_once(self, count: int) -> tuple[list[str], float]:
        """Send so many pieces as fast as they are taken; their markers, and how many seconds that took."""
        numbers = [self._take_number() for _ in range(count)]
        begin = time.monotonic()
        list(self._pool.map(lambda number: self._post(number, begin), numbers))
        return [marker(number) for number in numbers], time.monotonic() - begin

    def _take_number(self) -> int:
        self._next += 1
        return self._next - 1

    def _post(self, number: int, due: float) -> float:
        body = json.dumps(self._write(number))
        status = self._ask(body)
        if status == http.client.ACCEPTED:
            self.accepted_at[marker(number)] = time.time()
        else:
            self.refused.append(f"{marker(number)}: {status}")
        return time.monotonic() - due

    def _ask(self, body: str) -> int:
        if not hasattr(self._here, "connection"):
            self._here.connection = http.client.HTTPConnection(self._address, timeout=30)
        connection: http.client.HTTPConnection = self._here.connection
        try:
            return self._exchange(connection, body)
        except (ConnectionError, http.client.HTTPException):  # it was idle, and the server hung up
            connection.close()
            return self._exchange(connection, body)

    def _exchange(self, connection: http.client.HTTPConnection, body: str) -> int:
        connection.request("POST", f"/feedback/{SOURCE}", body, self._headers)
        with connection.getresponse() as answer:
            answer.read()
            return answer.status
