"""`recovery doctor`: looks at everything that the bot needs, and says how to mend what is missing."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.commands.doctor_database import look_at_database
from bot.commands.doctor_slack import look_at_slack
from bot.commands.findings import Finding, Sign, ill, note, well
from bot.rulebook import RulebookError, load_rulebook
from bot.sentiment import Interpreter, ModelMissing, Models
from bot.settings import Settings
from bot.sources.polling import SOURCE as X
from models.policies.rulebook import Rulebook

SHORTEST_TOKEN = 16
"""Characters; a bearer token that is shorter can be guessed."""
STYLES = {Sign.WELL: "green", Sign.NOTE: "yellow", Sign.ILL: "red"}


def examine(settings: Settings) -> int:
    """Print every finding as it is made; the exit code is 1 where something is to be mended."""
    console = Console(highlight=False, soft_wrap=True)
    count = 0
    for finding in _findings(settings):
        console.print(
            Text.assemble((finding.sign.value, STYLES[finding.sign]), f" {finding.what}: {finding.found}")
        )
        if finding.mend:
            console.print(f"    {finding.mend}", markup=False)
        count += finding.sign is Sign.ILL
    console.print("Everything is well." if not count else f"{count} to mend.")
    return 1 if count else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    yield look_at_models(settings.models)
    yield from look_at_database(settings)
    yield _feedback(settings)
    rulebook = None
    try:
        rulebook = load_rulebook(settings.rules_file)
    except RulebookError as error:
        yield ill(
            "rules",
            str(error).replace("\n", "\n    "),
            "Mend these lines; `recovery rules check` looks again.",
        )
    else:
        counts = f"{len(rulebook.teams)} teams, {len(rulebook.rules)} rules"
        yield well("rules", f"{settings.rules_file}: {counts}, version {rulebook.version}")
        yield _x(settings, rulebook)
    yield from look_at_slack(settings, rulebook)


def look_at_models(models: Models) -> Finding:
    """Whether every model is whole, its labels are understood, and the main one hears a complaint."""
    try:
        interpreter = Interpreter(models)
    except ModelMissing as missing:
        return ill("sentiment model", str(missing))
    main, *others = interpreter.scorers
    (score,) = main.score(["The parcel never came and nobody answers."])
    beside = f"; for other languages {', '.join(each.name for each in others)}" if others else ""
    return well("sentiment model", f"{score.model}; a complaint scores {score.score:+.2f}{beside}")


def _feedback(settings: Settings) -> Finding:
    """What senders of feedback prove themselves with."""
    what = "feedback"
    ways = "signatures" if settings.feedback_secret else ""
    if settings.feedback_token is not None:
        if len(settings.feedback_token.get_secret_value()) < SHORTEST_TOKEN:
            found = f"the bearer token has fewer than {SHORTEST_TOKEN} characters and can be guessed"
            return ill(what, found, "Set FEEDBACK_TOKEN to what `openssl rand -hex 24` prints.")
        ways = "a bearer token and signatures" if ways else "a bearer token"
    if ways:
        return well(what, f"POST /feedback/<source> takes {ways}")
    path = settings.var_dir / "feedback-token"
    return well(what, f"POST /feedback/<source> takes the bot's own bearer token; {_own_token(path)}")


def _own_token(path: Path) -> str:
    return f"it is in {path}" if path.exists() else f"the first `recovery run` puts it into {path}"


def _x(settings: Settings, rulebook: Rulebook) -> Finding:
    if settings.x_bearer_token is None:
        return note("x", "mentions are not read; set X_BEARER_TOKEN and X_USER to have them")
    if X not in rulebook.sources:
        return ill(
            "x", "mentions are read, but rules.yaml has no source x", "Add `x: {name: X}` under sources."
        )
    return well("x", f"mentions of {settings.x_user} are read each minute from {settings.x_api_url}")
