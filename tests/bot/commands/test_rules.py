"""rules.yaml is checked, and tried on feedback, without a database and without Slack."""

import json
import re
from pathlib import Path

import pytest

from tests.bot.commands.conftest import CommandLine
from tests.bot.rules_text import GOOD, line_of

LATE = "My parcel is late again, I am angry"


@pytest.fixture
def trying(recovery: CommandLine) -> CommandLine:
    """With small rules: late parcels are complaints, a low score is a query, the rest is ignored."""
    asked = """\
  - name: Low score
    when: survey.nps <= 3 || attributes.order_total > 500.0
    open: query
    team: billing
    priority: low
    promise: normal
    because: A low score
  - name: Nothing to do
"""
    recovery.rules(GOOD.replace("  - name: Nothing to do\n", asked))
    return recovery


def row_of(printed: str, rule: str) -> str:
    """What the table says of a rule, on one line."""
    lines = printed[printed.index(f" {rule}") :].splitlines()
    return " ".join(lines[0].split())


def test_a_good_file_is_told_to_be_good(trying: CommandLine) -> None:
    answer = trying("rules", "check")

    assert answer.exit_code == 0
    assert "is good: 2 teams, 2 promises, 3 rules, 2 sources (version " in answer.stdout


def test_each_problem_of_a_bad_file_is_told_with_its_line(trying: CommandLine) -> None:
    bad = GOOD.replace("priority: high", "priority: huge").replace("hours: team", "hours: never")
    file = trying.file("bad.yaml", bad)

    answer = trying("rules", "check", file)

    assert answer.exit_code == 1
    assert f"bad.yaml:{line_of('priority: high')}: " in answer.stdout
    assert f"bad.yaml:{line_of('hours: team')}: " in answer.stdout


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_a_file_that_cannot_be_read_is_told(trying: CommandLine, name: str) -> None:
    answer = trying("rules", "check", trying.folder / name)

    assert answer.exit_code == 1
    assert "cannot be read: " in answer.stdout


def test_words_are_tried_on_every_rule_and_the_case_is_shown(trying: CommandLine) -> None:
    answer = trying("rules", "try", LATE)

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert row_of(answer.stdout, "Late parcel") == (
        'Late parcel matched, decides sentiment.label negative; feedback.text has "parcel"'
    )
    assert row_of(answer.stdout, "Low score") == (
        "Low score absent fact absent: survey.nps, attributes.order_total"
    )
    assert row_of(answer.stdout, "Nothing to do") == "Nothing to do matched"
    assert answer.stdout.endswith(
        "Opens a complaint for Customer care, in #care\n"
        "  rule      Late parcel\n"
        '  why       A parcel is late (sentiment negative; text has "parcel")\n'
        "  priority  high\n"
        "  promise   urgent (named by the rule): "
        "acknowledged within 10 min, resolved within 4 h, round the clock\n"
        "  assigned  nobody, the team is told\n"
    )


@pytest.mark.parametrize(
    ("assignment", "segment", "told"),
    [
        (
            "{strategy: round robin, limit_per_person: 8}",
            "",
            "U0ANA, U0BEN (round robin), while below 8 open",
        ),
        ("{strategy: named person, person: U0SAM}", "", "U0SAM (named person)"),
        (
            "{strategy: last owner, otherwise: least loaded}",
            "",
            "who had this customer last, otherwise U0ANA, U0BEN (least loaded)",
        ),
        (
            "{strategy: by customer segment, segments: {gold: U0LEA}, otherwise: round robin}",
            "gold",
            "U0LEA (by customer segment), otherwise U0ANA, U0BEN (round robin)",
        ),
        ("{strategy: by customer segment, segments: {gold: U0LEA}}", "tin", "nobody, the team is told"),
    ],
)
def test_who_would_get_the_case_is_told_as_far_as_the_file_tells(
    trying: CommandLine, assignment: str, segment: str, told: str
) -> None:
    trying.rules(GOOD.replace("    country: DE\n", f"    country: DE\n    assignment: {assignment}\n"))

    answer = trying("rules", "try", LATE, "--fact", f"customer.segment={segment}")

    assert f"\n  assigned  {told}" in answer.stdout


