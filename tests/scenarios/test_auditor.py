"""What should have happened and did not is told to the admins, once, and once when it is well again."""

from datetime import timedelta

from bot.auditing import audit_books
from bot.schedule import sweep_clocks
from tests.story import Story, words_of

ADMINS = "#recovery-admins"
UNSWEPT = "⚠️ Clocks that nobody looked at in time: 1 (case #1)"
MISSED = "⚠️ Thresholds that were reached and are not written down: 1 (50% of case #1)"


def audits(story: Story) -> None:
    """Two schedulers' auditors look, one right after the other."""
    audit_books(story.desk, [])
    audit_books(story.desk, [])
    story.settle()


def heard_by_admins(story: Story) -> list[str]:
    """What stands in the admins' channel."""
    return [words_of(message) for message in story.workspace.messages(ADMINS)]


def test_promises_that_nobody_watches_are_told_once(story: Story) -> None:
    story.receives("My parcel never came")
    audits(story)

    story.clock.forward(timedelta(minutes=8))
    audits(story)
    sweep_clocks(story.desk)
    audits(story)

    assert heard_by_admins(story) == [
        f"{UNSWEPT}\n{MISSED}",
        "✅ Clocks are looked at in time again\n✅ Thresholds are written down again",
    ]
