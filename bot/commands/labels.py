"""`recovery labels`: what people said of feedback, as a file to teach a model with."""

import csv
from pathlib import Path

import typer

from bot.app import open_database
from bot.settings import Settings
from handlers.corrections import Learned, list_learned

HEADINGS = ("text", "label", "reason", "heard_as", "source", "language")


def export(settings: Settings, file: Path) -> int:
    """Write every text of which a person said what it is; the exit code."""
    with open_database(settings) as (database, _queue), database.transaction() as session:
        learned = list_learned(session)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerows(map(_row, learned))
    felt = [each for each in learned if each.label is not None]
    unread = sum(each.heard_as is None for each in felt)
    otherwise = sum(each.label is not each.heard_as for each in felt) - unread
    and_unread = f", and could not read {unread}" if unread else ""
    texts = "1 text is" if len(learned) == 1 else f"{len(learned)} texts are"
    typer.echo(f"{texts} in {file}; the model had heard {otherwise} of them otherwise{and_unread}.")
    return 0


def _row(each: Learned) -> list[str]:
    return [
        each.text,
        each.label.value if each.label else "",
        each.reason or "",
        each.heard_as.value if each.heard_as else "",
        each.source,
        each.language or "",
    ]
