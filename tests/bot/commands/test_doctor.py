"""The doctor looks at everything that the bot needs, and says how to mend what is missing."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.commands.doctor import look_at_models
from bot.commands.findings import Sign
from bot.database import sqlalchemy_url
from bot.sentiment import Models
from bot.sentiment.folder import SHIPPED
from bot.sentiment.themes import shipped_name
from bot.workspace.server import Workspace
from tests.bot.commands.conftest import ROOT, CommandLine
from tests.bot.rules_text import GOOD

SAID = "400 texts whose theme people said, on 2026-03-02"
ALONE = "50 of 100 by what rules.yaml says alone"
MANIFEST = (ROOT / "manifest.yaml").read_text(encoding="utf-8")


def connect(command: CommandLine, workspace: Workspace) -> None:
    command.environment |= {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_API_URL": workspace.api_url,
    }


@pytest.fixture
def doctor(recovery: CommandLine, database_url: str, workspace: Workspace) -> CommandLine:
    """Where everything is well: a database, the sample workspace, and the rules that fit it."""
    recovery.environment["DATABASE_URL"] = database_url
    connect(recovery, workspace)
    return recovery


def test_where_everything_is_well_there_is_nothing_to_mend(doctor: CommandLine) -> None:
    answer = doctor("doctor")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "✗" not in answer.stdout
    assert "✓ database: PostgreSQL 18" in answer.stdout
    assert "✓ slack: recovery in Harbour & Pine, by Socket Mode\n" in answer.stdout
    assert "✓ scopes: all that manifest.yaml asks for\n" in answer.stdout
    assert "✓ app token: opens Socket Mode\n" in answer.stdout
    assert "✓ channel #recovery-care: has the bot; cases of Customer care\n" in answer.stdout
    assert "✓ people: all 4 of rules.yaml are in Slack\n" in answer.stdout
    assert answer.stdout.endswith("Everything is well.\n")


@pytest.mark.parametrize(
    ("trouble", "found", "mend"),
    [
        (
            lambda workspace: workspace.remove("U0LEA", "#recovery-care"),
            "channel #recovery-care: is without the bot; it is for cases of Customer care",
            "Type `/invite @recovery` in it.",
        ),
        (
            lambda workspace: workspace.archive("U0LEA", "#recovery-care"),
            "channel #recovery-care: is archived; it is for cases of Customer care",
            "Unarchive it in Slack, or name another in rules.yaml.",
        ),
        (
            lambda workspace: workspace.change_user("U0SAM", deleted=True),
            "person U0SAM: is named for Deliveries, but is nobody who can work in this Slack",
            "Copy the member id from their Slack profile",
        ),
        (
            lambda workspace: workspace.revoke(workspace.bot_token),
            "slack: Slack refuses the token: token_revoked",
            "Copy SLACK_BOT_TOKEN anew from your app's page",
        ),
        (
            lambda workspace: workspace.revoke(workspace.app_token),
            "app token: Slack refuses it: token_revoked",
            "Copy SLACK_APP_TOKEN anew from your app's page",
        ),
        (
            lambda workspace: workspace.fail("auth.test", "account_inactive"),
            "slack: Slack refuses the token: account_inactive",
            "Copy SLACK_BOT_TOKEN anew from your app's page",
        ),
        (
            lambda workspace: workspace.fail("auth.test", "ratelimited", retry_after=timedelta(seconds=1)),
            "slack: could not be looked at: ratelimited",
            "Run `recovery doctor` again in a while",
        ),
        (
            lambda workspace: workspace.fail("conversations.info", "missing_scope", times=99),
            "channel #recovery-care: the token may not look: missing_scope",
            "Paste manifest.yaml anew on your app's page",
        ),
        (
            lambda workspace: workspace.fail("conversations.list", "missing_scope", times=99),
            "channel #recovery-care: the token may not look: missing_scope",
            "Paste manifest.yaml anew on your app's page",
        ),
        (
            lambda workspace: workspace.fail("users.info", "missing_scope", times=99),
            "people: the token may not look: missing_scope",
            "Paste manifest.yaml anew on your app's page",
        ),
        (
            lambda workspace: workspace.unavailable("users.info", times=99),
            "people: could not be looked at: ",
            "Run `recovery doctor` again in a while",
        ),
        (
            lambda workspace: workspace.fail("conversations.info", "team_access_not_granted", times=1),
            "channel #recovery-admins: Slack says team_access_not_granted",
            "",
        ),
    ],
)
def test_what_is_wrong_in_slack_is_told_with_how_to_mend_it(
    doctor: CommandLine,
    workspace: Workspace,
    trouble: Callable[[Workspace], None],
    found: str,
    mend: str,
) -> None:
    trouble(workspace)

    answer = doctor("doctor")

    assert (answer.exit_code, answer.stderr) == (1, "")
    assert f"✗ {found}" in answer.stdout
    assert mend in answer.stdout.partition(f"✗ {found}")[2].split("✗")[0]


def test_a_channel_that_does_not_exist_is_told(doctor: CommandLine) -> None:
    doctor.rules((ROOT / "rules.yaml").read_text().replace('"#recovery-billing"', '"#money"'))

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert (
        "✗ channel #money: is not there, or is private and without the bot; it is for cases of Billing\n"
        in (answer.stdout)
    )
    assert "    Create #money in Slack, or correct rules.yaml; then type `/invite @recovery` in it.\n" in (
        answer.stdout
    )


def test_channels_and_people_of_ladders_are_looked_for(doctor: CommandLine) -> None:
    named = 'tell: [supervisors, "#alarms", U0NOBODY]}'
    doctor.rules((ROOT / "rules.yaml").read_text().replace("tell: [supervisors]}", named, 1))

    answer = doctor("doctor")

    assert "✗ channel #alarms: is not there, or is private and without the bot; it is for ladder" in (
        answer.stdout
    )
    assert "✗ person U0NOBODY: is named for ladder" in answer.stdout


def test_a_watched_channel_without_the_bot_is_told(doctor: CommandLine) -> None:
    doctor.rules(GOOD.replace("{name: E-mail}", '{name: Posts, slack_channel: "#general"}'))

    answer = doctor("doctor")

    told = "✗ channel #general: is without the bot; it is for feedback of Posts, read there"
    assert told in answer.stdout


def test_user_groups_and_addresses_are_looked_up(doctor: CommandLine, workspace: Workspace) -> None:
    named = "members: [U0ANA, S0CARE, S0GONE, lea@harbourpine.example, kim@harbourpine.example]"
    doctor.rules(GOOD.replace("members: [U0ANA, U0BEN]", named))
    workspace.change_usergroup("S0CARE", [], by="U0LEA")

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert (
        "✗ user group S0CARE: is named for Customer care, and nobody belongs to it\n"
        "    Add people to it in Slack.\n"
        "✗ user group S0GONE: is named for Customer care, but is not there, or is disabled\n"
        "    Copy the id of the group"
    ) in answer.stdout
    assert "✗ e-mail kim@harbourpine.example: is named for Customer care, but is nobody's" in answer.stdout
    assert "lea@harbourpine.example" not in answer.stdout


@pytest.fixture
def with_fewer_scopes(open_workspace: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(MANIFEST.replace("      - reactions:read\n", ""), encoding="utf-8")
    return open_workspace(manifest=manifest)


def test_scopes_that_the_token_lacks_are_named(doctor: CommandLine, with_fewer_scopes: Workspace) -> None:
    connect(doctor, with_fewer_scopes)

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert "✗ scopes: the token lacks reactions:read\n    Paste manifest.yaml anew" in answer.stdout


def test_a_slack_that_is_away_is_told(doctor: CommandLine) -> None:
    doctor.environment["SLACK_API_URL"] = "http://127.0.0.1:1/api/"

    answer = doctor("doctor")

    assert (answer.exit_code, answer.stderr) == (1, "")
    assert "✗ slack: could not be looked at: no answer from Slack" in answer.stdout


def test_without_tokens_a_local_workspace_that_does_not_run_is_no_illness(
    recovery: CommandLine, database_url: str
) -> None:
    recovery.environment |= {"DATABASE_URL": database_url, "WORKSPACE_PORT": "1"}

    answer = recovery("doctor")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "· slack: no tokens are set, so `recovery run` opens a local workspace; it does not run now" in (
        answer.stdout
    )


def test_a_local_workspace_that_runs_is_looked_at(
    recovery: CommandLine, database_url: str, workspace: Workspace
) -> None:
    port = workspace.url.rpartition(":")[2]
    recovery.environment |= {"DATABASE_URL": database_url, "WORKSPACE_PORT": port}

    answer = recovery("doctor")

    assert "✓ slack: recovery in Harbour & Pine, by local workspace\n" in answer.stdout


def test_a_database_that_is_away_is_told_and_the_rest_is_looked_at(doctor: CommandLine) -> None:
    doctor.environment["DATABASE_URL"] = "postgresql://bot:geheim-4711@127.0.0.1:1/recovery"

    answer = doctor("doctor")

    assert (answer.exit_code, answer.stderr) == (1, "")
    assert "✗ database: The database does not do its work: " in answer.stdout
    assert "    Is DATABASE_URL right, and the server up?\n" in answer.stdout
    assert "✓ people: " in answer.stdout
    assert "geheim-4711" not in answer.output


def test_an_embedded_database_without_a_place_is_told(doctor: CommandLine) -> None:
    del doctor.environment["DATABASE_URL"]
    doctor.environment["VAR_DIR"] = "/dev/null/var"

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert "✗ database: the embedded PostgreSQL cannot be started: " in answer.stdout
    assert "    VAR_DIR must name a folder that the bot can write in" in answer.stdout


@pytest.mark.parametrize(
    ("statement", "code", "said"),
    [
        ("update alembic_version set version_num = '9999_from_tomorrow'", 1, "is newer than this program"),
        ("drop table alembic_version", 0, "no tables yet, the first `recovery run` makes them"),
    ],
)
def test_the_schema_is_looked_at_and_not_changed(
    doctor: CommandLine, database_url: str, statement: str, code: int, said: str
) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

    answer = doctor("doctor")

    assert answer.exit_code == code
    assert said in answer.stdout


def test_what_slack_and_x_refused_is_told_from_the_books(doctor: CommandLine, database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into messages (key, purpose, slack_channel, in_thread, wanted_version, "
                "shown_version, promised_at, failures, failed_at, try_again_at, last_error) "
                "values (gen_random_uuid(), 'admin', '#gone', false, 1, 0, now(), 1, now(), now(), "
                "'channel_not_found')"
            )
        )
        connection.execute(
            text("insert into source_cursors values ('x', null, now(), 'X refuses the bearer token (401)')")
        )
    engine.dispose()

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert "· messages for #gone: 1 wait, Slack said channel_not_found\n" in answer.stdout
    assert "✗ source x: the last answer was: X refuses the bearer token (401)\n" in answer.stdout


def test_broken_rules_are_told_and_slacks_tokens_are_looked_at(doctor: CommandLine) -> None:
    doctor.rules(GOOD.replace("priority: high", "priority: huge"))

    answer = doctor("doctor")

    assert answer.exit_code == 1
    assert "✗ rules: rules.yaml:" in answer.stdout
    assert "    Mend these lines; `recovery rules check` looks again.\n" in answer.stdout
    assert "✓ app token: opens Socket Mode\n" in answer.stdout
    assert "channel #" not in answer.stdout


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / "tokenizer.json").write_text("{}")

    finding = look_at_models(Models(str(folder)))

    assert finding.sign is Sign.ILL
    assert "tokenizer.json is damaged" in finding.found


@pytest.mark.parametrize(
    ("variables", "sign", "said"),
    [
        ({}, "✓", "takes the bot's own bearer token; the first `recovery run` puts it into"),
        ({"FEEDBACK_TOKEN": "0123456789abcdef"}, "✓", "POST /feedback/<source> takes a bearer token\n"),
        ({"FEEDBACK_SECRET": "whsec_c2VjcmV0"}, "✓", "POST /feedback/<source> takes signatures\n"),
        ({"FEEDBACK_TOKEN": "short"}, "✗", "the bearer token has fewer than 16 characters"),
    ],
)
def test_what_feedback_is_taken_with_is_told(
    doctor: CommandLine, variables: dict[str, str], sign: str, said: str
) -> None:
    doctor.environment |= variables

    answer = doctor("doctor")

    line = next(line for line in answer.stdout.splitlines(keepends=True) if " feedback: " in line)
    assert line.startswith(sign)
    assert said in line


@pytest.mark.parametrize(
    ("token", "rules", "said"),
    [
        ("", "", "· x: mentions are not read; set X_BEARER_TOKEN and X_USER to have them\n"),
        ("a", "", "✓ x: mentions of harbourandpine are read each minute from https://api.x.com\n"),
        ("a", GOOD, "✗ x: mentions are read, but rules.yaml has no source x\n"),
    ],
)
def test_whether_mentions_on_x_are_read_is_told(
    doctor: CommandLine, token: str, rules: str, said: str
) -> None:
    doctor.environment |= {"X_BEARER_TOKEN": token, "X_USER": token and "harbourandpine"}
    doctor.rules(rules or (ROOT / "rules.yaml").read_text())

    answer = doctor("doctor")

    assert said in answer.stdout


@pytest.mark.parametrize(
    ("model", "weights", "sign", "found"),
    [
        (
            shipped_name(),
            "'\\x00'",
            "✓",
            f"learned from {SAID}; the first is right in 63 of 100, and in {ALONE}",
        ),
        (
            shipped_name(),
            "null",
            "·",
            f"nothing was learned from {SAID}; the first is right in {ALONE}",
        ),
        (
            "another",
            "'\\x00'",
            "·",
            f"what another model learned from {SAID} is of no use to this one",
        ),
    ],
)
def test_it_tells_what_was_learned_of_themes(
    doctor: CommandLine, database_url: str, model: str, weights: str, sign: str, found: str
) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into theme_lessons"
                " (learned_at, told, texts, right_before, right_after, model, keys, weights)"
                f" values ('2026-03-02 09:00+00', 400, 400, 50.2, 62.7, '{model}', '[]', {weights})"
            )
        )
    engine.dispose()

    answer = doctor("doctor")

    assert f"{sign} themes: {found}\n" in answer.stdout
