"""Old feedback from files: what is taken, what is refused, and what is said about it."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.files import (
    LONGEST_CELL,
    LONGEST_RAW,
    LONGEST_ROW,
    Accepted,
    Columns,
    FileKind,
    ImportOptions,
    Layout,
    NoTextColumn,
    Rejected,
    UnreadableFile,
    detect_columns,
    inspect_file,
    read_file,
    spreadsheet_safe,
    write_rejects,
)
from bot.sources.files.records import Quotes, records, split_row
from models.policies.intake import IncomingFeedback

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
NO_NUMBER = "Not JSON that can be kept: a number in it is not finite or too long."
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def options(**said: Any) -> ImportOptions:
    return replace(ImportOptions("review", at=NOW, time_zone=ZoneInfo("Europe/Berlin")), **said)


class Desktop:
    """A folder in which a person keeps the file that they import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inspect(self, content: str | bytes, name: str = "old.csv", **said: Any) -> Layout:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return inspect_file(path, options(**said))

    def read(self, content: str | bytes, name: str = "old.csv", **said: Any) -> list[Accepted | Rejected]:
        return list(read_file(self.inspect(content, name, **said)))

    def take(self, content: str | bytes, name: str = "old.csv", **said: Any) -> list[IncomingFeedback]:
        """The feedback of a file in which every row is good."""
        rows = self.read(content, name, **said)
        refused = [row for row in rows if isinstance(row, Rejected)]
        assert refused == []
        return [row.feedback for row in rows if isinstance(row, Accepted)]

    def refuse(self, content: str | bytes, name: str = "old.csv", **said: Any) -> list[tuple[int, str]]:
        """Line and reason of each refused row."""
        rows = self.read(content, name, **said)
        return [(row.line, row.why) for row in rows if isinstance(row, Rejected)]


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


@pytest.fixture
def shared() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        path = SHARED / name
        return path if path.exists() else pytest.skip(f"{name} is not beside the project")

    return find


def days(feedback: list[IncomingFeedback]) -> list[str]:
    return [str(one.occurred_at and one.occurred_at.isoformat()) for one in feedback]


# Columns ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            ["id", "created_at", "author", "brand", "text"],
            Columns("text", "id", "author", occurred_at="created_at", attributes=("brand",)),
            id="tweets",
        ),
        pytest.param(
            ["tweet_id", "name", "Text", "tweet_created", "id"],
            Columns("Text", "tweet_id", None, "name", "tweet_created", attributes=("id",)),
            id="other tweets",
        ),
        pytest.param(
            ["", "Review ID", "Title", "Review Text", "Rating", "Age"],
            Columns("Review Text", "Review ID", title="Title", score="Rating", attributes=("Age",)),
            id="shop reviews",
        ),
        pytest.param(
            ["Timestamp", "How likely are you to recommend us?", "What could we do better?", "Email"],
            Columns(
                "What could we do better?",
                author="Email",
                occurred_at="Timestamp",
                score="How likely are you to recommend us?",
            ),
            id="survey",
        ),
        pytest.param(
            ["author.handle", "author.name", "text", "language", "permalink", "score_scale", "score"],
            Columns(
                "text",
                author="author.handle",
                author_name="author.name",
                score="score",
                score_scale="score_scale",
                language="language",
                permalink="permalink",
            ),
            id="nested",
        ),
        pytest.param(
            ["comment", "text"], Columns("text", attributes=("comment",)), id="two that could be the text"
        ),
        pytest.param(
            ["Datum", "Bewertung", "Kommentar"],
            Columns("Kommentar", occurred_at="Datum", score="Bewertung"),
            id="German",
        ),
    ],
)
def test_columns_are_found_by_their_usual_names(header: list[str], expected: Columns) -> None:
    found = detect_columns(header)

    assert found == expected


def test_a_header_without_a_text_column_is_said_to_have_none() -> None:
    found = detect_columns(["first", "last", "zip"])

    assert found == NoTextColumn(("first", "last", "zip"))
    assert "found: 'first', 'last', 'zip'" in str(found)
    assert "--text COLUMN" in str(found)


