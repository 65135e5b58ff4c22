"""How a text is spelt, as numbers: its runs of two to five characters, counted.

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

LONGEST = 5
"""Characters of a run; it may begin before a word and end behind it."""
BITS = 14
WIDTH = 2**BITS
"""Twice as many tell the reasons of airline tweets no better, a fourth of them worse by 0.003."""
PRIME = np.uint32(16_777_619)
BLOCK = 256
"""Texts that are written out in full at once: 16 MB."""


class Spelt(NamedTuple):
    """One text: those of its WIDTH numbers that are not 0, and where they stand. Their length is 1."""

    places: Places
    values: Floats


NOTHING = Spelt(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32))


def spell(text: str) -> Spelt:
    """Upper and lower case are one, and so are all kinds of blanks."""
    words = text.casefold().split()
    if not words:
        return NOTHING
    digests, counts = np.unique(_digests(f" {' '.join(words)} "), return_counts=True)
    signed = np.log1p(counts) * np.where(digests & 1, 1, -1)
    found, places = np.unique(digests >> (32 - BITS), return_inverse=True)
    sums = np.bincount(places, signed)
    return Spelt(found.astype(np.intp), (sums / max(float(np.linalg.norm(sums)), 1e-9)).astype(np.float32))


def weigh(texts: Sequence[Spelt], weights: Floats) -> Floats:
    """What each text (row) comes to by each row of WIDTH weights (column)."""
    come_to = np.zeros((len(texts), len(weights)), dtype=np.float32)
    for row, (places, values) in enumerate(texts):
        come_to[row] = weights[:, places] @ values
    return come_to


def add_up(texts: Sequence[Spelt], shares: Floats) -> Floats:
    """The texts' numbers in these shares (a row for each text) of each: WIDTH numbers for each column."""
    sums = np.zeros((shares.shape[1], WIDTH), dtype=np.float32)
    for (places, values), share in zip(texts, shares, strict=True):
        sums[:, places] += np.outer(share, values)
    return sums


def likeness(texts: Sequence[Spelt]) -> Floats:
    """How alike each text (row) and each (column) are spelt: 1 where they are equal."""
    alike = np.zeros((len(texts), len(texts)), dtype=np.float32)
    starts = range(0, len(texts), BLOCK)
    for start in starts:
        block = _in_full(texts[start : start + BLOCK])
        for other in range(0, start + 1, BLOCK):
            part = block @ _in_full(texts[other : other + BLOCK]).T
            alike[start : start + BLOCK, other : other + BLOCK] = part
            alike[other : other + BLOCK, start : start + BLOCK] = part.T
    return alike


def _in_full(texts: Sequence[Spelt]) -> Floats:
    written = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, (places, values) in enumerate(texts):
        written[row, places] = values
    return written


def _digests(spelt: str) -> Digests:
    """One for each of the runs in it, of which there is one at least."""
    encoded = spelt.encode("utf-32-le", "surrogatepass")
    characters = np.frombuffer(encoded, dtype="<u4").astype(np.uint32)
    sums, found = characters, []
    for length in range(2, LONGEST + 1):
        sums = sums[: len(characters) - length + 1] * PRIME + characters[length - 1 :]
        found.append(_mixed(sums))
    return np.concatenate(found)


def _mixed(sums: Digests) -> Digests:
    """Every bit of each by chance, the same each time: the end of MurmurHash3 (Appleby, 2011)."""
    halves, third = np.uint32(16), np.uint32(13)
    sums = (sums ^ (sums >> halves)) * np.uint32(0x85EBCA6B)
    sums = (sums ^ (sums >> third)) * np.uint32(0xC2B2AE35)
    return sums ^ (sums >> halves)
