"""What people said of themes corrects what their meaning says, the more the more they said."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from bot.sentiment.lessons import FEWEST, Lessons, teach
from bot.sentiment.ngrams import Floats, count_characters
from bot.sentiment.themes import ThemeFinder, sought
from models.policies.themes import SOMETHING_ELSE, Theme

# Called as no customer would call them: their meaning says little.
THEMES = (
    Theme("blue", "Blue desk", "What the blue desk sees to"),
    Theme("red", "Red desk", "What the red desk sees to"),
    Theme("green", "Green desk", "What the green desk sees to"),
    SOMETHING_ELSE,
)
SAID = {
    "blue": ("the courier", "my parcel", "the delivery van", "the tracking number", "the package"),
    "red": ("the invoice", "my refund", "the direct debit", "the credit note", "the charge on my card"),
    "green": ("the hotline", "your chat", "the call centre", "the queue on the phone", "your support line"),
}
ENDINGS = ("is a mystery", "again", "was wrong on Monday", "makes no sense", "has not moved", "is hopeless")


@pytest.fixture(scope="module")
def finder() -> ThemeFinder:
    return ThemeFinder(threads=1)


def told(number: int, keys: Sequence[str] = tuple(SAID)) -> list[tuple[str, str]]:
    """So many texts for each of the themes."""
    chance = random.Random(1)
    every = {key: [f"{words} {ending}" for words in SAID[key] for ending in ENDINGS] for key in keys}
    return [(text, key) for key in keys for text in chance.sample(every[key], number)]


def first(finder: ThemeFinder, text: str, lessons: Lessons | None) -> str:
    """The nearest theme, however near."""
    keys = [theme.key for theme in sought(THEMES)]
    nearness = finder.nearness(finder.read([text]), sought(THEMES))
    if lessons is not None:
        nearness += corrections(finder, lessons, [text], keys)
    return keys[int(nearness.argmax())]


def corrections(finder: ThemeFinder, lessons: Lessons, texts: Sequence[str], keys: Sequence[str]) -> Floats:
    """How much nearer each text is to each theme than without them."""
    return lessons.corrections(finder.read(texts).features, [count_characters(text) for text in texts], keys)


def test_what_people_said_of_other_texts_is_learned(finder: ThemeFinder) -> None:
    taught = teach(finder, told(20), THEMES)

    assert taught.texts == 60
    assert taught.after > 90 > taught.before
    assert first(finder, "Where on earth is the parcel that I ordered", taught.lessons) == "blue"
    assert first(finder, "You billed me for somebody else", taught.lessons) == "red"
    assert first(finder, "Nobody picks up the telephone", taught.lessons) == "green"


def test_the_same_words_teach_the_same_and_can_be_kept(finder: ThemeFinder) -> None:
    one, other = (teach(finder, told(10), THEMES).lessons for _ in range(2))

    assert one is not None
    assert other is not None
    assert one.to_bytes() == other.to_bytes()
    kept = Lessons.from_bytes(one.keys, one.to_bytes())
    anew, first_time = (corrections(finder, each, ["The parcel is late"], ["red"]) for each in (kept, one))
    assert np.allclose(anew, first_time, atol=1e-6)
    assert abs(first_time[0, 0]) > 0.01


def test_names_that_mean_nothing_are_learned_by_how_they_are_spelt(finder: ThemeFinder) -> None:
    names = {"blue": "Zyxo-7", "red": "Zyxo-9"}
    told_of = [
        (f"The {name} {words} {ending}", key)
        for key, name in names.items()
        for words in ("I have", "of my neighbour", "that came today")
        for ending in ENDINGS
    ]

    lessons = teach(finder, told_of, THEMES).lessons

    assert lessons is not None
    mute = finder.read([""]).features
    of_spelling = [
        lessons.corrections(mute, [count_characters(text)], ["blue", "red"])[0]
        - lessons.corrections(mute, [count_characters("")], ["blue", "red"])[0]
        for text in ("WHERE CAN I GET A ZYXO-7", "where can I get a Zyxo-9")
    ]
    assert [int(each.argmax()) for each in of_spelling] == [0, 1]
    assert min(each.max() for each in of_spelling) > 0.01


def test_a_theme_of_which_little_was_said_is_as_near_as_before(finder: ThemeFinder) -> None:
    few = told(20, ["blue", "red"]) + told(FEWEST - 1, ["green"])

    lessons = teach(finder, few, THEMES).lessons

    assert lessons is not None
    assert lessons.keys == ("blue", "red")
    moved = corrections(finder, lessons, ["Your hotline"], ["green", "nowhere", "blue"])
    assert moved[0, :2].tolist() == [0, 0]
    assert moved[0, 2] != 0


def test_a_little_said_moves_little(finder: ThemeFinder) -> None:
    texts = [text for text, _ in told(10)]
    little, much = (teach(finder, told(number), THEMES).lessons for number in (8, 25))

    assert little is not None
    assert much is not None
    keys = [theme.key for theme in THEMES]
    less, more = (abs(corrections(finder, each, texts, keys)).mean() for each in (little, much))
    assert less < more


@pytest.mark.parametrize(
    "words",
    [[], told(20, ["blue"]), [(text, "gone") for text, _ in told(9)], [("Tea", SOMETHING_ELSE.key)] * 60],
    ids=["nothing", "of one theme", "of a theme that is gone", "of none of them"],
)
def test_nothing_is_learned_where_there_is_nothing_to_tell_apart(
    finder: ThemeFinder, words: list[tuple[str, str]]
) -> None:
    assert teach(finder, words, THEMES).lessons is None


def test_of_equal_texts_the_first_counts(finder: ThemeFinder) -> None:
    once = told(10)

    first_words, all_words = (
        teach(finder, words, THEMES) for words in (once, [*once, *((text, "red") for text, _ in once)])
    )

    assert (all_words.texts, all_words.after) == (first_words.texts, first_words.after)


def test_words_by_chance_are_not_believed(finder: ThemeFinder) -> None:
    chance = random.Random(5)
    clear = (
        Theme("blue", "Delivery", "A parcel or a courier"),
        Theme("red", "Billing", "An invoice, a refund, a card that was charged"),
        Theme("green", "Hotline", "The phone, the chat, nobody answers"),
    )
    muddled = [(text, key if chance.random() < 0.75 else "green") for text, key in told(8)]
    shuffled = [(text, chance.choice(list(SAID))) for text, _ in told(20)]

    assert teach(finder, muddled, clear).before > 60
    by_chance = teach(finder, shuffled, clear)
    assert by_chance.lessons is None or by_chance.after - by_chance.before < 15
