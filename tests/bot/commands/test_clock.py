"""Deadlines on the command line, with their working."""

from pathlib import Path

import pytest

from bot.commands.clock import hours_of_calendar, try_file, try_one
from models.policies.opening_hours import OpeningHours

OFFICE = OpeningHours("Mo-Fr 09:00-17:00", "Europe/Berlin")
CALENDAR = '{""tz"": ""UTC"", ""hours"": {""mon"": [[""09:00"", ""17:00""]]}}'
HEADING = "id,calendar,start,target_seconds,pauses,expected_due,equivalent_instant\n"


def test_a_deadline_is_printed_with_how_it_came_about(capsys: pytest.CaptureFixture[str]) -> None:
    code = try_one(OFFICE, "2026-03-06T16:00", "2 hours", [])

    printed = capsys.readouterr().out
    assert code == 0
    assert "Due Mon 09 Mar 2026 10:00:00 CET (2026-03-09T09:00:00Z)." in printed
    assert "closed" in printed


def test_a_pause_puts_the_deadline_off(capsys: pytest.CaptureFixture[str]) -> None:
    try_one(OFFICE, "2026-03-02T09:00", "2 hours", ["2026-03-02T10:00/2026-03-02T12:00"])

    assert "Due Mon 02 Mar 2026 13:00:00 CET" in capsys.readouterr().out


def test_an_open_pause_leaves_it_open(capsys: pytest.CaptureFixture[str]) -> None:
    try_one(OFFICE, "2026-03-02T09:00", "2 hours", ["2026-03-02T10:00/"])

    assert "Not due while the pause is open." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("start", "promise", "pauses", "said"),
    [
        ("soon", "2 hours", [], "is no moment"),
        ("2026-03-02T09:00", "2", [], "not a length of time"),
        ("2026-03-02T09:00", "2 hours", ["2026-03-02T10:00"], "is no pause"),
    ],
)
def test_what_cannot_be_read_is_said(
    start: str, promise: str, pauses: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = try_one(OFFICE, start, promise, pauses)

    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stated", "code", "verdict"),
    [
        ("2026-03-02T10:00:00Z", 0, "as expected"),
        ("2026-03-02T11:00:00Z", 1, "expected 2026-03-02T11:00:00Z"),
        ("", 0, ""),
    ],
)
def test_each_row_of_a_file_is_held_against_what_it_states(
    stated: str, code: int, verdict: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "due.csv"
    file.write_text(f'{HEADING}a,"{CALENDAR}",2026-03-02T09:00:00Z,3600,[],{stated},\n', encoding="utf-8")

    assert try_file(file) == code

    assert capsys.readouterr().out == f"id,due,verdict\na,2026-03-02T10:00:00Z,{verdict}\n"


@pytest.mark.parametrize("row", ["a,{},2026-03-02T09:00:00Z,3600,[],,", "a,nonsense,x,3600,[],,", "a"])
def test_a_bad_row_is_named_and_the_rest_go_on(
    row: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "due.csv"
    good = f'b,"{CALENDAR}",2026-03-02T09:00:00Z,3600,[],,'
    file.write_text(f"{HEADING}{row}\n{good}\n", encoding="utf-8")

    code = try_file(file)

    told = capsys.readouterr()
    assert code == 1
    assert told.err.startswith("a: ")
    assert "\nb,2026-03-02T10:00:00Z" in told.out


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_file(tmp_path / "none.csv") == 2

    assert "none.csv" in capsys.readouterr().err


def test_every_vector_beside_the_project_is_met(
    shared_material: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = try_file(shared_material / "payloads" / "7-sla" / "due_vectors.csv")

    assert (code, "expected 2" in capsys.readouterr().out) == (0, False)


def test_a_day_of_a_calendar_without_windows_is_closed() -> None:
    hours = hours_of_calendar({"tz": "UTC", "hours": {"mon": [["09:00", "17:00"]], "tue": []}})

    assert hours.expression == "Mo 09:00-17:00; Tu off"