@pytest.mark.parametrize(
    ("priority", "told"),
    [
        ("high", "one case for all, where 5 customers say the same within 10 min"),
        ("urgent", "keeps a card of its own; they are for kind complaint; priority high or low or normal"),
    ],
)
def test_whether_it_could_be_one_of_many_is_told(trying: CommandLine, priority: str, told: str) -> None:
    others = (
        "  - {name: Odd, when: survey.nps < 3, open: complaint, team: care, priority: low, promise: normal, "
    )
    rules = GOOD.replace("priority: high", f"priority: {priority}")
    rules = rules.replace("  - name: Nothing", f"{others}because: Odd}}\n  - name: Nothing")
    many = "themes: {late: {name: Late, description: Late}}\nbursts: {customers: 5, within: 10 minutes}\n"
    trying.rules(rules + many)

    answer = trying("rules", "try", LATE)

    assert answer.stdout.endswith(f"\n  bursts    {told}\n")


def test_what_is_known_of_the_customer_can_be_tried(trying: CommandLine) -> None:
    trying.rules(GOOD.replace('sentiment.label == "negative" &&', 'customer.attributes.plan == "pro" &&'))

    answer = trying("rules", "try", LATE, "--fact", "customer.attributes.plan=pro")

    assert re.search(r"customer.attributes.plan +pro", answer.stdout)
    assert "  why       A parcel is late (plan pro;" in answer.stdout


def test_whom_a_rule_chooses_is_told_before_the_team(trying: CommandLine) -> None:
    chosen = "    priority: high\n    assign: [U0SAM, S0CARE]\n"
    text = GOOD.replace("    priority: high\n", chosen)
    trying.rules(
        text.replace("    country: DE\n", "    country: DE\n    assignment: {strategy: round robin}\n")
    )

    answer = trying("rules", "try", LATE)

    told = "U0SAM, S0CARE (chosen by its rule), otherwise U0ANA, U0BEN (round robin)"
    assert f"\n  assigned  {told}" in answer.stdout


def test_the_customers_words_stand_in_the_facts_alone(trying: CommandLine) -> None:
    answer = trying("rules", "try", LATE)

    assert answer.stdout.count(LATE) == 1


def test_absent_facts_are_shown_as_absent(trying: CommandLine) -> None:
    answer = trying("rules", "try", LATE)

    assert row_of(answer.stdout, "survey.nps ") == "survey.nps absent"
    assert row_of(answer.stdout, "customer.feedback_count ") == "customer.feedback_count 1"


def test_a_fact_can_be_told(trying: CommandLine) -> None:
    facts = ["--fact", "survey.nps=2", "--fact", "attributes.order_total=700", "--fact", "sentiment.label="]

    answer = trying("rules", "try", LATE, *facts, "--source", "survey")

    assert row_of(answer.stdout, "sentiment.label ") == "sentiment.label absent"
    assert row_of(answer.stdout, "attributes.order_total ") == "attributes.order_total 700"
    assert row_of(answer.stdout, "feedback.source ") == "feedback.source survey"
    assert "Opens a query for Billing, in #billing\n" in answer.stdout
    assert "promise   normal (named by the rule): resolved within 16 h, 24/7\n" in answer.stdout


def test_the_promise_that_fits_is_shown_with_what_it_is_for(trying: CommandLine) -> None:
    fitting = GOOD.replace("    promise: urgent\n", "").replace(
        "promises:\n", "promises:\n  gold: {for: {segment: gold}, resolve: 1 hour, hours: always}\n"
    )
    other = trying.file("other.yaml", fitting.replace("priority: high", "priority: urgent"))

    gold = trying("rules", "try", LATE, "--rules", other, "--fact", "customer.segment=gold")
    plain = trying("rules", "try", LATE, "--rules", other)

    assert "promise   gold (for segment gold): resolved within 1 h" in gold.stdout
    assert "promise   urgent (named as the priority): acknowledged within 10 min" in plain.stdout


