"""Words are compared as people mean them, questions are read, excerpts show where the words stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policies.excerpts import EXCERPT_LENGTH, find_in
from models.policies.searching import (
    ERA,
    Asked,
    Text,
    Weight,
    era_of,
    read_question,
    why_not_search,
    write_question,
    write_vector,
)
from models.policies.words import fold, is_one_slip, stemmer_of, variants_of, words_in

LETTERS = st.sampled_from("abcé")
WORDS = st.text(LETTERS, min_size=2, max_size=8)
STEMS = {("english_stem", "lamps"): ["lamp"], ("english_stem", "the"): [], ("german_stem", "the"): ["the"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The CAFÉ, Straße & Ærø-Øl", ["the", "cafe", "strasse", "aero", "ol"]),
        ("ＦＵＬＬ ﬁne", ["full", "fine"]),
        ("par\u200bcel \u202egolf\u202c e\u0301te", ["parcel", "golf", "ete"]),
        ("a I 7 é x_y", ["7"]),
        ("lena@example.com DE-4711", ["lena", "example", "com", "de", "4711"]),
        ("荷物が", ["荷", "物", "が"]),
        ("हिन्दी พัสดุ", ["हिन्दी", "พัสดุ"]),
        ("🙂 & | ! ( ) : * ' \\ \x00 \ud800", []),
        ("x" * 99, ["x" * 60]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@given(st.text())
def test_no_word_has_what_postgresql_reads_as_a_mark_and_folding_again_changes_none(text: str) -> None:
    found = words_in(text)

    assert all(re.fullmatch(r"[^\s'\\&|!():*<>@_]+", word) for word in found)
    assert [words_in(word) for word in found] == [[word] for word in found]


@given(WORDS, st.integers(0, 8), LETTERS)
def test_whatever_one_slip_makes_of_a_word_is_known_as_one_and_shares_a_variant(
    word: str, at: int, letter: str
) -> None:
    at %= len(word)
    slips = {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    } - {word}

    assert all(is_one_slip(word, slip) and is_one_slip(slip, word) for slip in slips)
    assert all(set(variants_of(word)) & set(variants_of(slip)) for slip in slips)


@pytest.mark.parametrize("other", ["lamp", "lamps", "camps", "la", "plam", "lpma", "damps"])
def test_the_same_and_what_is_two_slips_away_are_no_slip(other: str) -> None:
    assert is_one_slip("lamp", other) is (other == "lamps")


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("", "What do you look for? Say words of the case"),
        (" \t", "What do you look for?"),
        ("a", "“a”: single letters stand in every text."),
        ("& | ! ( ) : * '", "There is no word in “& | ! ( ) : * '”."),
        ("\u200b\u200d", "There is no word in “\u200b\u200d”."),
        ("🙂", "There is no word in “🙂”."),
        ("lamp " * 1000, "A search takes at most 200 characters; this one has 4,999."),
        ("ab " * 13, "A search takes at most 12 words; this one has 13."),
    ],
)
def test_what_cannot_be_looked_for_is_told_what_would_be_right(question: str, why: str) -> None:
    assert (why_not_search(question) or "").startswith(why)


@pytest.mark.parametrize("question", ["41", "#41", "uk", "7", "猫", "🙂 lamp", "la\u200bmp", "l'été"])
def test_what_has_a_word_or_a_number_can_be_looked_for(question: str) -> None:
    assert why_not_search(question) is None


@pytest.mark.parametrize(
    ("question", "number"), [("41", 41), (" #41 ", 41), ("41 lamps", None), ("1" * 10, None), ("٤١", None)]
)
def test_a_number_alone_may_be_a_cases(question: str, number: int | None) -> None:
    assert read_question(question).number == number


def test_a_question_is_asked_in_all_languages_for_the_words_that_say_something_in_one() -> None:
    asked = Asked(("the", "lamps"), near={"lamps": ["lumps"]})

    question = write_question(asked, ["english_stem", "german_stem", None], STEMS)

    assert question.query == "(('lamps':* | 'lamp' | 'lumps'))"


def test_where_each_language_lets_out_another_word_either_will_do() -> None:
    stems = {("english_stem", "the"): [], ("german_stem", "die"): []}

    question = write_question(Asked(("the", "die")), ["english_stem", "german_stem", None], stems)

    assert question.query == "(('die':*)) | (('the'))"


def test_where_the_words_are_known_that_begin_so_they_are_asked_for() -> None:
    asked = Asked(("lam",), completed=("lamb", "lamp"))

    assert write_question(asked, [None], {}).query == "(('lam' | 'lamb' | 'lamp'))"


@pytest.mark.parametrize(
    ("words", "key"), [(("red", "lam"), "(('red'))"), (("lam",), "(('lam':*))"), (("lam", "uk"), None)]
)
def test_the_beginning_of_very_many_words_is_no_key_beside_others(
    words: tuple[str, ...], key: str | None
) -> None:
    question = write_question(Asked(words), [None], {})

    assert question.key == (key or question.query)


def test_a_document_has_places_weights_and_its_era() -> None:
    texts = [Text(["bo", "lamps"], Weight.CUSTOMER), Text(["the", "lamps"], Weight.FEEDBACK, "en-GB")]

    assert write_vector(2 * ERA, texts, STEMS) == "'bo':1A 'lamps':2A,14B 'lamp':14B '@2'"


def test_eras_are_of_so_many_cases_in_a_row() -> None:
    assert [era_of(number) for number in (1, ERA - 1, ERA)] == ["@0", "@0", "@1"]


@pytest.mark.parametrize(
    ("language", "stemmer"), [("de", "german_stem"), ("DE_at", "german_stem"), ("ja", None), (None, None)]
)
def test_a_language_has_a_stemmer_or_none(language: str | None, stemmer: str | None) -> None:
    assert stemmer_of(language) == stemmer


def test_an_excerpt_is_about_the_first_word_that_was_found() -> None:
    text = "word " * 100 + "my\n\nlämp and a lamp" + " word" * 100

    pieces = find_in(text, lambda word: word == "lamp")

    assert [piece.words for piece in pieces if piece.is_found] == ["lämp", "lamp"]
    assert "".join(piece.words for piece in pieces).startswith("…word")
    assert "my lämp and a lamp" in "".join(piece.words for piece in pieces)
    assert pieces[-1].words == "…"
    assert sum(len(piece.words) for piece in pieces) <= EXCERPT_LENGTH + 2


def test_a_short_text_is_shown_whole_and_one_without_the_words_not_at_all() -> None:
    assert "".join(piece.words for piece in find_in("A lamp.", "lamp".__eq__)) == "A lamp."
    assert find_in("A lamp.", "lam".__eq__) == ()


@given(st.text(st.sampled_from("ab é\u200b荷🙂"), max_size=400), st.sampled_from(["a", "ab", "荷"]))
def test_an_excerpt_is_never_empty_or_long_where_a_word_stands(text: str, word: str) -> None:
    pieces = find_in(text, lambda found: found == word)

    assert bool(pieces) is (word in words_in(text))
    assert all(fold(piece.words) for piece in pieces if piece.is_found)
    assert sum(len(piece.words) for piece in pieces) <= 2 * EXCERPT_LENGTH + 2
