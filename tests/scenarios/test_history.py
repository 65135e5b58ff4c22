"""The whole history of a case is shown page by page, to the one who asks; nothing is left out."""

from handlers import notes
from tests.builders import ANA, BEN, an_act
from tests.story import CHANNEL, Story, words_of


def keep_notes(story: Story, how_many: int, length: int = 10) -> None:
    """Ana writes that much to her colleagues, in numbered notes."""
    with story.desk.transaction() as session:
        for number in range(how_many):
            notes.add_note(session, 1, an_act(ANA), text=f"note {number:02d} {'& ' * (length // 2)}end")
    story.settle()


def test_a_short_history_is_one_page_with_who_and_when(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")

    shown = story.types(BEN, "/recovery show 1 history")

    assert "history, page 1 of 1" in shown
    assert f"🙋 <@{ANA}> claimed the case." in shown
    assert "<!date^" in shown


def test_a_long_history_is_paged_by_command_with_the_latest_first(story: Story) -> None:
    story.receives("My parcel never came")
    keep_notes(story, 45)

    first, last = story.types(BEN, "/recovery show 1 history"), story.types(BEN, "/recovery show 1 history 3")

    assert "page 1 of 3" in first
    assert "note 44" in first
    assert "note 24" not in first
    assert "Opened by rule" in last
    assert last.index("note 00") < last.index("note 01")


def test_the_button_below_a_page_shows_the_older_one(story: Story) -> None:
    story.receives("My parcel never came")
    keep_notes(story, 30)
    story.types(BEN, "/recovery show 1 history")
    page = story.workspace.ephemerals(BEN)[-1]

    story.workspace.click(BEN, CHANNEL, page["ts"], "case_show")

    older = story.workspace.until(lambda: story.workspace.ephemerals(BEN)[1:])[-1]
    assert "page 2 of 2" in words_of(older)
    assert "note 00" in words_of(older)


def test_a_mention_in_the_thread_shows_it_too(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(BEN, "@recovery show history")

    assert "history, page 1 of 1" in story.heard_by(BEN)[-1]


def test_notes_of_any_length_are_shown_whole(story: Story) -> None:
    story.receives("My parcel never came")
    keep_notes(story, 3, length=2900)

    pages = [story.types(BEN, f"/recovery show 1 history {number}") for number in (1, 2, 3)]

    assert "".join(pages).count("end") == 3


def test_a_page_that_does_not_exist_is_refused_with_those_that_do(story: Story) -> None:
    story.receives("My parcel never came")

    assert "has pages 1 to 1" in story.types(BEN, "/recovery show 1 history 2")
    assert "`show 1 history`" in story.types(BEN, "/recovery show 1 hystory")
    assert "no case #99" in story.types(BEN, "/recovery show 99 history")
