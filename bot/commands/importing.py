"""`recovery import`: old feedback from a file is stored, scored and counted; little of it opens a case."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.commands.endings import CannotGoOn, check_file
from bot.commands.import_summary import Tally, describe, summary
from bot.commands.progress import Progress, show_progress
from bot.database import Database
from bot.learning import KnownLessons
from bot.rulebook import load_rulebook
from bot.rulebook.problems import near
from bot.sentiment import Interpreter, Models
from bot.settings import Settings
from bot.sources.files import (
    LONGEST_RAW,
    Accepted,
    ImportOptions,
    Rejected,
    Row,
    inspect_file,
    read_file,
    write_rejects,
)
from handlers import imports
from handlers.imports import Heard, Known
from models.policies.imports import Opening, Opens
from models.policies.incoming_facts import words_of
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Rulebook
from models.policies.themes import Theme
from models.vocabulary import SentimentScore

BATCH = 256
"""Rows scored and stored together, in one transaction: a killed import is taken up where it was."""
LARGEST_BATCH = 2_000_000
"""Characters: of rows as long as they may be, few go together, so that memory stays bounded."""
BATCHES_AHEAD = 4
"""So many are scored, or wait for it, while one is stored."""
USUAL_SOURCE = "survey"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asked for; None where it is left to us."""

    file: Path
    source: str | None
    columns: Mapping[str, str]
    date_order: Literal["dmy", "mdy", "ymd"] | None
    scale: str | None
    encoding: str | None
    opens: Opens
    at_most: int | None
    rejects: Path | None


@dataclass(frozen=True, slots=True)
class Ears:
    """Scores batches in threads; the models are loaded while other things begin."""

    pool: ThreadPoolExecutor
    interpreter: Future[Interpreter]
    lessons: KnownLessons

    def score(self, texts: list[str], themes: Collection[Theme]) -> Future[list[SentimentScore]]:
        """One score for each text, soon; its result raises ModelMissing where there is no model."""
        return self.pool.submit(lambda: self._score(texts, themes))

    def _score(self, texts: list[str], themes: Collection[Theme]) -> list[SentimentScore]:
        interpreter = self.interpreter.result()
        return interpreter.score(texts, themes, self.lessons.current(interpreter.themes.name))


@contextmanager
def open_ears(models: Models, lessons: KnownLessons) -> Iterator[Ears]:
    """One thread to each processor: threads within one run of the model mostly wait for each other."""
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, BATCHES_AHEAD), "ear")
    try:
        yield Ears(pool, pool.submit(Interpreter, models, threads=1), lessons)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def heed_ctrl_c() -> Iterator[Callable[[], None]]:
    """Ctrl-C is noted, and what is given raises KeyboardInterrupt once it was; a second one stops at once.

    Python raises it wherever the program is at that moment. In a callback of the garbage collector that is
    told to nobody, and the import went on to its end.
    """
    stopped = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if stopped.is_set():
            signal.default_int_handler(number, frame)
        stopped.set()

    def check() -> None:
        if stopped.is_set():
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # not ours to change
        yield check
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def run_import(settings: Settings, wanted: Wanted) -> int:
    """Import the file; the exit code: 0, or 1 where rows were refused."""
    rulebook = load_rulebook(settings.rules_file)
    options = _options(wanted, rulebook)
    layout = inspect_file(_file(wanted), options)
    opening = _opening(wanted, rulebook, options.at)
    _say(describe(layout, rulebook))
    began = time.monotonic()
    with (
        open_database(settings) as (database, _queue),
        open_ears(settings.models, KnownLessons(database)) as ears,
        show_progress(layout.lines) as progress,
        heed_ctrl_c() as check_stopped,
    ):
        importer = Importer(
            source=options.source,
            database=database,
            ears=ears,
            rulebook=rulebook,
            opening=opening,
            progress=progress,
            check_stopped=check_stopped,
        )
        rejects = _write_rejects(importer.take_in(read_file(layout)), wanted)
    _say(summary(importer.tally, time.monotonic() - began))
    if rejects is not None:
        _say([f"All refused rows, with line numbers and reasons, are in {rejects}."])
    return 1 if importer.tally.refusals.count else 0


@dataclass(frozen=True, slots=True)
class _Batch:
    """New feedback that is being scored; `line` is the last one that was read for it."""

    feedback: list[IncomingFeedback]
    scores: Future[list[SentimentScore]]
    line: int


