"""What the workspace must know of a Web API method before it may run."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.workspace.arguments import Arguments
from bot.workspace.conversations import Json
from bot.workspace.pacing import Tier
from bot.workspace.team import Team


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it does, how often it may be called, and which scopes let it (any one of them)."""

    run: Callable[[Team, Arguments], Json]
    tier: Tier
    scopes: tuple[str, ...] = ()
    takes_app_token: bool = False
