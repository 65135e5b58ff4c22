"""People press buttons while many cases stand in the database: how soon each is answered and shown."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from websockets.sync.client import connect

from bench.books import fill
from bench.cards import Cards
from bench.feedback_to_card import wait_for
from bench.figures import Aim, Findings
from bench.machine import spent
from bench.options import Options
from bench.sender import Sender
from bench.stage import Stage, open_stage
from bench.visitors import CLAIMED_IN, CLAIMERS, Clicks, Sight, clicking, looking
from bot.database import Database, EmbeddedPostgres, migrate
from bot.jobs import JobQueue

CASES = 100_000
"""Open cases that stand there besides those that are claimed."""
RATE = 20.0
"""Clicks a second."""
WARM_UP, LONGEST_SECONDS = 40, 30
ROUND_TRIP_SECONDS = 10.0
"""An edit that is not there by then is counted as missing."""


def measure(options: Options) -> Findings:
    """Fill the database, let new cases come, and claim every one of them."""
    findings = Findings()
    wanted = round(RATE * min(options.seconds, LONGEST_SECONDS))
    with open_stage() as stage:
        _fill(stage)
        stage.start_bot()
        cards = Cards(stage.workspace_url, stage.slack_channels)
        with Sender(stage.bot_url, stage.token) as sender:
            sight = _let_cases_come(stage, sender, cards, wanted + WARM_UP)
            warm = Sight(unclaimed=deque(sight.unclaimed.popleft() for _ in range(WARM_UP)))
            _claim_all(stage, warm)
            before = spent(stage.parts())
            clicks, edits = _claim_all(stage, sight)
            used = spent(stage.parts()).since(before)
        cards.close()
    _tell(clicks, edits, findings)
    findings.add("CPU for one click: bot", 1000 * used.parts["bot"] / len(clicks.seconds), "ms")
    findings.add("meanwhile busy with something else", used.by_others, "cores")
    return findings


def _fill(stage: Stage) -> None:
    server = EmbeddedPostgres(stage.folder / "var" / "postgres")
    migrate(server.url)
    books = Database(server.url, JobQueue(server.url))
    fill(books, cases=CASES, due=0, at=datetime.now(UTC), apart=timedelta(seconds=1))
    books.close()
    server.stop()


def _let_cases_come(stage: Stage, sender: Sender, cards: Cards, wanted: int) -> Sight:
    """Send feedback until so many cards hang where people claim."""
    with looking(stage, cards) as sight:
        while len(sight.unclaimed) < wanted:
            sent, _ = sender.send_at_once(wanted)
            wait_for(cards, sent)
    while len(sight.unclaimed) > wanted:
        sight.unclaimed.pop()
    return sight


def _claim_all(stage: Stage, sight: Sight) -> tuple[Clicks, dict[str, float]]:
    """Claim what is in sight, so many a second; the clicks, and when each card was seen to say so."""
    with _watching(stage) as edited:
        with clicking(stage, sight, RATE) as clicks:
            while sight.unclaimed:
                time.sleep(0.1)
        deadline = time.monotonic() + ROUND_TRIP_SECONDS
        while len(edited) < len(clicks.pressed_at) and time.monotonic() < deadline:
            time.sleep(0.05)
    return clicks, edited


@contextmanager
def _watching(stage: Stage) -> Iterator[dict[str, float]]:
    """When each card of the channel was first seen to be claimed, by its `ts`, as an open page sees it."""
    edited: dict[str, float] = {}
    address = stage.workspace_url.replace("http", "ws", 1)

    def watch() -> None:
        for frame in page:
            told = json.loads(frame)
            is_card = told.get("type") == "message_changed" and told["channel"] == CLAIMED_IN
            if is_card and "in progress" in told["message"]["text"]:
                edited.setdefault(told["message"]["ts"], time.monotonic())

    with connect(f"{address}/page/live?as={CLAIMERS[0]}", max_size=None) as page:
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        yield edited
    watcher.join()


def _tell(clicks: Clicks, edited: dict[str, float], findings: Findings) -> None:
    answers = [1000 * each for each in clicks.seconds]
    findings.add_spread("button to acknowledged", answers, {99: Aim(150)}, "ms")
    shown = [edited[ts] - pressed for ts, pressed in clicks.pressed_at.items() if ts in edited]
    findings.add_spread("button to card edited", shown, {99: Aim(1)}, "s")
    findings.add("buttons that Slack gave up on", clicks.given_up, f"of {len(clicks.seconds)}")
    missing = len(clicks.pressed_at) - len(shown)
    if missing:
        findings.problems.append(f"{missing} claims were acknowledged and do not show on their card")
