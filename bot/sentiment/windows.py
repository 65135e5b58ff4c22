"""Cut a long text into pieces that the model can hear, and join what it heard.

A text of up to SHORT tokens, the length at which the model was taught, is heard in one piece. A longer one
is heard twice: in windows of up to WINDOW tokens made of whole sentences, whose mean, weighed by length,
is how the whole feels; and sentence by sentence. Where the worst sentence is furious beyond doubt, it
weighs WORST_WEIGHS of the answer: one furious line in a polite e-mail is what we must not miss.

The constants were chosen on shop reviews with stars and on invented e-mails; see the model card.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SHORT = 64
WINDOW = 126
FEWEST_IN_A_SENTENCE = 5
"""Tokens; what is shorter ("Hi Bea,") is heard together with what follows."""

FURIOUS = 0.87
WORST_WEIGHS = 0.6

RUN_COSTS = 16
"""Tokens that could be heard in the time that one more run of the model takes, however little it hears."""
LONGEST_RUN = 32
"""Pieces; more at once are not heard faster."""

# One mark, not a run of them: a run would be walked again from each of its marks.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s|\n")


class Token(NamedTuple):
    """One token of a text: the number that the model knows it by, and the character it starts at."""

    number: int
    start: int


class Felt(NamedTuple):
    """How one piece feels: three probabilities that sum to 1."""

    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """What of one text is to be heard, as token numbers; `sentences` is empty for a short text."""

    windows: list[list[int]]
    sentences: list[list[int]]

    @property
    def is_long(self) -> bool:
        """Whether it is heard in more than one way."""
        return sum(map(len, self.windows)) > SHORT

    def all(self) -> list[list[int]]:
        """The windows, then the sentences."""
        return [*self.windows, *self.sentences]


def cut(text: str, tokens: Sequence[Token]) -> Pieces:
    """The pieces of one text; no tokens make no pieces."""
    if len(tokens) <= SHORT:
        return Pieces([[token.number for token in tokens]] if tokens else [], [])
    sentences = _sentences(text, tokens)
    windows = _packed(sentences)
    return Pieces(windows, [] if windows == sentences else sentences)


def join(pieces: Pieces, windows: Sequence[Felt], sentences: Sequence[Felt]) -> Felt:
    """How the whole text feels, from how each of its pieces does, in the same order."""
    whole = _mean(windows, [len(window) for window in pieces.windows])
    worst = max(sentences, key=lambda felt: felt.negative, default=whole)
    if worst.negative < FURIOUS or worst.negative <= whole.negative:
        return whole
    return _mean([worst, whole], [WORST_WEIGHS, 1 - WORST_WEIGHS])


def runs(lengths: Sequence[int]) -> list[list[int]]:
    """The places of the pieces, in groups to be heard in one run: padded to the longest of them.

    A letter of one long window and many short sentences would be mostly padding as one group. So the next
    longer piece joins the group only while that pads less than a run of its own would cost.
    """
    groups: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        group = groups[-1] if groups else []
        padding = len(group) * (lengths[place] - lengths[group[-1]]) if group else 0
        if not group or len(group) == LONGEST_RUN or padding > RUN_COSTS:
            groups.append([place])
        else:
            group.append(place)
    return groups


def _sentences(text: str, tokens: Sequence[Token]) -> list[list[int]]:
    """Each sentence's tokens, cut where longer than a window."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    sentences: list[list[int]] = []
    sentence: list[int] = []
    place = 0
    for token in tokens:
        here = bisect_right(ends, token.start)
        is_next = here != place and len(sentence) >= FEWEST_IN_A_SENTENCE
        if sentence and (is_next or len(sentence) == WINDOW):
            sentences.append(sentence)
            sentence = []
        sentence.append(token.number)
        place = here
    return [*sentences, sentence]


def _packed(sentences: Sequence[list[int]]) -> list[list[int]]:
    """As many sentences in a window as it holds."""
    windows: list[list[int]] = [[]]
    for sentence in sentences:
        if len(windows[-1]) + len(sentence) > WINDOW:
            windows.append([])
        windows[-1].extend(sentence)
    return windows


def _mean(felt: Sequence[Felt], weights: Sequence[float]) -> Felt:
    total = sum(weights)
    columns = zip(*felt, strict=True)
    return Felt(*(sum(p * w for p, w in zip(column, weights, strict=True)) / total for column in columns))
