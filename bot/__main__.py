"""The command line: `recovery` and what it can do.

Nothing heavy is imported before a command needs it: `--help` is there at once.
"""

import gc
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from typer.core import TyperGroup

from models.policies.imports import Opens

if TYPE_CHECKING:
    from bot.settings import Settings


YOUNG_OBJECTS = 20_000
"""So many new objects, a few MiB, before garbage is looked for. With Python's own 700 it is all the time:
a tenth of a start went into looking through libraries, and what a transaction leaves mostly goes by itself.
"""


class Asked(TyperGroup):
    """A group whose first command is meant where none is named: `recovery ledger last month`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put that command's name before words that begin with none."""
        usual = next(iter(self.commands))
        is_named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named else [usual, *args])


app = typer.Typer(
    name="recovery",
    help="Hears unhappy customers, opens cases in Slack, and keeps them on the clock.\n\n"
    "\b\nBegin with:\n  recovery run        and open the address that it prints\n"
    '  recovery rules try "My parcel never came"\n  recovery doctor     where something does not work',
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # it would show what variables hold, a customer's words among them
)
clock_app = typer.Typer(
    help="Compute deadlines before a calendar is trusted.", no_args_is_help=True, rich_markup_mode=None
)
rules_app = typer.Typer(
    help="Check rules.yaml, and try it, before the bot uses it.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(rules_app, name="rules")
app.add_typer(clock_app, name="clock")
labels_app = typer.Typer(
    help="What people said of feedback that was heard wrong.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(labels_app, name="labels")
ledger_app = typer.Typer(
    cls=Asked,
    help="What was given, for finance: print it, or tell from a file what was used.\n\n"
    "\b\n  recovery ledger last month\n  recovery ledger last month --team deliveries --csv march.csv\n"
    "  recovery ledger redeemed used.csv",
    no_args_is_help=False,
    rich_markup_mode=None,
)
app.add_typer(ledger_app, name="ledger", short_help="Print what was given, for finance.")


def settings() -> "Settings":
    """The settings of this process, or an end with what is wrong with them."""
    from bot.logs import set_up_logs
    from bot.settings import WrongSettings, read_settings

    try:
        found = read_settings()
    except WrongSettings as wrong:
        refuse(f"{wrong}\n`recovery settings` lists every variable.")
    set_up_logs("WARNING")  # these commands answer in sentences; `run` keeps a log
    return found


def refuse(why: str) -> NoReturn:
    """End with a sentence on standard error."""
    typer.echo(why, err=True)
    raise typer.Exit(2)


@app.command(short_help="Run the bot, with a local workspace to try it in.")
def run(
    role: Annotated[
        Literal["web", "worker", "scheduler"] | None,
        typer.Argument(metavar="ROLE", help="one part of the bot; left out, everything in one process"),
    ] = None,
    speed: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="between two pieces of sample feedback (local workspace only)", min=0.05
        ),
    ] = 4.0,
    samples: Annotated[bool, typer.Option(help="let sample feedback arrive in the local workspace")] = True,
) -> None:
    """Run the bot. Without Slack tokens it opens a local workspace to try it in.

    \b
      recovery run                        try it, with sample feedback
      recovery run --speed 0.5            and more of it
      PORT=8031 recovery run              where port 8021 is taken
      recovery run worker                 one of several processes on one DATABASE_URL

    With SLACK_BOT_TOKEN and SLACK_APP_TOKEN set it works in your Slack; `recovery settings` lists every
    variable.
    """
    from bot.commands.endings import in_words

    with in_words():
        from bot.app import Role
        from bot.commands.run import run as run_bot

        run_bot(settings(), Role(role) if role else None, speed=speed, play_samples=samples)


FileToImport = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV or JSON Lines; the first line of a CSV names its columns")
]
SourceOfFile = Annotated[
    str | None,
    typer.Option(
        metavar="SOURCE", help="the source of rules.yaml that it came from  [default: survey, if there]"
    ),
]
TextColumn = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="the column with the customers' words; found if left out")
]
OtherColumns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=COLUMN",
        help="another column, such as occurred_at=Datum, or author= for none; repeat it",
    ),
]
DateOrder = Annotated[
    Literal["dmy", "mdy", "ymd"] | None, typer.Option(help="where 03/04/2025 could be both")
]
ScoreScale = Annotated[
    Literal["nps", "stars", "csat"] | None, typer.Option(help="for scores that do not tell theirs")
]
Encoding = Annotated[str | None, typer.Option(metavar="NAME", help="such as cp1252; found out if left out")]
MayOpen = Annotated[
    Opens,
    typer.Option(
        "--open", help="for which feedback cases may be opened: young enough for rules.yaml, none, or all"
    ),
]
AtMost = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, help="open no more cases than that  [default: imports.at_most of rules.yaml]"
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="where refused rows go  [default: FILE.rejects.csv beside FILE]"),
]


