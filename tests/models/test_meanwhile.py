"""Which changes by others a form must tell before it counts."""

import pytest

from models.policies.meanwhile import ENDED, TOPICS, what_matters
from models.policies.permissions import Verb
from models.vocabulary import CaseEventKind, Topic


@pytest.mark.parametrize(
    ("verb", "kind", "matters"),
    [
        (Verb.RESOLVE, CaseEventKind.COMPENSATED, True),
        (Verb.RESOLVE, CaseEventKind.NOTED, True),
        (Verb.RESOLVE, CaseEventKind.PINGED, False),
        (Verb.RESOLVE, CaseEventKind.DELIVERY_FAILED, False),
        (Verb.COMPENSATE, CaseEventKind.COMPENSATED, True),
        (Verb.COMPENSATE, CaseEventKind.CLAIMED, False),
        (Verb.ASSIGN, CaseEventKind.CLAIMED, True),
        (Verb.CONTACTED, CaseEventKind.CONTACTED, True),
        (Verb.ESCALATE, CaseEventKind.ESCALATED, False),
    ],
)
def test_a_form_is_held_up_by_what_it_would_contradict(
    verb: Verb, kind: CaseEventKind, matters: bool
) -> None:
    assert (kind in what_matters(verb)) == matters


@pytest.mark.parametrize("verb", Verb)
def test_the_end_of_a_case_matters_to_every_form_but_a_note(verb: Verb) -> None:
    assert (what_matters(verb) >= ENDED) == (verb is not Verb.NOTE)


def test_what_only_adds_something_may_come_in_any_order() -> None:
    adding = {Verb.NOTE, Verb.CONTACTED, Verb.COMPENSATE, Verb.REVOKE, Verb.ESCALATE}

    assert adding.isdisjoint(TOPICS)
    assert set(TOPICS.values()) == set(Topic)
