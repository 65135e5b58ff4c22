"""Cases are found again by words, names, notes and numbers, only by who may look at them."""

import pytest

from bot.schedule import write_documents
from tests.builders import ANA, BEN, SAM, a_rulebook, a_team
from tests.scenarios.test_mine import listed
from tests.story import CHANNEL, Story, words_of


@pytest.fixture
def shelf(story: Story) -> Story:
    """Two cases of which search knows: a lamp of Ottilie's, a parcel of Jörg's with a note."""
    story.receives("My *lamp* arrived broken <!channel>", author_name="Ottilie Fenwick")
    story.receives("The parcels never arrived at the café", author_name="Jörg Straßer", language="en")
    story.says(ANA, "The courier *found* them")
    write_documents(story.desk)
    return story


def test_cases_are_found_by_command_and_mention_with_the_words_marked(shelf: Story) -> None:
    by_command = shelf.types(BEN, "/recovery search broken lamp")
    shelf.says(BEN, "@recovery search cafe PARCEL")
    by_mention = shelf.workspace.ephemerals(BEN)[-1]

    assert listed(by_command) == [1]
    assert "🔎 *1 case* with “broken lamp”" in by_command
    assert "🔴 My lamp arrived broken &lt;!channel&gt; · " in by_command
    quote = by_mention["blocks"][2]["elements"][0]["elements"]
    assert [each["text"] for each in quote if each.get("style")] == ["parcels", "café"]


def test_notes_are_found_and_no_more_when_they_are_removed(shelf: Story) -> None:
    note = shelf.workspace.thread(CHANNEL, shelf.card["ts"])[1]
    found = shelf.types(BEN, "/recovery search courier")
    shelf.workspace.delete(ANA, CHANNEL, note["ts"])
    shelf.workspace.until(shelf.is_quiet)
    write_documents(shelf.desk)

    assert "📝 " in found
    assert shelf.types(BEN, "/recovery search courier").startswith("No case has all of “courier”.")


def test_a_number_comes_first_and_at_once(shelf: Story) -> None:
    shelf.receives("I ordered 2 chairs")
    write_documents(shelf.desk)
    shelf.receives("A fourth matter")

    assert listed(shelf.types(BEN, "/recovery search #4")) == [4]
    assert listed(shelf.types(BEN, "/recovery search 2")) == [2, 3]


def test_a_slip_of_a_finger_is_forgiven_and_the_case_is_a_click_away(shelf: Story) -> None:
    answer = shelf.types(BEN, "/recovery search ottilie fenwik")

    shelf.workspace.click(BEN, CHANNEL, shelf.workspace.ephemerals(BEN)[-1]["ts"], "case_show")

    shown = shelf.workspace.until(lambda: shelf.workspace.ephemerals(BEN)[1:])[-1]
    assert listed(answer) == [1]
    assert "with “ottilie fenwik” or fenwick, the best first" in answer
    assert "*Case #1*" in words_of(shown)


def test_who_may_not_look_finds_nothing(shelf: Story) -> None:
    private = a_team(members=(BEN,), supervisors=(), is_private=True)
    shelf.rules.rulebook = a_rulebook(teams={"deliveries": private})

    assert "No case has all" in shelf.types(SAM, "/recovery search lamp")
    assert "No case has all" in shelf.types(SAM, "/recovery search 1")
    assert listed(shelf.types(BEN, "/recovery search lamp")) == [1]


def test_many_are_paged_and_a_button_leads_on(story: Story) -> None:
    story.receives_all([f"Lamp {n} & <shade> broken" for n in range(7)])
    write_documents(story.desk)
    first = story.types(ANA, "/recovery search lamp &amp; broken")
    page = story.workspace.ephemerals(ANA)[-1]

    story.workspace.click(ANA, CHANNEL, page["ts"], "case_search")

    second = words_of(story.workspace.until(lambda: story.workspace.ephemerals(ANA)[1:])[-1])
    assert (listed(first), listed(second)) == ([7, 6, 5, 4, 3], [2, 1])
    assert "page 2 of 2" in second
    assert "What was found has pages 1 to 2." in story.types(ANA, "/recovery search lamp broken page 3")


def test_what_is_no_question_is_refused_and_nobody_is_called(shelf: Story) -> None:
    answers = [
        shelf.types(ANA, f"/recovery search {words}") for words in ("", "🙂", "the of", "<!channel> `x`")
    ]

    assert answers[0].startswith("✋ What do you look for?")
    assert answers[1].startswith("✋ There is no word in “🙂”.")
    assert answers[2].startswith("✋ “the of” stands in every text.")
    assert answers[3].startswith("🔎 *1 case* with “channel”")
    assert "<!channel>" not in "".join(answers)
