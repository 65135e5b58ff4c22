"""The map of CONTRIBUTING.md, read from the imports and calls of every module; change both together."""

import re
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.modules import ROOT, Module, is_within, read_modules

PACKAGES = ("models", "handlers", "bot")
OUR_OWN = (*PACKAGES, "tests", "bench", "training", "alembic")
LONGEST_FUNCTION = 50
"""Lines; past 25, look for two functions."""

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "models": ("models", "sqlalchemy"),
    "models.vocabulary": (),
    "models.policies": ("models.policies", "models.vocabulary"),
    "handlers": ("handlers", "models", "sqlalchemy"),
    "bot.slack.views": (
        "bot.slack.views",
        "handlers.asked.Past",
        "handlers.asked.PastCase",
        "handlers.asked.RequestSnapshot",
        "handlers.asked.WaitingRequest",
        "handlers.attainment.Attainment",
        "handlers.home_snapshots",
        "handlers.part_report.Parts",
        "handlers.searching.Found",
        "handlers.searching.Hit",
        "handlers.snapshots",
        "handlers.stats.FirstContacts",
        "handlers.stats.Reason",
        "handlers.stats.Stats",
        "models.policies",
        "models.vocabulary",
        "slackblocks",
    ),
}
"""What a package may import besides the standard library; the longest name that fits a module counts."""

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("models.vocabulary", "babel"): "knows how many decimals each currency has",
    ("models.policies.opening_hours", "opening_hours"): "reads OpenStreetMap's notation for opening hours",
    ("models.policies.opening_hours", "holidays"): "knows the public holidays of each country and region",
}
"""(module, what it uses although its layer may not): why."""

OUTSIDE_WORLD = (
    *("asyncio", "concurrent", "ftplib", "http", "imaplib", "multiprocessing", "os", "pathlib", "shutil"),
    *("signal", "smtplib", "socket", "socketserver", "ssl", "subprocess", "sys", "tempfile", "threading"),
    *("time", "urllib.request"),
)
"""Parts of the standard library that reach the clock, the disk, the network or other processes."""

SESSION_MAKERS = ("sqlalchemy.create_engine", "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session")

ASKS_THE_CLOCK = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)"
    r"|func\.(now|current_timestamp|current_date|localtimestamp))$"
)
MAY_ASK_THE_CLOCK: dict[str, str] = {
    "bot.clock": "the one place where it is asked",
    "bot.slack.socket": "Bolt wants to know when a delivery began, to log how long it took",
    "bot.jobs": "the queue wants to hear at which moment a job is tried again",
    "bot.workspace.clock": "the local Slack stands for a machine of its own",
}

READS_THE_ENVIRONMENT = re.compile(r"\b(os\.(environ|environb|getenv|putenv)|BaseSettings)$")
MAY_READ_THE_ENVIRONMENT: dict[str, str] = {
    "bot.settings": "settings are read once, here, and passed in",
    "bot": "numpy is told how many threads to use before anything imports it",
}

MAY_USE_THE_LOCAL_WORKSPACE = ("bot.workspace", "bot.commands", "tests", "bench")

MAY_BE_LONG: dict[str, str] = {"alembic.versions": "a migration is a list of tables, read from top to bottom"}


MODULES = read_modules(*OUR_OWN)
BOT = [module for module in MODULES if module.is_in(*PACKAGES)]


def test_imports_point_one_way() -> None:
    assert found(strays, in_modules=BOT) == []


def test_the_local_workspace_stands_alone() -> None:
    assert found(ties_of_the_workspace, in_modules=MODULES) == []


def test_models_and_handlers_leave_transactions_to_the_caller() -> None:
    layers = [module for module in BOT if module.is_in("models", "handlers")]

    assert found(own_transactions, in_modules=layers) == []


def test_tables_know_no_session() -> None:
    layers = [module for module in BOT if module.is_in("models")]

    assert found(sessions, in_modules=layers) == []


def test_the_time_of_day_is_asked_in_one_place() -> None:
    assert found(clock_questions, in_modules=BOT) == []


def test_the_environment_is_read_in_one_place() -> None:
    assert found(environment_readings, in_modules=BOT) == []


def test_every_module_opens_with_one_sentence() -> None:
    assert found(missing_sentences, in_modules=MODULES) == []


def test_functions_fit_on_one_screen() -> None:
    assert found(long_functions, in_modules=MODULES) == []


