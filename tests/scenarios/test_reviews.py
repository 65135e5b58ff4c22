"""What the model is not sure of is asked of people, and their answer decides."""

from datetime import timedelta
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.schedule import settle_reviews
from handlers import corrections
from handlers.jobs import Job, Urgency, defer
from models.feedback import FeedbackDecision, Sentiment
from models.policies.review import ReviewRules
from models.policies.rules import Answer, Facts, Verdict
from models.policies.themes import Theme
from models.review import Label
from models.vocabulary import AgentId, NearTheme, SentimentLabel
from tests.builders import ANA, BEN, SAM, a_rule, a_rulebook, a_team
from tests.story import Story, words_of

REVIEWS = "#recovery-review"
RULES = ReviewRules(REVIEWS, below=0.7, wait=timedelta(hours=1), at_most=3)
UNSURE = -0.5
WORDS = "Well, that was an experience"


@pytest.fixture
def asking(story: Story) -> Story:
    """A bot that asks what it is not sure of."""
    story.rules.rulebook = a_rulebook(review=RULES)
    return story


def questions(story: Story) -> list[dict[str, Any]]:
    return [message for message in story.workspace.messages(REVIEWS) if message.get("bot_id")]


def answers(story: Story, who: str, label: str) -> None:
    """Somebody presses one of the three buttons."""
    story.workspace.click(who, REVIEWS, questions(story)[-1]["ts"], f"review_{label}")
    story.settle()


def labels(story: Story) -> list[tuple[SentimentLabel | None, SentimentLabel | None, AgentId]]:
    with story.desk.transaction() as session:
        return [(each.sentiment, each.heard_as, each.said_by) for each in session.scalars(select(Label))]


def test_a_persons_answer_opens_the_case_and_is_kept(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)
    assert asking.cards == []
    assert "The model is not sure: negative 50%, neutral 50%, positive 0%." in words_of(questions(asking)[0])
    assert WORDS in words_of(questions(asking)[0])

    answers(asking, ANA, "negative")

    (question,) = questions(asking)
    assert len(asking.cards) == 1
    assert f"😠 *negative*, says <@{ANA}>: case #1 is open by rule *Unhappy customer*." in words_of(question)
    assert not [block for block in question["blocks"] if block["type"] == "actions"]
    assert labels(asking) == [(SentimentLabel.NEGATIVE, SentimentLabel.NEGATIVE, ANA)]
    assert "negative (-1.00, 100% sure)" in asking.card_words


def test_an_answer_that_no_rule_asks_for_opens_nothing(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)

    answers(asking, SAM, "positive")

    assert asking.cards == []
    assert f"😊 *positive*, says <@{SAM}>: no case was opened." in words_of(questions(asking)[0])


def test_the_first_answer_counts(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)
    asked = questions(asking)[0]

    asking.workspace.click(ANA, REVIEWS, asked["ts"], "review_positive")
    asking.workspace.click(BEN, REVIEWS, asked["ts"], "review_negative")
    asking.settle()

    assert asking.cards == []
    assert len(labels(asking)) == 1
    (told,) = asking.heard_by(BEN)
    assert told.startswith(f"✋ <@{ANA}> has said it already.")


def test_only_people_of_a_team_may_answer(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)
    asking.rules.rulebook = a_rulebook(review=RULES, teams={"deliveries": a_team(members=(BEN,))})

    answers(asking, ANA, "negative")

    assert asking.cards == []
    (told,) = asking.heard_by(ANA)
    assert told.startswith(
        "✋ Only people of a team can say how feedback feels. To become one of them: `/recovery join"
    )


def test_when_nobody_answers_in_time_the_model_is_believed(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)

    asking.clock.forward(timedelta(minutes=59))
    settle_reviews(asking.desk)
    asking.settle()
    assert asking.cards == []
    asking.clock.forward(timedelta(minutes=2))
    settle_reviews(asking.desk)
    asking.settle()

    assert len(asking.cards) == 1
    assert "nobody answered in time, so as the model heard it: case #1 is open" in words_of(
        questions(asking)[0]
    )
    assert labels(asking) == []


