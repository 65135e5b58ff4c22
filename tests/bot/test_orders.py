"""What people type is read as they mean it."""

import pytest

from bot.slack.orders import (
    read_contact,
    read_order,
    read_pause,
    read_verb,
)
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.vocabulary import ContactBy, PauseReason
from tests.builders import ANA

HERE = "C0DELIVERY"


@pytest.mark.parametrize(
    ("text", "verb", "number", "words"),
    [
        ("claim 41", Verb.CLAIM, 41, ""),
        ("claim #41", Verb.CLAIM, 41, ""),
        ("  CLAIM   41  ", Verb.CLAIM, 41, ""),
        ("note 41 two  words", Verb.NOTE, 41, "two  words"),
        ("note 41", Verb.NOTE, 41, ""),
        ("compensate 41 20 EUR voucher late", Verb.COMPENSATE, 41, "20 EUR voucher late"),
        ("list mine", Verb.LIST, None, "mine"),
        ("stats 30 days", Verb.STATS, None, "30 days"),
        ("claim", Verb.CLAIM, None, ""),
        ("claim forty-one", Verb.CLAIM, None, "forty-one"),
        ("", Verb.HELP, None, ""),
    ],
)
def test_a_command_is_read(text: str, verb: Verb, number: int | None, words: str) -> None:
    order = read_order(text, by=ANA, slack_channel=HERE)

    assert (order.verb, order.number, order.words) == (verb, number, words)


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("claim", 7, ""),
        ("claim 41", 41, ""),
        ("note 3 lamps were broken", 7, "3 lamps were broken"),
        ("note #41 see the other case", 41, "see the other case"),
        ("compensate 20 EUR voucher late", 7, "20 EUR voucher late"),
        ("resolve recovered 2 new lamps", 7, "recovered 2 new lamps"),
    ],
)
def test_in_a_thread_the_number_is_the_threads_unless_another_is_meant(
    text: str, number: int, words: str
) -> None:
    order = read_order(text, by=ANA, slack_channel=HERE, thread_case=7)

    assert (order.number, order.words) == (number, words)


@pytest.mark.parametrize(("word", "hint"), [("clame", "claim"), ("resolv", "resolve"), ("nots", "note")])
def test_an_unknown_verb_suggests_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(CannotDo, match=f"Did you mean `{hint}`"):
        read_verb(word)


@pytest.mark.parametrize(
    ("text", "reason", "why"),
    [
        ("customer They look for it", PauseReason.CUSTOMER, "They look for it"),
        ("for the customer: a &amp; b", PauseReason.CUSTOMER, "a & b"),
        ("Waiting for the customer", PauseReason.CUSTOMER, ""),
        ("third party The courier searches", PauseReason.THIRD_PARTY, "The courier searches"),
        ("waiting for a third party, the courier", PauseReason.THIRD_PARTY, "the courier"),
    ],
)
def test_what_is_waited_for_is_read_from_the_first_words(text: str, reason: PauseReason, why: str) -> None:
    assert read_pause(text, example="") == (reason, why)


@pytest.mark.parametrize("text", ["", "customers", "lunch", "until friday"])
def test_a_pause_for_nobody_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CannotDo, match=r"customer or third party.*`/recovery pause 41 customer They look"):
        read_pause(text, example="/recovery pause 41")


@pytest.mark.parametrize(
    ("text", "channel", "words"),
    [
        ("phone Promised a lamp", ContactBy.PHONE, "Promised a lamp"),
        ("called, promised a lamp", ContactBy.PHONE, "promised a lamp"),
        ("by e-mail: a &lt;lamp&gt;", ContactBy.EMAIL, "a <lamp>"),
        ("in person", ContactBy.IN_PERSON, ""),
        ("on X: sorry", ContactBy.SOCIAL_MEDIA, "sorry"),
    ],
)
def test_how_a_customer_was_reached_is_read_from_the_first_words(
    text: str, channel: ContactBy, words: str
) -> None:
    assert read_contact(text, example="") == (channel, words)


@pytest.mark.parametrize("text", ["", "phoned", "Promised a lamp"])
def test_a_contact_without_how_is_refused_with_the_ways_there_are(text: str) -> None:
    with pytest.raises(CannotDo, match=r"one of phone, email, sms.*: `/recovery contacted 41`"):
        read_contact(text, example="/recovery contacted 41")


@pytest.mark.parametrize(
    "text", ["snooze 2 days", "contacted phone 2 lamps", "reopen 2 lamps", "pause customer x"]
)
def test_in_a_thread_a_number_among_free_words_is_no_case(text: str) -> None:
    order = read_order(text, by=ANA, slack_channel=HERE, thread_case=41)

    assert (order.number, order.words) == (41, text.partition(" ")[2])
