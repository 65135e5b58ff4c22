"""How a text is spelt, in numbers: the same for the same letters, near for nearly the same."""

import numpy as np
import pytest

from bot.sentiment.ngrams import BLOCK, WIDTH, add_up, count_characters, count_tokens, likeness, weigh

WORDS = ("parcel", "courier", "refund", "Zyxo-7", "hotline")


def test_a_text_has_length_one_and_the_letters_of_its_words_wherever_they_stand() -> None:
    spelt = count_characters("My PARCEL\u00a0 is\nlate ")

    assert np.linalg.norm(spelt.values) == pytest.approx(1)
    assert spelt.places.max() < WIDTH
    assert len(np.unique(spelt.places)) == len(spelt.places)
    again = count_characters("my parcel is late")
    assert (spelt.places.tolist(), spelt.values.tolist()) == (again.places.tolist(), again.values.tolist())


def test_the_same_letters_are_the_same_numbers_in_every_process_and_every_version() -> None:
    # What was learned lies in the database: were these others, it would be noise.
    spelt = count_characters("ab")

    assert spelt.places.tolist() == [4615, 5165, 7287, 8968, 10339, 11258]
    assert np.sign(spelt.values).tolist() == [-1, 1, -1, 1, -1, 1]


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_nothing_is_spelt_without_numbers(text: str) -> None:
    assert len(count_characters(text).places) == 0
    assert likeness([count_characters(text), count_characters("a")])[0].tolist() == [0, 0]
    assert weigh([count_characters(text)], np.ones((2, WIDTH), np.float32)).tolist() == [[0, 0]]


@pytest.mark.parametrize("text", ["a", "\ud800", "\U0001f621", "\u202e\u200b", "x" * 100_000, "\0"])
def test_strange_texts_are_spelt_too(text: str) -> None:
    assert np.linalg.norm(count_characters(text).values) == pytest.approx(1, abs=1e-5)


def test_of_tokens_each_one_and_each_two_neighbours_are_counted() -> None:
    piece, turned = count_tokens([7, 8]), count_tokens([8, 7])

    assert len(piece.places) == 3
    assert len(set(piece.places.tolist()) & set(turned.places.tolist())) == 2
    assert len(count_tokens([7]).places) == 1
    assert len(count_tokens([]).places) == 0
    assert count_tokens([30_521] * 512).values.max() <= 1


def test_texts_that_share_words_are_alike_however_many_there_are() -> None:
    texts = [f"{WORDS[n % len(WORDS)]} number {n}" for n in range(BLOCK + 10)]
    spelt = [count_characters(text) for text in texts]

    alike = likeness(spelt)

    assert np.allclose(alike, alike.T)
    assert np.allclose(alike.diagonal(), 1, atol=1e-5)
    of_the_same_word = len(WORDS) * (BLOCK // len(WORDS) + 1)
    assert alike[0, of_the_same_word] > alike[0, 1] + 0.1
    one, other = 3, BLOCK + 7
    by_hand = dict(zip(spelt[one].places.tolist(), spelt[one].values.tolist(), strict=True))
    pairs = zip(spelt[other].places.tolist(), spelt[other].values.tolist(), strict=True)
    assert alike[one, other] == pytest.approx(
        sum(by_hand.get(place, 0) * value for place, value in pairs), abs=1e-5
    )


def test_weights_made_of_texts_weigh_others_by_their_likeness_to_them() -> None:
    spelt = [count_characters(word) for word in WORDS]
    shares = np.array([[1, 0], [0, 2], [0, 0], [-1, 0], [0, 1]], dtype=np.float32)

    weights = add_up(spelt, shares)

    assert weights.shape == (2, WIDTH)
    assert np.allclose(weigh(spelt, weights), likeness(spelt) @ shares, atol=1e-5)
