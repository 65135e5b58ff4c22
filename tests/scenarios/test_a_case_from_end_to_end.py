"""The main job: feedback becomes a case thread, is worked, kept on the clock, and counted."""

from datetime import timedelta

from tests.builders import ANA, BEN, SAM, STRANGER
from tests.story import Story


def test_negative_feedback_appears_as_a_card(story: Story) -> None:
    story.receives("Parcel lost, 240 euro gone", sentiment=-0.8)

    assert len(story.cards) == 1
    assert "Parcel lost, 240 euro gone" in story.card_words
    assert "nobody yet" in story.card_words
    assert "Unhappy customer" in story.card_words


def test_feedback_that_no_rule_matches_shows_nothing(story: Story) -> None:
    story.receives("Lovely lamp", sentiment=0.9)

    assert story.cards == []


def test_a_button_claims_the_case_and_the_card_is_edited_in_place(story: Story) -> None:
    story.receives("My parcel never came")

    story.clicks(ANA, "case_claim")

    assert len(story.cards) == 1
    assert f"<@{ANA}>" in story.card_words
    assert story.thread == [f"🙋 <@{ANA}> claimed the case."]


def test_a_command_claims_the_case(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types(ANA, "/recovery claim 1")

    assert answer == "Case #1 is yours."
    assert f"<@{ANA}>" in story.card_words


def test_a_mention_in_the_thread_claims_the_case_without_its_number(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery claim")

    assert f"<@{ANA}>" in story.card_words
    assert f"🙋 <@{ANA}> claimed the case." in story.thread


def test_the_second_of_two_clicks_is_told_who_was_first(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")

    answer = story.types(BEN, "/recovery claim 1")

    assert f"already with <@{ANA}>" in answer


def test_a_case_is_assigned_and_reassigned_by_form(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(SAM, "case_more", "assign 1")
    story.submits(SAM, to=ANA)
    story.clicks(SAM, "case_more", "reassign 1")

    story.submits(SAM, to=BEN)

    assert f"<@{BEN}>" in story.card_words
    assert f"moved from <@{ANA}> by <@{SAM}>" in story.thread[-1]


def test_a_case_is_assigned_and_reassigned_by_command(story: Story) -> None:
    story.receives("My parcel never came")

    story.types(SAM, "/recovery assign 1 @ana")
    answer = story.types(SAM, "/recovery reassign 1 @ben")

    assert answer == f"Case #1 is with <@{BEN}> now."


def test_a_note_from_a_form_stands_in_the_thread(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_note")

    errors = story.submits(ANA, text="The courier <found> it")

    assert errors == {}
    assert story.thread == [f"📝 <@{ANA}>: The courier &lt;found&gt; it"]


def test_what_people_write_in_the_thread_is_a_note(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(BEN, "I know this customer")

    assert "1, in the thread" in story.card_words


def test_what_can_be_given_to_nobody_is_refused_at_the_field(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_compensate")

    errors = story.submits(ANA, kind="voucher", amount="-80", reason="a week late")

    assert "must be above zero" in errors["amount"]


def test_compensation_by_form_shows_on_the_card(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_compensate")

    story.submits(ANA, kind="voucher", amount="19,90", reason="a week late")

    assert "19.90 EUR" in story.card_words
    assert story.thread == [f"🎁 <@{ANA}> gave a voucher of *19.90 EUR* (G1): a week late\nHand over G1…"]


def test_compensation_by_mention(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery compensate 20 EUR voucher parcel came late")

    assert "20.00 EUR" in story.card_words


def test_resolving_by_form_ends_the_case(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_resolve")

    story.submits(ANA, outcome="recovered", theme="delivery", what_was_done="Sent a new lamp")

    assert "✅ resolved" in story.card_words
    assert "Sent a new lamp" in story.card_words


def test_resolving_by_command_needs_words(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types(ANA, "/recovery resolve 1 recovered")

    assert "what was done" in answer


def test_a_case_nobody_answers_is_pinged_then_escalated(story: Story) -> None:
    story.receives("My parcel never came")

    story.waits(timedelta(minutes=5))
    story.waits(timedelta(minutes=6))

    assert "nobody has it yet" in story.thread[0]
    assert f"Escalated to <@{SAM}>" in story.thread[1]
    assert len(story.workspace.messages("#recovery-supervisors")) == 1


def test_the_list_and_the_case_are_shown_to_the_one_who_asks(story: Story) -> None:
    story.receives("My parcel never came")

    listed = story.types(ANA, "/recovery list")
    shown = story.types(ANA, "/recovery show 1")

    assert "1 open case for Deliveries" in listed
    assert "\nMy parcel never came\n" in shown


def test_the_figures_tell_what_happened(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    story.types(ANA, "/recovery compensate 1 20 EUR voucher late")

    answer = story.types(SAM, "/recovery-stats this week deliveries")

    assert "*Cases opened* 1: 1 complaint" in answer
    assert "*To acknowledge* in time 100% (1 of 1)" in answer
    assert "20.00 EUR in 1 gift" in answer


def test_a_stranger_is_told_who_can(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types("U0LEA", "/recovery claim 99")

    assert "There is no case #99" in answer
    assert STRANGER not in story.card_words


def test_an_unknown_verb_suggests_the_nearest(story: Story) -> None:
    answer = story.types(ANA, "/recovery clame 1")

    assert "Did you mean `claim`?" in answer
