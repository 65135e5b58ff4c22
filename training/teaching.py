"""How an encoder is taught: the loss, the schedule, and the mean of its last weights."""

import copy
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from rich.console import Console
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

from models.vocabulary import SentimentLabel
from training.lessons import Lesson, batches_of

NEUTRAL = list(SentimentLabel).index(SentimentLabel.NEUTRAL)
OUT_OF_THE_QUESTION = -1e4
"""The logit of neutral for a text of a set that knows none: it may be neutral, nobody was asked."""
WARM_UP = 0.06
AVERAGED = 0.25
"""The last part of the steps, of whose weights the mean is kept."""
FIRM = 2.0
"""The temperature at which a teacher's answers are learned."""

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is taught; the command's options say what each is."""

    epochs: float
    batch: int
    rate: float
    head_rate: float
    length: int
    smoothing: float
    balance: float
    teacher_weighs: float
    half: bool
    seed: int


def where_to_count() -> torch.device:
    """A GPU where PyTorch finds one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def seed_all(seed: int) -> None:
    """What chance decides is decided the same way each time; two machines may still round differently."""
    random.seed(seed)
    torch.manual_seed(seed)


def teach(model: Any, lessons: Sequence[Lesson], plan: Plan, answers: Any | None) -> Any:
    """Run through the lessons; the model whose weights are the mean of those of the last steps.

    `answers`: a teacher's logits, a row for each lesson (whatever it is for one that is sure), or None.
    """
    steps = max(1, math.ceil(len(lessons) / plan.batch * plan.epochs))
    weights = _class_weights(lessons, plan.balance).to(model.device)
    batches = batches_of(lessons, plan.batch, plan.seed)

    def surprise() -> Any:
        places = next(batches)
        batch = [lessons[place] for place in places]
        with torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=plan.half):
            logits = forward(model, batch)
        return _loss(logits.float(), batch, weights, plan, _pick(answers, places, logits.device))

    return descend(model, _optimiser(model, plan), steps, surprise)


def descend(model: Any, optimiser: Any, steps: int, surprise: Callable[[], Any]) -> Any:
    """Make less, step by step, what `surprise` tells of the next batch; the model whose weights are the mean
    of those of the last steps.
    """
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _heat(step, steps))
    average = torch.optim.swa_utils.AveragedModel(model)
    model.train()
    for step in range(steps):
        loss = surprise()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if step >= min(steps * (1 - AVERAGED), steps - 1):
            average.update_parameters(model)
        if step % 50 == 0:
            console.print(f"step {step} of {steps}: loss {loss.item():.3f}")
    return copy.deepcopy(average.module).eval()


def mean_of(models: Sequence[Any]) -> Any:
    """The first of these models, each of its weights the mean of all of theirs.

    It knows what each knows only where all were taught from the same beginning: Wortsman and others, Model
    soups, 2022. The head belongs to it, and the seed draws that: means of students of other seeds were half
    as sure, and took plain complaints for praise. Raises ValueError for models of different shapes.
    """
    states = [model.cpu().state_dict() for model in models]
    shapes = [{name: weights.shape for name, weights in state.items()} for state in states]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("the models have not the same weights")
    weights = {name: torch.stack([state[name] for state in states]) for name in states[0]}
    mean = {name: each.mean(0) if each.is_floating_point() else each[0] for name, each in weights.items()}
    models[0].load_state_dict(mean)
    return models[0]


def logits_of(model: Any, lessons: Sequence[Lesson], batch: int) -> Iterator[Any]:
    """The logits of each batch, in the lessons' order, where the processor can read them."""
    for start in range(0, len(lessons), batch):
        with torch.inference_mode():
            yield forward(model, lessons[start : start + batch]).cpu()


def forward(model: Any, batch: Sequence[Lesson]) -> Any:
    """The logits of a batch, the shorter lessons padded."""
    longest = max(len(lesson.numbers) for lesson in batch)
    padding = [model.config.pad_token_id or 0]
    numbers = torch.tensor([each.numbers + padding * (longest - len(each.numbers)) for each in batch])
    mask = torch.tensor([[1] * len(each.numbers) + [0] * (longest - len(each.numbers)) for each in batch])
    return model(input_ids=numbers.to(model.device), attention_mask=mask.to(model.device)).logits


def _loss(logits: Any, batch: Sequence[Lesson], weights: Any, plan: Plan, teacher: Any | None) -> Any:
    logits = _masked(logits, batch)
    truth = torch.tensor([lesson.answer for lesson in batch], device=logits.device)
    own = cross_entropy(logits, truth, weight=weights, reduction="none") / weights[truth].mean()
    if plan.smoothing:
        spread = -_mean_over_known(log_softmax(logits, dim=1), batch)
        own = (1 - plan.smoothing) * own + plan.smoothing * spread
    if teacher is None:
        return own.mean()
    theirs = kl_div(
        log_softmax(logits / FIRM, dim=1),
        softmax(_masked(teacher, batch) / FIRM, dim=1),
        reduction="none",
    ).sum(dim=1)
    weighs = torch.tensor(
        [0.0 if lesson.sure else plan.teacher_weighs for lesson in batch], device=logits.device
    )
    return ((1 - weighs) * own + weighs * FIRM**2 * theirs).mean()


def _mean_over_known(logs: Any, batch: Sequence[Lesson]) -> Any:
    """Of each text; label smoothing must not ask for neutral where neutral was no answer."""
    known = torch.ones_like(logs)
    known[:, NEUTRAL] = torch.tensor([float(each.knows_neutral) for each in batch], device=logs.device)
    return (logs * known).sum(dim=1) / known.sum(dim=1)


def _masked(logits: Any, batch: Sequence[Lesson]) -> Any:
    mask = torch.zeros_like(logits)
    asked = [0.0 if each.knows_neutral else OUT_OF_THE_QUESTION for each in batch]
    mask[:, NEUTRAL] = torch.tensor(asked, device=logits.device)
    return logits + mask


def _pick(answers: Any | None, places: Sequence[int], device: torch.device) -> Any | None:
    return None if answers is None else answers[list(places)].to(device)


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
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _class_weights(lessons: Sequence[Lesson], balance: float) -> Any:
    """By how often each answer stands in the three-way sets, to the power of -`balance`; their mean is 1."""
    counted = Counter(each.answer for each in lessons if each.knows_neutral)
    rare = torch.tensor([max(1, counted[place]) ** -balance for place in range(len(SentimentLabel))])
    return rare / rare.mean()
