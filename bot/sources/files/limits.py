"""How much of a file is kept, so that none can fill the memory or the database."""

LONGEST_CELL = 1_000_000
"""Characters in one cell; a longer one is refused with its row."""

LONGEST_ROW = 4 * LONGEST_CELL
"""Characters of one row that are kept while it is read, so that no file can fill the memory."""

LONGEST_NAME = 500
"""Characters in an id or a handle: the database keeps both in unique indexes, which take no long values."""

LONGEST_RAW = 10_000
"""Characters of a refused row that go to the rejects file."""
