"""What others may do to a case while somebody fills in a form, and which of it the form must tell."""

from collections.abc import Mapping

from models.policies.lifecycle import Standing, why_not_alone, why_not_reopen, why_not_work
from models.policies.permissions import Verb
from models.vocabulary import CaseEventKind as Kind
from models.vocabulary import Topic

HELD = frozenset({Kind.CLAIMED, Kind.ASSIGNED, Kind.REASSIGNED, Kind.RELEASED, Kind.TAKEN_OVER}) | {
    *(Kind.HANDED_OVER, Kind.RETURNED, Kind.MOVED)
}
GIVEN = frozenset({Kind.COMPENSATED, Kind.COMPENSATION_REVOKED, Kind.COMPENSATION_HANDED_OVER}) | {
    *(Kind.COMPENSATION_EXPIRED, Kind.COMPENSATION_REDEEMED, Kind.COMPENSATION_NOT_TAKEN)
}
WAITED = frozenset({Kind.PAUSED, Kind.RESUMED})
SHARED = frozenset({Kind.TEAM_INVOLVED, Kind.PART_DONE, Kind.PART_ENDED})
ENDED = frozenset({Kind.RESOLVED, Kind.REOPENED, Kind.MERGED, Kind.UNMERGED, Kind.TOOK_IN})

BESIDES: Mapping[Verb, frozenset[Kind]] = {
    Verb.ASSIGN: HELD,
    Verb.REASSIGN: HELD,
    Verb.MOVE: HELD,
    Verb.ADD: frozenset({Kind.HELPER_ADDED, Kind.HELPER_REMOVED}),
    Verb.REMOVE: frozenset({Kind.HELPER_ADDED, Kind.HELPER_REMOVED}),
    Verb.INVOLVE: SHARED,
    Verb.UNINVOLVE: SHARED,
    Verb.DONE: SHARED,
    Verb.PRIORITY: frozenset({Kind.PRIORITY_CHANGED}),
    Verb.KIND: frozenset({Kind.KIND_CHANGED}),
    Verb.COMPENSATE: GIVEN,
    Verb.REVOKE: GIVEN,
    Verb.HANDOVER: GIVEN,
    Verb.REDEEMED: GIVEN,
    Verb.PLAYBOOK: frozenset({Kind.PLAYBOOK_BEGUN}),
    Verb.CONTACTED: frozenset({Kind.CONTACTED}),
    Verb.PAUSE: WAITED | {Kind.CONTACTED},
    Verb.SNOOZE: WAITED | {Kind.CONTACTED},
    Verb.EXTEND: frozenset({Kind.EXTENDED}),
    Verb.RESOLVE: HELD | GIVEN | WAITED | SHARED | {Kind.CONTACTED, Kind.NOTED, Kind.KIND_CHANGED},
}
"""What a form would overwrite or contradict, beside the end of the case."""

TOPICS: Mapping[Verb, Topic] = {
    **dict.fromkeys((Verb.CLAIM, Verb.ASSIGN, Verb.REASSIGN, Verb.RELEASE), Topic.HOLDER),
    **dict.fromkeys((Verb.TAKE_OVER, Verb.MOVE), Topic.HOLDER),
    **dict.fromkeys((Verb.ADD, Verb.REMOVE), Topic.HELPERS),
    **dict.fromkeys((Verb.INVOLVE, Verb.UNINVOLVE, Verb.DONE), Topic.PARTS),
    Verb.PRIORITY: Topic.PRIORITY,
    Verb.KIND: Topic.KIND,
    **dict.fromkeys((Verb.PAUSE, Verb.SNOOZE, Verb.RESUME), Topic.WAIT),
    **dict.fromkeys((Verb.TICK, Verb.UNTICK), Topic.STEP),
    **dict.fromkeys((Verb.RESOLVE, Verb.REOPEN, Verb.MERGE, Verb.UNMERGE), Topic.END),
}
"""What each verb sets anew; the others add something, and may come in any order."""

ONLY_WHILE_OPEN = frozenset(
    {Verb.ASSIGN, Verb.REASSIGN, Verb.ADD, Verb.INVOLVE, Verb.MOVE, Verb.PRIORITY, Verb.KIND}
) | {
    *(Verb.MERGE, Verb.SPLIT, Verb.PAUSE, Verb.SNOOZE, Verb.ESCALATE, Verb.EXTEND),
    *(Verb.CONTACTED, Verb.COMPENSATE, Verb.RESOLVE, Verb.PLAYBOOK, Verb.UNINVOLVE, Verb.DONE),
}
"""Of the verbs with a form, those for a case that is not over."""


def why_not_begin(verb: Verb, case: Standing) -> str | None:
    """Why no form is shown: whatever is filled in could not be done, as the case stands."""
    if case.parent is not None:
        return why_not_alone(case.number, case.parent)
    if verb in ONLY_WHILE_OPEN:
        return why_not_work(case)
    return why_not_reopen(case) if verb is Verb.REOPEN else None


def why_late(verb: Verb, case: int) -> str:
    """What a person did later to the same stands."""
    return (
        f"Your `{verb}` of case #{case} came late: you did something else to it after that, which stands. "
        "Do it again if you still want it."
    )


def what_matters(verb: Verb) -> frozenset[Kind]:
    """The changes by others after which a form is shown again before it counts; a note contradicts none."""
    return frozenset() if verb is Verb.NOTE else ENDED | BESIDES.get(verb, frozenset())