@app.command("import", short_help="Take in old feedback from a file.")
def import_file(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: FileToImport,
    source: SourceOfFile = None,
    text: TextColumn = None,
    column: OtherColumns = None,
    date_order: DateOrder = None,
    scale: ScoreScale = None,
    encoding: Encoding = None,
    opens: MayOpen = Opens.RECENT,
    at_most: AtMost = None,
    rejects: Rejects = None,
) -> None:
    """Take in old feedback from FILE: all of it is scored and counted, little of it opens a case.

    \b
      recovery import survey.csv
      recovery import reviews.jsonl --source review --scale stars
      recovery import export.csv --text Kommentar --column occurred_at=Datum --date-order dmy
      recovery import lost-week.csv --open all --at-most 200

    Cases are opened for recent feedback only, and never more than at_most: what was said longer ago than
    imports.open_cases_for in rules.yaml, or at no known time, is old. Feedback that was imported without a
    case gets none later. Rows that were imported before are left as they are, so the same command again goes
    on where an import was cut off. Exit code: 0, 1 where rows were refused, 2 where nothing could be done.
    """
    from bot.commands.endings import in_words
    from bot.commands.importing import Wanted, run_import

    wanted = Wanted(
        file=file,
        source=source,
        columns=_columns(text, column or []),
        date_order=date_order,
        scale=scale,
        encoding=encoding,
        opens=opens,
        at_most=at_most,
        rejects=rejects,
    )
    with in_words():
        raise typer.Exit(run_import(settings(), wanted))


def _columns(text: str | None, pairs: list[str]) -> dict[str, str]:
    columns = {} if text is None else {"text": text}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or field in columns:
            refuse(
                f"--column {pair}: that field has its column already."
                if sign
                else f"--column {pair}: write FIELD=COLUMN, such as occurred_at=Datum."
            )
        columns[field] = column
    return columns


@rules_app.command("check", short_help="Say what is wrong with a rules file.")
def rules_check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="RULES_FILE, or rules.yaml, if left out")
    ] = None,
) -> None:
    """Say whether the bot could use a rules file, and line by line what is wrong with it.

    \b
      recovery rules check
      recovery rules check rules.new.yaml && mv rules.new.yaml rules.yaml

    Exit code: 0 for a good file, 1 for any other.
    """
    from bot.commands.endings import in_words
    from bot.commands.rules import check

    with in_words():
        raise typer.Exit(check(file or settings().rules_file))


@rules_app.command("try", short_help="Show what the rules do with a piece of feedback.")
def rules_try(
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="what the customer said, in quotation marks")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="JSON of one piece of feedback, as POST /feedback/SOURCE takes it"),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="where it came from  [default: the first of rules.yaml]"),
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="a fact as it shall be taken, such as survey.nps=3 or attributes.order_total=120; repeat it",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="the rules to try  [default: RULES_FILE, or rules.yaml]"),
    ] = None,
) -> None:
    """Show what the rules would do with a piece of feedback: the facts, each rule's verdict, the case.

    \b
      recovery rules try "My parcel never came"
      recovery rules try "Fine, thanks" --source survey --fact survey.nps=2
      recovery rules try --file feedback.json --rules rules.new.yaml

    Nothing is stored or posted; neither the database nor Slack is needed.
    """
    from bot.commands.endings import in_words
    from bot.commands.rules import Trial, try_out

    with in_words():
        known = settings()
        trial = Trial(text, file, source, tuple(fact or ()), known.models)
        raise typer.Exit(try_out(rules or known.rules_file, trial))


CountryOfHolidays = Annotated[
    str | None, typer.Option(metavar="CODE", help="whose public holidays PH are, such as DE")
]
RegionOfHolidays = Annotated[
    str | None, typer.Option(metavar="CODE", help="and those of which of its regions, such as BE")
]
TeamOfCalendar = Annotated[
    str | None,
    typer.Option(metavar="TEAM", help="the calendar of this team of rules.yaml, days off included"),
]


@clock_app.command("try", short_help="Show when a promise would be due.")
def clock_try(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    start: Annotated[
        str | None, typer.Argument(metavar="START", help="such as 2026-03-06T16:00, on the calendar's wall")
    ] = None,
    promise: Annotated[
        str | None, typer.Argument(metavar="PROMISE", help="such as '4 hours', in opening hours")
    ] = None,
    hours: Annotated[
        str, typer.Option(metavar="HOURS", help="such as 'Mo-Fr 09:00-17:00; PH off; Dec 24 off'")
    ] = "24/7",
    time_zone: Annotated[str, typer.Option(metavar="ZONE", help="such as Europe/Berlin")] = "UTC",
    country: CountryOfHolidays = None,
    region: RegionOfHolidays = None,
    team: TeamOfCalendar = None,
    pause: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM/TO", help="time that does not count; FROM/ while it is open; repeat it"),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="many at once: a CSV with id, calendar, start, target_seconds"),
    ] = None,
) -> None:
    """Show when a promise would be due, and which hours count towards it.

    \b
      recovery clock try 2026-03-06T16:00 "4 hours" --hours "Mo-Fr 09:00-17:00" --time-zone Europe/Berlin
      recovery clock try 2026-12-23T12:00 "2 days" --hours "Mo-Fr 08:00-18:00; PH off" --country DE
      recovery clock try 2026-12-23T12:00 "8 hours" --team care
    """
    from bot.commands.clock import hours_of_team, try_file, try_one
    from bot.commands.endings import in_words
    from models.policies.opening_hours import OpeningHours

    with in_words():
        if file is not None:
            raise typer.Exit(try_file(file))
        if start is None or promise is None:
            refuse('Give when it starts and how long it is: recovery clock try 2026-03-06T16:00 "4 hours".')
        try:
            calendar = (
                hours_of_team(settings().rules_file, team)
                if team is not None
                else OpeningHours(hours, time_zone, country, region)
            )
        except ValueError as problem:
            refuse(f"{problem}.")
        raise typer.Exit(try_one(calendar, start, promise, pause or []))


