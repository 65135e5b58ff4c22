"""The rulebook in force while its file is edited, broken, deleted and mended."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rulebook import RulebookError, RulebookKeeper
from tests.bot.rules_text import GOOD, good_but
from tests.clock import TestClock

RENAMED = good_but("name: Late parcel", "name: Very late parcel")
BROKEN = good_but("promise: urgent", "promise: gold")


class RulesOnDisk:
    """A rules file that is saved at the clock's time, and the keeper of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = TestClock()
        self.path = folder / "rules.yaml"
        self.save(GOOD.encode())
        self.keeper = RulebookKeeper(self.path, self.clock)

    def save(self, content: bytes) -> None:
        """Save, and let a minute pass."""
        self.path.write_bytes(content)
        moment = self.clock.now().timestamp()
        os.utime(self.path, (moment, moment))
        self.clock.forward(timedelta(minutes=1))

    @property
    def first_rule(self) -> str:
        return self.keeper.current().rules[0].name


@pytest.fixture
def on_disk(tmp_path: Path) -> RulesOnDisk:
    return RulesOnDisk(tmp_path)


def test_a_saved_file_is_in_force_without_a_restart(on_disk: RulesOnDisk) -> None:
    before = on_disk.keeper.current()

    on_disk.save(RENAMED)

    assert on_disk.first_rule == "Very late parcel"
    assert on_disk.keeper.current().version != before.version


def test_a_file_that_did_not_change_is_not_read_again(on_disk: RulesOnDisk) -> None:
    assert on_disk.keeper.current() is on_disk.keeper.current()


@pytest.mark.parametrize(
    "content", [BROKEN, GOOD[: len(GOOD) // 2].encode(), b"", b"\xff\xfe", b"[" * 50_000], ids=range(5)
)
def test_a_bad_file_never_replaces_the_good_one(on_disk: RulesOnDisk, content: bytes) -> None:
    since = on_disk.clock.now() + timedelta(minutes=1)

    on_disk.save(content)

    assert on_disk.first_rule == "Late parcel"
    assert on_disk.keeper.problem is not None
    assert on_disk.keeper.problem.since == since


def test_a_bad_file_is_told_with_its_line_and_warned_of_once(
    on_disk: RulesOnDisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.rulebook.keeper")

    on_disk.save(BROKEN)
    asked = [on_disk.first_rule for _ in range(3)]

    assert asked == ["Late parcel"] * 3
    assert on_disk.keeper.problem is not None
    assert "rules.yaml:29: rule 'Late parcel': unknown promise 'gold'" in on_disk.keeper.problem.words
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_mended_file_is_in_force_and_the_problem_is_over(on_disk: RulesOnDisk) -> None:
    on_disk.save(BROKEN)
    on_disk.keeper.current()

    on_disk.save(RENAMED)

    assert on_disk.first_rule == "Very late parcel"
    assert on_disk.keeper.problem is None


def test_a_deleted_file_leaves_the_last_good_one_in_force_until_it_is_back(on_disk: RulesOnDisk) -> None:
    on_disk.path.unlink()
    without = (on_disk.first_rule, on_disk.keeper.problem)

    on_disk.save(RENAMED)

    assert without[0] == "Late parcel"
    assert without[1] is not None
    assert "cannot be read" in without[1].words
    assert on_disk.first_rule == "Very late parcel"


def test_a_file_that_is_still_being_written_is_left_to_settle(on_disk: RulesOnDisk) -> None:
    on_disk.save(RENAMED)
    half_a_second_ago = on_disk.clock.now().timestamp() - 0.5
    os.utime(on_disk.path, (half_a_second_ago, half_a_second_ago))
    at_once = on_disk.first_rule

    on_disk.clock.forward(timedelta(seconds=1))

    assert (at_once, on_disk.first_rule) == ("Late parcel", "Very late parcel")


def test_a_file_from_the_future_is_read_all_the_same(on_disk: RulesOnDisk) -> None:
    on_disk.save(RENAMED)
    tomorrow = on_disk.clock.now().timestamp() + 86_400
    os.utime(on_disk.path, (tomorrow, tomorrow))

    assert on_disk.first_rule == "Very late parcel"


def test_a_file_that_is_put_in_the_place_of_the_old_one_is_in_force(on_disk: RulesOnDisk) -> None:
    moment = on_disk.path.stat().st_mtime
    other = on_disk.path.with_suffix(".new")
    other.write_text(GOOD.replace("Late parcel", "Lost parcel"))
    os.utime(other, (moment, moment))

    other.replace(on_disk.path)

    assert on_disk.first_rule == "Lost parcel"


def test_there_is_no_keeper_without_a_good_file_to_begin_with(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes(BROKEN)

    with pytest.raises(RulebookError, match="unknown promise 'gold'"):
        RulebookKeeper(tmp_path / "rules.yaml", TestClock())


def test_many_threads_see_one_reading_of_a_new_file(on_disk: RulesOnDisk) -> None:
    on_disk.save(RENAMED)

    with ThreadPoolExecutor(max_workers=8) as threads:
        seen = list(threads.map(lambda _: on_disk.keeper.current(), range(8)))

    assert [rulebook is seen[0] for rulebook in seen] == [True] * 8
    assert seen[0].rules[0].name == "Very late parcel"
