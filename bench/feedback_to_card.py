"""The main job under load: feedback is accepted, its card comes, people claim; none is lost or doubled."""

import time
from collections.abc import Sequence
from statistics import median

from bench.cards import Cards
from bench.figures import Aim, Findings
from bench.machine import Spent, spent
from bench.options import Options
from bench.sender import Sender
from bench.stage import Stage, open_stage
from bench.visitors import Clicks, clicking, looking

WARM_UP = 50
"""Pieces that are not counted: connections are opened, every code path is walked for the first time."""
STANDSTILL_SECONDS = 45.0
"""No card for so long while some are missing: they will not come."""


def measure(options: Options) -> Findings:
    """Start the bot a few times, load it steadily for a while, then all at once."""
    findings = Findings()
    with open_stage() as stage:
        _measure_starts(stage, options.starts, findings)
        cards = Cards(stage.workspace_url, stage.slack_channels)
        with Sender(stage.bot_url, stage.token) as sender, looking(stage, cards) as sight:
            sent, _ = sender.send_at_once(WARM_UP)
            wait_for(cards, sent)
            with clicking(stage, sight, options.clicks) as clicks:
                sent += _measure_steadily(stage, sender, cards, options, findings)
            _tell_clicks(clicks, findings)
            sent += _measure_burst(sender, cards, options.burst, findings)
            findings.add("memory of the bot's process, most", sight.most_memory, "MiB", Aim(450))
        findings.problems += [*sender.refused, *_misplaced(cards, sent), *_forgotten(cards, clicks)]
        cards.close()
    return findings


def _measure_starts(stage: Stage, starts: int, findings: Findings) -> None:
    first = stage.start_bot()
    later = []
    for _ in range(starts):
        stage.stop_bot()
        later.append(stage.start_bot())
    findings.add("start to ready, the first time", first, "s")
    findings.add("start to ready, later", median(later), "s", Aim(6))


def _measure_steadily(
    stage: Stage, sender: Sender, cards: Cards, options: Options, findings: Findings
) -> list[str]:
    count = round(options.rate * options.seconds)
    parts = stage.parts()
    before, began = spent(parts), time.monotonic()
    sent, took = sender.send_steadily(count, options.rate)
    findings.add("accepted, steadily", count / (time.monotonic() - began), "a second")
    wait_for(cards, sent)
    used = spent(parts).since(before)
    findings.add_spread("sent to accepted", [1000 * each for each in took], {}, "ms")
    waits = [_came_at(cards, each) - sender.accepted_at[each] for each in sent if each in cards.came]
    findings.add_spread("accepted to card", waits, {95: Aim(2)}, "s")
    _tell_spent(used, count, findings)
    return sent


def _tell_spent(used: Spent, count: int, findings: Findings) -> None:
    for name, seconds in used.parts.items():
        findings.add(f"CPU for one piece: {name}", 1000 * seconds / count, "ms")
    findings.add("meanwhile busy with something else", used.by_others, "cores")


def _tell_clicks(clicks: Clicks, findings: Findings) -> None:
    findings.add_spread(
        "button to acknowledged", [1000 * each for each in clicks.seconds], {99: Aim(300)}, "ms"
    )
    findings.add("buttons that Slack gave up on", clicks.given_up, f"of {len(clicks.seconds)}")


def _measure_burst(sender: Sender, cards: Cards, count: int, findings: Findings) -> list[str]:
    began = time.time()
    sent, took = sender.send_at_once(count)
    wait_for(cards, sent)
    last = max((_came_at(cards, each) for each in sent if each in cards.came), default=began)
    findings.add(f"accepted, {count} at once", count / took, "a second", Aim(50, is_ceiling=False))
    findings.add(f"cards, {count} at once", count / (last - began), "a second", Aim(50, is_ceiling=False))
    return sent


def wait_for(cards: Cards, sent: Sequence[str]) -> None:
    """Until each has a card, or none comes any more."""
    missing, moved_at = len(sent), time.monotonic()
    while missing and time.monotonic() - moved_at < STANDSTILL_SECONDS:
        time.sleep(0.25)
        left = sum(each not in cards.came for each in sent)
        if left < missing:
            missing, moved_at = left, time.monotonic()


def _misplaced(cards: Cards, sent: Sequence[str]) -> list[str]:
    """Feedback without a card, or with two."""
    cards.look()
    lost = [each for each in sent if each not in cards.came]
    doubled = [each for each in sent if len(cards.came.get(each, ())) > 1]
    found = [f"{len(lost)} without a card: {', '.join(lost[:5])}"] if lost else []
    return [*found, *([f"{len(doubled)} with two cards: {', '.join(doubled[:5])}"] if doubled else [])]


def _forgotten(cards: Cards, clicks: Clicks) -> list[str]:
    """Claims that were acknowledged and never show on their card."""
    forgotten, moved_at = list(clicks.claimed), time.monotonic()
    while forgotten and time.monotonic() - moved_at < STANDSTILL_SECONDS:
        says = cards.read_again()
        left = [each for each in forgotten if "in progress" not in says.get(each, "")]
        if len(left) < len(forgotten):
            moved_at = time.monotonic()
        forgotten = left
        time.sleep(0.5)
    return [f"{len(forgotten)} claims do not show: {', '.join(forgotten[:5])}"] if forgotten else []


def _came_at(cards: Cards, marker: str) -> float:
    return float(cards.came[marker][0].ts)
