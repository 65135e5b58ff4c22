"""Settings, read once from the environment and checked at start-up."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SlackMode(StrEnum):
    """How the bot and Slack reach each other."""

    LOCAL = "local workspace"
    SOCKET = "Socket Mode"
    HTTP = "HTTP"


class Settings(BaseSettings):
    """What the engineer who deploys the bot decides; the business decides in rules.yaml."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    database_url: str | None = Field(
        None, description="PostgreSQL of your own; without it the bot starts one"
    )
    slack_bot_token: SecretStr | None = Field(None, description="xoxb-…; without it a local workspace opens")
    slack_app_token: SecretStr | None = Field(None, description="xapp-…, for Socket Mode")
    slack_signing_secret: SecretStr | None = Field(None, description="for events by HTTP")
    slack_api_url: str = Field(
        "https://slack.com/api/", description="another address that speaks Slack's API"
    )
    feedback_token: SecretStr | None = Field(None, description="bearer token of POST /feedback/<source>")
    feedback_secret: SecretStr | None = Field(None, description="whsec_…: signed feedback is taken as well")
    x_bearer_token: SecretStr | None = Field(None, description="with it, mentions on X are read each minute")
    x_user: str | None = Field(None, description="the account whose mentions are read, by handle or id")
    x_api_url: str = Field("https://api.x.com", description="another address that speaks X's API")
    rules_file: Path = Field(Path("rules.yaml"), description="what the business decides")
    var_dir: Path = Field(Path("var"), description="where the embedded database and local state live")
    host: str = Field("127.0.0.1", description="the address that the web part listens on")
    port: int = Field(8021, ge=0, le=65535, description="its port")
    workspace_port: int = Field(8020, ge=0, le=65535, description="the local workspace's port")
    worker_concurrency: int = Field(4, ge=1, le=64, description="jobs at a time in one worker")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @model_validator(mode="after")
    def _tokens_fit(self) -> "Settings":
        bot, app = _reveal(self.slack_bot_token), _reveal(self.slack_app_token)
        if bot and not bot.startswith("xoxb-"):
            raise ValueError(
                "SLACK_BOT_TOKEN: a bot token begins with xoxb-; see OAuth & Permissions in your app"
            )
        if app and not app.startswith("xapp-"):
            raise ValueError(
                "SLACK_APP_TOKEN: an app token begins with xapp-; see Basic Information in your app"
            )
        if (app or self.slack_signing_secret) and not bot:
            raise ValueError("SLACK_BOT_TOKEN is missing: Slack's other secrets are of no use without it")
        if bot and not app and not self.slack_signing_secret:
            raise ValueError(
                "SLACK_BOT_TOKEN needs a way in: "
                "add SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"
            )
        if self.x_bearer_token and not self.x_user:
            raise ValueError("X_USER is missing: name the account whose mentions X_BEARER_TOKEN shall read")
        return self

    @property
    def slack_mode(self) -> SlackMode:
        """Which way the tokens that are set lead."""
        if not self.slack_bot_token:
            return SlackMode.LOCAL
        return SlackMode.SOCKET if self.slack_app_token else SlackMode.HTTP


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""
