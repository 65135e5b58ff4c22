"""What the app may do and offers, read from the manifest that one pastes into Slack."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DEFAULT_MANIFEST = Path(__file__).resolve().parents[2] / "manifest.yaml"


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One slash command of the app."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One shortcut of the app; `type` is message or global."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The part of an app manifest that decides what this workspace delivers and allows."""

    app_name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: dict[str, SlashCommand]
    shortcuts: dict[str, Shortcut]
    is_interactive: bool
    has_home_tab: bool


def read_manifest(path: Path) -> Manifest:
    """The manifest in this file; a KeyError names what Slack would ask for and is missing."""
    whole = YAML(typ="safe").load(path)
    features, settings = whole["features"], whole["settings"]
    commands = [_command(entry) for entry in features.get("slash_commands", [])]
    shortcuts = [_shortcut(entry) for entry in features.get("shortcuts", [])]
    return Manifest(
        app_name=whole["display_information"]["name"],
        bot_name=features["bot_user"]["display_name"],
        scopes=frozenset(whole["oauth_config"]["scopes"]["bot"]),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands={command.command: command for command in commands},
        shortcuts={shortcut.callback_id: shortcut for shortcut in shortcuts},
        is_interactive=settings.get("interactivity", {}).get("is_enabled", False),
        has_home_tab=features.get("app_home", {}).get("home_tab_enabled", False),
    )


def _command(entry: dict[str, Any]) -> SlashCommand:
    return SlashCommand(
        entry["command"],
        entry["description"],
        entry.get("usage_hint", ""),
        should_escape=entry.get("should_escape", False),
    )


def _shortcut(entry: dict[str, Any]) -> Shortcut:
    return Shortcut(entry["name"], entry["type"], entry["callback_id"], entry["description"])