@app.command(short_help="Print the figures of a period.")
def stats(
    period: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PERIOD",
            help="today, yesterday, this week, last week, this month, last month, this year, 30 days, "
            "12 hours  [default: this week]",
        ),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(metavar="TEAM", help="a team of rules.yaml, by its key or name  [default: everybody]"),
    ] = None,
) -> None:
    """Print the figures that /recovery-stats shows.

    \b
      recovery stats
      recovery stats last week --team deliveries
      recovery stats 30 days
    """
    from bot.commands.endings import in_words
    from bot.commands.stats import print_stats

    with in_words():
        raise typer.Exit(print_stats(settings(), " ".join(period or ["this week"]), team))


@ledger_app.command("show", short_help="Print every line of a period; so does `recovery ledger` alone.")
def ledger(
    period: Annotated[
        list[str] | None,
        typer.Argument(metavar="PERIOD", help="as for `recovery stats`  [default: this month]"),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(metavar="TEAM", help="a team of rules.yaml, by its key or name  [default: everybody]"),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--csv", metavar="PATH", help="write it there, for a spreadsheet")
    ] = None,
) -> None:
    """Print every line of the ledger in a period: what was given, what was taken back, and the sums.

    \b
      recovery ledger
      recovery ledger last month --team deliveries
      recovery ledger last month --csv march.csv

    Each line has its case, customer, giver, writer, moment and reason. Moments are in the time zone of
    rules.yaml. Lines are only ever added: what was wrong has a line against it.
    """
    from bot.commands.endings import in_words
    from bot.commands.ledger import show_ledger

    with in_words():
        raise typer.Exit(show_ledger(settings(), " ".join(period or ["this month"]), team, file))


@ledger_app.command("redeemed", short_help="Write down what customers used, from a CSV file.")
def ledger_redeemed(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a CSV file with a line of column names")],
    date_order: Annotated[
        Literal["dmy", "mdy", "ymd"] | None,
        typer.Option("--date-order", help="for dates such as 03/02/2026, which may mean two days"),
    ] = None,
) -> None:
    """Write down what customers used of what was given: as the webhook does, and by the same rules.

    \b
      recovery ledger redeemed used.csv

    Columns: gift (7 or G7) or code, and where you have them at and reference. A date without a time is the
    beginning of that day in the time zone of rules.yaml; without a date it was just now. Rows that are
    refused are printed with their line and the reason; import the file again when they are mended: what is
    written down already counts once.
    """
    from bot.commands.endings import in_words
    from bot.commands.redeemed import tell_used

    with in_words():
        raise typer.Exit(tell_used(settings(), file, date_order))


@labels_app.command("export", short_help="Write them to a CSV file, to teach a model with.")
def labels_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="where to; it is written anew")],
) -> None:
    """Write every text of which a person said what it is, in the review channel or on a card.

    \b
      recovery labels export labels.csv
      make eval DATA=labels.csv

    Its columns: text, label, reason (a theme's key), heard_as (what the model had made of it), source,
    language. It holds customers' words: keep it as safe as the database.
    """
    from bot.commands.endings import in_words
    from bot.commands.labels import export

    with in_words():
        raise typer.Exit(export(settings(), file))


@app.command(short_help="Say what is missing, and how to mend it.")
def doctor() -> None:
    """Look at everything that the bot needs, and say what is missing and how to mend it.

    Nothing is changed, and nothing is posted. Exit code: 0, or 1 where something is to be mended.
    """
    from bot.commands.endings import in_words

    with in_words():
        from bot.commands.doctor import examine

        raise typer.Exit(examine(settings()))


@app.command("settings", short_help="List the environment variables.")
def list_settings() -> None:
    """List every environment variable that the bot reads, what it is set to, and what it is for.

    The default stands in brackets. Secrets are not shown, only whether they are set. What the business
    decides is not here but in rules.yaml.
    """
    from bot.commands.settings import show

    raise typer.Exit(show())


def main() -> None:
    """The entry point of the `recovery` program."""
    gc.set_threshold(YOUNG_OBJECTS)
    logging.captureWarnings(capture=True)
    try:
        app()
    except SystemExit as end:
        if end.code == 130:  # Ctrl-C
            typer.echo("Stopped.", err=True)
        raise


if __name__ == "__main__":
    main()
