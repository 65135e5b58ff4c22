"""Runs the local workspace by itself: `python -m bot.workspace --port 8010`."""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from bot.workspace.pacing import Pacing
from bot.workspace.server import Workspace


def serve(
    port: Annotated[
        int, typer.Option(help="Where to listen, on 127.0.0.1 only; 0 takes a free port.")
    ] = 8010,
    journal: Annotated[Path | None, typer.Option(help="Keep the workspace in this file.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="The app manifest; the project's own if left out.")
    ] = None,
    pacing: Annotated[Pacing, typer.Option(help="How strictly calls are paced.")] = Pacing.OFF,
    *,
    watch_stdin: Annotated[bool, typer.Option(help="End when standard input does.")] = False,
) -> None:
    """Open a local Slack on this machine."""
    workspace = Workspace(port=port, journal=journal, manifest=manifest, pacing=pacing)
    workspace.start()
    typer.echo(workspace.url)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    if watch_stdin:
        threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
    ended.wait()
    workspace.stop()


def _watch_stdin(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        continue
    ended.set()


if __name__ == "__main__":
    typer.run(serve)
