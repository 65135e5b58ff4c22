"""What is told of a recovery does not tell who the customer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policies.stories import CUSTOMER, Identity, told, without_identity

OTTILIE = Identity(
    names=("Ottilie Fenwick-Lee", "Zoë Ødegård"),
    handles=("ottilie.fenwick@example.com", "@tilly_f"),
    others=("HP-1042", "+44 20 7946 0958"),
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ottilie Fenwick-Lee wept", "the customer wept"),
        ("OTTILIE's parcel", "the customer's parcel"),
        ("Mrs Fenwick  was glad, ottilie too", "Mrs the customer  was glad, the customer too"),
        ("Fenwicks and Bottilie are others", "Fenwicks and Bottilie are others"),
        ("zoë ødegård called", "the customer called"),
        ("Zoe\u0308 called", "the customer called"),
        ("_Ottilie_ and *Fenwick*", "_the customer_ and *the customer*"),
        ("Ot\u200btilie called", "the customer called"),
        ("\uff2f\uff54\uff54\uff49\uff4c\uff49\uff45 called", "the customer called"),
        ("write to ottilie.fenwick@example.com", "write to [address]"),
        ("write to someone.else+x@mail.example.co.uk!", "write to [address]!"),
        ("@tilly_f and tilly_f and @other.one", "the customer and the customer and [handle]"),
        ("order HP-1042, or hp-1042", "order the customer, or the customer"),
        ("order AB-99/7 and 4711-X", "order [number] and [number]"),
        ("call 020 7946 0958 or +49 (0)30 1234567", "call [number] or [number]"),
        ("born 1984-05-12, card 4111 1111 1111 1111", "born [number], card [number]"),
        (
            "gave 129.00 EUR and 50 EUR for 3 lamps in 2 days",
            "gave 129.00 EUR and 50 EUR for 3 lamps in 2 days",
        ),
        ("see https://shop.example/orders/77?u=ottilie", "see [link]"),
        ("nothing to hide", "nothing to hide"),
        ("", ""),
    ],
)
def test_names_handles_addresses_and_numbers_are_taken_out(said: str, shown: str) -> None:
    assert without_identity(said, OTTILIE) == shown


AROUND = st.text(alphabet=" .,;:!?()_*~`'\"\n-<>|&@/\u200b\u202e", max_size=30)


@given(
    AROUND, AROUND, st.sampled_from(["Ottilie", "FENWICK", "lee", "Zoë", "tilly_f", "ottilie  fenwick-lee"])
)
def test_no_name_and_no_handle_stays_whatever_stands_around_it(before: str, after: str, name: str) -> None:
    shown = without_identity(f"{before}{name}{after}", OTTILIE)

    assert name.casefold() not in shown.casefold()


def test_somebody_of_whom_nothing_is_known_loses_numbers_and_addresses_all_the_same() -> None:
    assert without_identity("a@b.example, 12345, Ann", Identity()) == "[address], [number], Ann"


def test_long_words_of_a_customer_are_cut_and_nothing_is_too_long() -> None:
    story = told(
        team="Deliveries",
        sentence="Ottilie came back",
        words="x " * 50_000,
        done="Sent it again",
        who=OTTILIE,
    )

    assert story.splitlines()[0] == f"{CUSTOMER} came back"
    assert len(story) < 700
    assert story.endswith("What Deliveries did: Sent it again")
