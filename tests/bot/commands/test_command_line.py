"""What holds for every command: help without waiting, sentences instead of tracebacks."""

import subprocess
import sys
from typing import get_args

import psycopg
import pytest

from bot.__main__ import app, run
from bot.app import Role
from tests.bot.commands.conftest import ROOT, CommandLine
from tests.bot.rules_text import GOOD

HEAVY = ("sqlalchemy", "pydantic", "slack_sdk", "slack_bolt", "transformers", "onnxruntime", "rich.console")
COMMANDS = [
    "run",
    "import",
    "rules",
    "rules check",
    "rules try",
    "clock",
    "clock try",
    "stats",
    "ledger",
    "ledger show",
    "ledger redeemed",
    "doctor",
    "settings",
]


def test_nothing_heavy_stands_between_a_person_and_the_help() -> None:
    asked = f"import sys, bot.__main__; print([name for name in {HEAVY} if name in sys.modules])"

    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself_in_plain_text(recovery: CommandLine, command: str) -> None:
    answer = recovery(*command.split(), "--help")

    assert answer.exit_code == 0
    assert answer.stdout.startswith("Usage: ")
    assert "\x1b" not in answer.stdout


@pytest.mark.parametrize("command", ["", "run", "import", "rules check", "rules try", "clock try", "stats"])
def test_the_help_has_examples(recovery: CommandLine, command: str) -> None:
    answer = recovery(*command.split(), "--help")

    assert f"  recovery {command}".rstrip() in answer.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["stats", "--tean", "x"], "No such option"),
        (["import"], "Missing argument 'FILE'"),
        (["import", "a.csv", "--open", "some"], "'some' is not one of 'recent', 'none', 'all'"),
        (["import", "a.csv", "--at-most", "-1"], "--at-most"),
        (["import", "a.csv", "--date-order", "dym"], "'dym' is not one of 'dmy', 'mdy', 'ymd'"),
        (["import", "a.csv", "--scale", "ten"], "'ten' is not one of 'nps', 'stars', 'csat'"),
        (["run", "wrokr"], "'wrokr' is not one of 'web', 'worker', 'scheduler'"),
        (["run", "--speed", "fast"], "--speed"),
        (["clock", "try"], "Give when it starts and how long it is"),
        (
            ["clock", "try", "2026-03-02T09:00", "1 hour", "--hours", "Xx"],
            "opening hours 'Xx' cannot be read",
        ),
    ],
)
def test_what_is_not_understood_is_answered_on_standard_error(
    recovery: CommandLine, words: list[str], said: str
) -> None:
    answer = recovery(*words)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_every_role_can_be_run() -> None:
    literal, _ = get_args(get_args(run.__annotations__["role"])[0])

    assert set(get_args(literal)) == set(Role)


@pytest.mark.parametrize("command", ["stats", "doctor", "run", "rules check"])
def test_wrong_settings_end_a_command_with_their_names(recovery: CommandLine, command: str) -> None:
    recovery.environment["PORT"] = "abc"

    answer = recovery(*command.split())

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr == "PORT: is not a whole number.\n`recovery settings` lists every variable.\n"


def test_the_settings_are_listed_without_secrets(recovery: CommandLine) -> None:
    recovery.environment |= {"FEEDBACK_TOKEN": "geheim-4711", "PORT": "8031"}

    answer = recovery("settings")

    assert answer.exit_code == 0
    assert "FEEDBACK_TOKEN = …\n    bearer token of POST /feedback/<source>" in answer.stdout
    assert "PORT = 8031  (8021)\n" in answer.stdout
    assert "SLACK_BOT_TOKEN  (not set)\n" in answer.stdout
    assert "geheim-4711" not in answer.output


def test_the_settings_are_listed_although_one_is_wrong(recovery: CommandLine) -> None:
    recovery.environment["PORT"] = "abc"

    answer = recovery("settings")

    assert answer.exit_code == 2
    assert "PORT  (8021)\n" in answer.stdout
    assert answer.stderr == "PORT: is not a whole number.\n"


@pytest.mark.parametrize("command", ["stats", "import {file}"])
def test_a_database_that_is_away_ends_a_command_with_a_sentence(recovery: CommandLine, command: str) -> None:
    recovery.environment["DATABASE_URL"] = "postgresql://bot:geheim-4711@127.0.0.1:1/recovery"
    file = recovery.file("a.csv", "id,comment", "1,Fine")

    answer = recovery(*command.format(file=file).split())

    assert answer.exit_code == 2
    assert answer.stderr.startswith("The database does not do its work: ")
    assert "Connection refused" in answer.stderr
    assert "geheim-4711" not in answer.output


def test_a_database_of_a_newer_version_ends_a_command_with_a_sentence(on_database: CommandLine) -> None:
    with psycopg.connect(on_database.environment["DATABASE_URL"]) as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    answer = on_database("stats")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("The database's schema is not one that this version knows: ")
    assert "9999" in answer.stderr


def test_rules_that_cannot_be_used_end_a_command_with_their_lines(recovery: CommandLine) -> None:
    recovery.rules("teams: 1")

    answer = recovery("stats")

    assert answer.exit_code == 2
    assert "rules.yaml:1: teams: " in answer.stderr


def test_the_program_has_its_commands_in_the_order_of_use(recovery: CommandLine) -> None:
    listed = recovery("--help").stdout.partition("Commands:\n")[2]

    assert [line.split()[0] for line in listed.splitlines()] == [
        "run",
        "import",
        "stats",
        "doctor",
        "settings",
        "rules",
        "clock",
        "labels",
        "ledger",
    ]
    assert app.info.name == "recovery"


def test_a_deadline_is_computed_in_opening_hours(recovery: CommandLine) -> None:
    calendar = ["--hours", "Mo-Fr 09:00-17:00", "--time-zone", "Europe/Berlin"]

    answer = recovery("clock", "try", "2026-03-06T16:00", "4 hours", *calendar)

    assert answer.exit_code == 0
    assert answer.stdout.endswith("Due Mon 09 Mar 2026 12:00:00 CET (2026-03-09T11:00:00Z).\n")


def test_the_calendar_of_a_team_is_tried_with_its_days_off(recovery: CommandLine) -> None:
    recovery.rules(GOOD.replace("country: DE", "country: DE\n    days_off: [Dec 23, 2026-12-28]"))

    answer = recovery("clock", "try", "2026-12-22T16:00", "2 hours", "--team", "care")
    later = recovery("clock", "try", "2026-12-24T16:00", "2 hours", "--team", "care")

    assert "Due Thu 24 Dec 2026 10:00:00 CET" in answer.stdout
    assert "Due Tue 29 Dec 2026 10:00:00 CET" in later.stdout


def test_a_team_that_is_not_there_is_answered_with_those_that_are(recovery: CommandLine) -> None:
    recovery.rules(GOOD)

    answer = recovery("clock", "try", "2026-12-22T16:00", "2 hours", "--team", "car")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "--team car: rules.yaml has no such team; did you mean care?" in answer.stderr
