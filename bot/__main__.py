"""The command line: `recovery` and what it can do."""

import logging
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.logs import set_up_logs
from bot.settings import Settings

app = typer.Typer(
    name="recovery",
    help="Hears unhappy customers, opens cases in Slack, and keeps them on the clock.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
rules_app = typer.Typer(
    help="Look at rules.yaml before the bot does.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(rules_app, name="rules")
errors = Console(stderr=True, highlight=False)


def settings() -> Settings:
    """The settings of this process, or an end with what is wrong with them."""
    try:
        found = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            errors.print(f"{name}: {problem['msg']}".removeprefix(": ").removeprefix("Value error, "))
        raise typer.Exit(2) from None
    set_up_logs(found.log_level)
    return found


@app.command()
def run(
    role: Annotated[
        str | None, typer.Argument(help="web, worker or scheduler; without it, everything in one process")
    ] = None,
    speed: Annotated[
        float,
        typer.Option(help="seconds between two pieces of sample feedback (local workspace only)", min=0.05),
    ] = 4.0,
    samples: Annotated[bool, typer.Option(help="let sample feedback arrive in the local workspace")] = True,
) -> None:
    """Run the bot. Without Slack tokens it opens a local workspace to try it in."""
    from bot.app import Role
    from bot.commands.run import run as run_bot

    if role is not None and role not in set(Role):
        errors.print(f"Unknown role {role!r}; known: {', '.join(Role)}.")
        raise typer.Exit(2)
    run_bot(settings(), Role(role) if role else None, speed=speed, play_samples=samples)


@app.command("import")
def import_file(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: Annotated[
        Path, typer.Argument(help="CSV or JSON Lines; the first line of a CSV names its columns")
    ],
    source: Annotated[
        str, typer.Option(help="the source in rules.yaml that the feedback came from")
    ] = "survey",
    text: Annotated[
        str | None, typer.Option(help="the column with the customers' words; detected if left out")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="another column, as field=COLUMN, such as occurred_at=Datum; repeat it"),
    ] = None,
    date_order: Annotated[
        str | None, typer.Option(help="dmy, mdy or ymd, where 03/04/2025 could be both")
    ] = None,
    scale: Annotated[str | None, typer.Option(help="nps, stars or csat, for scores that do not tell")] = None,
    encoding: Annotated[str | None, typer.Option(help="such as cp1252; detected if left out")] = None,
    opens: Annotated[
        str, typer.Option("--open", help="what may open cases: recent (as rules.yaml says), none, or all")
    ] = "recent",
    rejects: Annotated[Path | None, typer.Option(help="where bad rows go; beside FILE if left out")] = None,
) -> None:
    """Take in old feedback from FILE: scored and counted; cases are opened for recent feedback only."""
    from bot.commands import importing

    overrides = dict(pair.partition("=")[::2] for pair in column or ())
    if text is not None:
        overrides["text"] = text
    _among("--open", opens, list(importing.Opens))
    _among("--date-order", date_order, ["dmy", "mdy", "ymd"])
    _among("--scale", scale, ["nps", "stars", "csat"])
    found = settings()
    options = importing.options_for(
        found, source, overrides, date_order=date_order, encoding=encoding, score_scale=scale
    )
    raise typer.Exit(importing.run_import(found, file, options, importing.Opens(opens), rejects))


def _among(option: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        errors.print(f"{option}: unknown {value!r}; known: {', '.join(known)}.")
        raise typer.Exit(2)


@rules_app.command("check")
def rules_check(
    file: Annotated[
        Path | None, typer.Argument(help="the file to check; RULES_FILE or rules.yaml by default")
    ] = None,
) -> None:
    """Say whether the bot could use rules.yaml, and line by line what is wrong with it."""
    from bot.commands.rules import check

    raise typer.Exit(check(file or settings().rules_file))


@rules_app.command("try")
def rules_try(
    text: Annotated[str | None, typer.Argument(help="what the customer said")] = None,
    file: Annotated[
        Path | None, typer.Option(help="JSON of one piece of feedback, as POST /feedback takes it")
    ] = None,
    source: Annotated[str, typer.Option(help="where it came from")] = "email",
    fact: Annotated[
        list[str] | None,
        typer.Option(help="a fact, such as survey.nps=3 or attributes.order_total=120; repeat it"),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="the rules to try; RULES_FILE or rules.yaml by default")
    ] = None,
) -> None:
    """Show what the rules would do with a piece of feedback: the facts, each rule's verdict, the case."""
    from bot.commands.rules import Trial, try_out

    trial = Trial(text=text, file=file, source=source, facts=tuple(fact or ()))
    raise typer.Exit(try_out(rules or settings().rules_file, trial))


@app.command()
def stats(
    period: Annotated[str, typer.Argument(help="today, last week, this month, 30 days, …")] = "this week",
    team: Annotated[str | None, typer.Option(help="a team of rules.yaml; everybody by default")] = None,
) -> None:
    """Print the figures that /recovery-stats shows."""
    from bot.commands.stats import print_stats

    raise typer.Exit(print_stats(settings(), period, team))


@app.command()
def doctor() -> None:
    """Look at everything that the bot needs, and say what is missing and how to mend it."""
    from bot.commands.doctor import examine

    raise typer.Exit(examine(settings()))


def main() -> None:
    """The entry point of the `recovery` program."""
    logging.captureWarnings(capture=True)
    app()


if __name__ == "__main__":
    main()
