"""What a search found: one page of cases, each with the words that were looked for where they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    RichText,
    RichTextBlock,
    RichTextQuote,
    RichTextSection,
    SectionBlock,
    Text,
)

from bot.slack.views.answers import row_words
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import quiet, tame, trim
from handlers.searching import Found, Hit
from models.policies.excerpts import Piece

PAGE_HITS = 5
"""So many cases a page: each takes some lines."""
_EMPHASIS = re.compile(r"(?<!\w)[*_~]+|[*_~]+(?!\w)")


def render(found: Found, page: int, at: datetime) -> Rendered:
    """One page of what was found, with a button to the next."""
    if not found.hits:
        return _nothing(found)
    last = -(-found.total // PAGE_HITS)
    head = _head(found, page, last)
    blocks: list[Block] = [SectionBlock(Text(head), block_id="head")]
    for hit in found.hits:
        blocks += _hit(hit, at)
    if page < last:
        value = f"0 {found.question} page {page + 1}"  # of no case in particular
        more = Button("More", action_id="case_search", value=value)
        blocks.append(ActionsBlock([more], block_id="actions"))
    text = "\n".join([head, *(_row(hit, at) for hit in found.hits)])
    return Rendered(text=trim(text, 2900), blocks=resolved(blocks))


def _nothing(found: Found) -> Rendered:
    asked = quiet(found.question, 200)
    words = f"No case has all of “{asked}”. Try fewer words, or the beginning of one."
    return Rendered(text=words, blocks=[])


def _head(found: Found, page: int, last: int) -> str:
    how_many = f"{found.total:,} {'case' if found.total == 1 else 'cases'}"
    some = f"*The newest {how_many}*" if found.is_cut else f"*{how_many}*"
    which = f", page {page} of {last:,}" if last > 1 else ""
    return f"🔎 {some} with “{quiet(found.question, 200)}”{_besides(found.near)}, the best first{which}"


def _besides(near: Mapping[str, Sequence[str]]) -> str:
    """Which words were looked for as well, as nearly nothing had those that were typed."""
    others = ", ".join(quiet(other, 60) for words in near.values() for other in words)
    return f" or {others}" if others else ""


def _hit(hit: Hit, at: datetime) -> Iterator[Block]:
    number = hit.row.number
    show = Button("Show", action_id="case_show", value=str(number))
    yield SectionBlock(Text(_row(hit, at)), accessory=show, block_id=f"case_{number}")
    said = [RichTextQuote(_marked("", hit.words))] if hit.words else []
    besides = [
        RichTextSection(_marked(sign, pieces))
        for sign, pieces in (("👤 ", hit.customer), ("📝 ", hit.note))
        if pieces
    ]
    if said or besides:
        yield RichTextBlock([*said, *besides], block_id=f"words_{number}")


def _row(hit: Hit, at: datetime) -> str:
    """The case on one line, its title without signs that make words bold: only what was found is."""
    return row_words(replace(hit.row, title=_EMPHASIS.sub("", hit.row.title)), at)


def _marked(sign: str, pieces: Sequence[Piece]) -> list[Any]:
    """Words as they are, those that were looked for in bold: in rich text nothing in them is a mark."""
    shown = [(tame(piece.words), piece.is_found) for piece in pieces]
    marked = [RichText(words, bold=is_found or None) for words, is_found in shown if words]
    return [*([RichText(sign)] if sign else []), *marked]
