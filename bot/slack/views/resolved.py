"""From the library's blocks to the JSON that Slack takes."""

from collections.abc import Sequence
from typing import Any

from slackblocks import Block, ModalView

View = dict[str, Any]


def resolved(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Each block as the dict of its JSON; the library checked it when it was made."""
    return [block._resolve() for block in blocks]  # noqa: SLF001  (it has no public name for it)


def resolved_view(view: ModalView) -> View:
    """The modal as the dict of its JSON."""
    as_dict: View = view.to_dict()
    return as_dict