@dataclass
class Importer:
    """One import under way: reads and scores ahead of what it stores."""

    source: str
    database: Database
    ears: Ears
    rulebook: Rulebook
    opening: Opening
    progress: Progress
    check_stopped: Callable[[], None]
    tally: Tally = field(default_factory=Tally)
    ahead: deque[_Batch] = field(default_factory=deque)

    def take_in(self, rows: Iterator[Row]) -> Iterator[Rejected]:
        """Take in every row that can be; gives out the others, and has to be exhausted."""
        for batch in _batches(rows):
            self.check_stopped()
            accepted = [row for row in batch if isinstance(row, Accepted)]
            known = self._load_known(accepted)
            unread = [row for row in batch if isinstance(row, Rejected)]
            yield from self._refuse([*unread, *_strangers(accepted, known)])
            self._hear(accepted, known, batch[-1].line)
            if len(self.ahead) > BATCHES_AHEAD:
                self._store(self.ahead.popleft())
        while self.ahead:
            self.check_stopped()
            self._store(self.ahead.popleft())

    def _refuse(self, rows: list[Rejected]) -> Iterator[Rejected]:
        for row in sorted(rows, key=lambda row: row.line):
            self.tally.refusals.add(f"line {row.line}: {row.why}")
            yield row

    def _hear(self, rows: list[Accepted], known: Known, line: int) -> None:
        """Have scored what we do not have yet."""
        fresh: dict[str, IncomingFeedback] = {}
        for row in rows:
            for remark in row.remarks:
                self.tally.remarks.add(f"line {row.line}: {remark}")
            if known.is_new(row.feedback) and row.feedback.external_id not in fresh:
                fresh[row.feedback.external_id] = row.feedback
            elif not known.has_other_words(row.feedback):
                self.tally.known += 1
        pieces = list(fresh.values())
        words = [words_of(piece) for piece in pieces]
        self.ahead.append(_Batch(pieces, self.ears.score(words, self.rulebook.themes.values()), line))

    def _load_known(self, rows: list[Accepted]) -> Known:
        ids = {row.feedback.external_id for row in rows}
        with self.database.transaction() as session:
            known = imports.load_known(session, self.source, ids, self.opening.at)
        self.tally.opened_before += known.opened_lately
        return known

    def _store(self, batch: _Batch) -> None:
        heard = [
            Heard(piece, score) for piece, score in zip(batch.feedback, batch.scores.result(), strict=True)
        ]
        if heard:
            opened = self.tally.opened_before + self.tally.opened
            with self.database.transaction() as session:
                taken = imports.take_in(session, heard, self.rulebook, self.opening, opened=opened)
            self.tally.stored += len(taken.scores)
            self.tally.known += len(heard) - len(taken.scores)
            self.tally.opened += taken.opened
            self.tally.labels.update(score.label.value for score in taken.scores)
            self.tally.held_back.update(taken.held_back)
        self.progress(batch.line)


def _strangers(rows: list[Accepted], known: Known) -> Iterator[Rejected]:
    """Rows under the id of other feedback: they may be from another file, which numbers its rows as well."""
    for row in rows:
        if known.has_other_words(row.feedback):
            why = (
                f"The id {row.feedback.external_id!r} is stored with other words. "
                "If each file counts its rows anew, import without ids: --column external_id="
            )
            yield Rejected(row.line, row.feedback.text[:LONGEST_RAW], why)


def _file(wanted: Wanted) -> Path:
    check_file(wanted.file)
    if _rejects_path(wanted).resolve() == wanted.file.resolve():
        raise CannotGoOn("--rejects names the file that is imported; name another.")
    return wanted.file


def _options(wanted: Wanted, rulebook: Rulebook) -> ImportOptions:
    """What the person said, with the time zone of rules.yaml for dates that name none."""
    return ImportOptions(
        source=_source(wanted.source, rulebook),
        at=SystemClock().now(),
        time_zone=ZoneInfo(rulebook.time_zone),
        date_order=wanted.date_order,
        encoding=wanted.encoding,
        score_scale=wanted.scale,
        overrides=wanted.columns,
    )


def _source(asked: str | None, rulebook: Rulebook) -> str:
    if asked is not None:
        if asked not in rulebook.sources:
            raise CannotGoOn(
                f"--source {asked}: rules.yaml has no such source; {near(asked, rulebook.sources)}."
            )
        return asked
    if USUAL_SOURCE in rulebook.sources or len(rulebook.sources) == 1:
        return USUAL_SOURCE if USUAL_SOURCE in rulebook.sources else next(iter(rulebook.sources))
    raise CannotGoOn(
        f"Say with --source where it came from; rules.yaml knows: {', '.join(rulebook.sources)}."
    )


def _opening(wanted: Wanted, rulebook: Rulebook, at: datetime) -> Opening:
    rules = rulebook.imports
    at_most = rules.at_most if wanted.at_most is None else wanted.at_most
    return Opening(wanted.opens, rules.open_cases_for, at_most, at)


def _rejects_path(wanted: Wanted) -> Path:
    return wanted.rejects or wanted.file.with_name(f"{wanted.file.stem}.rejects.csv")


def _write_rejects(rejected: Iterator[Rejected], wanted: Wanted) -> Path | None:
    """Write each refused row as it comes; None, and no file, where none does."""
    first = next(rejected, None)
    if first is None:
        return None
    path = _rejects_path(wanted)
    write_rejects(path, chain([first], rejected))
    return path


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row.feedback.text) if isinstance(row, Accepted) else len(row.raw)
        if len(batch) == BATCH or size > LARGEST_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _say(lines: Iterable[str]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, markup=False)
