"""One way of writing a text for the model, in training and at run time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentiment.normalise import MOST_CHARACTERS, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("@AcmeAir you lost my bag", "@user you lost my bag", id="handle"),
        pytest.param("write to bea@example.com", "write to bea@example.com", id="an address is no handle"),
        pytest.param("see https://example.com/a?b=1&c=2 now", "see http now", id="link"),
        pytest.param("see www.example.com now", "see http now", id="link without a scheme"),
        pytest.param("awww.that is sweet", "aww.that is sweet", id="no link inside a word"),
        pytest.param("cheap &amp; nasty &#39;service&#x27;", "cheap & nasty 'service'", id="entities"),
        pytest.param("fish & chips &nothing;", "fish & chips &nothing;", id="no entity"),
        pytest.param("#SoSlowToday", "#So Slow Today", id="hashtag"),
        pytest.param("soooo slooooow", "soo sloow", id="long letters"),
        pytest.param("order 1000000", "order 1000000", id="long numbers stay"),
        pytest.param("why?????? now!!!!", "why??? now!!!", id="long marks"),
        pytest.param("bad 👎", "bad thumbs down bad", id="emoji as customers mean it"),
        pytest.param("lost 🧳", "lost luggage", id="emoji by its name"),
        pytest.param("no😡😡 😡", "no very angry", id="a run of one emoji"),
        pytest.param("ok 👍🏽", "ok thumbs up good", id="skin tone"),
        pytest.param("love ❤️ it", "love love it", id="variation selector"),
        pytest.param("te\u200br\u202eri\ufeffble\x00 \x1bbad", "terrible bad", id="what cannot be seen"),
        pytest.param("half \ud83d of one", "half of one", id="half a character"),
        pytest.param("one\r\n \r\n  two\tthree  ", "one\ntwo three", id="blanks; lines stay lines"),
        pytest.param(" \u200b\n ", "", id="nothing"),
    ],
)
def test_a_text_is_written_as_the_model_reads_it(written: str, read: str) -> None:
    assert normalise(written) == read


@given(ANY_TEXT)
def test_any_text_is_written_as_text_that_can_be_stored_and_sent(text: str) -> None:
    written = normalise(text)

    assert written.encode("utf-8") is not None
    assert written == written.strip()
    assert "\x00" not in written


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "a",
        "@",
        "#aA",
        "&",
        "&#",
        "&amp;",
        "www.",
        "!",
        "!?",
        "😡",
        "\u200b",
        "\ud800",
        "a\n",
        " \n",
        "e\u0301",
    ],
)
def test_a_hostile_text_is_written_in_no_time(piece: str) -> None:
    hostile = piece * (10 * MOST_CHARACTERS)

    began = time.process_time()
    normalise(hostile)

    assert time.process_time() - began < 0.5


def test_a_number_too_long_for_an_entity_is_left_as_it_is() -> None:
    assert normalise("&#" + "1" * 5_000 + ";") == "&#" + "1" * 5_000 + ";"
