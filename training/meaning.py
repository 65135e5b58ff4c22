"""`make meaning`: teach the encoder that themes are found with, and write it as the bot loads it."""

import json
import random
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from transformers import AutoModel, AutoTokenizer

from bot.sentiment.folder import CONFIG, MANIFEST, TOKENIZER, WEIGHTS, digest_of
from bot.sentiment.signals import FILE
from bot.sentiment.themes import ThemeFinder, plain
from training.export import LIBRARIES, digests, write_weights
from training.lessons import numbers_of
from training.meaning_teaching import LENGTH, Plan, Reader, Remembered, meaning_and_words, said_of, teach
from training.quiet import hush
from training.scales import MEASURED
from training.signal_texts import TAUGHT, THEMED, THEMED_HELD_OUT, read_taught
from training.teaching import where_to_count
from training.themed import THEMES, Business, measure, read_businesses, read_topics, table_of
from training.train import WHOLE, packaged

console = Console(highlight=False, width=120)


class _Meaning(torch.nn.Module):
    """The encoder with plain tensors in and out."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
        """The meaning, and the words."""
        return meaning_and_words(self.encoder, input_ids, attention_mask)


def main(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    out: Annotated[Path, typer.Option(help="the folder for the model")] = Path("var/meaning"),
    base: Annotated[str, typer.Option(help="the encoder's folder")] = "",
    topics: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="CSV with text and label, a topic: more to be learned"
        ),
    ] = None,
    steps: Annotated[int, typer.Option(min=1)] = 600,
    rate: Annotated[float, typer.Option(help="of the encoder, at its highest")] = 5e-5,
    at_once: Annotated[int, typer.Option(min=1, help="businesses in a step")] = 1,
    teacher: Annotated[
        Path | None, typer.Option(help="the folder of a larger encoder, as --whole writes it")
    ] = None,
    whole: Annotated[
        Path | None, typer.Option(help="a folder for the weights in full, as PyTorch has them, too")
    ] = None,
    half: Annotated[bool, typer.Option(help="in bfloat16: twice as fast where supported")] = False,
    seed: Annotated[int, typer.Option()] = 7,
    name: Annotated[str, typer.Option(help="what it is called in the manifest")] = "minilm-l6-meaning",
) -> None:
    """Teach it by training/themed.csv and the texts with signals, and write weights in int8, tokenizer,
    configuration and manifest into OUT; then `make signals ARGS="--out OUT"`.
    """
    hush()
    base = base or packaged()
    plan = Plan(steps, rate, at_once, half, seed)
    businesses = [*read_businesses(THEMED), *_read_topics(topics)]
    others = read_businesses(THEMED_HELD_OUT)
    before = measure(others, ThemeFinder())
    encoder = AutoModel.from_pretrained(base, attn_implementation="eager")
    tokenizer = AutoTokenizer.from_pretrained(base)
    signalled = read_taught()
    texts = [*said_of(businesses), *(text for text, _ in signalled)]
    followed = Remembered(_reader(teacher, half=half), texts) if teacher else None
    taught = teach(encoder, tokenizer, businesses, signalled, plan, followed).cpu()
    if whole is not None:
        taught.save_pretrained(whole)
        tokenizer.save_pretrained(whole)
    out.mkdir(parents=True, exist_ok=True)
    (out / FILE).unlink(missing_ok=True)  # what another encoder's signals were heard with
    some = random.Random(seed).sample(texts, min(MEASURED, len(texts)))
    numbers = [numbers_of(tokenizer, plain(text) or ".", LENGTH) for text in some]
    write_weights(_Meaning(taught), ["meaning", "words"], out / WEIGHTS, numbers)
    for file in (CONFIG, TOKENIZER):
        shutil.copy(Path(base) / file, out / file)
    _write_manifest(out, name, plan, _learned_from(topics), teacher)
    console.print(table_of(others, before, measure(others, ThemeFinder(out))))
    console.print(f"{out}: written, without signals. Teach these, too: make signals ARGS='--out {out}'")


def _write_manifest(out: Path, name: str, plan: Plan, files: list[Path], teacher: Path | None) -> None:
    manifest = {
        "name": name,
        "languages": ["en"],
        "taught_on": {file.name: digest_of(file) for file in files},
        "plan": asdict(plan),
        "teacher": digest_of(teacher / WHOLE) if teacher else None,
        "versions": {library: version(library) for library in LIBRARIES},
        "sha256": digests(out),
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def _reader(folder: Path, *, half: bool) -> Reader:
    try:
        encoder = AutoModel.from_pretrained(folder).eval().to(where_to_count())
        return Reader(encoder, AutoTokenizer.from_pretrained(folder), half)
    except (OSError, ValueError) as problem:
        raise typer.BadParameter(f"--teacher: {problem}") from problem


def _read_topics(topics: Path | None) -> list[Business]:
    try:
        return read_topics(topics) if topics else []
    except (KeyError, ValueError) as problem:
        raise typer.BadParameter(f"--topics: {topics} has not text and label in every row") from problem


def _learned_from(topics: Path | None) -> list[Path]:
    return [THEMES, *TAUGHT, *([topics] if topics else [])]


if __name__ == "__main__":
    typer.run(main)