def test_a_person_says_which_column_holds_what(desktop: Desktop) -> None:
    (one,) = desktop.take(
        "text,gripe,who,id\nignored,late again,ida,7\n",
        overrides={"text": "Gripe", "author": "who", "external_id": ""},
    )

    assert (one.text, one.author_handle, one.attributes) == (
        "late again",
        "ida",
        {"text": "ignored", "id": "7"},
    )
    assert one.external_id.startswith("row-")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"text": "gripes"}, "The file has no column 'gripes'; it has: 'text', 'who'."),
        ({"shoe_size": "who"}, "No such field: 'shoe_size'; known: 'author', 'author_name', "),
    ],
)
def test_a_column_that_is_not_there_is_named(
    desktop: Desktop, overrides: dict[str, str], message: str
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        desktop.inspect("text,who\na,b\n", overrides=overrides)

    assert message in str(refusal.value)


def test_two_columns_of_one_name_are_both_kept(desktop: Desktop) -> None:
    (one,) = desktop.take("text,note,note\nlate,first,second\n")

    assert one.attributes == {"note": "first", "note (2)": "second"}


# Forms of file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id,text\n1,café\n".encode(), "utf-8"),
        ("id,text\n1,café\n".encode("utf-8-sig"), "utf-8-sig"),
        ("id,text\n1,café\n".encode("cp1252"), "cp1252"),
        ("id,text\n1,café\n".encode("utf-16"), "utf-16"),
        ("id,text\n1,café\n".encode("utf-16-le"), "utf-16-le"),
        ("id,text\n1,café\n".encode("utf-16-be"), "utf-16-be"),
        ("id,text\n1,café\n".encode("utf-32"), "utf-32"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_encoding_is_found_and_told(desktop: Desktop, content: bytes, encoding: str) -> None:
    layout = desktop.inspect(content)

    rows = list(read_file(layout))

    assert layout.encoding == encoding
    assert [(row.feedback.external_id, row.feedback.text) for row in rows if isinstance(row, Accepted)] == [
        ("1", "café")
    ]


def test_an_encoding_that_a_person_names_is_used(desktop: Desktop) -> None:
    (one,) = desktop.take("text\nпоздно\n".encode("cp1251"), encoding="cp1251")

    assert one.text == "поздно"


def test_a_mark_before_a_quoted_heading_does_not_hide_the_column(desktop: Desktop) -> None:
    (one,) = desktop.take('"id","text"\n"7","late"\n'.encode("utf-8-sig"), encoding="UTF8")

    assert one.external_id == "7"


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ('id,text\n1,"a; b, c"\n', ","),
        ('id;text\n1;"a; b, c"\n', ";"),
        ("id\ttext\n1\ta; b, c\n", "\t"),
        ("id|text\n1|a; b, c\n", "|"),
        ("sep=|\nid|text\n1|a; b, c\n", "|"),
        ("\n \nid;text\n1;a; b, c\n".replace("a; b", '"a; b').replace("c\n", 'c"\n'), ";"),
    ],
    ids=["comma", "semicolon", "tab", "bar", "told by Excel", "blank lines on top"],
)
def test_a_delimiter_is_found(desktop: Desktop, content: str, delimiter: str) -> None:
    layout = desktop.inspect(content)

    rows = list(read_file(layout))

    assert layout.heading.delimiter == delimiter
    assert [row.feedback.text for row in rows if isinstance(row, Accepted)] == ["a; b, c"]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "old.csv", "old.csv is empty."),
        (b"\xef\xbb\xbf\r\n  \r\n", "old.csv", "old.csv is empty."),
        (b"PK\x03\x04rest", "old.csv", "old.csv is an Excel workbook or a zip archive. Save it as CSV"),
        (b"text\n\x81\x8d\n", "old.csv", "old.csv is not text in utf-8 or cp1252. Name its --encoding."),
        (b'[{"text": "late"}]', "old.json", "old.json is one JSON array. JSON Lines has one object a line"),
        (b'{\n"text":\n"late"\n}', "old.jsonl", "old.jsonl has no JSON object on a line of its own."),
        (b"1,2024-05-01,Rude staff\n", "old.csv", "found: '1', '2024-05-01', 'Rude staff'."),
        (b"7,review,2024-05-01\n", "old.csv", "The first line looks like a row of feedback"),
        (b'{"words": "late"}', "old.jsonl", "No column looks like the customers' words; found: 'words'."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_would_be_right(
    desktop: Desktop, content: bytes, name: str, message: str
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        desktop.inspect(content, name)

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("utf-9", "--encoding utf-9: no such encoding; utf-8, cp1252 and utf-16 are usual."),
        ("ascii", "old.csv is not text in ascii. Name its --encoding."),
        ("rot13", "old.csv is not text in rot-13. Name its --encoding."),
    ],
)
def test_an_encoding_that_does_not_fit_is_told(desktop: Desktop, encoding: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        desktop.inspect("text\ncafé\n", encoding=encoding)

    assert str(refusal.value) == message


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not a file"):
        inspect_file(tmp_path, options())


def test_a_heading_without_rows_is_a_file_without_feedback(desktop: Desktop) -> None:
    assert desktop.read("id,text\n") == []


@pytest.mark.parametrize("content", ["text\na\nb\n", "text\r\na\r\nb", "text\ra\rb\r"])
def test_the_lines_of_a_file_are_counted_for_the_progress_bar(desktop: Desktop, content: str) -> None:
    layout = desktop.inspect(content)

    assert (layout.kind, layout.lines, [row.line for row in read_file(layout)]) == (FileKind.CSV, 3, [2, 3])


# Rows of a CSV ------------------------------------------------------------------------------------


def test_lines_are_those_of_the_file_when_cells_run_over_several(desktop: Desktop) -> None:
    rows = desktop.read('id,text\r\n1,"one\r\ntwo\n\nthree ""3"""\r\n\r\n2,ok\r\n3\r\n')

    assert [row.line for row in rows] == [2, 7, 8]
    assert isinstance(rows[0], Accepted)
    assert rows[0].feedback.text == 'one\r\ntwo\n\nthree "3"'


def test_ragged_rows_are_refused_and_their_neighbours_kept(desktop: Desktop) -> None:
    content = 'id,text,mood\n1,late\n2,"late, again",bad,x,y\n\n   \n,,\n3,fine,good\n4,ok,good,,\n'

    rows = desktop.read(content)

    assert rows[:2] == [
        Rejected(2, "1,late", "2 cells where the heading has 3."),
        Rejected(3, '2,"late, again",bad,x,y', "5 cells where the heading has 3."),
    ]
    assert [(row.line, row.feedback.text) for row in rows[2:] if isinstance(row, Accepted)] == [
        (7, "fine"),
        (8, "ok"),
    ]


@pytest.mark.parametrize("words", ["", "   ", "\0\x07"])
def test_a_row_without_words_is_refused(desktop: Desktop, words: str) -> None:
    assert desktop.refuse(f"id,text\n1,{words}\n") == [(2, "No words in 'text'.")]


def test_control_characters_are_left_out_and_letters_kept(desktop: Desktop) -> None:
    (one,) = desktop.take('text,note\n"a\0b\x07c\x1b[31mred\u0085 😀\tid\r\né",x\0y\n')

    assert (one.text, one.attributes) == ("abc[31mred 😀\tid\r\né", {"note": "xy"})


def test_a_stray_quotation_mark_is_a_letter(desktop: Desktop) -> None:
    (one,) = desktop.take('id,text\n1,a 5" lamp\n')

    assert one.text == 'a 5" lamp'


def test_a_quotation_mark_that_is_never_closed_says_what_it_swallowed(desktop: Desktop) -> None:
    rows = desktop.read('id,text\n1,fine\n2,"late\n3,late\n4,late\n')

    assert [row.line for row in rows] == [2, 3]
    assert isinstance(rows[1], Rejected)
    assert rows[1].why == "A quotation mark opens here and is never closed: 2 more lines were not read."


def test_a_huge_cell_is_refused_and_the_next_row_read(desktop: Desktop) -> None:
    huge = ("x" * 99 + "\n") * (LONGEST_CELL // 100 + 1)

    rows = desktop.read(f'id,text\n1,"{huge}"\n2,fine\n')

    assert isinstance(rows[0], Rejected)
    assert rows[0].why == "'text' is longer than 1,000,000 characters."
    assert len(rows[0].raw) == LONGEST_RAW + 1
    assert isinstance(rows[1], Accepted)
    assert rows[1].line == LONGEST_CELL // 100 + 4


@pytest.mark.parametrize(
    "endless", ["x" * (LONGEST_ROW + 1), ("x" * 99 + "\n") * 50_000], ids=["one line", "many lines"]
)
def test_a_row_that_would_fill_the_memory_is_refused_and_the_next_row_read(
    desktop: Desktop, endless: str
) -> None:
    rows = desktop.read(f'id,text\n1,"{endless}"\n2,fine\n')

    assert isinstance(rows[0], Rejected)
    assert rows[0].why == "The row is longer than 4,000,000 characters."
    assert isinstance(rows[1], Accepted)
    assert rows[1].feedback.text == "fine"


def test_a_cell_of_two_hundred_thousand_letters_is_taken(desktop: Desktop) -> None:
    (one,) = desktop.take(f"text\n{'x' * 200_000}\n")

    assert len(one.text) == 200_000


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet='a," \n\r;', max_size=40))
def test_rows_end_where_the_csv_module_ends_them(content: str) -> None:
    found = records(io.StringIO(content, newline=""), Quotes(",").goes_on)

    rows = [split_row(record.raw, ",") for record in found]

    assert rows == list(csv.reader(io.StringIO(content, newline="")))