def test_nobody_is_asked_where_every_answer_leads_to_the_same(asking: Story) -> None:
    asking.rules.rulebook = a_rulebook(
        review=RULES, rules=(a_rule(condition=lambda facts: Verdict(Answer.MATCHED)),)
    )

    asking.receives(WORDS, sentiment=UNSURE)

    assert questions(asking) == []
    assert len(asking.cards) == 1


def _is_dangerous(facts: Facts) -> Verdict:
    return Verdict(Answer.MATCHED if facts["signals.safety"] else Answer.NOT_MATCHED)


def test_what_is_dangerous_by_its_meaning_waits_for_nobody(asking: Story) -> None:
    asking.rules.rulebook = a_rulebook(
        review=RULES, rules=(a_rule(name="Danger", condition=_is_dangerous), a_rule())
    )
    asking.ear.signals[WORDS] = ("safety",)

    asking.receives(WORDS, sentiment=UNSURE)

    assert questions(asking) == []
    assert len(asking.cards) == 1
    with asking.desk.transaction() as session:
        assert session.scalars(select(FeedbackDecision.rule)).one() == "Danger"


def test_what_was_heard_besides_the_feeling_counts_after_the_answer_too(asking: Story) -> None:
    asking.rules.rulebook = a_rulebook(
        review=RULES,
        rules=(
            a_rule(
                name="Angry and in danger",
                condition=lambda facts: Verdict(
                    Answer.MATCHED
                    if facts["signals.safety"] and facts["sentiment.label"] == "negative"
                    else Answer.NOT_MATCHED
                ),
            ),
        ),
    )
    asking.ear.signals[WORDS] = ("safety",)
    asking.receives(WORDS, sentiment=UNSURE)

    answers(asking, ANA, "negative")

    with asking.desk.transaction() as session:
        assert session.scalars(select(Sentiment.signals)).one() == ["safety"]
        assert session.scalars(select(FeedbackDecision.rule)).one() == "Angry and in danger"


def test_what_the_model_is_sure_of_and_what_is_old_is_not_asked(asking: Story) -> None:
    asking.receives("My parcel never came", sentiment=-0.9)

    assert questions(asking) == []
    assert len(asking.cards) == 1


