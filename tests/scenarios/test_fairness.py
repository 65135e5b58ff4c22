"""People see whether like cases are given alike: as they give, and in a report."""

from tests.builders import ANA, SAM
from tests.story import Story, words_of


def test_the_form_and_the_report_say_what_was_usual(story: Story) -> None:
    for number, amount in enumerate((10, 20, 20, 30, 40), start=1):
        story.receives(f"My parcel {number} <!channel> never came", attributes={"segment": "<!here>"})
        story.types(ANA, f"/recovery compensate {number} {amount} EUR voucher late")
    story.receives("My lamp never came")

    story.clicks(ANA, "case_compensate")
    form = words_of(story.workspace.views(ANA)[-1])
    report = story.types(SAM, "/recovery-stats fairness this month deliveries")
    of_a_person = story.types(SAM, f"/recovery-stats fairness <@{ANA}>")

    usual = "20.00 EUR, the middle half 20.00 to 30.00 EUR"
    assert f"Usual in like cases: {usual} (5 cases in a year)." in form
    assert f"*By team*\n• Deliveries: {usual} · 5 cases" in report
    assert f"*By segment*\n• &lt;!here&gt;: {usual} · 5 cases" in report
    assert f"*By theme*\n• _no theme known_: {usual} · 5 cases" in report
    assert "Fairness is told of teams" in of_a_person


def test_the_card_says_what_was_usual_to_who_works_on_it(story: Story) -> None:
    for number, amount in enumerate((10, 20, 20, 30, 40), start=1):
        story.receives(f"My parcel {number} never came")
        story.types(ANA, f"/recovery compensate {number} {amount} EUR voucher late")
    story.receives("My lamp never came")
    nobody_has_it = words_of(story.cards[-1])

    story.types(ANA, "/recovery claim 6")

    usual = "*Usual in like cases*\n20.00 EUR, the middle half 20.00 to 30.00 EUR (5 cases)"
    assert usual in words_of(story.cards[-1])
    assert "Usual" not in nobody_has_it
