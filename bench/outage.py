"""An outage: thousands of customers say the same within a minute; one case stands for them, and counts."""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.cards import Cards, Message
from bench.feedback_to_card import STANDSTILL_SECONDS
from bench.figures import Aim, Findings
from bench.options import Options
from bench.sender import Sender
from bench.stage import open_stage
from bench.texts import outage

WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.1
"""So often the card is read: were it edited more than once a second, that would be seen."""
_COUNT = re.compile(r"\*([0-9,]+) customers said the same\*")


@dataclass(slots=True)
class Watch:
    """What was seen of the cards that count: how far each came, and the stamps of its edits."""

    counts: dict[str, int] = field(default_factory=dict)
    edits: dict[str, set[str]] = field(default_factory=dict)

    def keep(self, messages: Sequence[Message]) -> None:
        """Take in how the channel looks at this moment."""
        for message in messages:
            found = _COUNT.search(message.words)
            if found is not None:
                self.counts[message.ts] = int(found[1].replace(",", ""))
                self.edits.setdefault(message.ts, set()).update(filter(None, [message.edited_ts]))

    @property
    def most_in_a_second(self) -> int:
        """Edits of one card within any one second."""
        stamps = [sorted(map(float, edits)) for edits in self.edits.values()]
        return max(
            (sum(begin <= each < begin + 1 for each in edits) for edits in stamps for begin in edits),
            default=0,
        )


def measure(options: Options) -> Findings:
    """Send all of it within a minute, and watch the card until it has counted everybody."""
    findings, like = Findings(), options.like
    with open_stage(gathers_bursts=True) as stage:
        stage.start_bot()
        cards = Cards(stage.workspace_url, stage.slack_channels)
        with Sender(stage.bot_url, stage.token, outage) as sender, _watching(cards) as watch:
            began = time.monotonic()
            sender.send_steadily(like, like / WITHIN_SECONDS)
            findings.add("like pieces accepted", like / (time.monotonic() - began), "a second")
            _wait_for(watch, like)
            findings.add("all of them counted", like / (time.monotonic() - began), "a second")
        posted = cards.read_messages()
        cards.close()
        findings.add("cards that stand for them", len(watch.counts), "", Aim(1))
        findings.add("other cards, from before it was a burst", _count_others(posted), "")
        findings.add("edits of the card", sum(map(len, watch.edits.values())), "")
        findings.add("most edits in one second", watch.most_in_a_second, "", Aim(1))
        findings.problems += [*sender.refused[:5], *_wrong(watch, like)]
    return findings


@contextmanager
def _watching(cards: Cards) -> Iterator[Watch]:
    """Look at the channels all the time, in a thread of its own."""
    watch, ended = Watch(), threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_EVERY_SECONDS):
            watch.keep(cards.read_messages())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield watch
    finally:
        ended.set()
        watcher.join()


def _wait_for(watch: Watch, like: int) -> None:
    """Until everybody is counted, or nobody is any more."""
    counted, moved_at = 0, time.monotonic()
    while counted < like and time.monotonic() - moved_at < STANDSTILL_SECONDS:
        time.sleep(LOOK_EVERY_SECONDS)
        now = sum(watch.counts.values())
        if now > counted:
            counted, moved_at = now, time.monotonic()


def _count_others(messages: Sequence[Message]) -> int:
    """Cards of one customer each."""
    return sum("'block_id': 'title'" in each.words and not _COUNT.search(each.words) for each in messages)


def _wrong(watch: Watch, like: int) -> list[str]:
    counted = sum(watch.counts.values())
    told = [f"{like - counted} of {like} customers are not counted"] if counted != like else []
    return [*told, *([f"{len(watch.counts)} cards stand for one outage"] if len(watch.counts) != 1 else [])]
