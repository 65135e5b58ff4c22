"""With a journal the workspace is as it was, however it ended; without one it forgets."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from slack_sdk import WebClient

from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import home, section

KEY = {"event_type": "card", "event_payload": {"key": "41"}}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "workspace.jsonl"


@pytest.fixture
def kept(journal: Path) -> Iterator[Workspace]:
    """A workspace with a journal."""
    workspace = Workspace(journal=journal)
    workspace.start()
    yield workspace
    workspace.stop()


def client_of(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])


def restarted(workspace: Workspace, journal: Path) -> Workspace:
    """The same workspace after a restart; it need not run to be looked at."""
    workspace.stop()
    return Workspace(journal=journal)


def test_a_restart_changes_nothing_that_people_see(kept: Workspace, journal: Path) -> None:
    client = client_of(kept)
    card = client.chat_postMessage(channel="#feedback", text="Card", blocks=[section()], metadata=KEY)["ts"]
    client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=card)
    client.chat_update(channel="C0FEEDBACK", ts=card, text="Changed")
    gone = kept.say("U0ANA", "#feedback", "Soon gone")
    kept.delete("U0ANA", "#feedback", gone)
    kept.react("U0BEN", "#feedback", card, "eyes")
    client.chat_postMessage(channel="U0ANA", text="For you")
    client.views_publish(user_id="U0ANA", view=home(section()))
    kept.change_user("U0LEA", tz="Europe/Lisbon")
    kept.upload("U0ANA", "#recovery-care", ("a.bin", bytes(range(256))), "Bytes")
    before = _seen(kept)

    after = restarted(kept, journal)

    assert _seen(after) == before
    after.stop()


def test_a_restart_gives_no_ts_and_no_id_twice(kept: Workspace, journal: Path) -> None:
    kept.say("U0ANA", "#feedback", "Before")
    after = restarted(kept, journal)
    after.start()

    after.say("U0ANA", "#feedback", "After")

    first, second = after.messages("#feedback")
    assert first["ts"] < second["ts"]
    assert first["client_msg_id"] != second["client_msg_id"]
    after.stop()


def test_the_journal_is_compacted_at_the_start(kept: Workspace, journal: Path) -> None:
    client = client_of(kept)
    ts = client.chat_postMessage(channel="#feedback", text="Card")["ts"]
    edits = [client.chat_update(channel="C0FEEDBACK", ts=ts, text=f"Edit {n}")["ok"] for n in range(50)]
    long = len(journal.read_text().splitlines())

    after = restarted(kept, journal)

    assert all(edits)
    assert len(journal.read_text().splitlines()) < long - 45
    assert after.messages("#feedback")[0]["text"] == "Edit 49"
    after.stop()


def test_a_half_written_line_was_never_answered(kept: Workspace, journal: Path) -> None:
    kept.say("U0ANA", "#feedback", "Whole")
    kept.stop()
    whole = journal.read_text()
    journal.write_text(whole + whole.splitlines()[-1][:40])

    after = Workspace(journal=journal)

    assert [message["text"] for message in after.messages("#feedback")] == ["Whole"]
    after.stop()


def test_a_broken_line_within_the_journal_is_told_and_not_skipped(kept: Workspace, journal: Path) -> None:
    kept.say("U0ANA", "#feedback", "Whole")
    kept.stop()
    journal.write_text("{broken\n" + journal.read_text())

    with pytest.raises(json.JSONDecodeError):
        Workspace(journal=journal)


def test_without_a_journal_everything_is_forgotten(workspace: Workspace) -> None:
    workspace.say("U0ANA", "#feedback", "Remember me")

    other = Workspace()

    assert other.messages("#feedback") == []
    other.stop()


def test_what_was_answered_survives_a_kill(journal: Path) -> None:
    process = _run("--journal", str(journal))
    url = _address(process)
    _say(url, "Answered")

    process.send_signal(signal.SIGKILL)
    process.communicate()
    after = Workspace(journal=journal)

    assert [message["text"] for message in after.messages("#feedback")] == ["Answered"]
    after.stop()


def test_the_program_ends_when_its_input_does() -> None:
    process = _run("--watch-stdin")
    _address(process)

    process.communicate(timeout=10)

    assert process.returncode == 0


def _run(*options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot.workspace", "--port", "0", *options]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _say(url: str, text: str) -> None:
    asked = {"as": "U0ANA", "do": "say", "channel": "#feedback", "text": text}
    assert requests.post(f"{url}/page/act", json=asked, timeout=5).json()["ok"]


def _seen(workspace: Workspace) -> list[object]:
    threads = [workspace.thread("#feedback", message["ts"]) for message in workspace.messages("#feedback")]
    channels = ["#feedback", "#recovery-care", "#general"]
    return [
        threads,
        [workspace.messages(channel) for channel in channels],
        [workspace.channel(channel) for channel in channels],
        workspace.dms("U0ANA"),
        workspace.home("U0ANA"),
    ]
