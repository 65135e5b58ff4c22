"""An encoder's graph made quicker answers as it did before; only where PyTorch is installed."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'recovery-bot[train]'")
pytest.importorskip("onnxscript", reason="onnxscript is not installed: pip install 'recovery-bot[train]'")

import onnx
import onnxruntime
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    MPNetConfig,
    MPNetForSequenceClassification,
)

from training.export import export, write_weights
from training.fusing import fuse

SMALL = {
    "vocab_size": 1000,
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_attention_heads": 3,
    "num_hidden_layers": 2,
    "num_labels": 3,
    "pad_token_id": 1,
    "attn_implementation": "eager",
}
# the texts are of different length: what is padding must weigh nothing
NUMBERS = np.array([[5, 17, 33, 8, 61, 2], [5, 44, 2, 1, 1, 1], [5, 2, 1, 1, 1, 1]], dtype=np.int64)
MASK = (NUMBERS != 1).astype(np.int64)
TEXTS = [row[row != 1].tolist() for row in NUMBERS]


class Outputs(torch.nn.Module):
    """A model's logits, and its last layer's mean where that is asked for."""

    def __init__(self, model: Any, *, mean: bool = False) -> None:
        super().__init__()
        self.model, self.mean = model, mean

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        told = self.model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        return (told.logits, told.hidden_states[-1].mean(dim=1)) if self.mean else told.logits


def a_model(kind: Any = BertForSequenceClassification, config: Any = BertConfig, **other: Any) -> Any:
    torch.manual_seed(3)
    model = kind(config(**{**SMALL, **other}))
    for each in model.parameters():  # as they are drawn, every text would be answered alike
        torch.nn.init.normal_(each, mean=float(each.ndim == 1), std=0.3)
    return model.eval()


def answers(path: Path | bytes, numbers: Any = NUMBERS, mask: Any = MASK) -> list[Any]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    told: list[Any] = session.run(None, {"input_ids": numbers, "attention_mask": mask})
    return told


def steps(model: Any) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mean", [False, True])
def test_a_fused_graph_answers_as_the_model_does(mean: bool, tmp_path: Path) -> None:
    model = Outputs(a_model(), mean=mean)
    exported = export(model, ["logits", "mean"][: 1 + mean])

    fuse(exported)

    with torch.no_grad():
        wanted = model(torch.from_numpy(NUMBERS), torch.from_numpy(MASK))
    told = answers(exported.SerializeToString())
    for one, other in zip(told, wanted if mean else [wanted], strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=2e-5)
    assert np.ptp(told[0], axis=0).min() > 0.01, "every text is answered alike"
    assert steps(exported)["Attention"] == 2
    assert "Softmax" not in steps(exported)
    # the embeddings' three and the head's; none is chosen early where all tokens are asked for
    assert steps(exported)["Gather"] == (4 if mean else 6)


@pytest.mark.filterwarnings("ignore")
def test_what_is_built_otherwise_stays_as_it_is() -> None:
    exported = export(Outputs(a_model(MPNetForSequenceClassification, MPNetConfig)), ["logits"])
    before = steps(exported)

    fuse(exported)

    assert steps(exported) == before
    assert "Attention" not in before


@pytest.mark.filterwarnings("ignore")
def test_in_whole_numbers_it_is_near_to_the_model_alone_and_among_others(tmp_path: Path) -> None:
    model = Outputs(a_model())

    write_weights(model, ["logits"], tmp_path / "model.onnx", TEXTS)

    with torch.no_grad():
        wanted = model(torch.from_numpy(NUMBERS), torch.from_numpy(MASK)).numpy()
    spread = np.ptp(wanted)
    (together,) = answers(tmp_path / "model.onnx")
    assert np.abs(together - wanted).max() < 0.1 * spread
    for row, length in enumerate(MASK.sum(axis=1)):
        (alone,) = answers(
            tmp_path / "model.onnx", *(each[row : row + 1, :length] for each in (NUMBERS, MASK))
        )
        np.testing.assert_allclose(alone[0], together[row], atol=1e-4 * spread)
    assert "DynamicQuantizeLinear" not in steps(onnx.load(tmp_path / "model.onnx"))


@pytest.mark.filterwarnings("ignore")
def test_product_scales_and_bias_are_one_step_whose_scales_need_texts(tmp_path: Path) -> None:
    write_weights(Outputs(a_model()), ["logits"], tmp_path / "model.onnx", TEXTS)

    written = steps(onnx.load(tmp_path / "model.onnx"))

    assert written["MatMulIntegerToFloat"] == 2 * 3 + 2  # three products in each layer, two in the head
    assert "MatMulInteger" not in written
    with pytest.raises(ValueError, match="there are none"):
        write_weights(Outputs(a_model()), ["logits"], tmp_path / "model.onnx", [])
