"""Texts of invented businesses with the theme that each is about."""

from pathlib import Path

from training.signal_texts import TRAINING
from training.themed import read_businesses, read_topics


def test_no_business_that_is_held_out_is_taught() -> None:
    taught, held_out = (read_businesses(TRAINING / f"{name}.csv") for name in ("themed", "themed_held_out"))

    assert not {each.key for each in taught} & {each.key for each in held_out}
    texts = [text for each in (*taught, *held_out) for texts in each.texts for text in texts]
    assert len(set(texts)) == len(texts) > 4_700
    assert all(len(each.themes) == 10 for each in (*taught, *held_out))
    assert all(theme.description for each in taught for theme in each.themes)


def test_topics_of_another_set_are_learned_as_businesses_of_ten(tmp_path: Path) -> None:
    topics = tmp_path / "bank.csv"
    rows = "".join(f"My card {topic} {n},card_{topic}\n" for topic in range(12) for n in range(3))
    topics.write_text("text,label\n" + rows)

    first, second = read_topics(topics)

    assert [len(first.themes), len(second.themes)] == [10, 2]
    names = {
        theme.name: texts
        for each in (first, second)
        for theme, texts in zip(each.themes, each.texts, strict=True)
    }
    assert names["card 7"] == ("My card 7 0", "My card 7 1", "My card 7 2")
