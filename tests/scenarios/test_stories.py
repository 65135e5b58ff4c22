"""A recovery that is worth telling is nominated, read by a lead, and told without who the customer is."""

from dataclasses import replace

import pytest

from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import Story, words_of

STORIES = "#recovery-stories"
RULES = a_rulebook(teams={"deliveries": a_team(leads=(LEA, SAM))}, stories_channel=STORIES)
TOLD = (
    "🌟 the customer sings again &lt;!here&gt;\n"
    "The customer: “I am the customer, order the customer, and &lt;!channel&gt; my parcel never came”\n"
    "What Deliveries did: Called [number], sent it again"
)


@pytest.fixture
def story(story: Story) -> Story:
    """A case that Ana resolved, of somebody with a name, a handle and an order."""
    story.rules.rulebook = RULES
    story.receives(
        "I am Ottilie, order HP-1042, and <!channel> my parcel never came",
        attributes={"order": "HP-1042"},
        author_handle="ottilie@example.com",
    )
    story.types(ANA, "/recovery resolve 1 recovered delivery Called 020 7946 0958, sent it again")
    return story


def published(story: Story) -> list[str]:
    """What everybody reads."""
    return [words_of(message) for message in story.workspace.messages(STORIES)]


def press(story: Story, who: str, button: str) -> None:
    """A lead presses a button of the latest message to them."""
    ts = story.workspace.dms(who)[-1]["ts"]
    story.workspace.click(who, story.slack.channel_id(who), ts, button)
    story.settle()


def test_a_lead_reads_what_is_published_and_publishes_it_with_one_click(story: Story) -> None:
    story.clicks(ANA, "case_more", "nominate 1")
    errors = story.submits(ANA, sentence="Ottilie Fenwick sings again <!here>")
    preview = story.told(LEA)[-1]

    press(story, LEA, "case_publish")

    assert errors == {}
    assert TOLD in preview
    assert published(story) == [TOLD]
    assert f"📣 *Published* by <@{LEA}>" in story.told(SAM)[-1]
    assert "Publish\n" not in story.told(SAM)[-1]
    assert f"📣 <@{LEA}> published the story in {STORIES}." in story.thread
    assert "published the story" in story.told(ANA)[-1]


def test_a_lead_publishes_it_in_other_words(story: Story) -> None:
    story.types(ANA, "/recovery nominate 1 Sings again")
    press(story, LEA, "case_publish_changed")

    story.submits(LEA, text="Somebody sings again, <@U0BEN> <!channel> says")

    assert published(story) == ["🌟 Somebody sings again, &lt;@U0BEN&gt; &lt;!channel&gt; says"]


def test_it_is_set_aside_by_mention_once(story: Story) -> None:
    story.says(ANA, "@recovery nominate Sings again")
    story.types(SAM, "/recovery away until friday")
    story.says(LEA, "@recovery shelve")

    late = story.types(SAM, "/recovery publish 1")
    story.types(SAM, "/recovery back")
    story.types(BEN, "/recovery nominate 1 She still sings")
    twice = story.types(ANA, "/recovery nominate 1 Sings again")

    assert f"<@{LEA}> has set aside the story of case #1 already" in late
    assert f"<@{BEN}> has nominated case #1 already" in twice
    assert published(story) == []
    assert "🗄️ *Set aside* by" in story.told(LEA)[0]


def test_a_story_needs_an_end_a_sentence_a_lead_and_a_place(story: Story) -> None:
    no_words = story.types(ANA, "/recovery nominate 1")
    nobody = story.types(LEA, "/recovery publish 1")
    story.types(ANA, "/recovery nominate 1 Sings again")
    by_agent = story.types(ANA, "/recovery publish 1")
    story.types(ANA, "/recovery reopen 1 Broken")
    reopened = story.types(LEA, "/recovery publish 1")
    unresolved = story.types(ANA, "/recovery nominate 1 Sings again")
    story.rules.rulebook = replace(RULES, stories_channel=None)
    nowhere = story.types(ANA, "/recovery nominate 1 Sings again")

    assert "Say in a sentence why it is worth telling" in no_words
    assert "Nobody has nominated case #1" in nobody
    assert "Only leads and admins of Deliveries can publish its stories" in by_agent
    assert "was reopened" in reopened
    assert "is not over yet" in unresolved
    assert "an admin can name their channel" in nowhere
