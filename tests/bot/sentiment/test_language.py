"""Which language a text is in: told for what can be told, and never wrong for long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentiment.language import detect_language

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My parcel never arrived and nobody answers.", "en"),
        ("NEVER AGAIN!!! WHERE IS MY MONEY", "en"),
        ("@AcmeAir you lost my bag #neveragain https://t.co/abc", "en"),
        ("Das Paket kam nie an und niemand antwortet.", "de"),
        ("Le colis n'est jamais arrivé 😡😡😡", "fr"),
        ("El paquete nunca llegó", "es"),
        ("Il pacco non è mai arrivato", "it"),
        ("Paczka nigdy nie dotarła", "pl"),
        ("Paket kayıp, kimse cevap vermiyor", "tr"),
        ("Пакет так и не пришел", "ru"),
        ("荷物が届きません", "ja"),
        ("包裹没有到", "zh"),
        ("الطرد لم يصل", "ar"),
        ("ขอบคุณครับ", "th"),
    ],
)
def test_the_language_of_plain_feedback_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "  \n", "👎", "@acme", "https://example.com/schlecht", "12345", "???", "\ud83d"]
)
def test_what_holds_no_words_is_in_no_language(text: str) -> None:
    assert detect_language(text) is None


@given(ANY_TEXT)
def test_any_text_gets_an_answer(text: str) -> None:
    assert detect_language(text) is None or len(str(detect_language(text))) in {2, 3}


@pytest.mark.parametrize("piece", ["a", "@", "&", "#a", "www.", "\ud800", "\u200f", "ü ", "&#"])
def test_a_hostile_text_is_answered_in_no_time(piece: str) -> None:
    began = time.process_time()
    detect_language(piece * 100_000)

    assert time.process_time() - began < 0.2
