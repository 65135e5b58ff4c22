"""Settings, read once from the environment and checked at start-up."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.sentiment import Models
from models.vocabulary import SentimentLabel


class SlackMode(StrEnum):
    """How the bot and Slack reach each other."""

    LOCAL = "local workspace"
    SOCKET = "Socket Mode"
    HTTP = "HTTP"


class WrongSettings(Exception):
    """Variables that cannot be used: one sentence for each, beginning with its name, without any secret."""


def _stripped(value: Any) -> Any:
    """A blank variable is one that is not set."""
    return (value.strip() or None) if isinstance(value, str) else value


def _postgres(url: str) -> str:
    right = "write postgresql://user:password@host:5432/database"
    if not re.match(r"(postgres|postgresql|postgresql\+psycopg)://", url):
        raise ValueError(f"is not the address of a PostgreSQL; {right}")
    try:
        parts = urlsplit(url)
        is_read = not parts.fragment and parts.port != 0  # a # in a password begins one; a wrong port raises
    except ValueError:
        is_read = False
    if not is_read:
        raise ValueError(f"cannot be read; {right}, and in a password, write @ as %40, # as %23, / as %2F")
    return url


def _http(url: str) -> str:
    if not re.match(r"https?://[^/\s]", url):
        raise ValueError("is not an address; it begins with https:// or http://")
    return url


def _secret_http(url: SecretStr) -> SecretStr:
    _http(url.get_secret_value())
    return url


def _ending_in_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"  # the SDK puts the method's name right behind it


def _bot_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith("xoxb-"):
        raise ValueError("a bot token begins with xoxb-; see OAuth & Permissions on your app's page")
    return token


def _app_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith("xapp-"):
        raise ValueError("an app token begins with xapp-; see Basic Information on your app's page")
    return token


def _signing(secret: SecretStr) -> SecretStr:
    try:
        is_usable = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):  # the second: what is not even ASCII
        is_usable = b""
    if not is_usable:
        raise ValueError("is not whsec_ and then the secret's bytes in Base64")
    return secret


def _folder(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise ValueError(f"{str(path)!r} is a file; name a folder")
    return path


def _pairs(written: str) -> str:
    for pair in written.split(","):
        name, sign, value = pair.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise ValueError(f"{pair.strip()!r} is no pair; write NAME=VALUE, several parted by commas")
    return written


def _labels(written: str) -> str:
    for meant in _read_pairs(_pairs(written)).values():
        if meant not in set(SentimentLabel):
            raise ValueError(f"{meant!r} is none of {', '.join(SentimentLabel)}")
    return written


def _read_pairs(written: str | None) -> dict[str, str]:
    """What "de=one,fr=another" says; names in small letters."""
    pairs = (pair.partition("=") for pair in (written or "").split(",") if pair)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _if_set(check: Callable[[Any], Any]) -> AfterValidator:
    return AfterValidator(lambda value: value and check(value))


_BLANK_IS_NONE = BeforeValidator(_stripped)
Secret = Annotated[SecretStr | None, _BLANK_IS_NONE]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """What the engineer who deploys the bot decides; the business decides in rules.yaml.

    Read by `read_settings`, which turns what is wrong with them into sentences.
    """

    model_config = SettingsConfigDict(
        env_file=None, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: Annotated[str | None, _BLANK_IS_NONE, _if_set(_postgres)] = Field(
        None, repr=False, description="PostgreSQL of your own; without it the bot starts one"
    )
    slack_bot_token: Annotated[Secret, _if_set(_bot_token)] = Field(
        None, description="xoxb-…; without it a local workspace opens"
    )
    slack_app_token: Annotated[Secret, _if_set(_app_token)] = Field(
        None, description="xapp-…, for Socket Mode"
    )
    slack_signing_secret: Secret = Field(None, description="for events by HTTP, where no app token is set")
    slack_api_url: Annotated[str, AfterValidator(_http), AfterValidator(_ending_in_slash)] = Field(
        "https://slack.com/api/", description="another address that speaks Slack's API"
    )
    feedback_token: Secret = Field(
        None, description="bearer token of POST /feedback/<source>; without it the bot makes one in VAR_DIR"
    )
    feedback_secret: Annotated[Secret, _if_set(_signing)] = Field(
        None, description="whsec_…: signed feedback is taken (Standard Webhooks)"
    )
    x_bearer_token: Secret = Field(None, description="with it, mentions on X are read each minute")
    x_user: Annotated[str | None, _BLANK_IS_NONE] = Field(
        None, description="the account whose mentions are read, by handle or id"
    )
    x_api_url: Annotated[str, AfterValidator(_http)] = Field(
        "https://api.x.com", description="another address that speaks X's API"
    )
    sentiment_model: Annotated[str | None, _BLANK_IS_NONE] = Field(
        None,
        description="another model than ours: a folder (ONNX), or with the [torch] extra any classifier's "
        "folder or Hugging Face name",
    )
    sentiment_models: Annotated[str | None, _BLANK_IS_NONE, _if_set(_pairs)] = Field(
        None, description="such as de=FOLDER,fr=NAME: one more model for each of these languages"
    )
    sentiment_labels: Annotated[str | None, _BLANK_IS_NONE, _if_set(_labels)] = Field(
        None, description="what their labels mean, such as LABEL_0=negative,LABEL_1=neutral,LABEL_2=positive"
    )
    compensation_url: Annotated[Secret, _if_set(_secret_http)] = Field(
        None, description="your system that hands over what is given, by signed webhook; else people do"
    )
    compensation_secret: Annotated[Secret, _if_set(_signing)] = Field(
        None, description="whsec_…: what is sent there and told by it is signed (Standard Webhooks)"
    )
    heartbeat_url: Annotated[Secret, _if_set(_secret_http)] = Field(
        None, description="called each minute while all is well, for a monitor that misses it"
    )
    rules_file: Path = Field(Path("rules.yaml"), description="what the business decides")
    var_dir: Annotated[Path, AfterValidator(_folder)] = Field(
        Path("var"), description="the folder of the embedded database and of local state"
    )
    host: str = Field("127.0.0.1", description="the address that the web part listens on")
    port: Port = Field(8021, description="its port; 0 takes any that is free")
    metrics_port: Port | None = Field(
        None, description="where a worker or scheduler shows its own metrics; the web part has /metrics"
    )
    workspace_port: Port = Field(8020, description="the local workspace's port; 0 takes any that is free")
    worker_concurrency: int = Field(4, ge=1, le=64, description="jobs at a time in one worker")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        contradictions = list(_contradictions(self))
        if contradictions:
            raise ValueError("\n".join(contradictions))
        return self

    @property
    def slack_mode(self) -> SlackMode:
        """Which way the tokens that are set lead."""
        if not self.slack_bot_token:
            return SlackMode.LOCAL
        return SlackMode.SOCKET if self.slack_app_token else SlackMode.HTTP

    @property
    def models(self) -> Models:
        """Which models hear how feedback feels."""
        meanings = _read_pairs(self.sentiment_labels)
        return Models(
            self.sentiment_model,
            _read_pairs(self.sentiment_models),
            {label: SentimentLabel(meant) for label, meant in meanings.items()},
        )


def read_settings() -> Settings:
    """The settings of this process; raises WrongSettings with all that is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=True)
    raise WrongSettings("\n".join(_in_words(problem) for problem in problems))


