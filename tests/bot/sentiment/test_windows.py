"""How a long text is cut into pieces, and how what was heard of them is joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentiment.windows import LONGEST_RUN, RUN_COSTS, SHORT, WINDOW, Felt, Pieces, Token, cut, join, runs

CALM = Felt(negative=0.1, neutral=0.2, positive=0.7)
GRUMPY = Felt(negative=0.7, neutral=0.2, positive=0.1)
FURIOUS = Felt(negative=0.96, neutral=0.03, positive=0.01)


def tokens_of(text: str) -> list[Token]:
    """A token for each character that is not blank."""
    return [
        Token(number, start) for number, start in enumerate(range(len(text))) if not text[start].isspace()
    ]


def test_a_short_text_is_heard_in_one_piece() -> None:
    pieces = cut("Ab. Cd.", tokens_of("Ab. Cd."))

    assert pieces == Pieces(windows=[[0, 1, 2, 4, 5, 6]], sentences=[])


def test_a_text_without_tokens_has_no_pieces() -> None:
    assert cut("", []) == Pieces(windows=[], sentences=[])


def test_a_long_text_is_heard_whole_and_sentence_by_sentence() -> None:
    text = f"{'a' * 50}. {'b' * 60}! Hi! {'c' * 40}?\n{'d' * 9}"

    pieces = cut(text, tokens_of(text))

    assert [len(sentence) for sentence in pieces.sentences] == [51, 61, 3 + 41, 9]
    assert [len(window) for window in pieces.windows] == [51 + 61, 3 + 41 + 9]


def test_an_endless_sentence_is_cut_into_windows() -> None:
    text = "a" * 300

    pieces = cut(text, tokens_of(text))

    assert [len(window) for window in pieces.windows] == [126, 126, 48]
    assert pieces.sentences == []


@given(st.text(st.sampled_from("ab.!?\n \"'"), min_size=SHORT + 1, max_size=600))
def test_no_token_is_lost_or_heard_twice(text: str) -> None:
    tokens = tokens_of(text)

    pieces = cut(text, tokens)

    heard = [number for window in pieces.windows for number in window]
    assert heard == [token.number for token in tokens]
    assert all(1 <= len(piece) <= WINDOW for piece in pieces.all())


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param([CALM, CALM], CALM, id="a calm text"),
        pytest.param([CALM, GRUMPY], CALM, id="a grumble does not outweigh the rest"),
        pytest.param([CALM, FURIOUS, CALM], (0.616, 0.098, 0.286), id="one furious line is heard"),
    ],
)
def test_the_worst_sentence_weighs_when_it_is_furious(sentences: list[Felt], expected: Felt) -> None:
    pieces = Pieces(windows=[[1] * 70], sentences=[[1] * 10] * len(sentences))

    assert join(pieces, [CALM], sentences) == pytest.approx(expected)


def test_windows_weigh_by_their_length() -> None:
    pieces = Pieces(windows=[[1] * 90, [1] * 10], sentences=[])

    assert join(pieces, [CALM, GRUMPY], []) == pytest.approx((0.16, 0.2, 0.64))


def test_pieces_of_like_length_are_heard_in_one_run() -> None:
    assert runs([12, 10, 11]) == [[1, 2, 0]]


def test_a_long_piece_does_not_pad_many_short_ones() -> None:
    assert runs([126, 8, 9, 8, 9]) == [[1, 3, 2, 4], [0]]


@given(st.lists(st.integers(1, WINDOW), max_size=100))
def test_every_piece_is_heard_in_one_run_and_little_is_padding(lengths: list[int]) -> None:
    groups = runs(lengths)

    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    assert all(len(group) <= LONGEST_RUN for group in groups)
    heard = [len(group) * max(lengths[place] for place in group) for group in groups]
    assert sum(heard) - sum(lengths) <= RUN_COSTS * len(lengths)
