"""The ledger for finance: printed, and as a file that a spreadsheet can open."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.commands.ledger import guarded
from bot.database import Database
from bot.jobs import JobQueue
from bot.sources.files.limits import LONGEST_ROW
from handlers import approving, compensation, handovers
from models.compensation import LedgerEntry
from models.policies.handover import Proof
from models.vocabulary import LedgerState
from tests.bot.commands.conftest import CommandLine
from tests.builders import ANA, SAM, a_case, a_wish, an_act, euro


@pytest.fixture
def two_lines(on_database: CommandLine) -> CommandLine:
    """Ana gave a refund to somebody with a strange name, and Sam took it back."""
    url = on_database.environment["DATABASE_URL"]
    database = Database(url, JobQueue(url))
    at = SystemClock().now()
    with database.transaction() as session:
        case = a_case(session, author_name="=1+1")
        act = an_act(ANA, at=at)
        compensation.grant(session, case.id, act, wish=a_wish(euro(20), "refund"), reason="@late [so]")
        compensation.grant(session, case.id, act, wish=a_wish(euro("1.50"), "refund"), reason="later")
        compensation.revoke(session, case.id, an_act(SAM, at=at), gift=1, reason="-wrong")
    database.close()
    return on_database


def test_every_line_is_printed_and_what_they_come_to(two_lines: CommandLine) -> None:
    answer = two_lines("ledger", "today")

    assert (answer.exit_code, answer.stderr) == (0, "")
    first, _, last, total = answer.stdout.splitlines()
    assert first.endswith("case #1  G1 granted  20.00 EUR  refund  =1+1  by U0ANA: @late [so]")
    assert last.endswith("case #1  G1 cancelled  -20.00 EUR  refund  =1+1  by U0SAM, for U0ANA: -wrong")
    assert total == "In all 1.50 EUR."


def test_the_file_has_numbers_as_numbers_and_no_formula(two_lines: CommandLine) -> None:
    file = two_lines.folder / "ledger.csv"

    answer = two_lines("ledger", "this", "month", "--csv", file)

    assert answer.stdout == f"3 lines are in {file}.\nIn all 1.50 EUR.\n"
    with file.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["amount"] for row in rows] == ["20.00", "1.50", "-20.00"]
    assert {row["customer name"] for row in rows} == {"'=1+1"}
    assert [row["why"] for row in rows] == ["'@late [so]", "later", "'-wrong"]
    assert [row["written by"] for row in rows] == [ANA, ANA, SAM]


def test_what_passed_a_limit_says_who_approved_it_and_which(on_database: CommandLine) -> None:
    url = on_database.environment["DATABASE_URL"]
    database = Database(url, JobQueue(url))
    act = an_act(ANA, at=SystemClock().now())
    with database.transaction() as session:
        case = a_case(session)
        approving.ask(session, case.id, act, wish=a_wish(euro(80)), reason="late")
        approving.approve(session, case.id, replace(act, by=SAM), request=None, quantity=None)
    database.close()
    file = on_database.folder / "ledger.csv"

    printed = on_database("ledger", "today").stdout
    on_database("ledger", "today", "--csv", file)

    assert "by U0ANA, approved by U0SAM over 50.00 EUR for one case: late" in printed
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert (row["given by"], row["approved by"], row["over"]) == (ANA, SAM, "50.00 EUR for one case")


def test_a_team_has_its_own_lines(two_lines: CommandLine) -> None:
    answer = two_lines("ledger", "today", "--team", "billing")

    assert answer.stdout == ""


def test_an_unknown_period_is_answered_with_those_that_are_known(two_lines: CommandLine) -> None:
    answer = two_lines("ledger", "soon")

    assert answer.exit_code == 2
    assert "Known: today, yesterday" in answer.stderr


@pytest.fixture
def given(on_database: CommandLine) -> Iterator[tuple[CommandLine, Database]]:
    """Ana gave four vouchers two days ago; G3 was taken back, G4 has the code of G2."""
    url = on_database.environment["DATABASE_URL"]
    database = Database(url, JobQueue(url))
    act = an_act(ANA, at=SystemClock().now() - timedelta(days=2))
    with database.transaction() as session:
        for code in ("A-1", "B-2", "C-3", "B-2"):
            case = a_case(session)
            gift = compensation.grant(session, case.id, act, wish=a_wish(euro(20)), reason="late")
            handovers.hand_over(session, case.id, act, gift=gift.id, proof=Proof(code))
        compensation.revoke(session, 3, act, gift=3, reason="wrong")
    yield on_database, database
    database.close()


def used(database: Database) -> list[tuple[int, str | None]]:
    """Which gifts the ledger says were used, with the reference."""
    with database.transaction() as session:
        lines = select(LedgerEntry.compensation_id, LedgerEntry.reference)
        rows = session.execute(
            lines.where(LedgerEntry.state == LedgerState.REDEEMED).order_by(LedgerEntry.id)
        )
        return [(gift, reference) for gift, reference in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_finance_tells_is_written_down_once_and_the_rest_is_told_by_line(
    given: tuple[CommandLine, Database], delimiter: str
) -> None:
    recovery, database = given
    yesterday = f"{SystemClock().now() - timedelta(days=1):%Y-%m-%d}"
    rows = [
        ("Code", "Gift", "At", "Reference", "Till"),
        ("A-1", "", yesterday, '"Order\n12"', "x"),
        ("", "", "", "", ""),
        ("", "g4", "", "", ""),
        ("B-2", "", "", "", ""),
        ("", "3", "", "", ""),
        ("", "99", "", "", ""),
        ("NONE", "", "", "", ""),
        ("", "G-7", "", "", ""),
        ("A-1", "", "", "again", ""),
        ("", "2", "2020-01-01", "", ""),
        ("", "2", "02/03/2026", "", ""),
        ("x" * 201, "", "", "", ""),
        ("", "", yesterday, "", ""),
    ]
    file = recovery.file("used.csv", *(delimiter.join(row) for row in rows))

    first, again = recovery("ledger", "redeemed", file), recovery("ledger", "redeemed", file)

    *refused, told = first.stdout.splitlines()
    assert (first.exit_code, told) == (1, "2 written down as used, 1 known already, 9 refused.")
    assert [line.partition(":")[0] for line in refused] == [
        f"line {n}" for n in (6, 7, 8, 9, 10, 12, 13, 14, 15)
    ]
    assert [words in line for words, line in zip(REFUSALS, refused, strict=True)] == [True] * 9
    assert again.stdout.splitlines() == [*refused, "0 written down as used, 3 known already, 9 refused."]
    assert used(database) == [(1, "Order\n12"), (4, None)]


REFUSALS = (
    "Several gifts have that code",
    "G3 was taken back before it was used",
    "There is no gift 99",
    "Nothing was handed over with that code",
    "'G-7' is no number of a gift; write 7 or G7",
    "G2 was given only at",
    "Say --date-order dmy or mdy",
    "A code has at most 200 characters; this one has 201",
    "It names no gift",
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"A-1\nB-2\n", "has no column gift or code in its first line"),
        (b"", "is empty"),
        (b"PK\x03\x04", "Save it as CSV (UTF-8) first"),
        (b"code\n" + b"x" * (LONGEST_ROW + 1), "cannot be read as CSV: field larger"),
    ],
)
def test_a_file_that_tells_nothing_is_answered_with_what_would_be_right(
    on_database: CommandLine, content: bytes, said: str
) -> None:
    file = on_database.folder / "used.csv"
    file.write_bytes(content)

    answer = on_database("ledger", "redeemed", file)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na"])
def test_what_a_spreadsheet_would_carry_out_is_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_no_cell_of_the_shared_material_is_a_formula(shared_material: Path) -> None:
    path = shared_material / "payloads" / "6-nasty" / "csv_formula_a.json"
    cells = json.loads(path.read_text(encoding="utf-8"))

    formulas = [each["cell"] for each in cells if each["dangerous"] and guarded(each["cell"]) == each["cell"]]

    assert len(cells) > 20
    assert formulas == []