def _contradictions(settings: Settings) -> Iterator[str]:
    is_local = settings.slack_mode is SlackMode.LOCAL
    if is_local and settings.slack_app_token:
        yield "SLACK_APP_TOKEN: is of no use without SLACK_BOT_TOKEN; set both or neither."
    if is_local and settings.slack_signing_secret:
        yield "SLACK_SIGNING_SECRET: is of no use without SLACK_BOT_TOKEN; set both or neither."
    if settings.slack_mode is SlackMode.HTTP and not settings.slack_signing_secret:
        yield (
            "SLACK_BOT_TOKEN: needs a way in; "
            "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) as well."
        )
    if settings.x_bearer_token and not settings.x_user:
        yield "X_USER: is missing; name the account whose mentions X_BEARER_TOKEN shall read."
    if settings.x_user and not settings.x_bearer_token:
        yield "X_BEARER_TOKEN: is missing; without it the mentions of X_USER cannot be read."
    if settings.compensation_url and not settings.compensation_secret:
        yield "COMPENSATION_SECRET: is missing; what is sent to COMPENSATION_URL is signed with it."
    if is_local and settings.port and settings.port == settings.workspace_port:
        yield f"WORKSPACE_PORT: is {settings.port} as PORT is; choose another for one of them."


def _in_words(problem: ErrorDetails) -> str:
    """One sentence for one problem; what was written stays out of it, for it may be a secret."""
    told = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return told  # of several variables, which it names itself
    bounds = problem.get("ctx", {})
    words = {
        "int_parsing": "is not a whole number",
        "greater_than_equal": f"must be at least {bounds.get('ge')}",
        "less_than_equal": f"must be at most {bounds.get('le')}",
        "literal_error": f"must be {str(bounds.get('expected')).replace(chr(39), '')}",
    }
    return f"{str(problem['loc'][0]).upper()}: {words.get(problem['type'], told)}."
