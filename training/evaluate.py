"""`make eval DATA=…`: how well the ear hears, on any labelled texts, as a table and in var/eval.json."""

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.database import ROOT
from bot.sentiment import ModelMissing, Scorer
from bot.sentiment.folder import SHIPPED
from bot.sentiment.themes import ThemeFinder
from models.vocabulary import SentimentLabel, SentimentScore
from training.labelled import (
    Columns,
    LabelledFile,
    Unusable,
    files_in,
    read_all,
    read_reasons,
    sample,
)
from training.measures import (
    Shares,
    accuracy,
    calibration_error,
    calibration_error_within,
    confusion,
    f1,
    fit_temperature,
    macro_recall,
    precision_recall,
    tempered,
)
from training.reasons import ReasonFigures, measure_reasons, read_themes, table_of

BATCH = 256
SURE = (0.5, 0.7)
"""From which P(negative) on a rule may open a case; the table tells what that finds and misses."""
NEGATIVE = 0
LIBRARIES = ("onnxruntime", "transformers", "tokenizers", "numpy")

console = Console(highlight=False, width=150)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on one set. Where a set knows no neutral, only its own labels may be answered.

    `ece_raw` is before any temperature, `ece` under the model's own, `ece_fitted` under one that was fitted
    on the other half of the same set; `best_temperature` is that of the whole set.
    """

    name: str
    sha256: str
    texts: int
    left_out: int
    labels: list[str]
    is_taught: bool
    macro_recall: float
    accuracy: float
    negative_precision: float
    negative_recall: float
    negative_f1: float
    opened_at: dict[str, list[float]]
    ece_raw: float
    ece: float
    ece_fitted: float
    best_temperature: float
    confusion: list[list[int]]
    long: int
    truncated: int


@app.command()
def main(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    places: Annotated[list[Path], typer.Argument(metavar="DATA...", help="CSV files, or folders of them")],
    columns: Annotated[
        str, typer.Option(help='such as "text=Review Text,label=Rating"; text and label if left out')
    ] = "",
    labels: Annotated[str, typer.Option(help='what labels mean, such as "1=negative,3=neutral"')] = "",
    model: Annotated[Path, typer.Option(help="the folder of the model")] = SHIPPED,
    themes: Annotated[
        Path, typer.Option(help="a file with the themes that reasons are, as rules.yaml has them")
    ] = ROOT / "rules.yaml",
    at_most: Annotated[int | None, typer.Option(min=1, help="texts of each file, drawn by chance")] = None,
    seed: Annotated[int, typer.Option(help="for whatever chance decides")] = 7,
    out: Annotated[Path, typer.Option("--json", help="where the figures are kept")] = Path("var/eval.json"),
) -> None:
    """Measure how well the ear hears. Exit code: 0, 1 where a file was of no use, 2 without a model.

    What was measured before is kept where nothing could be measured now.
    """
    try:
        scorer = Scorer(model)
    except ModelMissing as missing:
        console.print(str(missing), style="red", markup=False)
        raise typer.Exit(2) from missing
    told = _columns(columns, labels)
    reasons = _measure_all_reasons(places, told, themes)
    found: list[Figures] = []
    unused: list[str] = []
    for each in read_all(places, told):
        if isinstance(each, Unusable):
            unused.append(str(each))
        else:
            rows = sample(each.rows, at_most, seed)
            found.append(measure(replace(each, rows=tuple(rows)), scorer, seed))
    if found or reasons:
        show(found, reasons)
        facts = {"model": scorer.name, "seed": seed, "at_most": at_most, "unused": unused}
        keep(out, found, {**facts, "reasons": [asdict(each) for each in reasons]})
        console.print(f"Kept in {out}.")
    for words in unused:
        console.print(f"Left out: {words}.", markup=False)
    raise typer.Exit(1 if unused or not found else 0)


def measure(labelled: LabelledFile, scorer: Scorer, seed: int) -> Figures:
    """Score every text of a set, and compare with what people said."""
    scores = _score(labelled, scorer)
    shares = np.array([[score.p_negative, score.p_neutral, score.p_positive] for score in scores])
    answers = list(SentimentLabel) if len(labelled.labels) > 2 else list(labelled.labels)
    columns = [list(SentimentLabel).index(label) for label in answers]
    truth = np.array([answers.index(row.label) for row in labelled.rows])
    return _figures(labelled, scores, _among(shares, columns), truth, _Under(answers, scorer, seed))


def _measure_all_reasons(places: Sequence[Path], columns: Columns, themes: Path) -> list[ReasonFigures]:
    """Of each file that has reasons; those that are none of the themes say nothing."""
    files = [told for place in places for file in files_in(place) if (told := read_reasons(file, columns))]
    if not files:
        return []
    known, finder = read_themes(themes), ThemeFinder()
    measured = [measure_reasons(told, finder, known) for told in files]
    for told, figures in zip(files, measured, strict=True):
        if figures is None:
            words = f"{told.name}: no reason in it is a theme of {themes}; name others by --themes."
            console.print(words, markup=False)
    return [figures for figures in measured if figures is not None]


@dataclass(frozen=True, slots=True)
class _Under:
    """What the figures of a set depend on besides the answers."""

    answers: Sequence[SentimentLabel]
    scorer: Scorer
    seed: int


def _figures(
    labelled: LabelledFile, scores: Sequence[SentimentScore], shares: Shares, truth: Any, under: _Under
) -> Figures:
    is_long = [under.scorer.is_long(row.text) for row in labelled.rows]
    heats = np.array([[under.scorer.temperature_of(is_long=each)] for each in is_long])
    raw = tempered(shares, 1 / heats)
    confused = confusion(truth, shares.argmax(axis=1), len(under.answers))
    precision, recall = precision_recall(confused, NEGATIVE)
    return Figures(
        name=labelled.name,
        sha256=labelled.sha256,
        texts=len(truth),
        left_out=labelled.left_out,
        labels=[label.value for label in under.answers],
        is_taught=labelled.sha256 in under.scorer.traits.taught_on,
        macro_recall=macro_recall(confused),
        accuracy=accuracy(confused),
        negative_precision=precision,
        negative_recall=recall,
        negative_f1=f1(confused, NEGATIVE),
        opened_at={f"{sure:g}": _opened_at(sure, shares, truth) for sure in SURE},
        ece_raw=calibration_error(raw, truth),
        ece=calibration_error(shares, truth),
        ece_fitted=calibration_error_within(raw, truth, under.seed),
        best_temperature=fit_temperature(raw, truth),
        confusion=confused,
        long=sum(is_long),
        truncated=sum(score.is_truncated for score in scores),
    )


def show(found: Sequence[Figures], reasons: Sequence[ReasonFigures]) -> None:
    """Print a line for each set: how often it is right, how well it knows how sure it is, and its themes."""
    right = _table("set", "texts", "labels", "macro-recall", "accuracy", "negative P", "R", "F1")
    sure = _table(
        "set", "ECE raw", "ours", "own T", "T", "P(neg) ≥ 0.5: P", "R", "≥ 0.7: P", "R", "long", "cut"
    )
    for each in found:
        name = each.name + (" *" if each.is_taught else "")
        right.add_row(name, f"{each.texts:,}", str(len(each.labels)), *_threes(_how_right(each)))
        opened = [figure for pair in each.opened_at.values() for figure in pair]
        sure.add_row(name, *_threes(_how_sure(each)), *_threes(opened), str(each.long), str(each.truncated))
    console.print(right, sure, *([table_of(reasons)] if reasons else []))
    if any(each.is_taught for each in found):
        console.print("* The model was taught on this set: its figures say nothing about other texts.")


def keep(path: Path, found: Sequence[Figures], told: Mapping[str, Any]) -> None:
    """Keep everything that the figures depend on, and the figures; what cannot be said is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "versions": {library: version(library) for library in LIBRARIES},
        **told,
        "sets": [_without_nan(asdict(each)) for each in found],
    }
    path.write_text(json.dumps(kept, indent=2, allow_nan=False) + "\n")


