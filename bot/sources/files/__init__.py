"""Old feedback from a file, CSV or JSON Lines: each row is taken, or refused with its line and the reason."""

from bot.sources.files.columns import Columns, NoTextColumn, detect_columns
from bot.sources.files.inspection import inspect_file
from bot.sources.files.layout import DateOrder, FileKind, Heading, ImportOptions, Layout
from bot.sources.files.limits import LONGEST_CELL, LONGEST_NAME, LONGEST_RAW, LONGEST_ROW
from bot.sources.files.refusals import UnreadableFile
from bot.sources.files.rejects import spreadsheet_safe, write_rejects
from bot.sources.files.rows import Accepted, Rejected, Row, read_file
from bot.sources.files.scores import Score

__all__ = [
    "LONGEST_CELL",
    "LONGEST_NAME",
    "LONGEST_RAW",
    "LONGEST_ROW",
    "Accepted",
    "Columns",
    "DateOrder",
    "FileKind",
    "Heading",
    "ImportOptions",
    "Layout",
    "NoTextColumn",
    "Rejected",
    "Row",
    "Score",
    "UnreadableFile",
    "detect_columns",
    "inspect_file",
    "read_file",
    "spreadsheet_safe",
    "write_rejects",
]
