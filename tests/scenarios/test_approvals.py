"""What passes a limit is asked for, and decided by one click: from the form, by command, by mention."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.approval import ApprovalRequest
from models.compensation import LedgerEntry
from models.policies.catalogue import AsGiven, Offer, PerPoint
from models.policies.ladders import Ladder, Step
from models.policies.rights import Role
from models.vocabulary import CompensationKind
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team, euro
from tests.story import CHANNEL, Story, words_of

MINUTE = timedelta(minutes=1)
ASK = "/recovery ask 1 80 EUR voucher late"
IN_TWO_STEPS = Ladder(
    "approvers", (Step(timedelta(0), ("supervisors",)), Step(10 * MINUTE, ("leads", "#recovery-supervisors")))
)
RULES = a_rulebook(
    teams={"deliveries": a_team(leads=(LEA,))},
    ladders={"approvers": IN_TWO_STEPS},
    compensation=replace(
        a_rulebook().compensation,
        approval_ladder="approvers",
        limits_per_approval={Role.SUPERVISOR: euro(100), Role.LEAD: euro(1000)},
    ),
)


@pytest.fixture
def story(story: Story) -> Story:
    """A case, and a ladder of two steps for what passes a limit."""
    story.rules.rulebook = RULES
    story.receives("My parcel <!channel> never came", author_handle="ottilie@example.com")
    return story


def asks(story: Story, who: str) -> list[str]:
    """What that person was told and asked, the latest last."""
    return [words_of(message) for message in story.workspace.dms(who)]


def press(story: Story, who: str, button: str) -> None:
    """Somebody presses a button of the latest message that asks them."""
    ts = story.workspace.dms(who)[-1]["ts"]
    story.workspace.click(who, story.slack.channel_id(who), ts, button)
    story.settle()


def ledger(story: Story) -> list[tuple[str, str, str | None, str | None]]:
    """Who gave how much, who approved it, and over which limit."""
    with story.desk.transaction() as session:
        rows = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
        return [(row.granted_by, str(row.amount.normalize()), row.approved_by, row.over) for row in rows]


def test_what_passes_a_limit_is_asked_for_from_the_form_and_approved_with_one_click(story: Story) -> None:
    story.clicks(ANA, "case_compensate")
    first = story.submits(ANA, kind="voucher", amount="80", reason="late & <loud>")
    form = words_of(story.workspace.views(ANA)[-1])
    errors = story.submits(ANA)

    press(story, SAM, "case_approve")

    assert first == errors == {}
    assert "over your limit of 50.00 EUR for one case: 0.00 EUR was given, 50.00 EUR is left" in form
    assert f"<@{SAM}> or <@{LEA}> can approve it" in form
    assert ledger(story) == [(ANA, "8E+1", SAM, "50.00 EUR for one case")]
    assert f"✅ *Approved* by <@{SAM}>" in asks(story, SAM)[-1]
    assert "Approve less…" not in asks(story, SAM)[-1]
    assert f"✅ <@{SAM}> approved *voucher of 80.00 EUR* for <@{ANA}>" in story.told(ANA)[-1]
    assert "late &amp; &lt;loud&gt;" in story.thread[-1]
    assert f"🎁 <@{ANA}> gave a voucher of *80.00 EUR* (G1)" in "\n".join(story.thread)
    assert "80.00 EUR" in story.card_words
    assert "Waits for approval" not in story.card_words


def test_the_one_who_is_asked_sees_the_case_the_limits_and_what_was_before(story: Story) -> None:
    story.types(ANA, "/recovery compensate 1 20 EUR voucher late")
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent it again")
    story.receives("Late <!channel> again", author_handle="ottilie@example.com")

    story.types(ANA, "/recovery ask 2 80 EUR voucher late")

    asked = asks(story, SAM)[-1]
    assert f"<@{ANA}> asks to give *voucher of 80.00 EUR*\n“late”" in asked
    assert "over their limit of 50.00 EUR for one case: 0.00 EUR was given, 50.00 EUR is left" in asked
    assert "Ottilie Fenwick" in asked
    assert "*The customer* has 1 other case, 0 open, and was given 20.00 EUR in the last year" in asked
    assert "#1 My parcel &lt;!channel&gt; never came: recovered, given 20.00 EUR" in asked
    assert f"Waits for approval*\n🙏 voucher of 80.00 EUR, asked by <@{ANA}>" in story.card_words


def test_a_command_over_a_limit_offers_a_button_that_asks(story: Story) -> None:
    refusal = story.types(ANA, "/recovery compensate 1 80 EUR voucher late &amp; lost")
    offer = story.workspace.ephemerals(ANA)[-1]

    story.workspace.click(ANA, CHANNEL, offer["ts"], "case_ask")
    story.settle()

    assert "80.00 EUR is over your limit of 50.00 EUR for one case" in refusal
    assert story.heard_by(ANA)[-1].startswith("Case #1: it is asked for")
    assert "late &amp; lost" in asks(story, SAM)[-1]


def test_less_is_approved_from_its_form(story: Story) -> None:
    story.types(ANA, ASK)
    press(story, SAM, "case_approve_less")
    wrong = story.submits(SAM, amount="90")

    errors = story.submits(SAM, amount="60")

    assert "approve that, or less of it" in wrong["amount"]
    assert errors == {}
    assert ledger(story) == [(ANA, "6E+1", SAM, "50.00 EUR for one case")]
    assert "60.00 EUR, not *voucher of 80.00 EUR*" in asks(story, SAM)[-1]
    assert "approved *60.00 EUR*, not *voucher of 80.00 EUR*, for" in story.told(ANA)[-1]


def test_a_no_has_a_reason_that_the_asker_and_the_thread_read(story: Story) -> None:
    story.types(ANA, ASK)
    press(story, SAM, "case_decline")

    story.submits(SAM, reason="Call them <!here> first")

    assert ledger(story) == []
    assert f"⛔ <@{SAM}> declined *voucher of 80.00 EUR* for <@{ANA}>" in story.told(ANA)[-1]
    assert "Call them &lt;!here&gt; first" in story.thread[-1]
    assert "*Declined* by" in asks(story, SAM)[-1]


def test_it_is_decided_by_command_and_by_mention_too(story: Story) -> None:
    story.says(ANA, "@recovery ask 80 EUR voucher late")
    listed = story.types(SAM, "/recovery approvals")
    own = story.types(ANA, "/recovery approvals")
    story.types(SAM, "/recovery decline 1 Call them first")
    story.says(ANA, "@recovery ask 80 EUR voucher late")
    story.says(SAM, "@recovery approve 70")
    story.says(ANA, "@recovery ask 20 EUR voucher late")
    story.types(SAM, "/recovery approve 1 10 EUR")
    figures = story.types(SAM, "/recovery-stats this week")

    assert "*1 waits for your approval*" in listed
    assert "🙏 *Asked for approval* 3: 2 approved for less, 1 declined · median wait 0 s" in figures
    assert "*You wait for 1*" in own
    assert [each[:3] for each in ledger(story)] == [(ANA, "7E+1", SAM), (ANA, "1E+1", SAM)]


def test_asking_twice_is_one_request_and_another_waits_for_its_end(story: Story) -> None:
    story.types(ANA, ASK)

    story.types(ANA, ASK)
    other = story.types(BEN, "/recovery ask 1 90 EUR voucher late")

    assert len(asks(story, SAM)) == 1
    assert f"<@{ANA}> has asked for a voucher of 80.00 EUR in case #1 already" in other


def test_a_request_climbs_its_ladder_past_who_is_away(story: Story) -> None:
    story.types(SAM, "/recovery away until friday")
    story.types(ANA, ASK)
    story.types(SAM, "/recovery back")
    before = asks(story, SAM)

    story.waits(10 * MINUTE)

    assert before == []
    assert "asks to give" in asks(story, LEA)[-1]
    channel = [words_of(message) for message in story.workspace.messages("#recovery-supervisors")]
    assert ["asks to give" in each for each in channel].count(True) == 1


def test_a_request_that_nobody_decides_goes_up_and_the_admins_are_told_once(story: Story) -> None:
    story.types(ANA, ASK)
    story.waits(10 * MINUTE)
    told_by_then = story.workspace.messages("#recovery-admins")
    story.waits(10 * MINUTE)
    story.waits(60 * MINUTE)

    press(story, LEA, "case_approve")

    assert told_by_then == []
    admins = [words_of(message) for message in story.workspace.messages("#recovery-admins")]
    assert ["waits since" in each and "for approval" in each for each in admins].count(True) == 1
    assert "Nobody has decided about *voucher of 80.00 EUR* yet" in "\n".join(story.thread)
    assert f"*Approved* by <@{LEA}>" in asks(story, SAM)[0]


def test_what_is_too_much_for_a_supervisor_goes_to_the_lead_at_once(story: Story) -> None:
    story.types(ANA, "/recovery ask 1 150 EUR voucher late")

    by_command = story.types(SAM, "/recovery approve 1")

    assert asks(story, SAM) == []
    assert "asks to give *voucher of 150.00 EUR*" in asks(story, LEA)[-1]
    assert f"150.00 EUR is more than supervisors may approve here. <@{LEA}> can approve it." in by_command


def test_a_request_lapses_when_the_case_is_resolved_or_the_asker_withdraws(story: Story) -> None:
    story.types(ANA, ASK)
    story.types(BEN, "/recovery resolve 1 recovered delivery Sent it again")
    late = story.types(SAM, "/recovery approve 1")
    story.types(ANA, "/recovery reopen 1 Broken")
    story.types(ANA, ASK)
    by_other = story.types(BEN, "/recovery withdraw 1")

    story.clicks(ANA, "case_more", "withdraw 1")

    assert "*Lapsed*" in asks(story, SAM)[0]
    assert f"<@{BEN}> has ended case #1" in late
    assert "the case is over" in story.told(ANA)[-1]
    assert f"Only <@{ANA}>, who asked, can take it back" in by_other
    assert "*Taken back* by" in asks(story, SAM)[1]
    assert ledger(story) == []


def test_a_case_that_moves_asks_the_people_of_its_new_team(story: Story) -> None:
    billing = a_team(
        key="billing", name="Billing", channel="#recovery-billing", members=(ANA,), supervisors=(BEN,)
    )
    story.rules.rulebook = replace(RULES, teams=RULES.teams | {"billing": billing})
    story.types(ANA, ASK)

    story.types(SAM, "/recovery move 1 billing")
    story.waits(timedelta(seconds=1))
    by_old = story.types(SAM, "/recovery approve 1")
    story.types(BEN, "/recovery approve 1")

    assert "asks to give *voucher of 80.00 EUR*" in asks(story, BEN)[0]
    assert "Only supervisors, leads and admins of Billing can decide" in by_old
    assert ledger(story) == [(ANA, "8E+1", BEN, "50.00 EUR for one case")]


def test_points_and_percent_are_approved_for_less_in_their_own_unit(story: Story) -> None:
    offer = Offer("points", "Points", CompensationKind.POINTS, PerPoint(Decimal("0.10")))
    limits = replace(RULES.compensation, catalogue={"points": offer})
    story.rules.rulebook = replace(RULES, compensation=limits)
    story.types(ANA, "/recovery ask 1 800 points late")
    press(story, SAM, "case_approve_less")

    errors = story.submits(SAM, amount="600 points")

    assert errors == {}
    assert "Points, 800 points, worth 80.00 EUR" in asks(story, SAM)[-1]
    assert ledger(story) == [(ANA, "6E+1", SAM, "50.00 EUR for one case")]


def test_who_comes_second_is_told_who_decided(story: Story) -> None:
    story.types(ANA, ASK)
    message = story.workspace.dms(SAM)[-1]
    story.types(LEA, "/recovery approve 1")

    answer = story.types(SAM, "/recovery approve 1")
    with story.desk.transaction() as session:
        number = session.scalar(select(ApprovalRequest.id))
    stale = story.types(SAM, f"/recovery approve 1 R{(number or 0) + 1}")

    assert f"<@{LEA}> has approved the voucher of 80.00 EUR" in answer
    assert "is over" in stale
    assert message["ts"] == story.workspace.dms(SAM)[-1]["ts"]


def test_it_is_decided_by_who_may_and_against_the_limits_of_that_moment(story: Story) -> None:
    story.types(ANA, ASK)
    more = replace(RULES.compensation, limits_per_case={Role.AGENT: euro(60)})
    nobody = replace(RULES.teams["deliveries"], supervisors=())
    story.rules.rulebook = replace(RULES, compensation=more, teams={"deliveries": nobody})

    press(story, SAM, "case_approve")
    story.types(LEA, "/recovery approve 1")

    assert (
        f"Only supervisors, leads and admins of Deliveries can decide what is asked for its cases: <@{LEA}>"
        in ("\n".join(story.heard_by(SAM)))
    )
    assert ledger(story) == [(ANA, "8E+1", LEA, "60.00 EUR for one case")]
    assert "By the limits of that moment:\n• over their limit of 60.00 EUR" in asks(story, SAM)[-1]


def test_nobody_approves_their_own(story: Story) -> None:
    story.types(SAM, "/recovery ask 1 300 EUR voucher late")

    answer = story.types(SAM, "/recovery approve 1")

    assert "Nobody decides about what they asked for themself" in answer
    assert asks(story, SAM) == []
    assert "300.00 EUR" in asks(story, LEA)[-1]


def test_what_is_within_the_limits_or_beyond_everybodys_is_not_asked_for(story: Story) -> None:
    within = story.types(ANA, "/recovery ask 1 20 EUR voucher late")
    story.rules.rulebook = replace(RULES, teams={"deliveries": a_team(supervisors=())})
    strict = replace(RULES.compensation, limits_per_approval={Role.ADMIN: euro(100)})
    story.rules.rulebook = replace(story.rules.rulebook, compensation=strict)
    beyond = story.types(ANA, "/recovery ask 1 500 EUR voucher late")
    given = story.types(ANA, "/recovery compensate 1 500 EUR voucher late")

    assert "is within your limits" in within
    assert "Nobody can approve so much" in beyond
    assert "Nobody can approve so much" in given


def test_what_a_case_is_about_is_looked_at_again_when_it_is_approved(story: Story) -> None:
    offer = Offer("lamp", "New lamp", CompensationKind.VOUCHER, AsGiven(), for_themes=frozenset({"quality"}))
    catalogue = replace(RULES.compensation, catalogue={"lamp": offer})
    story.rules.rulebook = replace(RULES, compensation=catalogue)
    story.types(ANA, "/recovery correct 1 quality")
    story.types(ANA, "/recovery ask 1 80 EUR lamp it broke")
    story.types(BEN, "/recovery correct 1 delivery")

    refused = story.types(SAM, "/recovery approve 1")
    story.types(SAM, "/recovery correct 1 quality")
    story.types(SAM, "/recovery approve 1")

    assert "cases about Quality; this one is about Late or lost delivery" in refused
    assert f"`/recovery decline 1 …` ends the request, and tells <@{ANA}> why" in refused
    assert ledger(story) == [(ANA, "8E+1", SAM, "50.00 EUR for one case")]
