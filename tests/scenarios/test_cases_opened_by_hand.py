"""What customers say at a counter or by phone is a case too: by shortcut, from a message, by command."""

from models.policies.rulebook import Admins
from tests.builders import ANA, a_rulebook
from tests.story import CHANNEL, Story

HUMS = "The lamp hums and nobody called back"


def _fill_in(story: Story, **changes: str) -> dict[str, str]:
    fields = {
        "customer": "Ottilie Fenwick",
        "source": "email",
        "team": "deliveries",
        "kind": "complaint",
        "priority": "high",
    }
    return story.submits(ANA, **(fields | changes))


def test_a_case_is_made_from_anywhere(story: Story) -> None:
    story.ear.feelings[HUMS] = -0.6
    story.workspace.shortcut(ANA, "new_case")

    errors = _fill_in(story, text=HUMS)

    assert errors == {}
    assert story.form_words(ANA) == "Case #1 is open in #recovery-deliveries."
    assert HUMS in story.card_words
    assert f"<@{ANA}> heard it from the customer" in story.card_words


def test_a_case_is_made_from_a_message_once(story: Story) -> None:
    story.ear.feelings[HUMS] = -0.6
    ts = story.workspace.say(ANA, CHANNEL, HUMS)
    story.workspace.shortcut(ANA, "new_case_from_message", CHANNEL, ts)
    _fill_in(story, text=HUMS)
    story.workspace.shortcut(ANA, "new_case_from_message", CHANNEL, ts)

    errors = _fill_in(story, text=HUMS)

    assert errors == {"text": "This is case #1 already."}
    assert len(story.cards) == 1


def test_a_case_is_opened_by_command_for_the_channels_team(story: Story) -> None:
    story.ear.feelings[HUMS] = -0.6

    answer = story.types(ANA, f"/recovery new {HUMS}")

    assert answer == "Case #1 is open in #recovery-deliveries."
    assert HUMS in story.card_words


def test_outside_a_teams_channel_the_command_says_where(story: Story) -> None:
    answer = story.types(ANA, f"/recovery new {HUMS}", channel="#feedback")

    assert "team's channel" in answer


def test_a_person_of_no_team_cannot_open_a_case(story: Story) -> None:
    story.ear.feelings[HUMS] = -0.6
    story.workspace.shortcut("U0LEA", "new_case")
    story.rules.rulebook = a_rulebook(admins=Admins((), "#recovery-admins"))

    errors = story.submits(
        "U0LEA", text=HUMS, source="email", team="deliveries", kind="complaint", priority="low"
    )

    assert "Only people of Deliveries" in errors["team"]


def test_a_message_is_kept_as_a_note(story: Story) -> None:
    story.receives("My parcel never came")
    ts = story.workspace.say(ANA, "#feedback", "The courier called me")
    story.workspace.shortcut(ANA, "note_from_message", "#feedback", ts)

    errors = story.submits(ANA, number="#1", text="The courier called me")

    assert errors == {}
    assert story.thread == [f"📝 <@{ANA}>: The courier called me"]


def test_a_note_on_a_wrong_number_is_refused_at_the_number(story: Story) -> None:
    ts = story.workspace.say(ANA, CHANNEL, "The courier called me")
    story.workspace.shortcut(ANA, "note_from_message", CHANNEL, ts)

    errors = story.submits(ANA, number="forty-one", text="The courier called me")

    assert "is no number of a case" in errors["number"]
