"""Work that only one may do at a time, in whichever process: names, held on PostgreSQL."""

import contextlib
import threading
from collections.abc import Iterator

import psycopg

TAKE = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
GIVE = "select pg_advisory_unlock(hashtextextended(%s, 0))"


class Names:
    """The names that this process holds, all on one connection: they are free again when it dies.

    PostgreSQL would give a name twice to one connection, so this process keeps its own list besides.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._connection: psycopg.Connection[tuple[bool]] | None = None

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        """Whether the name is ours until the block ends; False when somebody else holds it."""
        is_ours = self._take(name)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._give(name)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _take(self, name: str) -> bool:
        with self._lock:
            if name in self._held or not self._ask(TAKE, name):
                return False
            self._held.add(name)
            return True

    def _give(self, name: str) -> None:
        with self._lock:
            self._held.discard(name)
            with contextlib.suppress(psycopg.OperationalError):  # the name went with the connection
                self._ask(GIVE, name)

    def _ask(self, statement: str, name: str) -> bool:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
        row = self._connection.execute(statement, [name]).fetchone()
        return row is not None and row[0]
