"""The sample feedback, and how it is played."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

import pytest

from bot.samples.player import PostResult, Sample, load_samples, play

NO_PAUSE = timedelta(0)
LONG = timedelta(hours=1)
FIELDS = {
    "external_id",
    "text",
    "title",
    "author",
    "score",
    "score_scale",
    "language",
    "permalink",
    "attributes",
}


@dataclass
class Door:
    """Takes what is posted, and answers as the test wishes; after the last wish, with STORED."""

    wishes: Iterator[PostResult] = field(default_factory=lambda: iter(()))
    stop: Event = field(default_factory=Event)
    stops_after: int = 1_000
    asked: list[str] = field(default_factory=list)

    def post(self, sample: Sample) -> PostResult:
        self.asked.append(sample.external_id)
        if len(self.asked) == self.stops_after:
            self.stop.set()
        return next(self.wishes, PostResult.STORED)


def some(*ids: str) -> list[Sample]:
    return [Sample("sms", external_id, {"text": "meh"}) for external_id in ids]


def test_samples_arrive_in_the_order_of_the_file() -> None:
    door = Door()

    play(some("a", "b", "c"), door.post, every=NO_PAUSE, stop=door.stop, already=())

    assert door.asked == ["a", "b", "c"]


def test_samples_of_an_earlier_start_are_not_posted_again() -> None:
    door = Door()

    play(some("a", "b", "c"), door.post, every=NO_PAUSE, stop=door.stop, already={"a", "c"})

    assert door.asked == ["b"]


def test_a_sample_that_failed_is_posted_again_before_the_next() -> None:
    door = Door(wishes=iter([PostResult.STORED, PostResult.FAILED, PostResult.FAILED]))

    play(some("a", "b", "c"), door.post, every=NO_PAUSE, stop=door.stop, already=())

    assert door.asked == ["a", "b", "b", "b", "c"]


def test_the_first_sample_arrives_at_once_and_a_stop_ends_the_pause() -> None:
    door = Door(stops_after=1)

    play(some("a", "b"), door.post, every=LONG, stop=door.stop, already=())

    assert door.asked == ["a"]


def test_nothing_is_posted_once_stopped() -> None:
    door = Door()
    door.stop.set()

    play(some("a"), door.post, every=NO_PAUSE, stop=door.stop, already=())

    assert door.asked == []


def test_there_are_sixty_samples_of_every_source() -> None:
    samples = load_samples()

    assert len(samples) == 60
    assert {sample.source for sample in samples} == {
        "x",
        "email",
        "survey",
        "review",
        "form",
        "sms",
        "chat",
        "counter",
        "phone",
        "app-store",
    }
    assert len({sample.external_id for sample in samples}) == 60


def test_the_first_ten_samples_show_the_variety() -> None:
    first = load_samples()[:10]

    assert "eleven days" in first[0].body["text"]
    assert len({sample.source for sample in first}) >= 8
    assert {"meh", "de"} <= {*(s.body["text"] for s in first), *(s.body.get("language") for s in first)}


@pytest.mark.parametrize("sample", load_samples(), ids=lambda sample: sample.external_id)
def test_a_sample_is_a_body_that_the_feedback_door_takes(sample: Sample) -> None:
    body = sample.body

    assert set(body) <= FIELDS
    assert body["text"].strip()
    assert body["author"]["handle"]
    assert body["author"]["name"]
    assert body.get("score_scale") in {None, "nps", "stars", "csat"}
    assert ("score" in body) is ("score_scale" in body)
    assert body.get("permalink", "https://").startswith("https://")
    assert isinstance(body["attributes"], dict)


def test_one_sample_customer_writes_again_and_again() -> None:
    handles = Counter(sample.body["author"]["handle"] for sample in load_samples())

    assert handles.most_common(1) == [("@ottilie_example", 4)]


def test_one_sample_tries_to_break_the_page() -> None:
    words = "\n".join(sample.body["text"] for sample in load_samples())

    assert words.count("<!channel>") == 1
    assert words.count("<script>") == 1
