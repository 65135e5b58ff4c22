"""Making trouble for the bot, from a test or the page."""

from datetime import timedelta

from bot.workspace.faults import Fault, FaultKind
from bot.workspace.methods.chat import post_due
from bot.workspace.pacing import Pacing
from bot.workspace.reach import Reach


class Trouble(Reach):
    """Faults, cut sockets, rate limits, revoked tokens and a clock that moves."""

    def fail(self, method: str, error: str, times: int = 1, retry_after: timedelta | None = None) -> None:
        """Refuse the next calls with this error; with `retry_after` as 429 (`method` "*": any)."""
        if retry_after is not None:
            self._add(Fault(method, FaultKind.RATE_LIMITED, times, error, retry_after))
        else:
            self._add(Fault(method, FaultKind.ERROR, times, error))

    def drop_after(self, method: str, times: int = 1) -> None:
        """Do what the next calls ask, then cut the connection instead of answering."""
        self._add(Fault(method, FaultKind.DROP_AFTER, times))

    def late(self, method: str, wait: timedelta, times: int = 1) -> None:
        """Do what the next calls ask at once, and answer only after this time."""
        self._add(Fault(method, FaultKind.LATE, times, wait=wait))

    def timeout(self, method: str, times: int = 1) -> None:
        """Neither do nor answer the next calls."""
        self._add(Fault(method, FaultKind.TIMEOUT, times))

    def unavailable(self, method: str, times: int = 1) -> None:
        """Answer the next calls 503 with a page that is not JSON."""
        self._add(Fault(method, FaultKind.UNAVAILABLE, times))

    def clear_faults(self) -> None:
        """Let every further call go well."""
        self._do(self._team.faults.clear)

    def cut_sockets(self) -> None:
        """End every socket without a word."""
        self._run(self._team.sockets.cut())

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to connect anew; `warning` only announces it."""
        self._run(self._team.sockets.ask_to_reconnect(reason))

    def set_pacing(self, pacing: Pacing) -> None:
        """Pace calls from now on."""
        self._do(lambda: self._team.pacer.set(pacing))

    def revoke(self, token: str) -> None:
        """Let a token be worth nothing from now on."""
        self._do(lambda: self._team.revoked_tokens.add(token))

    def restore(self, token: str) -> None:
        """Let a revoked token count again."""
        self._do(lambda: self._team.revoked_tokens.discard(token))

    def move_clock(self, by: timedelta) -> None:
        """Let this much of the workspace's time have passed."""
        self._do(lambda: self._team.clock.move(by))
        self._do(self._team.delivery.alarm.clock_moved)
        self._do(lambda: post_due(self._team))

    def _add(self, fault: Fault) -> None:
        self._do(lambda: self._team.faults.add(fault))
