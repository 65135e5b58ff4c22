"""Work that only one may do at a time, in whichever process: names, held on PostgreSQL."""

import contextlib
import threading
from collections.abc import Collection, Iterator

import psycopg

TAKE = "select name from unnest(%s::text[]) as name where pg_try_advisory_lock(hashtextextended(name, 0))"
GIVE = "select name from unnest(%s::text[]) as name where pg_advisory_unlock(hashtextextended(name, 0))"


class Names:
    """The names that this process holds, all on one connection: they are free again when it dies.

    PostgreSQL would give a name twice to one connection, so this process keeps its own list besides.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._connection: psycopg.Connection[tuple[str]] | None = None

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        """Whether the name is ours until the block ends; False when somebody else holds it."""
        with self.hold_free([name]) as ours:
            yield bool(ours)

    @contextlib.contextmanager
    def hold_free(self, names: Collection[str]) -> Iterator[set[str]]:
        """Those of the names that are ours until the block ends: the ones that nobody else holds."""
        ours = self._take(names)
        try:
            yield ours
        finally:
            if ours:
                self._give(ours)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _take(self, names: Collection[str]) -> set[str]:
        with self._lock:
            free = set(names) - self._held
            taken = self._ask(TAKE, free) if free else set()
            self._held |= taken
            return taken

    def _give(self, names: Collection[str]) -> None:
        with self._lock:
            self._held.difference_update(names)
            with contextlib.suppress(psycopg.OperationalError):  # the names went with the connection
                self._ask(GIVE, names)

    def _ask(self, statement: str, names: Collection[str]) -> set[str]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
        return {name for (name,) in self._connection.execute(statement, [list(names)])}
