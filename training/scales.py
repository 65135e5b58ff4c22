"""The scales of int8, measured once on texts instead of anew in each run.

Where each run measures them, all that is heard together shares them: a text's answer hung on its neighbours,
and the label of 2 to 4 of 100 texts changed with the batch that they stood in. What an encoder's layers say
ranges over nearly the same numbers whatever the text (a few places of a layer are always largest), so that
fixed scales are as near to the answers in full.
"""

from collections.abc import Sequence

import numpy as np
import onnxruntime
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from training.graph import OF_ONNX_RUNTIME, Wires, prune, put

MEASURED = 1_600
"""Texts that the scales are measured on; 400 give the same to 7 of 100, and most of them to 1."""
MEASURES = "DynamicQuantizeLinear"
"""The step that measures a scale anew, in each run."""
LEVELS = 255
"""Of the whole numbers in which an answer of a layer is written, less one."""

Ends = tuple[float, float]


def fix_scales(model: ModelProto, texts: Sequence[Sequence[int]]) -> None:
    """Rewrite in place what `quantize_dynamic` wrote; `texts`: the numbers of each, as the model takes them.

    A value beyond those that were seen is cut to the nearest of them. Raises ValueError for no text.
    """
    if not texts:
        raise ValueError("scales are measured on texts, and there are none")
    _write_scales(model, _measure(model, texts))
    _multiply_in_one_step(model)
    prune(model)


def _measure(model: ModelProto, texts: Sequence[Sequence[int]]) -> dict[str, Ends]:
    """The least and the largest of each value that is written in whole numbers."""
    values = list(dict.fromkeys(node.input[0] for node in model.graph.node if node.op_type == MEASURES))
    asked = ModelProto()
    asked.CopyFrom(model)
    asked.graph.output.extend(helper.make_tensor_value_info(each, TensorProto.FLOAT, None) for each in values)
    session = onnxruntime.InferenceSession(asked.SerializeToString(), providers=["CPUExecutionProvider"])
    ends = dict.fromkeys(values, (0.0, 0.0))  # nought itself must be a whole number
    for numbers in texts:
        given = np.array([numbers], dtype=np.int64)
        told = session.run(values, {"input_ids": given, "attention_mask": np.ones_like(given)})
        for value, seen in zip(values, told, strict=True):
            least, largest = ends[value]
            ends[value] = min(least, float(seen.min())), max(largest, float(seen.max()))
    return ends


def _write_scales(model: ModelProto, ends: dict[str, Ends]) -> None:
    nodes = []
    for node in model.graph.node:
        if node.op_type != MEASURES:
            nodes.append(node)
            continue
        (value,), (written, *known) = node.input, node.output
        least, largest = ends[value]
        scale = np.float32(max(largest - least, np.finfo(np.float32).tiny * LEVELS) / LEVELS)
        nought = np.uint8(np.clip(np.rint(-least / scale), 0, LEVELS))
        model.graph.initializer.extend(
            numpy_helper.from_array(np.array(each), name)
            for each, name in zip((scale, nought), known, strict=True)
        )
        nodes.append(helper.make_node("QuantizeLinear", [value, *known], [written], name=node.name))
    put(model, nodes)


def _multiply_in_one_step(model: ModelProto) -> None:
    """Product, scales and bias together: ONNX Runtime joins them by itself only where each run measures."""
    wires = Wires(model)
    asked = {each.name for each in model.graph.output}
    joined = {}
    for node in model.graph.node:
        scaled = wires.on(node.output[0], "Cast", "Mul") if node.op_type == "MatMulInteger" else None
        if scaled is None or scaled.output[0] in asked:
            continue
        added = wires.on(scaled.output[0], "Add")
        biases = [each for each in added.input if each in wires.weights] if added else []
        end = added if added and len(biases) == 1 else scaled
        joined[end.output[0]] = _product(node, biases, end.output[0])
    put(model, [joined.get(node.output[0], node) for node in model.graph.node])
    if joined and all(each.domain != OF_ONNX_RUNTIME for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid(OF_ONNX_RUNTIME, 1))


def _product(node: NodeProto, biases: Sequence[str], value: str) -> NodeProto:
    """By how the quantiser calls the scale and the nought of what it wrote."""
    noughts = node.input[2:4]
    scales = [nought.removesuffix("_zero_point") + "_scale" for nought in noughts]
    taken = [*node.input[:2], *scales, *noughts, *biases]
    return helper.make_node("MatMulIntegerToFloat", taken, [value], name=node.name, domain=OF_ONNX_RUNTIME)
