"""`recovery settings`: every environment variable, what it is set to, and what it is for."""

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings, WrongSettings, read_settings

NOT_SHOWN = frozenset({"database_url"})
"""Besides what is a secret by its type: a password may stand in it."""


def show() -> int:
    """Print each variable in two lines, and what is wrong with them; the exit code."""
    wrong, settings = "", None
    try:
        settings = read_settings()
    except WrongSettings as problems:
        wrong = str(problems)
    for name, field in Settings.model_fields.items():
        typer.echo(f"{name.upper()}{_now(name, field, settings)}\n    {field.description}")
    if wrong:
        typer.echo(wrong, err=True)
    return 2 if wrong else 0


def _now(name: str, field: FieldInfo, settings: Settings | None) -> str:
    """What a variable is; only its default where the settings cannot be read."""
    default = "not set" if field.default is None else str(field.default)
    value = field.default if settings is None else getattr(settings, name)
    if value == field.default:
        return f"  ({default})"
    return " = …" if isinstance(value, SecretStr) or name in NOT_SHOWN else f" = {value}  ({default})"