def test_more_than_people_can_answer_is_decided_as_the_model_heard_it(asking: Story) -> None:
    asking.receives_all([f"{WORDS} {number}" for number in range(5)], sentiment=UNSURE)

    assert len(questions(asking)) == RULES.at_most
    assert len(asking.cards) == 5 - RULES.at_most


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> ```*free* <https://evil.example|money>",
        "\u202e\u202egnp.exe " + "e\u0301\u0301\u0301\u0301\u0301" * 50,
        "x" * 50_000,
    ],
)
def test_a_customers_words_do_nothing_in_the_question(asking: Story, words: str) -> None:
    asking.receives(words, sentiment=UNSURE)

    (question,) = questions(asking)
    said = str(question["blocks"])
    assert "<!channel>" not in question["text"]
    assert "'type': 'broadcast'" not in said
    assert "\u202e" not in said
    assert len(said) < 6_000


def test_heard_once_more_nothing_is_asked_or_decided_twice(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)

    with asking.desk.transaction() as session:
        defer(session, Job.HEAR, 1, lock=None, urgency=Urgency.NEW_CASE)
    asking.settle()

    with asking.desk.transaction() as session:
        assert session.scalars(select(FeedbackDecision)).all() == []
        assert len(session.scalars(select(Sentiment)).all()) == 1
    assert len(questions(asking)) == 1


def test_a_question_that_somebody_deleted_can_still_run_out(asking: Story) -> None:
    asking.receives(WORDS, sentiment=UNSURE)
    client = WebClient(asking.workspace.bot_token, base_url=asking.workspace.api_url, retry_handlers=[])
    channel = asking.workspace.channel(REVIEWS)["id"]
    client.chat_delete(channel=channel, ts=questions(asking)[0]["ts"])

    asking.clock.forward(timedelta(hours=2))
    settle_reviews(asking.desk)
    asking.settle()

    assert questions(asking) == []
    assert len(asking.cards) == 1


def test_what_was_heard_wrong_is_corrected_on_the_card_and_kept(story: Story) -> None:
    story.receives("Great, another delay", sentiment=-0.9)

    story.clicks(ANA, "case_more", "correct 1")
    story.submits(ANA, sentiment="positive", theme="other")

    assert "positive (+1.00, 100% sure)" in story.card_words
    assert (
        f"👂 <@{ANA}> corrected what was heard: it feels *positive* and it is about *Something else*."
        in (story.thread[-1])
    )
    assert labels(story) == [(SentimentLabel.POSITIVE, SentimentLabel.NEGATIVE, ANA)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("neutral", "it feels *neutral*."),
        ("neutral something else", "it feels *neutral* and it is about *Something else*."),
        ("Other", "it is about *Something else*."),
    ],
)
def test_a_correction_can_be_typed(story: Story, words: str, said: str) -> None:
    story.receives("My parcel never came")

    story.types(ANA, f"/recovery correct 1 {words}")

    assert said in story.thread[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Say what it is: how it feels"),
        ("parcels", "“parcels” is neither a sentiment nor a theme. It is"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(story: Story, words: str, said: str) -> None:
    story.receives("My parcel never came")

    assert said in story.types(ANA, f"/recovery correct 1 {words}")
    assert labels(story) == []


def test_what_people_said_is_exported_the_latest_word_on_each(story: Story) -> None:
    story.ear.feelings["Late\nGreat, =another delay"] = -0.9
    story.receives("Great, =another delay", sentiment=-0.9, title="Late")
    story.types(ANA, "/recovery correct 1 neutral other")
    story.types(BEN, "/recovery correct 1 positive")

    with story.desk.transaction() as session:
        (learned,) = corrections.list_learned(session)

    assert (learned.text, learned.label, learned.reason) == (
        "Late\nGreat, =another delay",
        SentimentLabel.POSITIVE,
        "other",
    )
    assert learned.heard_as is SentimentLabel.NEGATIVE


def test_the_two_likeliest_themes_stand_on_the_card_and_rules_can_ask_for_them(story: Story) -> None:
    late, waiting = Theme("late", "Late <delivery>", "It came late"), Theme("wait", "Waiting", "A queue")
    story.rules.rulebook = a_rulebook(
        themes={"late": late, "wait": waiting}, rules=(a_rule(condition=_is_late),)
    )
    story.ear.about["Still no parcel"] = (NearTheme("late", 0.61), NearTheme("wait", 0.4))

    story.receives("Still no parcel", sentiment=0.1)
    story.receives("Nice lamp", sentiment=0.1)

    assert len(story.cards) == 1
    assert "*Themes*\nLate &lt;delivery&gt;, Waiting" in story.card_words


def test_a_theme_that_was_wrong_is_corrected_on_the_card(story: Story) -> None:
    themes = {"late": Theme("late", "Late", "It came late"), "wait": Theme("wait", "Waiting", "A queue")}
    story.rules.rulebook = a_rulebook(themes=themes)
    story.ear.about["Still no parcel"] = (NearTheme("late", 0.61), NearTheme("wait", 0.4))
    story.receives("Still no parcel")

    story.types(ANA, "/recovery correct 1 waiting")

    assert "*Themes*\nWaiting" in story.card_words


def _is_late(facts: Facts) -> Verdict:
    is_late = "late" in cast("list[str]", facts["themes"])
    return Verdict(Answer.MATCHED if is_late else Answer.NOT_MATCHED)


def test_what_no_model_reads_is_counted_as_such(story: Story) -> None:
    story.ear.unread.add("Das kam nie an")
    story.receives("Das kam nie an")
    story.receives("My parcel never came")

    told = story.types(ANA, "/recovery-stats today")

    assert "2: 1 negative, 0 neutral, 0 positive, 1 in a language that no model reads" in told
    assert len(story.cards) == 1