def _columns(columns: str, labels: str) -> Columns:
    meanings = {written.lower(): meant for written, meant in _pairs(labels).items()}
    unknown = [meant for meant in meanings.values() if meant not in set(SentimentLabel)]
    if unknown:
        raise typer.BadParameter(f"--labels: {unknown[0]} is none of {', '.join(SentimentLabel)}")
    names = _pairs(columns)
    strange = [name for name in names if name not in {"text", "label", "reason"}]
    if strange:
        raise typer.BadParameter(f"--columns: {strange[0]} is none of text, label, reason")
    return Columns(names, {written: SentimentLabel(meant) for written, meant in meanings.items()})


def _pairs(written: str) -> dict[str, str]:
    """What "a=b,c=d" says."""
    pairs = {}
    for pair in filter(None, written.split(",")):
        name, sign, value = pair.partition("=")
        if not sign:
            raise typer.BadParameter(f"{pair!r}: write NAME=VALUE, several parted by commas")
        pairs[name.strip()] = value.strip()
    return pairs


def _score(labelled: LabelledFile, scorer: Scorer) -> list[SentimentScore]:
    texts = [row.text for row in labelled.rows]
    starts = range(0, len(texts), BATCH)
    batches = track(starts, description=labelled.name, console=console, transient=True)
    return [score for start in batches for score in scorer.score(texts[start : start + BATCH])]


def _among(shares: Shares, columns: Sequence[int]) -> Shares:
    """The shares of these labels only; where the model gives none of them anything, all are as likely."""
    chosen = shares[:, list(columns)] + 1e-9
    among: Shares = chosen / chosen.sum(axis=1, keepdims=True)
    return among


def _opened_at(sure: float, shares: Shares, truth: Any) -> list[float]:
    """Precision and recall of calling negative what is so with at least this probability."""
    opened, is_negative = shares[:, NEGATIVE] >= sure, truth == NEGATIVE
    right = float((opened & is_negative).sum())
    return [right / total if (total := float(of.sum())) else math.nan for of in (opened, is_negative)]


def _table(first: str, *others: str) -> Table:
    table = Table(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _how_right(each: Figures) -> list[float]:
    negative = [each.negative_precision, each.negative_recall, each.negative_f1]
    return [each.macro_recall, each.accuracy, *negative]


def _how_sure(each: Figures) -> list[float]:
    return [each.ece_raw, each.ece, each.ece_fitted, each.best_temperature]


def _threes(figures: Sequence[float]) -> list[str]:
    return [f"{figure:.3f}" for figure in figures]


def _without_nan(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _without_nan(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_without_nan(value) for value in told]
    return None if isinstance(told, float) and math.isnan(told) else told


if __name__ == "__main__":
    app()
