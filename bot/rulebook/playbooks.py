"""`playbooks:` of rules.yaml: how cases are worked, step by step, and for which of them that is."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from bot.rulebook.fields import STRICT, OneOrMore, ThemeName, Words, one_of, wrong
from bot.rulebook.problems import Problem, near
from bot.rulebook.tree import Path, Tree
from models.policies.playbooks import MOST_STEPS, USUAL_PLAYBOOK, Knowledge, Playbook, PlaybookStep
from models.policies.rulebook import Rulebook
from models.policies.themes import words_of
from models.vocabulary import Care, CaseKind

MOST_LINKS = 5
LONGEST_LINK = 500


def _link(written: object) -> str:
    link = written.strip() if isinstance(written, str) else ""
    if not link.startswith(("https://", "http://")) or " " in link:
        raise wrong(f"{written!r} is no link; write it like https://wiki.example.com/parcels")
    if len(link) > LONGEST_LINK:
        raise wrong(f"has {len(link)} characters; {LONGEST_LINK} are kept at most")
    return link


class ForPlaybookEntry(BaseModel):
    """`for:` of a playbook: which cases it is for."""

    model_config = STRICT

    theme: OneOrMore[Words] | None = None
    kind: OneOrMore[Annotated[CaseKind, one_of(CaseKind, "kind of case")]] | None = None

    @model_validator(mode="after")
    def check_something(self) -> "ForPlaybookEntry":
        """A playbook for every case needs no `for`."""
        if not self.theme and not self.kind:
            raise wrong("names nothing; write theme or kind, or delete it")
        return self


class PlaybookEntry(BaseModel):
    """One of `playbooks:`."""

    model_config = STRICT

    name: ThemeName
    for_: ForPlaybookEntry | None = Field(default=None, alias="for")
    communication: OneOrMore[Words] = []
    accountability: OneOrMore[Words] = []
    responsiveness: OneOrMore[Words] = []
    empathy: OneOrMore[Words] = []
    solution: OneOrMore[Words] = []
    knowledge: Annotated[
        dict[ThemeName, Annotated[str, BeforeValidator(_link)]], Field(max_length=MOST_LINKS)
    ] = {}

    @property
    def steps(self) -> tuple[PlaybookStep, ...]:
        """In the order of CARES, whatever that of the file is."""
        return tuple(PlaybookStep(care, words) for care in Care for words in getattr(self, care.value))

    @model_validator(mode="after")
    def check_steps(self) -> "PlaybookEntry":
        """There is something to tick, and not more than a message shows."""
        if not self.steps:
            raise wrong(f"has no steps; write at least one of {', '.join(Care)}")
        if len(self.steps) > MOST_STEPS:
            raise wrong(f"has {len(self.steps)} steps; {MOST_STEPS} at most, or nobody works through them")
        return self


def playbooks_of(entries: Mapping[str, PlaybookEntry]) -> Mapping[str, Playbook]:
    """The same as the policies know it; where none is for every case, with the bot's own."""
    playbooks = {key: _playbook(key, entry) for key, entry in entries.items()}
    if not any(playbook.is_for_all for playbook in playbooks.values()):
        playbooks.setdefault(USUAL_PLAYBOOK.key, USUAL_PLAYBOOK)
    return MappingProxyType(playbooks)


def problems_of_playbooks(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Themes that there are not, names of two, and the key of the one that comes with the bot."""
    called: dict[tuple[str, ...], str] = {}
    for key, playbook in rulebook.playbooks.items():
        for theme in sorted(playbook.for_themes - set(rulebook.themes)):
            words = f"unknown theme '{theme}'; {near(theme, rulebook.themes)}"
            yield _problem(tree, ("playbooks", key, "for", "theme"), words)
        for name, path in ((key, ("playbooks", key)), (playbook.name, ("playbooks", key, "name"))):
            first = called.setdefault(words_of(name), key)
            if first != key:
                yield _problem(tree, path, f"'{name}' is how playbook '{first}' is called already")
    if all(not playbook.is_for_all for playbook in rulebook.playbooks.values()):
        words = "is for every case; delete its 'for', or call it otherwise"
        yield _problem(tree, ("playbooks", USUAL_PLAYBOOK.key), words)


def _problem(tree: Tree, path: Path, words: str) -> Problem:
    _, key, *rest = path
    fields = "".join(f"{part}: " for part in rest)
    return Problem(tree.line(path), f"playbook '{key}': {fields}{words}")


def _playbook(key: str, entry: PlaybookEntry) -> Playbook:
    fits = entry.for_
    return Playbook(
        key=key,
        name=" ".join(entry.name.split()),
        steps=entry.steps,
        knowledge=tuple(Knowledge(name, link) for name, link in entry.knowledge.items()),
        for_themes=frozenset(fits.theme or ()) if fits else frozenset(),
        for_kinds=frozenset(fits.kind or ()) if fits else frozenset(),
    )