# Ids ----------------------------------------------------------------------------------------------


def test_the_files_own_id_is_kept_as_it_is_written(desktop: Desktop) -> None:
    found = desktop.take("id,text\n000123,late\n570306133677760513,late\n")

    assert [one.external_id for one in found] == ["000123", "570306133677760513"]


def test_a_file_without_ids_has_the_same_ones_at_every_import(desktop: Desktop) -> None:
    content = "text,author,date\nlate,ida,2024-05-01\nlate,ida,2024-05-01\nlate,bo,2024-05-01\nlate,ida,\n"

    first = [one.external_id for one in desktop.take(content)]
    second = [one.external_id for one in desktop.take(content, name="again.csv", time_zone=ZoneInfo("UTC"))]

    assert first == second
    assert len(set(first)) == 4


def test_rows_that_move_in_the_file_keep_their_ids(desktop: Desktop) -> None:
    before = desktop.take("text,author\nlate,ida\nrude,bo\n")

    after = desktop.take("text,author,mood\nnew,cy,\nrude,bo,bad\nlate,ida,bad\n")

    assert {one.external_id for one in before} < {one.external_id for one in after}


def test_an_id_that_a_spreadsheet_shortened_is_not_used(desktop: Desktop) -> None:
    rows = desktop.read("id,text\n5.70306E+17,first\n5.70306E+17,second\n5E17,first\n")

    accepted = [row for row in rows if isinstance(row, Accepted)]
    assert len({row.feedback.external_id for row in accepted}) == 3
    assert accepted[0].remarks == ("A spreadsheet shortened the id 5.70306E+17: not used.",)
    assert accepted[0].feedback.attributes == {"id": "5.70306E+17"}


