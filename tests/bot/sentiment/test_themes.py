"""What a text is about, by nearness of meaning to what rules.yaml says of its themes."""

from pathlib import Path

import pytest

from bot.rulebook import load_rulebook
from bot.sentiment import Interpreter, ModelMissing
from bot.sentiment.themes import MOST, NEAR, SHIPPED, Meant, ThemeFinder
from models.policies.bursts import likeness, sketch_of
from models.policies.themes import SOMETHING_ELSE, Theme
from training.labelled import Columns, read_file
from training.signal_texts import TRAINING

ROOT = Path(__file__).resolve().parents[3]
THEMES = load_rulebook(ROOT / "rules.yaml").themes


@pytest.fixture(scope="module")
def finder() -> ThemeFinder:
    return ThemeFinder(threads=1)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Where is my package? It should have been here last week", "delivery"),
        ("The vase was in pieces when I opened the box", "damage"),
        ("You took the money from my card two times!", "billing"),
        ("The woman at the desk shouted at me", "staff"),
        ("Your site logs me out whenever I want to pay", "website"),
        ("I have been on hold for an hour", "waiting"),
        ("The heater burned my hand", "safety"),
        ("Please say thank you to the kind fitter", "praise"),
    ],
)
def test_a_theme_is_found_without_its_own_words(finder: ThemeFinder, text: str, theme: str) -> None:
    (found,) = finder.find([text], THEMES.values())

    assert theme in {near.key for near in found.themes}


def test_the_nearest_come_first_and_not_many(finder: ThemeFinder) -> None:
    found = finder.find(["My parcel came late, broken, and you charged me twice"] * 3, THEMES.values())

    nearness = [near.nearness for near in found[0].themes]
    assert nearness == sorted(nearness, reverse=True)
    assert len(nearness) <= MOST
    assert min(nearness) >= NEAR
    assert found[0].themes == found[1].themes == found[2].themes


def test_a_text_means_the_same_alone_and_among_others(finder: ThemeFinder) -> None:
    texts = [row.text for row in read_file(TRAINING / "service_held_out.csv", Columns()).rows]

    together = finder.find(texts, THEMES.values())

    alone = [finder.find([text], THEMES.values())[0] for text in texts]
    assert [meant.signals for meant in together] == [meant.signals for meant in alone]
    for one, other in zip(together, alone, strict=True):
        assert [near.key for near in one.themes] == [near.key for near in other.themes]
        assert [near.nearness for near in one.themes] == pytest.approx(
            [near.nearness for near in other.themes], abs=1e-3
        )


@pytest.mark.parametrize("text", ["", "\ud83d", "The moon orbits the earth in a month"])
def test_what_is_about_none_of_them_has_none(finder: ThemeFinder, text: str) -> None:
    (found,) = finder.find([text], THEMES.values())

    assert found.themes == ()


@pytest.mark.parametrize(
    "text", ["😡😡😡", "@HarbourAndPine 📦➡️🗑️ https://example.com/late-parcel", "&#x1F621; 3/10"]
)
def test_pictures_alone_are_about_nothing(finder: ThemeFinder, text: str) -> None:
    pictures, words = finder.find([text, f"{text} my parcel is late"], THEMES.values())

    assert pictures.themes == ()
    assert pictures.sketch != b""
    assert "delivery" in {near.key for near in words.themes}


@pytest.mark.parametrize("themes", [[], [SOMETHING_ELSE]])
def test_without_themes_there_are_none(finder: ThemeFinder, themes: list[Theme]) -> None:
    assert finder.find(["My parcel came late"], themes) == [Meant()]


def test_a_long_letter_is_about_what_all_of_it_is_about(finder: ThemeFinder) -> None:
    letter = "Where is my parcel? The courier never came and the tracking says nothing. " * 20

    (found,) = finder.find([letter], THEMES.values())

    assert found.themes[0].key == "delivery"


def test_a_business_changes_its_themes_without_training(finder: ThemeFinder) -> None:
    own = [
        Theme("beds", "Beds", "The beds and pillows in the rooms", ("My mattress sagged",)),
        Theme("noise", "Noise", "It was loud", ("The bar kept us awake",)),
    ]

    beds, noise = finder.find(["The pillow was hard as a stone", "Music until four in the morning"], own)

    assert (beds.themes[0].key, noise.themes[0].key) == ("beds", "noise")


def test_what_is_in_another_language_has_none() -> None:
    (german,) = Interpreter(threads=1).score(["Das Paket kam nie an und niemand antwortet."], THEMES.values())

    assert german.themes == ()


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"manifest\.json"):
        ThemeFinder(tmp_path)


@pytest.mark.parametrize("name", ["model", "meaning"])
def test_it_is_told_how_to_put_back_what_came_with_the_bot(name: str) -> None:
    told = str(ModelMissing(SHIPPED.parent / name / "config.json", "is damaged"))

    assert told.endswith(f"git checkout -- bot/sentiment/{name}")


def test_who_says_the_same_has_a_sketch_that_is_alike_and_another_matter_has_another(
    finder: ThemeFinder,
) -> None:
    said = [
        "The app crashes when I pay",
        "Your app crashed when I tried to pay",
        "A vase in pieces",
        "\ud83d",
    ]

    crash, again, vase, nothing = (each.sketch for each in finder.find(said, THEMES.values()))

    assert likeness(sketch_of(crash), sketch_of(again)) > 0.7
    assert likeness(sketch_of(crash), sketch_of(vase)) < 0.4
    assert nothing == b""


def test_every_process_draws_the_same_sketch(finder: ThemeFinder) -> None:
    again = ThemeFinder(threads=1)

    (one,), (other,) = (each.find(["My parcel came late"], THEMES.values()) for each in (finder, again))

    assert likeness(sketch_of(one.sketch), sketch_of(other.sketch)) > 0.99
