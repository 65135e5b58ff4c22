"""The file that lets a local workspace outlive its process: one accepted change a line."""

import json
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

Record = list[Any]
"""The name of the change, how many ids had been given, and what was changed."""


class Journal:
    """Appends each change before it is answered; the operating system keeps it if we are killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIOWrapper | None = None

    def read(self) -> Iterator[Record]:
        """Every whole record, oldest first; a half-written last line was never answered and is left out."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def rewrite(self, records: Iterable[Record]) -> None:
        """Let these records be the whole file, then go on after them."""
        fresh = self._path.with_suffix(self._path.suffix + ".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(_line(record) for record in records)
        fresh.replace(self._path)
        self._file = self._path.open("a", encoding="utf-8")

    def append(self, record: Record) -> None:
        """Hand this record to the operating system."""
        if self._file is None:
            raise RuntimeError("the journal is not open: rewrite() opens it")
        self._file.write(_line(record))
        self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _line(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"
