"""Logs hold facts with their ids, one JSON object a line, and never a customer's words."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.logs import NOISY, TICKER, set_up_logs


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Logs as `recovery run` sets them up; afterwards those of the tests again."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("root", TICKER, *NOISY)}
    set_up_logs("INFO", tmp_path / "recovery.log")
    yield tmp_path / "recovery.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines_of(log_file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_file.read_text().splitlines()]


def fail_over(words: str) -> None:
    raise ValueError(f"{len(words)} characters are too many")


def test_a_fact_stands_in_the_log_with_its_ids(log_file: Path) -> None:
    logging.getLogger("bot.hearing").info("feedback heard", extra={"feedback_id": 7})

    (line,) = lines_of(log_file)
    assert (line["event"], line["feedback_id"], line["level"]) == ("feedback heard", 7, "info")


def test_a_traceback_tells_the_place_and_not_what_the_customer_said(log_file: Path) -> None:
    with pytest.raises(ValueError, match="too many") as failure:
        fail_over("My parcel never came")

    logging.getLogger("bot.hearing").error("not heard", exc_info=failure.value)

    assert "fail_over" in log_file.read_text()
    assert "parcel" not in log_file.read_text()


def test_a_tick_that_is_left_out_frightens_nobody(log_file: Path) -> None:
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances reached")

    assert lines_of(log_file) == []
