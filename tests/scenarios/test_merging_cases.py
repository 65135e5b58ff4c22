"""Duplicates become one case, and two again where that was wrong, in three ways."""

from datetime import timedelta

import pytest

from handlers import cards
from tests.builders import ANA, BEN, SAM
from tests.story import CHANNEL, Story, words_of

MAIL = "ottilie@example.com"


@pytest.fixture
def twice(story: Story) -> Story:
    """The same customer wrote twice: cases #1, which Ben has, and #2, whose card is the latest."""
    story.receives("My parcel HP-1042 never came", author_handle=MAIL)
    story.types(BEN, "/recovery claim 1")
    story.receives("Where is my parcel HP-1042", author_handle=MAIL)
    return story


def thread_of(story: Story, number: int) -> list[str]:
    """What stands below the card of a case."""
    card = story.cards[number - 1]
    return [words_of(reply) for reply in story.workspace.thread(CHANNEL, card["ts"])[1:]]


def test_a_duplicate_is_merged_by_command(twice: Story) -> None:
    answer = twice.types(ANA, "/recovery merge 2 1")

    goes_on, merged = (words_of(card) for card in twice.cards)
    assert answer == "Case #2 is merged into #1, which goes on; `/recovery unmerge 2` undoes it."
    assert "🔀 *Merged into <http" in merged
    assert "|#1>*" in merged
    assert "🔀 *Also <http" in goes_on
    assert "|#2>* Ottilie Fenwick by E-mail: “Where is my parcel HP-1042”" in goes_on
    assert f"🔀 <@{ANA}> merged the case into *#1* “My parcel HP-1042 never came”" in thread_of(twice, 2)[-1]
    assert f"🔀 <@{ANA}> merged *#2* “Where is my parcel HP-1042” into this case." in thread_of(twice, 1)[-1]


def test_who_has_the_case_that_goes_on_is_told(twice: Story) -> None:
    twice.types(ANA, "/recovery merge 2 1")
    twice.waits(timedelta(seconds=1))

    assert f"<@{ANA}> merged *#2*" in twice.told(BEN)[-1]


@pytest.mark.parametrize("words", ["merge 1", "merge #1", "merge into 1", "merge 2 1"])
def test_a_duplicate_is_merged_in_its_thread(twice: Story, words: str) -> None:
    twice.says(ANA, f"@recovery {words}")

    assert f"🔀 <@{ANA}> merged the case into *#1*" in twice.thread[-1]


def test_a_duplicate_is_merged_from_its_card_with_what_is_likely_and_why(twice: Story) -> None:
    twice.clicks(ANA, "case_more", "merge 2")
    (view,) = twice.workspace.views(ANA)
    proposed = words_of(view)

    errors = twice.submits(ANA, into="1", number=None)

    assert (
        "🔍 Maybe the same as #1 My parcel HP-1042 never came: same order HP-1042, same customer" in proposed
    )
    assert errors == {}
    assert "Merged into" in twice.card_words


def test_the_number_of_any_case_can_be_typed_into_the_form(twice: Story) -> None:
    twice.receives("The lamp hums")
    twice.clicks(ANA, "case_more", "merge 3")

    assert "is no number of a case" in twice.submits(ANA, number="one")["number"]
    assert "There is no case #99" in twice.submits(ANA, number="99")["number"]
    assert twice.submits(ANA, number="#1") == {}
    assert "Merged into" in twice.card_words


def test_a_form_whose_case_was_merged_meanwhile_says_so(twice: Story) -> None:
    twice.clicks(ANA, "case_more", "merge 2")
    twice.types(BEN, "/recovery merge 2 1")

    twice.submits(ANA, into="1", number=None)

    shown = words_of(twice.workspace.views(ANA)[-1])
    assert f"<@{BEN}> merged the case into *#1*" in shown
    assert "Case #2 was merged into #1, which goes on." in shown


def test_a_merge_is_undone_by_command_and_in_the_thread(twice: Story) -> None:
    twice.types(ANA, "/recovery merge 2 1")

    answer = twice.types(BEN, "/recovery merge 2 undo")
    twice.says(ANA, "@recovery merge 1")
    twice.says(ANA, "@recovery unmerge")

    assert answer == "Case #2 is on its own again; its clocks go on."
    assert f"↩️ <@{ANA}> undid the merge with *#1*" in twice.thread[-1]
    assert f"↩️ <@{ANA}> undid the merge with *#2*" in thread_of(twice, 1)[-1]
    assert "Merged into" not in twice.card_words
    assert "Also" not in words_of(twice.cards[0])


@pytest.mark.parametrize("number", [1, 2])
def test_a_merge_is_undone_by_the_button_below_either_card(twice: Story, number: int) -> None:
    twice.types(ANA, "/recovery merge 2 1")
    line = twice.workspace.thread(CHANNEL, twice.cards[number - 1]["ts"])[-1]

    twice.workspace.click(BEN, CHANNEL, line["ts"], "case_unmerge")
    twice.settle()

    assert f"↩️ <@{BEN}> undid the merge with" in thread_of(twice, number)[-1]


def test_a_merge_is_undone_from_the_card_of_the_merged_case(twice: Story) -> None:
    twice.types(ANA, "/recovery merge 2 1")

    twice.clicks(BEN, "case_unmerge")
    twice.clicks(ANA, "case_claim")

    assert f"🙋 <@{ANA}> claimed the case." in twice.thread[-1]


def test_who_undoes_what_is_undone_is_told(twice: Story) -> None:
    twice.types(ANA, "/recovery merge 2 1")
    line = twice.workspace.thread(CHANNEL, twice.card["ts"])[-1]
    twice.types(SAM, "/recovery unmerge 2")

    twice.workspace.click(BEN, CHANNEL, line["ts"], "case_unmerge")
    twice.settle()

    assert "Case #2 is not merged into another." in twice.heard_by(BEN)[-1]


def test_who_opens_a_case_sees_what_it_may_be_the_same_as(twice: Story) -> None:
    answer = twice.types(ANA, "/recovery show 2")

    assert "🔍 Maybe the same as #1 My parcel HP-1042 never came: same order HP-1042, same customer" in answer


def test_who_merges_into_nothing_is_told_what_is_likely(twice: Story) -> None:
    answer = twice.types(ANA, "/recovery merge 2")

    assert "Likely the same: #1 (same order HP-1042, same customer)." in answer


def test_what_happened_to_both_is_seen_in_the_case_that_goes_on(twice: Story) -> None:
    twice.types(ANA, "/recovery note 2 They phoned")
    twice.types(ANA, "/recovery merge 2 1")

    assert f"#2 📝 <@{ANA}>: They phoned" in twice.types(ANA, "/recovery show 1")
    assert f"#2 📝 <@{ANA}>: They phoned" in twice.types(ANA, "/recovery show 1 history")
    assert "🔀 1 merged as a duplicate" in twice.types(ANA, "/recovery stats")


def test_a_merged_case_keeps_its_thread(twice: Story) -> None:
    twice.types(ANA, "/recovery merge 2 1")

    twice.says(BEN, "They phoned again")

    assert "1, in the thread" in twice.card_words
    with twice.desk.transaction() as session:
        assert cards.load_card(session, 2, twice.rules.current()).notes == 1
