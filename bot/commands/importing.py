"""`recovery import`: old feedback from a file is stored, scored and counted; little of it opens a case."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session

from bot.app import open_database
from bot.clock import SystemClock
from bot.database import Database
from bot.rulebook import RulebookError, load_rulebook
from bot.sentiment import ModelMissing, Scorer
from bot.settings import Settings
from bot.sources.files import (
    Accepted,
    ImportOptions,
    Layout,
    Rejected,
    UnreadableFile,
    inspect_file,
    read_file,
    write_rejects,
)
from handlers import intake
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Rulebook
from models.vocabulary import SentimentScore

BATCH = 64
"""Rows scored and stored together, in one transaction: a killed import is taken up where it was."""

console = Console(highlight=False)


class Opens(StrEnum):
    """What an import may open: cases for recent feedback (as rules.yaml says), for none, or for all."""

    RECENT = "recent"
    NONE = "none"
    ALL = "all"


@dataclass
class Tally:
    """What became of the rows."""

    stored: int = 0
    known: int = 0
    opened: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Import:
    """One import under way."""

    database: Database
    rulebook: Rulebook
    ear: Scorer
    opens: Opens
    at: datetime

    def may_open(self, feedback: IncomingFeedback, tally: Tally) -> bool:
        """Whether the rules may open a case: feedback without a date is taken for old."""
        if self.opens is Opens.ALL:
            return True
        rules = self.rulebook.imports
        is_recent = (
            feedback.occurred_at is not None and self.at - feedback.occurred_at <= rules.open_cases_for
        )
        return self.opens is Opens.RECENT and is_recent and tally.opened < rules.at_most


def run_import(
    settings: Settings, file: Path, options: ImportOptions, opens: Opens, rejects: Path | None
) -> int:
    """Import the file; the exit code: 0, or 1 where rows were rejected, or 2 where nothing could be read."""
    try:
        rulebook = load_rulebook(settings.rules_file)
        _check_source(options.source, rulebook)
        layout = inspect_file(file, options)
        ear = Scorer()
    except (UnreadableFile, RulebookError, ModelMissing) as problem:
        console.print(str(problem), style="red", markup=False)
        return 2
    _describe(layout)
    with open_database(settings) as (database, _queue):
        tally = _import(Import(database, rulebook, ear, opens, options.at), layout)
    _summarise(tally, rulebook)
    if tally.rejected:
        path = rejects or file.with_name(f"{file.stem}.rejects.csv")
        write_rejects(path, tally.rejected)
        console.print(f"The rejected rows, with line numbers and reasons, are in {path}.", markup=False)
    return 1 if tally.rejected else 0


def options_for(
    settings: Settings, source: str, overrides: dict[str, str], **said: str | None
) -> ImportOptions:
    """What the person said, with the time zone of rules.yaml for dates that name none."""
    zone = ZoneInfo(load_rulebook(settings.rules_file).time_zone)
    return ImportOptions(
        source=source,
        at=SystemClock().now(),
        time_zone=zone,
        overrides=overrides,
        **{name: value for name, value in said.items() if value is not None},  # type: ignore[arg-type]
    )


def _check_source(source: str, rulebook: Rulebook) -> None:
    if source not in rulebook.sources:
        raise UnreadableFile(f"Unknown source {source!r}; rules.yaml knows: {', '.join(rulebook.sources)}.")


def _import(running: Import, layout: Layout) -> Tally:
    tally = Tally()
    bar = Progress(
        TextColumn("Importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("lines"),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("import", total=layout.lines)
        rows = read_file(layout)
        while batch := list(islice(rows, BATCH)):
            tally.rejected += [row for row in batch if isinstance(row, Rejected)]
            accepted = [row.feedback for row in batch if isinstance(row, Accepted)]
            _take_in(running, accepted, tally)
            bar.update(task, completed=batch[-1].line)
        bar.update(task, completed=layout.lines)
    return tally


def _take_in(running: Import, batch: list[IncomingFeedback], tally: Tally) -> None:
    scores = running.ear.score([_words(feedback) for feedback in batch])
    with running.database.transaction() as session:
        for feedback, score in zip(batch, scores, strict=True):
            _take_in_one(session, running, feedback, score, tally)


def _take_in_one(
    session: Session, running: Import, feedback: IncomingFeedback, score: SentimentScore, tally: Tally
) -> None:
    feedback_id = intake.store_feedback(session, feedback, running.at, is_imported=True)
    if feedback_id is None:
        tally.known += 1
        return
    tally.stored += 1
    tally.labels[score.label.value] = tally.labels.get(score.label.value, 0) + 1
    may_open = running.may_open(feedback, tally)
    case = intake.hear(session, feedback_id, score, running.rulebook, at=running.at, may_open=may_open)
    tally.opened += case is not None


def _words(feedback: IncomingFeedback) -> str:
    return f"{feedback.title}\n{feedback.text}" if feedback.title else feedback.text


def _describe(layout: Layout) -> None:
    columns = layout.columns
    found = {
        "text": columns.text,
        "id": columns.external_id,
        "author": columns.author,
        "date": columns.occurred_at,
        "score": columns.score,
    }
    named = ", ".join(f"{what} = {column}" for what, column in found.items() if column)
    console.print(
        f"{layout.path.name}: {layout.kind.value}, {layout.encoding}; columns: {named}", markup=False
    )


def _summarise(tally: Tally, rulebook: Rulebook) -> None:
    feelings = ", ".join(f"{count} {label}" for label, count in sorted(tally.labels.items()))
    console.print(f"Stored {tally.stored} new pieces of feedback{f' ({feelings})' if feelings else ''}.")
    if tally.known:
        console.print(f"{tally.known} were here already and were left as they are.")
    limit = rulebook.imports
    console.print(
        f"Opened {tally.opened} cases. By default an import opens at most {limit.at_most}, and only "
        f"for feedback of the last {limit.open_cases_for.days} days; `--open` says otherwise."
    )
    if tally.rejected:
        console.print(f"Rejected {len(tally.rejected)} rows:")
        for row in tally.rejected[:10]:
            console.print(f"  line {row.line}: {row.why}", markup=False)
