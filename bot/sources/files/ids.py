"""What a row is known by: its own id, or one that it has at every import."""

import hashlib
import re

SHORTENED_ID = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


class Seen:
    """Which rows and ids have been read, kept as hashes."""

    def __init__(self) -> None:
        self._equal_rows: dict[int, int] = {}
        self._texts_by_id: dict[int, int] = {}

    def number_of(self, row: tuple[str, ...]) -> int:
        """How many equal rows came before."""
        earlier = self._equal_rows.get(hash(row), 0)
        self._equal_rows[hash(row)] = earlier + 1
        return earlier

    def is_other_text(self, external_id: str, text: str) -> bool:
        """Whether this id was read with other words."""
        short = hash(text) & 0xFFFFFFFF
        return self._texts_by_id.setdefault(hash(external_id), short) != short


def id_of_row(row: tuple[str, ...], seen: Seen) -> str:
    """The id of a row that brings none: the same at every import.

    Equal rows are counted: two customers who wrote the same words are two, and yet a second import finds
    both. `row` holds the date as it is written, so that reading it otherwise next time makes no second
    feedback.
    """
    numbered = "\x1f".join((*row, str(seen.number_of(row))))
    return f"row-{hashlib.sha256(numbered.encode()).hexdigest()[:32]}"