def test_one_id_for_two_texts_does_not_lose_the_second_in_silence(desktop: Desktop) -> None:
    content = "id,text\n1,late\n1,late\n1,rude\n"

    assert desktop.refuse(content) == [(4, "The id '1' stands further up with other words.")]


def test_a_refused_row_takes_no_id(desktop: Desktop) -> None:
    rows = desktop.read("id,text,date\n1,late,yesterday\n1,rude,2024-05-01\n")

    assert [type(row) for row in rows] == [Rejected, Accepted]


@pytest.mark.parametrize("column", ["id", "author"])
def test_an_id_or_a_handle_that_no_index_would_take_is_refused(desktop: Desktop, column: str) -> None:
    content = f"{column},text\n{'x' * 501},late\n"

    assert desktop.refuse(content) == [(2, f"'{column}' is longer than 500 characters.")]


# Dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00.123Z", "2024-05-01T10:00:00.123000+00:00"),
        ("2015-02-24 11:35:52 -0800", "2015-02-24T19:35:52+00:00"),
        ("2024-05-01 10:00", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01 10:00:00 UTC", "2024-05-01T10:00:00+00:00"),
        ("2024/5/1 10:00", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01", "2024-04-30T22:00:00+00:00"),
        ("20240501", "2024-04-30T22:00:00+00:00"),
        ("1714557600", "2024-05-01T10:00:00+00:00"),
        ("1714557600.5", "2024-05-01T10:00:00.500000+00:00"),
        ("1714557600000", "2024-05-01T10:00:00+00:00"),
        ("1212010112345", "2008-05-28T21:28:32.345000+00:00"),
        ("45413", "2024-04-30T22:00:00+00:00"),
        ("45413.5", "2024-05-01T10:00:00+00:00"),
        ("13/05/2024", "2024-05-12T22:00:00+00:00"),
        ("05/13/2024 2:05 PM", "2024-05-13T12:05:00+00:00"),
        ("05/05/2024 12:05 a.m.", "2024-05-04T22:05:00+00:00"),
        ("01.05.2024", "2024-04-30T22:00:00+00:00"),
        ("May 1, 2024", "2024-04-30T22:00:00+00:00"),
        ("May 1st 2024, 10:00 am", "2024-05-01T08:00:00+00:00"),
        ("1 May 2024", "2024-04-30T22:00:00+00:00"),
        ("1-Sept-2024 10:00", "2024-09-01T08:00:00+00:00"),
        ("Wed, 01 May 2024 10:00:00 +0000", "2024-05-01T10:00:00+00:00"),
        ("Wed May 01 10:00:00 +0000 2024", "2024-05-01T10:00:00+00:00"),
        (" 2024-05-01  10:00 ", "2024-05-01T08:00:00+00:00"),
        ("2024-10-27 02:30", "2024-10-27T00:30:00+00:00"),
        ("", "None"),
    ],
)
def test_a_date_is_read_as_exports_write_it(desktop: Desktop, written: str, read: str) -> None:
    found = desktop.take(f'text,date\nlate,"{written}"\n')

    assert days(found) == [read]


