"""Who is in the workspace while it is measured: one who only looks, and people who claim cases."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

import httpx

from bench.cards import Card, Cards
from bench.stage import Stage

LOOK_EVERY_SECONDS = 1.0
CLAIMERS = ("U0ANA", "U0BEN")
CLAIMED_IN = "C0DELIVERY"
"""The channel of a team to which both belong."""
AT_A_TIME = 8
PATIENCE_SECONDS = 10.0
"""Slack itself gives up on a click after three seconds."""


@dataclass(slots=True)
class Sight:
    """What the onlooker saw: cards that nobody claimed yet, and the most memory (MiB) of the bot."""

    unclaimed: deque[Card] = field(default_factory=deque)
    most_memory: float = 0.0


@dataclass(slots=True)
class Clicks:
    """How long each click took until it was acknowledged, and the claims that were.

    `pressed_at` is when (monotonic seconds) each acknowledged click was due, by the card's `ts`.
    """

    seconds: list[float] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)
    pressed_at: dict[str, float] = field(default_factory=dict)
    given_up: int = 0


@contextmanager
def looking(stage: Stage, cards: Cards) -> Iterator[Sight]:
    """Look at the channels and at the bot's memory every so often."""
    sight = Sight()

    def look() -> None:
        sight.unclaimed.extend(card for card in cards.look() if card.channel == CLAIMED_IN)
        sight.most_memory = max(sight.most_memory, stage.memory())

    with _repeating(look, LOOK_EVERY_SECONDS):
        yield sight


@contextmanager
def clicking(stage: Stage, sight: Sight, rate: float) -> Iterator[Clicks]:
    """Claim so many of the cards a second, whether or not the bot keeps up."""
    clicks, claimers = Clicks(), cycle(CLAIMERS)
    with (
        httpx.Client(base_url=stage.workspace_url, timeout=PATIENCE_SECONDS) as client,
        ThreadPoolExecutor(AT_A_TIME) as pool,
    ):
        made: list[Future[None]] = []

        def click() -> None:
            if sight.unclaimed:
                due, card = time.monotonic(), sight.unclaimed.popleft()
                made.append(pool.submit(_claim, client, card, next(claimers), due, clicks))

        with _repeating(click, 1 / rate):
            yield clicks
        for each in made:
            each.result()


def _claim(client: httpx.Client, card: Card, by: str, due: float, clicks: Clicks) -> None:
    click = {"as": by, "do": "action", "channel": card.channel, "ts": card.ts}
    answer = client.post(
        "/page/act", json={**click, "block_id": card.buttons, "action_id": "case_claim"}
    ).json()
    clicks.seconds.append(time.monotonic() - due)
    if answer["ok"]:
        clicks.claimed.append(card.marker)
        clicks.pressed_at[card.ts] = due
    else:
        clicks.given_up += 1


@contextmanager
def _repeating(what: Callable[[], None], every: float) -> Iterator[None]:
    """Do something every so many seconds in a thread; what it raises is raised at the end."""
    done, broke = threading.Event(), list[BaseException]()

    def run() -> None:
        due = time.monotonic()
        try:
            while not done.wait(max(0.0, due - time.monotonic())):
                what()
                due += every
        except BaseException as error:  # noqa: BLE001  (raised again below, where somebody sees it)
            broke.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    if broke:
        raise broke[0]
