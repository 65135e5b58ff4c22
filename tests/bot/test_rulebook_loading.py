"""rules.yaml read: what a right file says, and every mistake told with its line and what would be right."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rulebook import RulebookError, load_rulebook, read_rulebook
from models.policies.ladders import APPROVERS
from models.policies.promises import Fit
from models.policies.rights import Role
from models.policies.rulebook import Sign
from models.policies.rules import Effect
from models.vocabulary import CaseKind, ClockKind, CompensationKind, Money, Priority
from tests.bot.rules_text import GOOD, good_but, line_of


def problems_of(content: bytes) -> list[str]:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(content)
    return str(refused.value).splitlines()


def test_a_right_file_becomes_a_rulebook() -> None:
    rulebook = read_rulebook(GOOD.encode())

    care, billing = rulebook.teams["care"], rulebook.teams["billing"]
    assert (care.name, care.channel, care.escalation_channel) == ("Customer care", "#care", "#supervisors")
    assert (care.members, care.supervisors, care.leads) == (("U0ANA", "U0BEN"), ("U0SAM",), ("U0LEA",))
    assert (care.hours.expression, care.hours.country) == ("Mo-Fr 09:00-17:00; PH off", "DE")
    assert (billing.escalation_channel, billing.hours.expression) == ("#billing", "24/7")
    assert billing.hours.time_zone == "Europe/Berlin"
    assert [rule.name for rule in rulebook.rules] == ["Late parcel", "Nothing to do"]
    assert rulebook.rules[0].effect == Effect(CaseKind.COMPLAINT, "care", Priority.HIGH, "urgent")
    assert rulebook.rules[1].effect is None
    assert rulebook.sources["email"].name == "E-mail"
    assert rulebook.admins.channel == "#admins"


def test_promises_are_lengths_of_time_and_shares_of_them() -> None:
    urgent, normal = read_rulebook(GOOD.encode()).promises.values()

    assert urgent.lengths == {
        ClockKind.ACKNOWLEDGE: timedelta(minutes=10),
        ClockKind.RESOLVE: timedelta(hours=4),
    }
    assert (urgent.ping_at, urgent.is_round_the_clock) == ((0.5, 0.8), True)
    assert (normal.lengths, normal.ping_at) == ({ClockKind.RESOLVE: timedelta(hours=16)}, ())
    assert not normal.is_round_the_clock


def test_a_promise_is_for_one_value_of_each_trait_or_for_several() -> None:
    fits = "for: {kind: complaint, priority: [high, urgent], team: care, segment: [gold, platinum]}, "

    promise = read_rulebook(good_but("normal: {", "normal: {" + fits)).promises["normal"]

    assert promise.fits == Fit(
        kind=frozenset({CaseKind.COMPLAINT}),
        priority=frozenset({Priority.HIGH, Priority.URGENT}),
        team=frozenset({"care"}),
        segment=frozenset({"gold", "platinum"}),
    )


def test_people_are_pinged_after_shares_and_at_times_before_the_end() -> None:
    content = good_but("[80 %, 50 %]", "[10 minutes before, 80 %, 1 hour 30 min before, 50 %]")

    ping_at = read_rulebook(content).promises["urgent"].ping_at

    assert ping_at == (0.5, 0.8, timedelta(minutes=90), timedelta(minutes=10))


def test_a_team_is_closed_on_its_days_off_once_and_every_year() -> None:
    content = good_but("country: DE", "country: DE\n    days_off: [2026-12-28, Dec 24, 2026-12-29]")

    hours = read_rulebook(content).teams["care"].hours

    assert [hours.is_open(_noon(2026, 12, day)) for day in (23, 24, 28, 29, 30)] == [
        *(True, False, False, False, True),
    ]
    assert [hours.is_open(_noon(2027, 12, day)) for day in (23, 24, 28)] == [True, False, True]


def test_limits_are_exact_amounts_of_the_currency() -> None:
    rulebook = read_rulebook(GOOD.encode())

    assert rulebook.compensation.limits_per_case == {
        Role.AGENT: Money(Decimal("50"), "EUR"),
        Role.SUPERVISOR: Money(Decimal("250.5"), "EUR"),
    }
    assert rulebook.compensation.limits_per_week[Role.AGENT] == Money(Decimal(200), "EUR")
    assert rulebook.compensation.budgets_per_month == {"care": Money(Decimal(3000), "EUR")}
    assert rulebook.compensation.limit_per_customer_year == Money(Decimal(300), "EUR")
    assert rulebook.compensation.limits_per_approval[Role.SUPERVISOR] == Money(Decimal(600), "EUR")
    assert rulebook.ladder_of_approvals is APPROVERS
    assert rulebook.compensation.rates == {"USD": Decimal("0.86")}
    assert rulebook.compensation.options == (CompensationKind.REFUND, CompensationKind.FREE_SERVICE)
    assert (rulebook.imports.open_cases_for, rulebook.imports.at_most) == (timedelta(days=7), 25)


def test_people_may_be_named_by_their_user_group_and_their_address() -> None:
    named = good_but("members: [U0ANA, U0BEN]", "members: [U0ANA, S0CARE, Ben@Shop.example]")

    assert read_rulebook(named).teams["care"].members == ("U0ANA", "S0CARE", "ben@shop.example")


def test_the_version_changes_with_any_change_of_the_file() -> None:
    versions = {read_rulebook(text.encode()).version for text in (GOOD, GOOD, GOOD + "# a remark\n")}

    assert len(versions) == 2


MISTAKES = [
    (
        "time_zone: Europe/Berlin",
        "time_zone: Europe/Berlim",
        "time_zone: unknown time zone 'Europe/Berlim'; did you",
    ),
    (
        'channel: "#admins"',
        "channel: admins",
        "admins: channel: 'admins' is not a Slack channel; write it like",
    ),
    ("members: [U0LEA]", "members: [lea]", "admins: members: 'lea' is not a Slack member id, such as U0ANA"),
    ("members: [U0LEA]", 'members: ["@care"]', "'@care' is not a Slack member id, such as U0ANA"),
    ("members: [U0LEA]", "members: [lea@shop]", "nor an e-mail address, such as ana@example.com"),
    ("supervisors: [U0SAM]", "supervisors: [C0CARE]", "nor a user group, such as S0CARE"),
    ("email: {name: E-mail}", "e mail: {name: E-mail}", "source 'e mail': is not a key; write small letters"),
    (
        "email: {name: E-mail}",
        "email: {nam: E-mail}",
        "source 'email': nam: is not known here; did you mean name?",
    ),
    ("name: Customer care", "name: 5", "team 'care': name: needs a text; put it in quotes if it is one"),
    ("members: [U0ANA, U0BEN]", "members: U0ANA", "team 'care': members: needs a list such as [a, b]"),
    ("members: [U0ANA, U0BEN]", "members: []", "team 'care': members: needs at least one entry"),
    ('channel: "#billing"', 'channel: "#care"', "the channel '#care' is that of the team in line 9 too"),
    (
        'hours: "Mo-Fr 09:00-17:00; PH off"',
        "hours: 9 to 5",
        "team 'care': hours: opening hours '9 to 5' cannot be",
    ),
    (
        'hours: "Mo-Fr 09:00-17:00; PH off"',
        "hours: 09:00",
        "team 'care': hours: opening hours '09:00' cannot be",
    ),
    (
        "email: {name: E-mail}",
        "email: {name: E-mail, posted_by: bots}",
        "source 'email': posted_by: is about a channel; write slack_channel as well, or delete it",
    ),
    (
        "email: {name: E-mail}",
        "email: {name: E-mail, slack_channel: feedback}",
        "source 'email': slack_channel: 'feedback' is not a Slack channel; write it like",
    ),
    (
        "email: {name: E-mail}",
        'email: {name: E-mail, slack_channel: "#voices", posted_by: bot}',
        "source 'email': posted_by: unknown kind of poster 'bot'; did you mean bots? known: bots, people, ev",
    ),
    (
        "  email: {name: E-mail}\n",
        '  email: {name: E-mail, slack_channel: "#voices"}\n  chat: {name: Chat, slack_channel: "#voices"}\n',
        "the slack_channel '#voices' is that of the source in line 4 too",
    ),
    (
        "country: DE",
        "country: Germany",
        "team 'care': country: unknown country 'Germany'; write its ISO code",
    ),
    ("country: DE", "time_zone: MEZ", "team 'care': time_zone: unknown time zone 'MEZ'"),
    (
        "acknowledge: 10 minutes",
        "acknowledge: 10",
        "promise 'urgent': acknowledge: 10 has no unit; write it like",
    ),
    (
        "acknowledge: 10 minutes",
        "acknowledge: 0 min",
        "promise 'urgent': acknowledge: '0 min' is no time at all",
    ),
    (
        "acknowledge: 10 minutes",
        "acknowledge: 5 hours",
        "promise 'urgent': acknowledge: acknowledge takes longer",
    ),
    (
        "acknowledge: 10 minutes",
        "acknowlege: 10 min",
        "acknowlege: is not known here; did you mean acknowledge?",
    ),
    (
        "resolve: 16 hours, ",
        "",
        "promise 'normal': promises nothing; write one of acknowledge, contact, update, r",
    ),
    ("resolve: 16 hours", "resolve: 2 days", "'2 days' is unclear where only open hours count; write hours"),
    ("hours: team", "hours: sometimes", "promise 'normal': hours: is sometimes; write 'always' or 'team'"),
    ("ping_at: [80 %, 50 %]", "ping_at: [150 %]", "ping_at: '150 %' is not between 0 % and 100 %; at 100 %"),
    ("ping_at: [80 %, 50 %]", "ping_at: [0.5]", "promise 'urgent': ping_at: 0.5 has no unit; write it like"),
    ("promise: urgent", "promise: gold", "rule 'Late parcel': unknown promise 'gold'; known: urgent, normal"),
    (
        "promise: urgent",
        "promise: urgnt",
        "rule 'Late parcel': unknown promise 'urgnt'; did you mean urgent?",
    ),
    ("team: care", "team: [care]", "rule 'Late parcel': unknown team '['care']'; did you mean care?"),
    (
        "priority: high",
        "priority: hihg",
        "rule 'Late parcel': unknown priority 'hihg'; did you mean high? known: low",
    ),
    (
        "open: complaint",
        "open: rant",
        "rule 'Late parcel': unknown kind of case 'rant'; known: complaint, compli",
    ),
    (
        "    promise: urgent\n",
        "",
        "rule 'Late parcel': no promise is for complaint, high, care and every segment; name one with",
    ),
    (
        "hours: team}",
        "hours: team, for: {}}",
        "promise 'normal': for: names nothing; write one of kind, prio",
    ),
    ("hours: team}", "hours: team, for: {teams: care}}", "for: teams: is not known here; did you mean team?"),
    (
        "hours: team}",
        "hours: team, for: {kind: rant}}",
        "for: kind: unknown kind of case 'rant'; known: compl",
    ),
    (
        "hours: team}",
        "hours: team, for: {team: [care, cars]}}",
        "for: team: unknown team 'cars'; did you mean",
    ),
    ("hours: team}", "hours: team, for: {priority: []}}", "for: priority: needs at least one entry"),
    (
        "hours: team}",
        "hours: team, fro: {team: care}}",
        "promise 'normal': fro: is not known here; did you mean for?",
    ),
    (
        "  normal: {",
        "  gold: {",
        "promise 'gold': is never reached; say what it is 'for', or name it in a rule",
    ),
    (
        "80 %, 50 %",
        "half",
        "promise 'urgent': ping_at: 'half' is no time to ping; write it like '50 %' or '10 min",
    ),
    (
        "80 %, 50 %",
        "10 min",
        "promise 'urgent': ping_at: '10 min' is no time to ping; write it like '50 %' or",
    ),
    ("80 %, 50 %", "10 before", "promise 'urgent': ping_at: '10' is not a length of time; write it like"),
    (
        "80 %, 50 %",
        "4 hours before",
        "ping_at: 4 h before it is due the promise has not begun; its longest is 4 h",
    ),
    (
        "country: DE",
        "country: DE\n    days_off: [Christmas]",
        "team 'care': days_off: 'Christmas' is no day; write",
    ),
    ("country: DE", "country: DE\n    days_off: [Feb 30]", "team 'care': days_off: there is no Feb 30"),
    (
        "country: DE",
        "country: DE\n    days_off: [2026-02-29]",
        "team 'care': days_off: there is no 2026-02-29",
    ),
    (
        "country: DE",
        "country: DE\n    days_off: Dec 24",
        "team 'care': days_off: needs a list such as [a, b]",
    ),
    (
        'hours: "Mo-Fr 09:00-17:00; PH off"',
        "hours: Dec 24 09:00-12:00\n    days_off: [Dec 24]",
        "team 'care': hours: opening hours 'Dec 24 09:00-12:00; Dec 24 off' never open",
    ),
    (
        'hours: "Mo-Fr 09:00-17:00; PH off"',
        "hours: off",
        "team 'care': hours: opening hours 'off' never open; write it like",
    ),
    ("    ignore: true\n", "", "rule 'Nothing to do': team: is needed"),
    ("ignore: true", "ignore: false", "rule 'Nothing to do': ignore: is false; write true"),
    (
        "ignore: true",
        "ignore: true\n    team: care",
        "rule 'Nothing to do': team: is not known here; known: name",
    ),
    ("name: Nothing to do", "name: Late parcel", "the name 'Late parcel' is that of the rule in line 24 too"),
    ('sentiment.label == "negative"', "true", None),
    ('when: sentiment.label == "negative" && feedback.text.contains("parcel")', "when: true", "put it last"),
    (
        'sentiment.label == "negative"',
        "sentiment.lable",
        "when: unknown fact 'sentiment.lable'; did you mean",
    ),
    (
        'sentiment.label == "negative"',
        'feedback.source == "emial"',
        'feedback.source is never "emial"; did you mean',
    ),
    (
        'sentiment.label == "negative"',
        "survey.nps = 7",
        "cannot be read: token recognition error at: '= '; write ==",
    ),
    (
        "currency: EUR",
        "currency: EURO",
        "compensation: currency: 'EURO' is not a currency; write its ISO code",
    ),
    (
        "currency: EUR",
        "currency: JPY",
        "compensation: limits_per_case: 250.5 has more than 0 decimals for JPY",
    ),
    (
        "free service",
        "free beer",
        "compensation: options: unknown option 'free beer'; did you mean free service?",
    ),
    (
        "agent: 200",
        "agent: 1000",
        "compensation: limits_per_week: a higher role has a lower limit; the order",
    ),
    ("year: 300", "year: 0.001", "limit_per_customer_year: 0.001 has more than 2 decimals for EUR"),
    ("lead: 2500", "lead: 500", "limits_per_approval: a higher role has a lower limit"),
    ("supervisor: 600", "agent: 600", "limits_per_approval: an agent approves nothing; name supervisor"),
    (
        "year: 300",
        "year: 300\n  approval_ladder: steep",
        "compensation: approval_ladder: unknown ladder 'steep'; known: none",
    ),
    ("month: {care", "month: {cars", "budgets_per_month: cars: unknown team 'cars'; did you mean care?"),
    ("USD: 0.86", "USD: 0", "compensation: rates: USD: 0 is not a rate; write how much one of it is worth"),
    ("USD: 0.86", "EUR: 1", "compensation: rates: EUR is the currency of the limits and needs no rate"),
    ("USD: 0.86", "USB: 0.86", "compensation: rates: USB: 'USB' is not a currency; write its ISO code"),
    ("agent: 50", "agent: -50", "compensation: limits_per_case: agent: -50 is not between 0 and 1,000,000"),
    ("agent: 50", 'agent: "50"', "limits_per_case: agent: '50' is not an amount; write a number such as 50"),
    ("agent: 50", "agent: 500", "compensation: limits_per_case: a higher role has a lower limit"),
    (
        "agent: 50",
        "agents: 50",
        "compensation: limits_per_case: agents: unknown role 'agents'; did you mean agent?",
    ),
    ("open_cases_for: 7 days", "open_cases_for: 7", "imports: open_cases_for: 7 has no unit"),
    ("at_most: 25", "at_most: many", "imports: at_most: needs a whole number"),
    ("at_most: 25", "at_most: -1", "imports: at_most: must be from 0 to 10,000"),
    ("at_most: 25", "at_most: 10001", "imports: at_most: must be at most 10,000"),
    (
        "imports:",
        'review: {channel: "#review", at_most: 0}\nimports:',
        "review: at_most: must be from 1 to 10,000",
    ),
    ("at_most: 25", "at_most: true", "imports: at_most: needs a whole number"),
]


@pytest.mark.parametrize(("old", "new", "words"), [mistake for mistake in MISTAKES if mistake[2]])
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(old: str, new: str, words: str) -> None:
    problems = problems_of(good_but(old, new))

    told = [problem for problem in problems if words in problem]
    assert told, problems
    assert told[0].startswith("rules.yaml:")


@pytest.mark.parametrize(
    ("above", "fits"),
    [
        (["{team: care}"], "{team: care, segment: gold}"),
        (["{kind: complaint}", "{kind: [query, compliment]}"], "{segment: gold}"),
        (["{priority: [low, normal, high]}", "{priority: urgent, team: [care, billing]}"], "{kind: query}"),
    ],
)
def test_a_promise_that_others_leave_nothing_to_is_refused(above: list[str], fits: str) -> None:
    entries = [f"  p{n}: {{for: {each}, resolve: 1 hour, hours: always}}\n" for n, each in enumerate(above)]
    last = f"  last: {{for: {fits}, resolve: 1 hour, hours: always}}\n"
    content = good_but("  normal: {", "".join([*entries, last, "  normal: {"]))

    problem = problems_of(content)[0]

    assert problem.startswith(f"rules.yaml:{line_of('  normal: {') + len(above)}: promise 'last': is never")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("promise: urgent", "promise: gold", line_of("promise: urgent")),
        ("currency: EUR", "currency: EURO", line_of("currency: EUR")),
        ('hours: "Mo-Fr 09:00-17:00; PH off"', "hours: x", line_of("hours: ")),
        ("country: DE", "country: XX", line_of("country: DE")),
        ("    promise: urgent\n", "", line_of("- name: Late parcel")),
        ("  normal: {", "  gold: {", line_of("  normal: {")),
        ("80 %, 50 %", "4 hours before", line_of("80 %, 50 %")),
        ("country: DE", "country: DE\n    days_off: [Feb 30]", line_of("country: DE") + 1),
        ("compensation:", "compensations:", line_of("compensation:")),
        ("currency: EUR", "currency: JPY", line_of("limits_per_case")),
        ("free service", "free beer", line_of("free service")),
    ],
)
def test_the_line_is_that_of_the_value_or_of_the_entry_that_lacks_it(old: str, new: str, line: int) -> None:
    lines = [problem.split(":")[1] for problem in problems_of(good_but(old, new))]

    assert str(line) in lines


def test_a_condition_over_several_lines_is_blamed_where_it_is_wrong() -> None:
    when = "when: |\n      survey.nps < 3 ||\n      // the second\n      survey.np < 3"
    content = good_but('when: sentiment.label == "negative" && feedback.text.contains("parcel")', when)

    (problem,) = problems_of(content)
    line = line_of("when: sentiment") + 3
    assert problem.startswith(
        f"rules.yaml:{line}: rule 'Late parcel': when: unknown fact 'survey.np'; did you"
    )
    assert problem.endswith("in: survey.np < 3")


def test_a_condition_of_joined_lines_is_blamed_where_it_begins() -> None:
    when = "when: >\n      survey.nps < 3 ||\n      survey.np < 3"
    content = good_but('when: sentiment.label == "negative" && feedback.text.contains("parcel")', when)

    assert problems_of(content)[0].startswith(f"rules.yaml:{line_of('when: sentiment')}: ")


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("E-mail", "[1]")
        .replace("U0SAM", "sam")
        .replace("16 hours", "16")
        .replace("priority: high", "priority: hi")
    )
    text = text.replace('feedback.text.contains("parcel")', "feedback.text").replace("EUR", "EURO")
    text = text.replace("name: Billing", "name: Billing\n    name: Billing again")

    problems = problems_of(text.replace("because: A parcel", "because: # A parcel").encode())

    lines = [int(problem.split(":")[1]) for problem in problems]
    assert lines == sorted(lines)
    assert len(problems) == 8, problems


def test_a_problem_that_was_told_is_not_told_again_as_something_missing() -> None:
    problems = problems_of(good_but('channel: "#care"', "channel: #care"))

    assert problems == ["rules.yaml:9: 'channel' has no value; a text that begins with # needs quotes"]


def test_a_problem_is_one_line_however_long_the_value_is() -> None:
    problems = problems_of(good_but('channel: "#care"', 'channel: "' + "x\\n" * 5_000 + '"'))

    assert len(problems) == 1
    assert len(problems[0]) < 500


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_opened_is_a_problem_of_its_own(tmp_path: Path, name: str) -> None:
    with pytest.raises(RulebookError, match=r"cannot be read: (No such file|Is a directory)"):
        load_rulebook(tmp_path / name)


def test_a_file_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "our-rules.yaml"
    path.write_bytes(good_but("promise: urgent", "promise: gold"))

    with pytest.raises(RulebookError, match=rf"^our-rules\.yaml:{line_of('promise: urgent')}: rule"):
        load_rulebook(path)


@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=8))
def test_a_file_with_anything_changed_is_read_or_refused(start: int, length: int, put: str) -> None:
    text = GOOD[:start] + put + GOOD[start + length :]

    assert _reads(text.encode(errors="surrogateescape" if put.isascii() else "replace")) in {True, False}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert _reads(content) is False


def _noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 11, tzinfo=UTC)


def _reads(content: bytes) -> bool:
    try:
        read_rulebook(content)
    except RulebookError as refused:
        assert str(refused)  # noqa: PT017 - never without a word
        return False
    return True


def test_reactions_are_the_usual_ones_unless_the_file_says_others() -> None:
    usual = read_rulebook(GOOD.encode()).reactions
    others = read_rulebook((GOOD + "reactions: {hand: claim}\n").encode()).reactions
    none = read_rulebook((GOOD + "reactions: {}\n").encode()).reactions

    assert (usual["eyes"], usual["white_check_mark"]) == (Sign.CLAIM, Sign.RESOLVE)
    assert (dict(others), dict(none)) == ({"hand": Sign.CLAIM}, {})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{eyes: clame}", "reactions: eyes: unknown meaning 'clame'; did you mean claim?"),
        ('{":eyes:": claim}', "without the colons, such as eyes"),
        ("{eyes: [claim]}", "unknown meaning"),
        ("[eyes]", "needs names and values"),
    ],
)
def test_a_reaction_that_stands_for_nothing_is_refused(written: str, words: str) -> None:
    (problem,) = problems_of((GOOD + f"reactions: {written}\n").encode())

    assert problem.startswith(f"rules.yaml:{GOOD.count(chr(10)) + 1}: ")
    assert words in problem


def test_a_private_team_is_one_and_the_others_are_not() -> None:
    teams = read_rulebook(
        good_but('    channel: "#billing"\n', '    channel: "#billing"\n    private: true\n')
    ).teams

    assert [team.is_private for team in teams.values()] == [False, True]


def test_private_is_yes_or_no() -> None:
    told = problems_of(
        good_but('    channel: "#billing"\n', '    channel: "#billing"\n    private: channel\n')
    )

    assert told == ["rules.yaml:19: team 'billing': private: needs true or false"]