@pytest.mark.parametrize(
    "written",
    [
        "2024-13-01",
        "2024-02-30",
        "0000-00-00",
        "00/05/2024",
        "yesterday",
        "12345",
        "99999999999999",
        "2024-05-01 25:00",
        "2024-05-01 13:00 PM",
        "2024-05-01 10:00 CET",
        "10:00",
        "1 Foo 2024",
        "123/05/24",
        "0001-01-01",
        "0202-05-01",
        "2026-11-23",
        "2099-01-01",
        "x" * 500,
    ],
)
def test_a_date_that_cannot_be_read_refuses_the_row(desktop: Desktop, written: str) -> None:
    ((line, why),) = desktop.refuse(f"text,date\nlate,{written}\n", date_order="dmy")

    assert line == 2
    assert why.startswith(f"{written[:40]!r} is ")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("01/05/2024", "01/05/2024 may be a day in May or in January. Say --date-order dmy or mdy."),
        ("1-5-2024 10:00", "1-5-2024 may be a day in May or in January. Say --date-order dmy or mdy."),
        ("24/05/01", "Which part of 24/05/01 is the year? Say --date-order."),
        ("2024-03-31 02:30", "2024-03-31 02:30 did not exist in Europe/Berlin: the clocks went forward."),
    ],
)
def test_a_date_is_not_guessed(desktop: Desktop, written: str, why: str) -> None:
    assert desktop.refuse(f"text,date\nlate,{written}\n") == [(2, why)]


@pytest.mark.parametrize(
    ("written", "order", "read"),
    [
        ("01/05/2024", "dmy", "2024-04-30T22:00:00+00:00"),
        ("01/05/2024", "mdy", "2024-01-04T23:00:00+00:00"),
        ("01.05.2024", "mdy", "2024-01-04T23:00:00+00:00"),
        ("01/05/24", "dmy", "2024-04-30T22:00:00+00:00"),
        ("24/05/01", "ymd", "2024-04-30T22:00:00+00:00"),
        ("13/05/2024", "ymd", "2024-05-12T22:00:00+00:00"),
        ("2024-05-01", "mdy", "2024-04-30T22:00:00+00:00"),
        ("31/12/99", "dmy", "1999-12-30T23:00:00+00:00"),
    ],
)
def test_a_date_is_read_in_the_order_that_a_person_says(
    desktop: Desktop, written: str, order: str, read: str
) -> None:
    found = desktop.take(f"text,date\nlate,{written}\n", date_order=order)

    assert days(found) == [read]


