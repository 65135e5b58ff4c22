"""One case that holds two matters becomes two, in three ways."""

from tests.builders import ANA, BEN
from tests.story import CHANNEL, Story, words_of

MAIL = "ottilie@example.com"


def _is_claimed(story: Story) -> None:
    story.receives("My parcel never came and the driver shouted", author_handle=MAIL)
    story.clicks(ANA, "case_claim")


def _first_thread(story: Story) -> str:
    """What stands last below the card of case #1."""
    return words_of(story.workspace.thread(CHANNEL, story.cards[0]["ts"])[-1])


def test_a_case_is_split_by_command(story: Story) -> None:
    _is_claimed(story)

    answer = story.types(BEN, "/recovery split 1 The driver was rude")

    first, second = (words_of(card) for card in story.cards)
    assert answer == "A new case is split off case #1; the thread of each leads to the other."
    assert "#2 The driver was rude" in second
    assert f"<@{ANA}>" in second
    assert "✂️ Split from <http" in second
    assert "✂️ Split off: <http" in first
    assert f"✂️ <@{BEN}> split *#2* “The driver was rude” off this case." in _first_thread(story)
    assert f"✂️ <@{BEN}> split this case off *#1* “My parcel never came" in story.thread[-1]
    assert "|Case #1>" in story.thread[-1]


def test_a_case_is_split_in_its_thread(story: Story) -> None:
    _is_claimed(story)

    story.says(ANA, "@recovery split 2 drivers were rude")

    assert "#2 2 drivers were rude" in story.card_words


def test_a_case_is_split_from_its_card(story: Story) -> None:
    _is_claimed(story)
    story.clicks(ANA, "case_more", "split 1")

    errors = story.submits(ANA, title=" ")
    assert "Say what the new case is about" in errors["title"]
    story.submits(ANA, title="The driver was rude")

    assert "#2 The driver was rude" in story.card_words


def test_something_that_the_customer_said_later_is_split_off_in_each_way(story: Story) -> None:
    _is_claimed(story)
    story.receives("Also, the invoice is wrong", sentiment=0.0, author_handle=MAIL)
    story.receives("Also, the lamp hums", sentiment=0.0, author_handle=MAIL)

    shown = story.types(ANA, "/recovery show 1")
    story.types(ANA, "/recovery split 1 F2")
    story.workspace.click(ANA, CHANNEL, story.cards[0]["ts"], "case_more", "split 1")
    story.settle()
    offered = words_of(story.workspace.views(ANA)[-1])
    story.submits(ANA, piece="3", title=None)

    assert "📨 *F2*" in shown
    assert "“Also, the invoice is wrong”" in shown
    assert "F3 Also, the lamp hums" in offered
    assert "F2" not in offered
    titles = [words_of(card).splitlines()[0] for card in story.cards[1:]]
    assert titles == ["#2 Also, the invoice is wrong", "#3 Also, the lamp hums"]