def test_migrations_are_no_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_every_exception_is_still_needed() -> None:
    used = {(module.name, name.partition(".")[0]) for module in MODULES for name in module.imports}
    asking = {module.name for module in BOT if any(map(ASKS_THE_CLOCK.search, module.uses))}
    reading = {module.name for module in BOT if any(map(READS_THE_ENVIRONMENT.search, module.uses))}

    assert [exception for exception in EXCEPTIONS if exception not in used] == []
    assert asking == set(MAY_ASK_THE_CLOCK)
    assert reading == set(MAY_READ_THE_ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "written", "rule"),
    [
        ("models.case", "from handlers.cases import get_case", "strays"),
        ("models.case", "import time", "strays"),
        ("models.case", "from sqlalchemy.orm import Session", "sessions"),
        ("models.policies.rules", "from sqlalchemy import select", "strays"),
        ("models.policies.rules", "from models.case import Case", "strays"),
        ("models.policies.rules", "import holidays", "strays"),
        ("handlers.cases", "from bot.desk import Desk", "strays"),
        ("handlers.cases", "import slack_sdk", "strays"),
        ("handlers.cases", "def tell():\n    import httpx", "strays"),
        ("handlers.cases", "from . import notes", "strays"),
        ("handlers.cases", "session.commit()", "own_transactions"),
        ("handlers.cases", "at = datetime.now(UTC)", "clock_questions"),
        ("handlers.cases", "at = dt.datetime.utcnow()", "clock_questions"),
        ("handlers.cases", "select(Case).where(Case.at < func.now())", "clock_questions"),
        ("bot.hearing", "from time import time", "clock_questions"),
        ("bot.hearing", "os.environ['TOKEN']", "environment_readings"),
        ("bot.slack.views.card", "from handlers.stats import load_stats", "strays"),
        ("bot.slack.views.card", "from bot.slack.client import SlackApi", "strays"),
        ("bot.slack.views.card", "from sqlalchemy.orm import Session", "strays"),
        ("bot.workspace.api", "from bot.desk import Desk", "ties_of_the_workspace"),
        ("bot.hearing", "from bot.workspace.server import Workspace", "ties_of_the_workspace"),
        ("bot.hearing", "import bot", "missing_sentences"),
        ("bot.hearing", '"""Hears. And does more."""', "missing_sentences"),
        ("bot.hearing", "def hear():\n" + "    listen()\n" * LONGEST_FUNCTION, "long_functions"),
    ],
)
def test_a_step_off_the_map_is_noticed(name: str, written: str, rule: str) -> None:
    module = Module(name, written)

    assert len(found(RULES[rule], in_modules=[module])) == 1


def strays(module: Module) -> Iterator[str]:
    """Imports that leave the module's layer."""
    layer = max((each for each in MAY_IMPORT if module.is_in(each)), key=len, default=None)
    if layer is None:
        return
    for name in module.imports:
        is_allowed = any(is_within(name, allowed) for allowed in MAY_IMPORT[layer])
        is_excepted = (module.name, name.partition(".")[0]) in EXCEPTIONS
        if not (is_allowed or is_excepted or _is_plain_python(name)):
            yield f"imports {name}"


def ties_of_the_workspace(module: Module) -> Iterator[str]:
    """Imports between the local workspace and the bot that it serves."""
    for name in module.imports:
        is_inside = is_within(name, "bot.workspace")
        if module.is_in("bot.workspace") and is_within(name, *PACKAGES) and not is_inside:
            yield f"imports {name}"
        if is_inside and not module.is_in(*MAY_USE_THE_LOCAL_WORKSPACE):
            yield f"imports {name}"


def own_transactions(module: Module) -> Iterator[str]:
    """Commits, rollbacks, and engines of one's own."""
    yield from (f"calls {name}()" for name in module.calls if name.endswith((".commit", ".rollback")))
    yield from (f"imports {name}" for name in module.imports if name in SESSION_MAKERS)


def sessions(module: Module) -> Iterator[str]:
    """A session in a table's module."""
    yield from (f"imports {name}" for name in module.imports if name.endswith("orm.Session"))


def clock_questions(module: Module) -> Iterator[str]:
    """Questions for the time of day; tests choose it, so it comes in as an argument."""
    if module.name not in MAY_ASK_THE_CLOCK:
        yield from (f"asks {name}" for name in module.uses if ASKS_THE_CLOCK.search(name))


def environment_readings(module: Module) -> Iterator[str]:
    """Settings that are read behind the back of bot/settings.py."""
    if module.name not in MAY_READ_THE_ENVIRONMENT:
        yield from (f"reads {name}" for name in module.uses if READS_THE_ENVIRONMENT.search(name))


def missing_sentences(module: Module) -> Iterator[str]:
    """No docstring at the head, or one whose first paragraph is not one sentence."""
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s+[A-Z]|$)", module.opening)]
    if ends != [len(module.opening)]:
        yield f"opens with what is not one sentence: {module.opening!r}"


def long_functions(module: Module) -> Iterator[str]:
    """Functions of more lines than a screen has."""
    if not module.is_in(*MAY_BE_LONG):
        yield from (f"{name}: {lines} lines" for name, lines in module.functions if lines > LONGEST_FUNCTION)


Rule = Callable[[Module], Iterator[str]]
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        *(strays, ties_of_the_workspace, own_transactions, sessions, clock_questions),
        *(environment_readings, missing_sentences, long_functions),
    )
}


def found(rule: Rule, *, in_modules: list[Module]) -> list[str]:
    return [f"{module.name} {what}" for module in in_modules for what in rule(module)]


def _is_plain_python(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names and not is_within(name, *OUTSIDE_WORLD)