def test_a_date_against_the_order_that_a_person_says_refuses_the_row(desktop: Desktop) -> None:
    ((_, why),) = desktop.refuse("text,date\nlate,05/13/2024\n", date_order="dmy")

    assert why == "'05/13/2024' is not a date that can be read; 2024-05-31 14:30 would be right."


# Scores -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "written", "score", "scale"),
    [
        ("rating", "5", 5, None),
        ("rating", "5.0", 5, None),
        ("rating", "4,5", 4.5, None),
        ("rating", " 2 ", 2, None),
        ("rating", "１", 1, None),
        ("rating", "0", 0, None),
        ("rating", "10 - Extremely likely", 10, None),
        ("rating", "4/5", 4, "stars"),
        ("rating", "9/10", 9, "nps"),
        ("rating", "9 out of 10", 9, "nps"),
        ("rating", "4.0 out of 5 stars", 4, "stars"),
        ("rating", "3 stars", 3, "stars"),
        ("rating", "★★★☆☆", 3, "stars"),
        ("rating", "⭐️⭐️", 2, "stars"),
        ("rating", "80%", 80, "percent"),
        ("rating", "Very dissatisfied", 1, "csat"),
        ("rating", "N/A", None, None),
        ("rating", "", None, None),
        ("rating", "-", None, None),
        ("NPS", "7", 7, "nps"),
        ("Stars", "4", 4, "stars"),
        ("csat_score", "4", 4, "csat"),
        ("csat_score", "4/5", 4, "csat"),
        ("How likely are you to recommend us to a friend?", "3", 3, "nps"),
    ],
)
def test_a_score_is_read_as_people_write_it(
    desktop: Desktop, column: str, written: str, score: float | None, scale: str | None
) -> None:
    (one,) = desktop.take(f'text,{column}\nlate,"{written}"\n')

    assert (one.score, one.score_scale) == (score, scale)


@pytest.mark.parametrize(
    ("column", "written", "remark"),
    [
        ("rating", "so so", "The score 'so so' cannot be read."),
        ("rating", "4 - 5", "The score '4 - 5' cannot be read."),
        ("rating", "1,000", "The score '1,000' cannot be read."),
        ("rating", "4½", "The score '4½' cannot be read."),
        ("rating", "★★★★★★★", "The score '★★★★★★★' cannot be read."),
        ("rating", "9" * 400, f"The score '{'9' * 40}' cannot be read."),
        ("rating", "3/7", "The score '3/7' is on no scale that is known (of 5, of 10, %)."),
        ("rating", "11/10", "The score '11/10' is outside nps, 0 to 10."),
        ("stars", "9", "The score '9' is outside stars, 0 to 5."),
    ],
)
def test_a_score_that_cannot_be_read_is_left_out_and_told(
    desktop: Desktop, column: str, written: str, remark: str
) -> None:
    (row,) = desktop.read(f'text,{column}\nlate,"{written}"\n')

    assert isinstance(row, Accepted)
    assert row.remarks == (remark,)
    assert (row.feedback.score, row.feedback.attributes) == (None, {column: written})


def test_a_bare_score_is_on_the_scale_that_a_person_says(desktop: Desktop) -> None:
    (one,) = desktop.take("text,rating\nlate,2\n", score_scale="stars")

    assert (one.score, one.score_scale) == (2, "stars")


def test_a_column_may_tell_the_scale(desktop: Desktop) -> None:
    rows = desktop.read("text,score,score_scale\nlate,2,NPS\nrude,2,shoe size\n")

    feedback = [(row.feedback.score_scale, row.remarks) for row in rows if isinstance(row, Accepted)]
    assert feedback == [
        ("nps", ()),
        (None, ("The scale 'shoe size' is unknown: nps, stars, csat, percent.",)),
    ]


def test_a_link_that_is_no_address_is_kept_apart(desktop: Desktop) -> None:
    rows = desktop.read("text,url\nlate,https://example.com/1\nlate,javascript:alert(1)\n")

    feedback = [
        (row.feedback.permalink, row.feedback.attributes) for row in rows if isinstance(row, Accepted)
    ]
    assert feedback == [("https://example.com/1", {}), (None, {"url": "javascript:alert(1)"})]


