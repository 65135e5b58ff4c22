"""What people said of feedback, written out for measuring and teaching."""

import csv

from sqlalchemy import delete

from bot.database import Database
from bot.jobs import JobQueue
from handlers import corrections
from models.feedback import Sentiment
from models.vocabulary import SentimentLabel
from tests.bot.commands.conftest import CommandLine
from tests.builders import ANA, a_case, an_act


def test_what_was_heard_otherwise_is_counted_apart_from_what_was_not_read(on_database: CommandLine) -> None:
    url = on_database.environment["DATABASE_URL"]
    database = Database(url, JobQueue(url))
    with database.transaction() as session:
        for words in ("Rightly heard", "Wrongly heard", "Nie gelesen"):
            case = a_case(session, text=words)
            if words == "Nie gelesen":
                session.execute(delete(Sentiment).where(Sentiment.feedback_id == case.feedback_id))
            label = SentimentLabel.NEUTRAL if words == "Wrongly heard" else SentimentLabel.NEGATIVE
            corrections.correct(session, case.id, an_act(ANA), sentiment=label, theme=None)
    database.close()
    file = on_database.folder / "labels.csv"

    answer = on_database("labels", "export", file)

    said = f"3 texts are in {file}; the model had heard 1 of them otherwise, and could not read 1.\n"
    assert answer.stdout == said
    with file.open(newline="", encoding="utf-8") as stream:
        rows = [(row["text"], row["label"], row["heard_as"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("Rightly heard", "negative", "negative"),
        ("Wrongly heard", "neutral", "negative"),
        ("Nie gelesen", "negative", ""),
    ]


def test_one_text_is_told_of_as_one(on_database: CommandLine) -> None:
    url = on_database.environment["DATABASE_URL"]
    database = Database(url, JobQueue(url))
    with database.transaction() as session:
        case = a_case(session, text="Wrongly heard")
        corrections.correct(session, case.id, an_act(ANA), sentiment=SentimentLabel.NEUTRAL, theme=None)
    database.close()
    file = on_database.folder / "labels.csv"

    answer = on_database("labels", "export", file)

    assert answer.stdout == f"1 text is in {file}; the model had heard 1 of them otherwise.\n"