def test_open_time_is_told_in_hours_and_not_in_days(trying: CommandLine) -> None:
    other = trying.file(
        "other.yaml",
        GOOD.replace("resolve: 16 hours", "acknowledge: 45 min, resolve: 24 hours 30 min").replace(
            "promise: urgent", "promise: normal"
        ),
    )

    answer = trying("rules", "try", LATE, "--rules", other)

    assert (
        "acknowledged within 45 min, resolved within 24 h 30 min, Mo-Fr 09:00-17:00; PH off" in answer.stdout
    )


def test_what_opens_nothing_is_told_with_the_reason(trying: CommandLine) -> None:
    answer = trying("rules", "try", "Thank you, all is well")

    assert answer.stdout.endswith("Opens nothing: Nothing to answer.\n")


def test_a_file_is_tried_as_the_door_for_feedback_would_take_it(trying: CommandLine) -> None:
    body = {
        "text": LATE,
        "source": "survey",
        "author": {"name": "Otto Fenwick"},
        "score": 9,
        "score_scale": "nps",
        "attributes": {"order_total": 20},
    }

    answer = trying("rules", "try", "--file", trying.file("one.json", json.dumps(body)))

    assert row_of(answer.stdout, "feedback.source ") == "feedback.source survey"
    assert row_of(answer.stdout, "customer.name ") == "customer.name Otto Fenwick"
    assert row_of(answer.stdout, "Low score") == (
        "Low score not matched survey.nps 9; attributes.order_total 20"
    )


def test_other_rules_are_tried_than_those_in_force(trying: CommandLine) -> None:
    other = trying.file("other.yaml", GOOD.replace('contains("parcel")', 'contains("angry")'))

    answer = trying("rules", "try", LATE, "--rules", other)

    assert 'feedback.text has "angry"' in answer.stdout


@pytest.mark.parametrize("width", ["60", "200"])
def test_the_tables_fit_the_terminal(trying: CommandLine, width: str) -> None:
    trying.environment["COLUMNS"] = width

    answer = trying("rules", "try", LATE)

    tables = answer.stdout.partition("Opens a")[0]
    assert max(map(len, tables.splitlines())) <= int(width)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give either what the customer said"),
        (["x", "--file", "one.json"], "Give either what the customer said"),
        (["x", "--fact", "survey.nps"], "--fact survey.nps: write NAME=VALUE"),
        (["x", "--fact", "survey.nsp=1"], "--fact survey.nsp: no such fact; did you mean survey.nps?"),
        (["x", "--fact", "survey.nps=two"], "--fact survey.nps=two: must be a whole number."),
        (["x", "--fact", "sentiment.score=low"], "--fact sentiment.score=low: must be a number."),
        (["x", "--source", "emial"], "source emial: rules.yaml has no such source; did you mean email?"),
        (["--file", "none.json"], "none.json: No such file or directory."),
        (["--file", "."], "Is a directory."),
        (["--file", "broken.json"], "broken.json: broken JSON: "),
        (["--file", "wordless.json"], "text: is missing."),
        (["--file", "list.json"], "feedback: "),
        (["x", "--rules", "none.yaml"], "none.yaml: cannot be read: No such file or directory"),
        (["   "], "text: must hold words."),
    ],
)
def test_what_cannot_be_tried_is_answered_with_a_sentence(
    trying: CommandLine, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    trying.file("one.json", json.dumps({"text": "x"}))
    trying.file("broken.json", "{'text': 1}")
    trying.file("wordless.json", "{}")
    trying.file("list.json", "[]")
    monkeypatch.chdir(trying.folder)

    answer = trying("rules", "try", *words)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_no_database_is_needed(trying: CommandLine) -> None:
    trying.environment["DATABASE_URL"] = "postgresql://127.0.0.1:1/nowhere"

    answer = trying("rules", "try", LATE)

    assert answer.exit_code == 0
    assert not (Path(trying.environment["VAR_DIR"])).exists()