# JSON Lines ---------------------------------------------------------------------------------------


def test_json_lines_bring_nested_objects_and_their_own_types(desktop: Desktop) -> None:
    line = {
        "id": 570306133677760513,
        "text": "late",
        "author": {"handle": "@ida", "name": "Ida Example", "email": "ida@example.com"},
        "occurred_at": 1714557600,
        "score": 2,
        "score_scale": "nps",
        "attributes": {"order_total": 129.5, "tags": ["é", {"b": "c"}], "gift": False, "note": None},
    }

    (one,) = desktop.take("\n" + json.dumps(line) + "\n\n", "old.jsonl")

    assert (one.external_id, one.author_handle, one.author_name) == (
        "570306133677760513",
        "@ida",
        "Ida Example",
    )
    assert (days([one]), one.score, one.score_scale) == (["2024-05-01T10:00:00+00:00"], 2, "nps")
    assert one.attributes == {
        "author.email": "ida@example.com",
        "order_total": 129.5,
        "tags": '["é", {"b": "c"}]',
        "gift": False,
    }


def test_columns_of_json_lines_are_those_of_many_lines(desktop: Desktop) -> None:
    found = desktop.take('{"text": "a"}\n{"text": "b", "author": "ida", "x": 1}\n', "old.ndjson")

    assert [(one.text, one.author_handle, one.attributes) for one in found] == [
        ("a", None, {}),
        ("b", "ida", {"x": 1}),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "late"', "Not JSON: Expecting ',' delimiter, at character 16."),
        ('["late"]', "The line is JSON, but not an object in braces."),
        ('"late"', "The line is JSON, but not an object in braces."),
        ('{"text": null}', "No words in 'text'."),
        ('{"text": ["late"]}', "'text' holds a list where a text belongs."),
        ('{"text": "late", "x": NaN}', NO_NUMBER),
        ('{"text": "late", "x": 1e999}', NO_NUMBER),
        ('{"text": "late", "x": ' + "9" * 5000 + "}", NO_NUMBER),
        ('{"text": "late", "x": ' + "[" * 9000 + "]" * 9000 + "}", "The JSON is nested too deeply."),
        ('{"text": "' + "x" * (LONGEST_CELL + 1) + '"}', "'text' is longer than 1,000,000 characters."),
        ('{"text": "' + "x" * LONGEST_ROW + '"}', "The line is longer than 4,000,000 characters."),
    ],
    ids=lambda value: value[:30],
)
def test_a_broken_line_is_refused_and_its_neighbours_kept(desktop: Desktop, line: str, why: str) -> None:
    rows = desktop.read(f'{{"text": "fine"}}\n{line}\n{{"text": "ok"}}\n', "old.jsonl")

    assert [row.line for row in rows] == [1, 2, 3]
    assert isinstance(rows[1], Rejected)
    assert rows[1].why == why
    assert isinstance(rows[2], Accepted)


def test_half_a_character_does_not_reach_the_database(desktop: Desktop) -> None:
    (one,) = desktop.take('{"text": "late \\ud83d\\u0000 \\ud83d\\ude00"}\n', "old.jsonl")

    assert one.text == "late  😀"


def test_an_id_that_json_made_a_float_is_not_used(desktop: Desktop) -> None:
    (row,) = desktop.read('{"id": 5.70306133677760513e17, "text": "late"}\n', "old.jsonl")

    assert isinstance(row, Accepted)
    assert row.feedback.external_id.startswith("row-")


def test_a_line_end_inside_json_text_does_not_split_the_line(desktop: Desktop) -> None:
    (one,) = desktop.take('{"text": "late\u2028again"}\n', "old.jsonl")

    assert one.text == "late\u2028again"


# Rejects ------------------------------------------------------------------------------------------


