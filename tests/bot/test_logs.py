"""The log has facts and ids, never a customer's words."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import set_up_logs


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Logs are written here for one test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs("INFO", tmp_path / "recovery.log")
    yield tmp_path / "recovery.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_one_object_with_its_ids(log_file: Path) -> None:
    logging.getLogger("bot.test").info("case escalated", extra={"case_id": 41})

    (line,) = _lines(log_file)

    assert (line["event"], line["case_id"], line["level"]) == ("case escalated", 41, "info")


def test_a_traceback_holds_neither_variables_nor_the_row_that_was_refused(log_file: Path) -> None:
    words = "my parcel never came"
    refused = ValueError(f"new row is refused\nDETAIL: Failing row contains ({words})")

    logging.getLogger("bot.test").error("a part broke", exc_info=refused)

    written = log_file.read_text(encoding="utf-8")

    assert "new row is refused" in written
    assert words not in written
