"""Cases that wait: paused, snoozed and resumed, by command, in the thread and from the card."""

from datetime import timedelta

from tests.builders import ANA, BEN
from tests.story import Story

MINUTE = timedelta(minutes=1)
MAIL = "ottilie@example.com"


def _has_a_case(story: Story) -> None:
    story.receives("My parcel never came", author_handle=MAIL)
    story.clicks(ANA, "case_claim")


def test_a_case_is_paused_and_resumed_by_command(story: Story) -> None:
    _has_a_case(story)

    paused = story.types(ANA, "/recovery pause 1 customer They look for the receipt")
    card = story.card_words
    resumed = story.types(BEN, "/recovery resume 1")

    assert (paused, resumed) == ("Case #1 is paused, waiting for the customer.", "Case #1 goes on.")
    assert f"by <@{ANA}>, waiting for the customer: They look for the receipt" in card
    assert "Paused" not in story.card_words
    assert story.thread[-2:] == [
        f"⏸️ <@{ANA}> paused the case, waiting for the customer: They look for the receipt",
        f"▶️ <@{BEN}> resumed the case after under 1 min.",
    ]


def test_a_case_is_paused_and_resumed_in_its_thread(story: Story) -> None:
    _has_a_case(story)

    story.says(ANA, "@recovery pause waiting for a third party: 2 couriers search")
    card = story.card_words
    story.says(ANA, "@recovery resume")

    assert "waiting for a third party: 2 couriers search" in card
    assert f"▶️ <@{ANA}> resumed the case" in story.thread[-1]


def test_a_case_is_paused_and_resumed_from_the_card(story: Story) -> None:
    _has_a_case(story)

    story.clicks(ANA, "case_more", "pause 1")
    story.submits(ANA, reason="waiting for a third party", why="The courier searches")
    card = story.card_words
    story.clicks(BEN, "case_more", "resume 1")

    assert "waiting for a third party: The courier searches" in card
    assert f"▶️ <@{BEN}> resumed the case" in story.thread[-1]


def test_a_snoozed_case_comes_back_by_itself_and_calls_who_has_it(story: Story) -> None:
    _has_a_case(story)

    answer = story.types(ANA, "/recovery snooze 1 90 min The courier comes then")
    card = story.card_words
    story.waits(91 * MINUTE)

    assert "Case #1 is snoozed until" in answer
    assert "snoozed until" in card
    assert "⏰ The case is back from its snooze: The courier comes then" in story.thread
    assert (
        "My parcel never came: ⏰ The case is back from its snooze: The courier comes then"
        in (story.told(ANA)[-1])
    )
    assert "Paused" not in story.card_words
    assert "🚨" not in story.card_words


def test_a_case_is_snoozed_in_its_thread_in_words_of_the_writer(story: Story) -> None:
    _has_a_case(story)

    story.says(ANA, "@recovery snooze 2 days The courier comes then")

    assert f"<@{ANA}> snoozed the case until" in story.thread[-1]
    assert story.thread[-1].endswith(": The courier comes then")


def test_a_case_is_snoozed_from_the_card(story: Story) -> None:
    _has_a_case(story)
    until = story.clock.now() + 30 * MINUTE

    story.clicks(ANA, "case_more", "snooze 1")
    story.submits(ANA, until=int(until.timestamp()))
    story.waits(30 * MINUTE)

    assert "⏰ The case is back from its snooze." in story.thread


def test_the_customers_answer_ends_the_wait_and_the_thread_says_so(story: Story) -> None:
    _has_a_case(story)
    story.types(ANA, "/recovery pause 1 customer They look for the receipt")
    first_thread = story.cards[0]["ts"]

    story.receives("Here is the receipt", sentiment=0.0, author_handle=MAIL)

    assert story.card["ts"] == first_thread
    assert "📨 The customer wrote again, so the case goes on" in story.thread[-1]
    story.waits(MINUTE)
    assert "📨 The customer wrote again" in story.told(ANA)[-1]
    assert "Paused" not in story.card_words


def test_the_second_of_two_who_pause_is_told_who_was_first(story: Story) -> None:
    _has_a_case(story)
    story.clicks(BEN, "case_more", "pause 1")
    story.types(ANA, "/recovery pause 1 third party The courier searches")

    story.submits(BEN, reason="waiting for the customer", why="They look for it")

    assert f"paused already, waiting for a third party, by <@{ANA}>" in story.form_words(BEN)


def test_a_menu_that_is_out_of_date_is_answered_in_words(story: Story) -> None:
    _has_a_case(story)
    story.types(ANA, "/recovery pause 1 customer They look for it")
    story.clicks(BEN, "case_more", "resume 1")

    answer = story.types(ANA, "/recovery resume 1")

    assert "Case #1 is not paused." in answer


def test_who_does_not_say_whom_they_wait_for_is_told_how(story: Story) -> None:
    _has_a_case(story)

    answer = story.types(ANA, "/recovery pause 1 lunch")

    assert "customer or third party" in answer
    assert "`/recovery pause 1 customer They look for the receipt`" in answer


def test_the_figures_tell_who_paused_for_how_long(story: Story) -> None:
    _has_a_case(story)
    story.types(ANA, "/recovery pause 1 customer They look for it")
    story.clock.forward(90 * MINUTE)

    everybody = story.types(BEN, "/recovery-stats today")
    bens = story.types(BEN, "/recovery-stats today mine")

    assert "⏸️ *Pauses* 1 in 1 case, 1 h 30 min in all" in everybody
    assert f"by <@{ANA}> 1× (1 h 30 min) · longest #1 1× (1 h 30 min)" in everybody
    assert "⏸️ *Pauses* none" in bens


def test_a_case_in_full_lists_its_pauses(story: Story) -> None:
    _has_a_case(story)
    story.types(ANA, "/recovery pause 1 customer They look for it")
    story.clock.forward(90 * MINUTE)
    story.types(BEN, "/recovery resume 1")
    story.types(BEN, "/recovery snooze 1 2h")

    shown = story.types(ANA, "/recovery show 1")

    assert f"⏸️ waiting for the customer by <@{ANA}> for 1 h 30 min" in shown
    assert "until resumed: They look for it" in shown
    assert f"by <@{BEN}>, snoozed until" in shown


def test_a_menu_is_empty_again_for_who_changes_their_mind(story: Story) -> None:
    _has_a_case(story)
    before = [block["block_id"] for block in story.card["blocks"]]

    story.clicks(ANA, "case_more", "pause 1")
    after = [block["block_id"] for block in story.card["blocks"]]
    story.clicks(ANA, "case_more", "pause 1")
    story.submits(ANA, reason="waiting for the customer", why="They look for it")

    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]
    assert "They look for it" in story.card_words
