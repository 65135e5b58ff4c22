"""What stands beside what in a text, as numbers: its runs of characters, or of tokens, counted.

Feature hashing (Weinberger and others, 2009): a run's digest says which of WIDTH numbers it adds to or is
taken from, whatever has been read before. Those that share a number cancel out as often as they add up.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.intp]
Digests = npt.NDArray[np.uint32]

CHARACTERS, TOKENS = (2, 5), (1, 2)
"""How long a run is, from and to; one of characters may begin before a word and end behind it."""
BITS = 14
WIDTH = 2**BITS
"""Twice as many tell the reasons of airline tweets no better, a fourth of them worse by 0.003."""
PRIME = np.uint32(16_777_619)
BLOCK = 256
"""Texts that are written out in full at once: 16 MB."""


class Runs(NamedTuple):
    """Those of one text: the ones of its WIDTH numbers that are not 0, and where they stand.

    Their length is 1.
    """

    places: Places
    values: Floats


NOTHING = Runs(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32))


def count_characters(text: str) -> Runs:
    """How it is spelt; upper and lower case are one, and so are all kinds of blanks."""
    words = text.casefold().split()
    if not words:
        return NOTHING
    spelt = f" {' '.join(words)} ".encode("utf-32-le", "surrogatepass")
    return _count(np.frombuffer(spelt, dtype="<u4").astype(np.uint32), *CHARACTERS)


def count_tokens(piece: Sequence[int]) -> Runs:
    """Which words it has, and which stand together; `piece`: the numbers that a tokenizer knows them by."""
    return _count(np.array(piece, dtype=np.uint32), *TOKENS) if piece else NOTHING


def weigh(texts: Sequence[Runs], weights: Floats) -> Floats:
    """What each text (row) comes to by each row of WIDTH weights (column)."""
    come_to = np.zeros((len(texts), len(weights)), dtype=np.float32)
    for row, (places, values) in enumerate(texts):
        come_to[row] = weights[:, places] @ values
    return come_to


def add_up(texts: Sequence[Runs], shares: Floats) -> Floats:
    """The texts' numbers in these shares (a row for each text) of each: WIDTH numbers for each column."""
    sums = np.zeros((shares.shape[1], WIDTH), dtype=np.float32)
    for (places, values), share in zip(texts, shares, strict=True):
        sums[:, places] += np.outer(share, values)
    return sums


def likeness(texts: Sequence[Runs]) -> Floats:
    """How alike each text (row) and each (column) are spelt: 1 where they are equal."""
    alike = np.zeros((len(texts), len(texts)), dtype=np.float32)
    for start in range(0, len(texts), BLOCK):
        block = _in_full(texts[start : start + BLOCK])
        for other in range(0, start + 1, BLOCK):
            part = block @ _in_full(texts[other : other + BLOCK]).T
            alike[start : start + BLOCK, other : other + BLOCK] = part
            alike[other : other + BLOCK, start : start + BLOCK] = part.T
    return alike


def _in_full(texts: Sequence[Runs]) -> Floats:
    written = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, (places, values) in enumerate(texts):
        written[row, places] = values
    return written


def _count(codes: Digests, shortest: int, longest: int) -> Runs:
    """Of one code or more."""
    sums, found = codes, []
    for length in range(1, longest + 1):
        if length > 1:
            sums = sums[: max(len(codes) - length + 1, 0)] * PRIME + codes[length - 1 :]
        if length >= shortest:
            found.append(_mixed(sums))
    digests, counts = np.unique(np.concatenate(found), return_counts=True)
    signed = np.log1p(counts) * np.where(digests & 1, 1, -1)
    places, which = np.unique(digests >> (32 - BITS), return_inverse=True)
    sums_there = np.bincount(which, signed)
    values = sums_there / max(float(np.linalg.norm(sums_there)), 1e-9)
    return Runs(places.astype(np.intp), values.astype(np.float32))


def _mixed(sums: Digests) -> Digests:
    """Every bit of each by chance, the same each time: the end of MurmurHash3 (Appleby, 2011)."""
    halves, third = np.uint32(16), np.uint32(13)
    sums = (sums ^ (sums >> halves)) * np.uint32(0x85EBCA6B)
    sums = (sums ^ (sums >> third)) * np.uint32(0xC2B2AE35)
    return sums ^ (sums >> halves)
