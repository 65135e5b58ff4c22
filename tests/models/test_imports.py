"""What an import of old feedback may open."""

from datetime import datetime, timedelta

import pytest

from models.policies.imports import Opening, Opens
from tests.clock import MONDAY_MORNING

RECENT = MONDAY_MORNING - timedelta(days=7)
OLD = RECENT - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens", "occurred_at", "opened", "why_not"),
    [
        (Opens.RECENT, RECENT, 0, None),
        (Opens.RECENT, MONDAY_MORNING, 2, None),
        (Opens.RECENT, MONDAY_MORNING, 3, "this import opens at most 3 cases"),
        (Opens.RECENT, OLD, 0, "said too long ago, or at no known time"),
        (Opens.RECENT, None, 0, "said too long ago, or at no known time"),
        (Opens.ALL, OLD, 2, None),
        (Opens.ALL, None, 0, None),
        (Opens.ALL, OLD, 3, "this import opens at most 3 cases"),
        (Opens.NONE, MONDAY_MORNING, 0, "this import opens no cases"),
    ],
)
def test_only_what_is_recent_opens_a_case_and_never_too_much(
    opens: Opens, occurred_at: datetime | None, opened: int, why_not: str | None
) -> None:
    opening = Opening(opens, recent=timedelta(days=7), at_most=3, at=MONDAY_MORNING)

    assert opening.why_not(occurred_at, opened) == why_not
