"""How far a command is: a bar on a terminal, a line now and then elsewhere; on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

STEPS = 10
"""Lines for a whole file, where there is no terminal."""

Progress = Callable[[int], None]
"""Told how many lines of the file are done."""


@contextmanager
def show_progress(total: int) -> Iterator[Progress]:
    """Show how many of `total` lines are done, until the block ends."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        yield _Lines(console, total)
        return
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TextColumn("lines"))
    with Bar(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("import", total=total)
        yield lambda done: bar.update(task, completed=done)


class _Lines:
    """A line whenever another tenth is done; that all is done the command says itself."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._told = 0

    def __call__(self, done: int) -> None:
        step = done * STEPS // max(self._total, 1)
        if self._told < step < STEPS:
            self._told = step
            self._console.print(f"{done:,} of {self._total:,} lines")
