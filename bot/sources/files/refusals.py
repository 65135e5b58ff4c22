"""What cannot be read: a whole file, one row, or one cell."""


class UnreadableFile(Exception):
    """A file that cannot be imported at all; its text says what would be right."""


class Unusable(Exception):
    """Why a row, or one of its cells, cannot be taken."""
