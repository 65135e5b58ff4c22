"""Which column of a file holds what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from bot.sources.files.refusals import UnreadableFile


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where no column does. What is left over becomes attributes."""

    text: str
    external_id: str | None = None
    author: str | None = None
    author_name: str | None = None
    occurred_at: str | None = None
    title: str | None = None
    score: str | None = None
    score_scale: str | None = None
    language: str | None = None
    permalink: str | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoTextColumn:
    """None of the columns looks like the one with the customers' words."""

    header: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"No column looks like the customers' words; found: {quoted_list(self.header)}. "
            "If that is the heading, name the column with --text COLUMN. If it is the first row of feedback, "
            "the file has no heading: add a line with the columns' names on top."
        )


# In each line the surest name first. A question of a survey counts by what it asks, see _ASKED.
_USUAL_NAMES = {
    "external_id": "externalid idstr tweetid reviewid commentid feedbackid responseid submissionid messageid "
    "ticketid complaintid postid uuid guid id",
    "score_scale": "scorescale scale",
    "score": "nps npsscore csat csatscore stars starrating rating reviewrating overallrating score "
    "reviewscore satisfaction satisfactionscore bewertung",
    "occurred_at": "occurredat createdat created createddate datecreated submittedat submitteddate postedat "
    "publishedat reviewdate tweetcreated receivedat datereceived sentat recordeddate timestamp datetime date "
    "time datum",
    "author": "authorhandle authorusername authorscreenname userscreenname userusername handle username "
    "screenname author user reviewer nickname customerid userid authorid customer email emailaddress "
    "authoremail mail phone",
    "author_name": "authorname customername reviewername fullname displayname name",
    "title": "title reviewtitle subject headline summary betreff",
    "language": "language languagecode lang locale sprache",
    "permalink": "permalink permalinkurl tweeturl reviewurl url link",
    "text": "text fulltext tweettext tweet comment comments commenttext review reviewtext reviewbody "
    "feedback feedbacktext customerfeedback message messagetext body content verbatim complaint "
    "complainttext complaintnarrative consumercomplaintnarrative narrative remarks freetext kommentar "
    "nachricht freitext sentence",
}
_ASKED = {
    "text": re.compile(
        r"dobetter|improve|tellus|mainreason|primaryreason|whydidyou|anythingelse|yourcomment"
    ),
    "score": re.compile(r"howlikely|recommendus|howsatisfied"),
}
_SCALES_BY_NAME = {
    "nps": "nps",
    "likely": "nps",
    "recommendus": "nps",
    "star": "stars",
    "csat": "csat",
    "satisf": "csat",
}


def detect_columns(header: Sequence[str], chosen: Mapping[str, str] | None = None) -> Columns | NoTextColumn:
    """The columns by their usual names, whatever their case, spaces and underscores.

    `chosen`: fields whose column is settled already, as in `ImportOptions.overrides`.
    """
    found: dict[str, str | None] = {name: column or None for name, column in (chosen or {}).items()}
    free = {_plain(name): name for name in reversed(header) if name and name not in found.values()}
    for wanted in _USUAL_NAMES:
        if wanted not in found:
            found[wanted] = _find_usual(free, wanted)
            free = {plain: name for plain, name in free.items() if name != found[wanted]}
    text = found["text"]
    if text is None:
        return NoTextColumn(tuple(header))
    return Columns(
        text=text,
        external_id=found["external_id"],
        author=found["author"],
        author_name=found["author_name"],
        occurred_at=found["occurred_at"],
        title=found["title"],
        score=found["score"],
        score_scale=found["score_scale"],
        language=found["language"],
        permalink=found["permalink"],
        attributes=tuple(name for name in header if name and name not in found.values()),
    )


def choose_columns(header: tuple[str, ...], overrides: Mapping[str, str]) -> Columns:
    """The columns that the person named, the rest by their usual names; raises UnreadableFile."""
    known = {f.name for f in fields(Columns)} - {"attributes"}
    if unknown := overrides.keys() - known:
        raise UnreadableFile(
            f"No such field: {quoted_list(sorted(unknown))}; known: {quoted_list(sorted(known))}."
        )
    columns = detect_columns(header, {name: _named(header, column) for name, column in overrides.items()})
    if isinstance(columns, NoTextColumn):
        raise UnreadableFile(str(columns))
    return columns


@lru_cache
def scale_of_column(column: str) -> str | None:
    """The scale that a column's name tells for the bare numbers in it."""
    return next((scale for part, scale in _SCALES_BY_NAME.items() if part in _plain(column)), None)


def find_name(header: Sequence[str], asked: str) -> str | None:
    """The column that a person means, whatever its case, spaces and underscores."""
    if asked in header:
        return asked
    return next((name for name in header if _plain(name) == _plain(asked)), None)


def quoted_list(names: Iterable[str]) -> str:
    """The first dozen names, each in quotation marks and cut at 40 letters."""
    shown = [repr(name[:40]) for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


def _named(header: tuple[str, ...], asked: str) -> str:
    found = find_name(header, asked) if asked else ""
    if found is None:
        raise UnreadableFile(f"The file has no column {asked!r}; it has: {quoted_list(header)}.")
    return found


def _find_usual(free: Mapping[str, str], wanted: str) -> str | None:
    """`free`: the columns that nothing has yet, by their plain names."""
    usual = next((plain for plain in _USUAL_NAMES[wanted].split() if plain in free), None)
    if usual is None and wanted in _ASKED:
        usual = next((plain for plain in free if _ASKED[wanted].search(plain)), None)
    return None if usual is None else free[usual]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())
