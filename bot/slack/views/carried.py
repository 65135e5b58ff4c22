"""What travels with a form and comes back with it: the case, and how it stood when the form was opened."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """`seen` is the version of the case, `stamp` Slack's of the click that opened the form.

    `about` is what it is about besides the case, "" for nothing.
    """

    case: int
    seen: int | None = None
    stamp: str | None = None
    about: str = ""

    def written(self) -> str:
        """As it stands in the form's private metadata."""
        return json.dumps({key: value for key, value in asdict(self).items() if value not in {None, ""}})


def read_carried(written: str) -> Carried:
    """The same, read; a form that the release before this one opened knows its case, and what it is about."""
    if not written.startswith("{"):
        number, _, about = written.partition(" ")
        return Carried(int(number), about=about)
    return Carried(**json.loads(written))
