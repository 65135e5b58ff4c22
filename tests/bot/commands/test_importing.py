"""Old feedback comes in from a file: all of it is kept and counted, little of it opens a case."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from bot.database import sqlalchemy_url
from tests.bot.commands.conftest import CommandLine
from tests.bot.rules_text import GOOD as GOOD_WITH_TWO_SOURCES

LATE = "My parcel is late again and this is terrible."
LONG_AGO = "2015-02-17T09:00:00Z"
HEADING = "id,date,author,comment"


def recently() -> str:
    """An hour ago."""
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()


def complaints(count: int, when: str, first: int = 1) -> list[str]:
    """So many rows in which somebody is unhappy about a parcel."""
    return [f"c{number},{when},user{number},{LATE}" for number in range(first, first + count)]


@pytest.fixture
def books(database_url: str) -> Iterator[Connection]:
    """What stands in the database."""
    engine = create_engine(sqlalchemy_url(database_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def count(books: Connection, table: str) -> int:
    return int(books.scalar(text(f"select count(*) from {table}")) or 0)


def test_old_feedback_is_stored_scored_and_decided_on_and_opens_nothing(
    on_database: CommandLine, books: Connection
) -> None:
    file = on_database.file("old.csv", HEADING, *complaints(3, LONG_AGO))

    answer = on_database("import", file)

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "New feedback stored: 3, 3 negative." in answer.stdout
    assert "Left unopened, although a rule orders a case: 3, said too long ago" in answer.stdout
    assert [count(books, table) for table in ("feedback", "sentiments", "decisions")] == [3, 3, 3]
    assert [count(books, table) for table in ("cases", "messages", "procrastinate_jobs")] == [0, 0, 0]
    assert books.scalar(text("select distinct why from decisions")) == (
        "Imported, and said too long ago, or at no known time; "
        'else: A parcel is late (sentiment negative; text has "parcel")'
    )


def test_recent_feedback_opens_cases_but_no_more_than_the_rules_allow(
    on_database: CommandLine, books: Connection
) -> None:
    file = on_database.file("new.csv", HEADING, *complaints(5, recently()))

    answer = on_database("import", file)

    assert "Cases opened: 2." in answer.stdout
    assert "a rule orders a case: 3, this import opens at most 2 cases." in answer.stdout
    assert [count(books, table) for table in ("feedback", "cases", "messages")] == [5, 2, 2]


@pytest.mark.parametrize(
    ("options", "when", "opened"),
    [
        (["--open", "none"], "", 0),
        (["--open", "all"], LONG_AGO, 2),
        (["--open", "all", "--at-most", "4"], LONG_AGO, 4),
        (["--open", "all", "--at-most", "9"], "", 5),
        (["--at-most", "0"], "", 0),
        ([], "", 0),
    ],
)
def test_the_person_decides_what_an_import_opens(
    on_database: CommandLine, books: Connection, options: list[str], when: str, opened: int
) -> None:
    file = on_database.file("some.csv", HEADING, *complaints(5, when))

    on_database("import", file, *options)

    assert [count(books, "feedback"), count(books, "cases")] == [5, opened]


def test_a_second_import_stores_nothing_twice_and_opens_nothing_more(
    on_database: CommandLine, books: Connection
) -> None:
    file = on_database.file("new.csv", HEADING, *complaints(5, recently()))
    on_database("import", file)

    answer = on_database("import", file)

    assert answer.exit_code == 0
    assert "New feedback stored: 0." in answer.stdout
    assert "Here already, and left as it was: 5." in answer.stdout
    assert [count(books, "feedback"), count(books, "cases"), count(books, "customers")] == [5, 2, 5]


def test_an_import_that_goes_on_opens_no_more_than_one_that_was_never_cut_off(
    on_database: CommandLine, books: Connection
) -> None:
    first, rest = complaints(2, recently()), complaints(4, recently(), first=3)
    on_database("import", on_database.file("half.csv", HEADING, *first[:1]))

    on_database("import", on_database.file("whole.csv", HEADING, *first, *rest))

    assert [count(books, "feedback"), count(books, "cases")] == [6, 2]


def test_bad_rows_are_told_by_line_and_kept_in_a_file_and_the_good_ones_are_taken(
    on_database: CommandLine, books: Connection
) -> None:
    rows = ["a,2015-02-30,u1,Nobody knows that day", f"b,{LONG_AGO},u2,Fine", f"c,{LONG_AGO},u3,"]
    file = on_database.file("some.csv", HEADING, *rows)

    answer = on_database("import", file)

    rejects = (on_database.folder / "some.rejects.csv").read_text(encoding="utf-8-sig")
    assert answer.exit_code == 1
    assert "Rows refused: 2.\n  line 2: '2015-02-30' is not a date" in answer.stdout
    assert f"are in {on_database.folder / 'some.rejects.csv'}." in answer.stdout
    assert [line.split(",")[0] for line in rejects.splitlines()] == ["line", "2", "4"]
    assert count(books, "feedback") == 1


def test_a_file_without_bad_rows_leaves_no_rejects_file(on_database: CommandLine) -> None:
    file = on_database.file("good.csv", HEADING, *complaints(1, LONG_AGO))

    on_database("import", file)

    assert [path.name for path in on_database.folder.glob("good*")] == ["good.csv"]


def test_another_files_numbers_do_not_swallow_a_customers_words(
    on_database: CommandLine, books: Connection
) -> None:
    on_database("import", on_database.file("may.csv", "id,comment", "1,Good food", "2,Cold soup"))
    june = on_database.file("june.csv", "id,comment", "1,Good food", "2,Rude waiter")

    refused = on_database("import", june)
    taken = on_database("import", june, "--column", "external_id=")

    assert "line 3: The id '2' is stored with other words." in refused.stdout
    assert "Here already, and left as it was: 1." in refused.stdout
    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert count(books, "feedback") == 4


def test_json_lines_are_taken_as_well(on_database: CommandLine, books: Connection) -> None:
    rows = [{"id": n, "text": "Thank you, lovely!", "user": {"name": "Otto"}} for n in range(3)]
    file = on_database.json_lines("reviews.jsonl", *rows)

    answer = on_database("import", file, "--source", "email")

    assert "reviews.jsonl: JSON Lines" in answer.stdout
    assert "It is taken in as E-mail" in answer.stdout
    assert "New feedback stored: 3, 3 positive." in answer.stdout
    assert books.scalar(text("select distinct source from feedback")) == "email"


def test_what_a_cell_could_not_tell_is_told(on_database: CommandLine) -> None:
    file = on_database.file("some.csv", "id,comment,rating", "1,Fine,lots of stars")

    answer = on_database("import", file)

    assert answer.exit_code == 0
    assert "Cells that could not be read, and were left out of their rows: 1.\n  line 2: " in answer.stdout


def test_rows_of_one_author_are_one_customers_and_are_counted_as_they_come(
    on_database: CommandLine, books: Connection
) -> None:
    on_database.rules(
        (on_database.folder / "rules.yaml")
        .read_text()
        .replace(
            'sentiment.label == "negative" && feedback.text.contains("parcel")',
            "customer.feedback_count >= 3",
        )
    )
    rows = [f"c{number},{recently()},otto,{LATE}" for number in range(4)]

    on_database("import", on_database.file("otto.csv", HEADING, *rows))

    opened = books.scalars(
        text("select external_id from cases join feedback on feedback.id = feedback_id order by 1")
    )
    assert list(opened) == ["c2", "c3"]
    assert [count(books, "customers"), count(books, "profiles")] == [1, 1]


def test_progress_is_told_in_lines_where_there_is_no_terminal(on_database: CommandLine) -> None:
    file = on_database.file("many.csv", HEADING, *(f"c{n},{LONG_AGO},,ok" for n in range(600)))

    answer = on_database("import", file)

    assert answer.stderr == "257 of 601 lines\n513 of 601 lines\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.csv"], "There is no file none.csv."),
        (["."], ". is a folder; name a file in it."),
        (["empty.csv"], "empty.csv is empty."),
        (["noise.bin"], "noise.bin is not text"),
        (["a.csv", "--source", "emial"], "no such source; did you mean email? known: email, survey."),
        (["a.csv", "--text", "words"], "The file has no column 'words'; it has: 'id', 'comment'."),
        (["a.csv", "--column", "author"], "--column author: write FIELD=COLUMN"),
        (["a.csv", "--column", "text=id", "--text", "id"], "that field has its column already."),
        (["a.csv", "--rejects", "a.csv"], "--rejects names the file that is imported"),
        (["a.csv", "--encoding", "klingon"], "no such encoding"),
    ],
)
def test_what_cannot_be_imported_is_answered_with_a_sentence(
    recovery: CommandLine, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    recovery.rules(GOOD_WITH_TWO_SOURCES)
    recovery.file("a.csv", "id,comment", "1,Fine")
    recovery.file("empty.csv")
    (recovery.folder / "noise.bin").write_bytes(bytes(range(256)) * 4)
    monkeypatch.chdir(recovery.folder)

    answer = recovery("import", *words)

    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stdout == ""


def test_without_a_usual_source_the_person_is_asked(recovery: CommandLine) -> None:
    recovery.rules(GOOD_WITH_TWO_SOURCES.replace("survey: {name: Survey}", "chat: {name: Chat}"))

    answer = recovery("import", recovery.file("a.csv", "id,comment", "1,Fine"))

    assert answer.exit_code == 2
    assert answer.stderr == "Say with --source where it came from; rules.yaml knows: email, chat.\n"


def test_the_airlines_tweets_are_all_kept_and_open_nothing(
    recovery: CommandLine, database_url: str, books: Connection, shared_material: Path
) -> None:
    whole = (shared_material / "data" / "airline_feedback.csv").read_text(encoding="utf-8").splitlines()
    recovery.environment["DATABASE_URL"] = database_url

    answer = recovery("import", recovery.file("airline.csv", *whole[:301]), "--source", "x")

    assert answer.exit_code == 0
    assert count(books, "feedback") == len({line[:9] for line in whole[1:301] if line.startswith("air-")})
    assert [count(books, "cases"), count(books, "messages")] == [0, 0]
    assert f"Feedback heard {count(books, 'feedback')}" in recovery("stats", "today").stdout
