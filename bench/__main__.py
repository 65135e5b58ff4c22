"""Measures: `python -m bench` all of it, `python -m bench sentiment --seconds 20` a part."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import among_many, deadlines, feedback_to_card, home, lateness, outage, search, sentiment, sweep
from bench.figures import Findings, show, write
from bench.machine import describe, keep_to_cores
from bench.options import Options
from bench.stage import Broken

BENCHES: Mapping[str, Callable[[Options], Findings]] = {
    "feedback": feedback_to_card.measure,
    "burst": outage.measure,
    "clicks": among_many.measure,
    "sentiment": sentiment.measure,
    "deadlines": deadlines.measure,
    "sweep": sweep.measure,
    "lateness": lateness.measure,
    "home": home.measure,
    "search": search.measure,
}
"""Every bench by its name; another one is a module with a `measure`, and a line here."""

console = Console(highlight=False)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    names: Annotated[
        list[str] | None, typer.Argument(help=f"which: {', '.join(BENCHES)}; all if left out")
    ] = None,
    seconds: Annotated[int, typer.Option(help="how long the steady load lasts", min=1)] = 60,
    rate: Annotated[float, typer.Option(help="pieces of feedback a second in it", min=0.1)] = 50.0,
    clicks: Annotated[float, typer.Option(help="buttons pressed a second in it", min=0.1)] = 5.0,
    burst: Annotated[int, typer.Option(help="pieces of feedback that come at once", min=1)] = 1000,
    starts: Annotated[int, typer.Option(help="how often the bot is started again", min=1)] = 3,
    like: Annotated[int, typer.Option(help="customers who say the same within a minute", min=10)] = 10_000,
    cores: Annotated[int, typer.Option(help="cores for all of it together", min=1)] = 2,
    json: Annotated[Path, typer.Option(help="where the figures are kept")] = Path("var/bench.json"),
) -> None:
    """Measure how fast the bot is. Ends with 1 when feedback was lost or doubled, never for being slow."""
    unknown = set(names or ()) - set(BENCHES)
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHES)}")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = Options(seconds=seconds, rate=rate, clicks=clicks, burst=burst, starts=starts, like=like)
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": describe(keep_to_cores(cores))}
    found = {name: _measure(name, options) for name in BENCHES if not names or name in names}
    write(json, {**told, "benches": {name: findings.as_json() for name, findings in found.items()}})
    console.print(f"Kept in {json}.")
    raise typer.Exit(any(findings.problems for findings in found.values()))


def _measure(name: str, options: Options) -> Findings:
    try:
        with console.status(f"Measuring {name}; this takes minutes…"):
            findings = BENCHES[name](options)
    except Broken as broken:
        findings = Findings(problems=[str(broken)])
    show(console, name, findings)
    return findings


if __name__ == "__main__":
    app()
