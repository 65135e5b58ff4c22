"""A model that was taught, written as the bot loads it: ONNX in int8, tokenizer, manifest, card."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.sentiment.folder import CONFIG, MANIFEST, TOKENIZER, WEIGHTS, digest_of
from training.fusing import fuse
from training.labelled import LabelledFile
from training.scales import fix_scales

if TYPE_CHECKING:
    from training.teaching import Plan

CARD = "README.md"
LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime")


@dataclass(frozen=True, slots=True)
class Tried:
    """How it did on three-way texts that were held back, before it was written in int8.

    The temperature was fitted on them; `calibration_error` is that of each half under the other half's.
    """

    texts: int
    accuracy: float
    temperature: float
    calibration_error_raw: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Taught:
    """What it was taught, and how; `texts` were learned.

    `learned_from` are the SHA-256 of the weights that it began as, of its teachers, and of the models whose
    mean it is.
    """

    name: str
    files: Sequence[LabelledFile]
    plan: "Plan"
    texts: int
    tried: Tried
    learned_from: Mapping[str, Sequence[str]]


def write_model(
    out: Path, model: Any, tokenizer: Any, taught: Taught, texts: Sequence[Sequence[int]]
) -> None:
    """Everything that the bot needs, into one folder; `texts` as `write_weights` takes them."""
    out.mkdir(parents=True, exist_ok=True)
    write_weights(_Logits(model), ["logits"], out / WEIGHTS, texts)
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        (out / TOKENIZER).write_bytes((Path(folder) / TOKENIZER).read_bytes())
    written = model.config.to_dict()
    written.pop("_name_or_path", None)  # where the encoder lay on this machine
    (out / CONFIG).write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")
    (out / MANIFEST).write_text(json.dumps(_manifest(out, taught), indent=2) + "\n")
    (out / CARD).write_text(_card(taught))


def write_weights(
    module: torch.nn.Module, outputs: Sequence[str], path: Path, texts: Sequence[Sequence[int]]
) -> None:
    """A module that takes `input_ids` and `attention_mask`, as ONNX with weights and embeddings in int8.

    `texts`: the numbers of some that it was taught on, which its scales are measured on.
    """
    exported = export(module.eval(), outputs)
    fuse(exported)
    embeddings = "Gather"  # most of the file
    quantize_dynamic(
        exported,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,  # one scale for a whole matrix turned 48 labels of 1,000 tweets, this 19
        op_types_to_quantize=["MatMul", "Gemm", "Attention", embeddings],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # what "Attention" gives
    )
    written = onnx.load(path)
    fix_scales(written, texts)
    onnx.save(written, path)


def export(module: torch.nn.Module, outputs: Sequence[str]) -> onnx.ModelProto:
    """The same as ONNX in full, for any number of texts of any length."""
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    numbers, mask = torch.randint(5, 999, (2, 9)), torch.ones(2, 9, dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            module,
            (numbers, mask),
            str(whole),
            dynamo=True,
            input_names=["input_ids", "attention_mask"],
            output_names=list(outputs),
            dynamic_shapes={"input_ids": sizes, "attention_mask": sizes},
            external_data=False,
            verbose=False,
        )
        exported = onnx.load(whole)
    del exported.graph.value_info[:]  # shapes that the quantiser would take for other ones
    for each in (exported, exported.graph, *exported.graph.node):
        del each.metadata_props[:]  # traces through the files of this machine
    return exported


def digests(out: Path) -> dict[str, str]:
    """The SHA-256 of each file that the bot checks."""
    return {file: digest_of(out / file) for file in (CONFIG, TOKENIZER, WEIGHTS)}


class _Logits(torch.nn.Module):
    """The model with plain tensors in and out."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """The logits."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def _manifest(out: Path, taught: Taught) -> dict[str, Any]:
    return {
        "name": taught.name,
        "languages": ["en"],
        "temperature": round(taught.tried.temperature, 3),
        "taught_on": {file.name: file.sha256 for file in taught.files},
        "plan": asdict(taught.plan),
        **taught.learned_from,
        "held_back": {name: round(value, 4) for name, value in asdict(taught.tried).items()},
        "versions": {library: version(library) for library in LIBRARIES},
        "taught_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": digests(out),
    }


def _card(taught: Taught) -> str:
    """A card with what is known now; the figures are added by whoever ships it, from `make eval`."""
    rows = "\n".join(
        f"| {file.name} | {len(file.rows):,} | {', '.join(file.labels)} | `{file.sha256[:12]}` |"
        for file in taught.files
    )
    tried = taught.tried
    plan = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(taught.plan).items())
    return f"""# {taught.name}: what it is

Tells negative, neutral and positive feedback apart, in English. Taught on {taught.texts:,} texts:

| file | texts | labels | SHA-256 |
|---|---|---|---|
{rows}

{plan[:1].upper()}{plan[1:]}. Where a set knows no neutral, its logit was masked out. The weights are the
mean of those of the last quarter of the steps, in int8 with the embedding table.

On {tried.texts:,} texts that were held back it was right in {tried.accuracy:.3f}. The temperature
{tried.temperature:.2f} was fitted on them; their expected calibration error is {tried.calibration_error:.3f}
with it and {tried.calibration_error_raw:.3f} without.

Figures: `make eval DATA=…` on sets that are not in the table above; those that are, it marks. Licences of the
files: see where they come from, before this model leaves the house.

Not for deciding about people: not for judging staff, refusing service, or anything without a person to look.
Sarcasm and double negation come out wrong; other languages than English must not be given to it.
"""
