"""The command line, called as people call it, on a database of its own."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.bot.rules_text import GOOD

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class CommandLine:
    """`recovery` in a folder of its own; `environment` is what its variables are."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | Path) -> Result:
        """What it answers; a bug in it is raised."""
        return CliRunner().invoke(
            app, [str(word) for word in words], env=self.environment, catch_exceptions=False
        )

    def file(self, name: str, *lines: str) -> Path:
        """A file with these lines."""
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def rules(self, text: str) -> None:
        """Have these rules from now on."""
        self.environment["RULES_FILE"] = str(self.file("rules.yaml", text))

    def json_lines(self, name: str, *rows: dict[str, object]) -> Path:
        """A file with these objects."""
        return self.file(name, *(json.dumps(row) for row in rows))


@pytest.fixture
def recovery(tmp_path: Path) -> Iterator[CommandLine]:
    """A command line that needs no database; with rules.yaml as it is shipped."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield CommandLine(
        tmp_path, {"RULES_FILE": str(ROOT / "rules.yaml"), "VAR_DIR": str(tmp_path / "var"), "COLUMNS": "100"}
    )
    root.handlers[:], root.level = before


@pytest.fixture
def on_database(recovery: CommandLine, database_url: str) -> CommandLine:
    """One on a fresh database, whose rules open complaints about parcels, two at most for old feedback."""
    recovery.environment["DATABASE_URL"] = database_url
    recovery.rules(GOOD.replace("at_most: 25", "at_most: 2"))
    return recovery
