"""Playbooks: how cases are worked step by step, which of them fits a case, and who ticks what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.policies.themes import words_of
from models.vocabulary import AgentId, Care, CaseKind, mention, moment

MOST_STEPS = 20
"""Of one playbook: its checklist is one message of Slack, in which each step is a block with a button."""


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """One thing to do, and what of CARES it sees to."""

    care: Care
    words: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Something to read: what it is called, and its address."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """An entry of rules.yaml. A case must fit all that is named; one that names nothing is for every case."""

    key: str
    name: str
    steps: tuple[PlaybookStep, ...]
    knowledge: tuple[Knowledge, ...] = ()
    for_themes: frozenset[str] = frozenset()
    for_kinds: frozenset[CaseKind] = frozenset()

    @property
    def is_for_all(self) -> bool:
        """Whether it is for cases that no other playbook fits."""
        return not self.for_themes and not self.for_kinds


USUAL_PLAYBOOK = Playbook(
    "usual",
    "Any case",
    (
        PlaybookStep(Care.COMMUNICATION, "Say that you have read it, what you understood, and thank them."),
        PlaybookStep(Care.ACCOUNTABILITY, "Claim the case and tell the customer your name."),
        PlaybookStep(Care.RESPONSIVENESS, "Say by when they hear from you next, and keep to it."),
        PlaybookStep(Care.EMPATHY, "Name what it cost them, in their own words; apologise once, plainly."),
        PlaybookStep(Care.SOLUTION, "Find out what went wrong before you promise anything."),
        PlaybookStep(Care.SOLUTION, "Offer what makes it right, do it, and ask whether it did."),
    ),
)
"""For a file that has none for every case."""


@dataclass(frozen=True, slots=True)
class TickedStep:
    """A step on the checklist of a case, by its number there; `by` and `at` are of who ticked it."""

    number: int
    care: Care
    words: str
    by: AgentId | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaybookUse:
    """How a playbook is used: on how many cases, how many of their steps are ticked, and what followed.

    `resolved` cases ended after it was begun, `median` after that; None where none did.
    """

    name: str
    cases: int
    steps: int
    done: int
    resolved: int
    median: timedelta | None


def suggested(playbooks: Mapping[str, Playbook], themes: Sequence[str], kind: CaseKind) -> list[Playbook]:
    """Every playbook, the best for a case first: `themes` are the case's by their keys, the likeliest first.

    One for its theme comes before one for its kind, and that before one for every case; those that do not
    fit come last. Ties go to the first of the file.
    """
    return sorted(playbooks.values(), key=lambda playbook: _rank(playbook, themes, kind))


def _rank(playbook: Playbook, themes: Sequence[str], kind: CaseKind) -> tuple[bool, int, bool]:
    """The lower, the better: whether it does not fit, how likely its theme is, whether it is for any kind."""
    fits_theme = not playbook.for_themes or not playbook.for_themes.isdisjoint(themes)
    fits_kind = not playbook.for_kinds or kind in playbook.for_kinds
    places = [place for place, theme in enumerate(themes) if theme in playbook.for_themes]
    return (not (fits_theme and fits_kind), min(places, default=len(themes)), not playbook.for_kinds)


def find_playbook(called: str, playbooks: Mapping[str, Playbook]) -> Playbook | None:
    """The one with that key or name; capitals and what stands between the words do not count."""
    wanted = words_of(called)
    found = (each for each in playbooks.values() if wanted in {words_of(each.key), words_of(each.name)})
    return next(found, None)


def why_not_find(called: str, playbooks: Mapping[str, Playbook]) -> str:
    """There is none that is called so."""
    known = ", ".join(playbooks)
    return f"I do not know the playbook “{called}”. There are: {known}."


def why_not_begin(case: int, playbook: Playbook, begun: Mapping[str, AgentId]) -> str | None:
    """A playbook is begun once on a case; `begun` are those that were, by their keys, and by whom."""
    if playbook.key not in begun:
        return None
    return (
        f"{mention(begun[playbook.key])} has begun the playbook “{playbook.name}” on case #{case} already. "
        f"Its checklist stands in the case's thread. To begin another, name it: `playbook {case} …`."
    )


def why_not_change_ticks(
    case: int, steps: Sequence[TickedStep], numbers: Sequence[int], *, to: bool
) -> str | None:
    """Steps are ticked that are not yet, or their ticks taken off (`to` False); any of them will do."""
    if not steps:
        return f"Case #{case} has no checklist yet. `/recovery playbook {case}` begins one."
    known = {step.number: step for step in steps}
    unknown = [number for number in numbers if number not in known]
    if unknown or not numbers:
        named = f"; {unknown[0]} is none of them" if unknown else ", such as `tick 1`"
        return f"The checklist of case #{case} has steps 1 to {max(known)}{named}."
    if any((known[number].by is None) == to for number in numbers):
        return None
    step = known[numbers[0]]
    if step.by is None or step.at is None:
        return f"Step {step.number} of case #{case} is not ticked."
    return f"{mention(step.by)} has ticked step {step.number} of case #{case} already, {moment(step.at)}."
