"""Settings come from the environment, and what is wrong with them is said in sentences."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings, SlackMode, WrongSettings, read_settings

SECRET = "geheim-4711"
DATABASE = "write postgresql://user:password@host:5432/database"
ESCAPES = "and in a password, write @ as %40, # as %23, / as %2F"
WAYS = "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    return monkeypatch


def set_all(environment: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)


def test_without_any_variable_a_local_workspace_opens() -> None:
    settings = read_settings()

    assert settings.slack_mode is SlackMode.LOCAL
    assert (settings.database_url, settings.port, settings.workspace_port) == (None, 8021, 8020)


@pytest.mark.parametrize(
    ("variables", "mode"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, SlackMode.SOCKET),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, SlackMode.HTTP),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"},
            SlackMode.SOCKET,
        ),
        ({"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "  "}, SlackMode.LOCAL),
    ],
)
def test_the_tokens_decide_how_slack_is_reached(
    environment: pytest.MonkeyPatch, variables: dict[str, str], mode: SlackMode
) -> None:
    set_all(environment, variables)

    assert read_settings().slack_mode is mode


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PORT": "abc"}, "PORT: is not a whole number."),
        ({"PORT": "70000"}, "PORT: must be at most 65535."),
        ({"WORKSPACE_PORT": "-1"}, "WORKSPACE_PORT: must be at least 0."),
        ({"PORT": "8020"}, "WORKSPACE_PORT: is 8020 as PORT is; choose another for one of them."),
        ({"WORKER_CONCURRENCY": "0"}, "WORKER_CONCURRENCY: must be at least 1."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR."),
        (
            {"DATABASE_URL": f"mysql://bot:{SECRET}@db/x"},
            f"DATABASE_URL: is not the address of a PostgreSQL; {DATABASE}.",
        ),
        (
            {"DATABASE_URL": f"postgresql://bot:#{SECRET}@db/x"},
            f"DATABASE_URL: cannot be read; {DATABASE}, {ESCAPES}.",
        ),
        (
            {"SLACK_BOT_TOKEN": SECRET},
            "SLACK_BOT_TOKEN: a bot token begins with xoxb-; see OAuth & Permissions on your app's page.",
        ),
        (
            {"SLACK_APP_TOKEN": SECRET},
            "SLACK_APP_TOKEN: an app token begins with xapp-; see Basic Information on your app's page.",
        ),
        (
            {"SLACK_BOT_TOKEN": f"xoxb-{SECRET}"},
            f"SLACK_BOT_TOKEN: needs a way in; {WAYS} as well.",
        ),
        (
            {"SLACK_APP_TOKEN": f"xapp-{SECRET}"},
            "SLACK_APP_TOKEN: is of no use without SLACK_BOT_TOKEN; set both or neither.",
        ),
        (
            {"SLACK_SIGNING_SECRET": SECRET},
            "SLACK_SIGNING_SECRET: is of no use without SLACK_BOT_TOKEN; set both or neither.",
        ),
        (
            {"FEEDBACK_SECRET": f"whsec_{SECRET}!"},
            "FEEDBACK_SECRET: is not whsec_ and then the secret's bytes in Base64.",
        ),
        (
            {"X_BEARER_TOKEN": SECRET},
            "X_USER: is missing; name the account whose mentions X_BEARER_TOKEN shall read.",
        ),
        (
            {"X_USER": "harbourandpine"},
            "X_BEARER_TOKEN: is missing; without it the mentions of X_USER cannot be read.",
        ),
        (
            {"HEARTBEAT_URL": SECRET},
            "HEARTBEAT_URL: is not an address; it begins with https:// or http://.",
        ),
        (
            {"COMPENSATION_URL": f"https://127.0.0.1/{SECRET}"},
            "COMPENSATION_SECRET: is missing; what is sent to COMPENSATION_URL is signed with it.",
        ),
        (
            {"COMPENSATION_SECRET": SECRET + "!"},
            "COMPENSATION_SECRET: is not whsec_ and then the secret's bytes in Base64.",
        ),
        (
            {"SLACK_API_URL": "slack.com"},
            "SLACK_API_URL: is not an address; it begins with https:// or http://.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_variables_name_and_without_any_secret(
    environment: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    set_all(environment, variables)

    with pytest.raises(WrongSettings) as wrong:
        read_settings()

    assert str(wrong.value) == said
    assert SECRET not in f"{wrong.value!r} {wrong.value.__context__!r}"


def test_everything_that_is_wrong_is_said_at_once(environment: pytest.MonkeyPatch) -> None:
    set_all(environment, {"PORT": "x", "LOG_LEVEL": "y", "SLACK_BOT_TOKEN": "z"})

    with pytest.raises(WrongSettings) as wrong:
        read_settings()

    assert [line.partition(":")[0] for line in str(wrong.value).splitlines()] == [
        "SLACK_BOT_TOKEN",
        "PORT",
        "LOG_LEVEL",
    ]


def test_a_folder_that_is_a_file_is_refused(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    environment.setenv("VAR_DIR", str(tmp_path / "var"))

    with pytest.raises(WrongSettings, match=r"VAR_DIR: '.*var' is a file; name a folder\."):
        read_settings()


def test_what_people_write_around_a_value_does_not_matter(environment: pytest.MonkeyPatch) -> None:
    written = {"SLACK_BOT_TOKEN": " xoxb-1\n", "SLACK_APP_TOKEN": "xapp-1 ", "LOG_LEVEL": "debug"}
    set_all(environment, written | {"SLACK_API_URL": "http://127.0.0.1:9/api"})

    settings = read_settings()

    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert (settings.log_level, settings.slack_api_url) == ("DEBUG", "http://127.0.0.1:9/api/")


def test_no_secret_shows_when_the_settings_are_printed(environment: pytest.MonkeyPatch) -> None:
    secrets = {
        "DATABASE_URL": f"postgresql://bot:{SECRET}@db/x",
        "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
        "SLACK_APP_TOKEN": f"xapp-{SECRET}",
        "FEEDBACK_TOKEN": SECRET,
        "X_BEARER_TOKEN": SECRET,
        "X_USER": "harbourandpine",
        "HEARTBEAT_URL": f"https://127.0.0.1/{SECRET}",
        "COMPENSATION_URL": f"https://127.0.0.1/{SECRET}",
        "COMPENSATION_SECRET": "whsec_c2VjcmV0LXRoYXQtaXMtbm8tc2VjcmV0",
    }
    set_all(environment, secrets)

    assert SECRET not in repr(read_settings())


def test_every_variable_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert "DATABASE_URL" not in os.environ


def test_other_models_are_named_with_what_their_labels_mean(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SENTIMENT_MODEL", "/models/all")
    environment.setenv("SENTIMENT_MODELS", "de=/models/de, fr=some/french")
    environment.setenv("SENTIMENT_LABELS", "LABEL_0=negative,LABEL_1=positive")

    models = read_settings().models

    assert models.main == "/models/all"
    assert models.by_language == {"de": "/models/de", "fr": "some/french"}
    assert models.meanings == {"label_0": "negative", "label_1": "positive"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SENTIMENT_MODELS", "de", "SENTIMENT_MODELS: 'de' is no pair; write NAME=VALUE, several parted by"),
        ("SENTIMENT_LABELS", "LABEL_0=bad", "SENTIMENT_LABELS: 'bad' is none of negative, neutral, positive"),
    ],
)
def test_models_that_are_named_wrong_are_told(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(WrongSettings, match=said):
        read_settings()