def test_rejects_are_written_for_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"

    count = write_rejects(path, [Rejected(3, '=1+1,"ü"\nx', "2 cells"), Rejected(9, "fine", "why")])

    assert count == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))) == [
        ["line", "why", "raw"],
        ["3", "2 cells", '\'=1+1,"ü"\nx'],
        ["9", "why", "fine"],
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\n=1", " =1", "\xa0=1", "＝1", "--"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert spreadsheet_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "late", "1=3", "-1.3", "-7", "%1", "19.00 %", '"=1+1"'])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert spreadsheet_safe(cell) == cell


# Files beside the project -------------------------------------------------------------------------


def readings(path: Path, **said: Any) -> list[tuple[int, Any]]:
    return [
        (row.line, row.feedback.text if isinstance(row, Accepted) else row.why)
        for row in read_file(inspect_file(path, options(**said)))
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bom_utf8.csv", [(2, "Cold food")]),
        ("cp1252.csv", [(2, "“Never again” – €50 lost, café dirty")]),
        ("utf16le_bom.csv", [(2, "Sehr unhöflich")]),
        ("semicolon_decimal_comma.csv", [(2, "Zu laut; zu teuer")]),
        ("nul_and_controls.csv", [(2, "abc[31mred")]),
        ("newlines_in_cell.csv", [(2, 'Line one\nLine two\r\n\r\nLine four, with "quotes"'), (6, "ok")]),
        (
            "ragged.csv",
            [(2, "4 cells where the heading has 5."), (3, "7 cells where the heading has 5."), (6, "fine")],
        ),
        ("scientific_ids.csv", [(2, "first"), (3, "second"), (4, "third")]),
    ],
)
def test_a_nasty_file_is_read(
    shared: Callable[[str], Path], name: str, expected: list[tuple[int, str]]
) -> None:
    assert readings(shared(f"payloads/6-nasty/csv/{name}")) == expected


@pytest.mark.parametrize("name", ["empty_file.csv", "no_header.csv", "wide_cell.recipe.json"])
def test_a_nasty_file_is_refused_as_a_whole(shared: Callable[[str], Path], name: str) -> None:
    path = shared(f"payloads/6-nasty/csv/{name}")

    with pytest.raises(UnreadableFile):
        inspect_file(path, options())


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("spectrum_comma_in_quotes.csv", "address", [(2, "120 any st.")]),
        ("spectrum_escaped_quotes.csv", "b", [(2, 'ha "ha" ha'), (3, "4")]),
        ("spectrum_newlines.csv", "a", [(2, "1"), (3, "Once upon \na time"), (5, "7")]),
        ("spectrum_simple.csv", "c", [(2, "3")]),
    ],
)
def test_a_column_is_read_by_its_name(
    shared: Callable[[str], Path], name: str, column: str, expected: list[tuple[int, str]]
) -> None:
    assert readings(shared(f"payloads/6-nasty/csv/{name}"), overrides={"text": column}) == expected


def test_every_export_cell_is_disarmed_or_left_alone(shared: Callable[[str], Path]) -> None:
    cells = json.loads(shared("payloads/6-nasty/csv_formula_a.json").read_text())

    def is_disarmed(cell: dict[str, str]) -> bool:
        return spreadsheet_safe(cell["cell"]) != cell["cell"]

    assert [is_disarmed(cell) for cell in cells] == [cell["dangerous"] or False for cell in cells]


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("payloads/4-corpora/banking77_topics_a.csv", 231, 0),
        ("payloads/4-corpora/cfpb_complaints_a.csv", 51, 21),
        ("payloads/4-corpora/clothing_stars_a.csv", 169, 0),
        ("payloads/4-corpora/uci_products_a.csv", 466, 0),
        ("payloads/4-corpora/uci_restaurants_a.csv", 477, 0),
        ("payloads/4-corpora/wisesight_thai_a.csv", 200, 0),
        ("data/airline_feedback.csv", 7274, 0),
    ],
)
def test_a_real_file_is_read_whole(
    shared: Callable[[str], Path], name: str, accepted: int, refused: int
) -> None:
    rows = list(read_file(inspect_file(shared(name), options())))

    taken = [row for row in rows if isinstance(row, Accepted)]
    assert (len(taken), len(rows) - len(taken)) == (accepted, refused)
    assert len({row.feedback.external_id for row in taken}) == accepted


def test_the_samples_can_be_imported_as_well(desktop: Desktop) -> None:
    samples = Path(__file__).resolve().parents[3] / "bot" / "samples" / "feedback.jsonl"

    found = desktop.take(samples.read_bytes(), "samples.jsonl")

    assert [one.external_id for one in found] == [f"sample-{number:03}" for number in range(1, 61)]
