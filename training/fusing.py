"""The graph of an encoder made quicker, with the same answers but for rounding.

Attention becomes one step that ONNX Runtime has of its own, and what only the first token is asked for is
worked out for the first token alone. What is built otherwise stays as it is: MPNet's attention knows how far
apart two words are, a mean over the tokens needs all of them, and PyTorch's own step of attention is exported
in another shape (load the model with `attn_implementation="eager"`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from training.graph import OF_ONNX_RUNTIME, Wires, prune, put

MASK = "attention_mask"
ALONE = frozenset({"Add", "Gelu", "LayerNormalization", "MatMul"})
"""Steps of one token that look at no other one, with weights or what else is known of that token."""


def fuse(model: ModelProto) -> None:
    """Rewrite the graph in place; it takes `attention_mask`, as all of ours do."""
    _fuse_attention(model)
    _choose_early(model)
    prune(model)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One attention: what it reads, the matrices and biases of query, key and value, its heads, its end."""

    taken: str
    weights: Any
    biases: Any
    heads: int
    end: NodeProto


def _fuse_attention(model: ModelProto) -> None:
    wires = Wires(model)
    found = [
        seen for node in model.graph.node if node.op_type == "Softmax" and (seen := _attention(wires, node))
    ]
    if not found:
        return
    mask = f"{MASK}_32"
    made = {seen.end.output[0]: _one_step(model, seen, mask) for seen in found}
    nodes = [made.get(node.output[0], node) for node in model.graph.node]
    put(model, [helper.make_node("Cast", [MASK], [mask], to=TensorProto.INT32), *nodes])
    model.opset_import.append(helper.make_opsetid(OF_ONNX_RUNTIME, 1))


def _attention(wires: Wires, softmax: NodeProto) -> _Seen | None:
    """The attention that a softmax is the middle of: of query times key, scaled, where the mask allows."""
    added = wires.back(softmax.input[0], "Add")
    if added is None or wires.back(added.input[1], "Where") is None:
        return None
    scaled, scores = wires.back(added.input[0], "Mul"), wires.back(added.input[0], "Mul", "MatMul")
    mixed = wires.on(softmax.output[0], "MatMul")
    end = wires.on(softmax.output[0], "MatMul", "Transpose", "Reshape")
    if scores is None or mixed is None or end is None:
        return None
    ways = [*scores.input, mixed.input[1]]
    products = [wires.back(way, "Transpose", "Reshape", "Add", "MatMul") for way in ways]
    biases = [wires.back(way, "Transpose", "Reshape", "Add") for way in ways]
    taken = {product.input[0] for product in products if product}
    scale, *known = [wires.weight(node) for node in (scaled, *products, *biases)]
    if len(taken) != 1 or any(each is None for each in (scale, *known)):
        return None
    of_a_head = round(1 / float(scale) ** 2)  # the scale is 1 / its root
    heads = known[0].shape[0] // of_a_head
    return _Seen(taken.pop(), np.hstack(known[:3]), np.hstack(known[3:]), heads, end)


def _one_step(model: ModelProto, seen: _Seen, mask: str) -> NodeProto:
    value = seen.end.output[0]
    weights, biases = f"{value}_weights", f"{value}_biases"
    model.graph.initializer.extend(
        [numpy_helper.from_array(seen.weights, weights), numpy_helper.from_array(seen.biases, biases)]
    )
    return helper.make_node(
        "Attention",
        [seen.taken, weights, biases, mask],
        [value],
        name=f"{value}_attention",
        domain=OF_ONNX_RUNTIME,
        num_heads=seen.heads,
    )


def _choose_early(model: ModelProto) -> None:
    """Choose the first token right after the last attention, where no other one is asked for."""
    wires = Wires(model)
    attentions = [node for node in model.graph.node if node.domain == OF_ONNX_RUNTIME]
    asked = {each.name for each in model.graph.output}
    if not attentions:
        return
    last = attentions[-1]
    early = {value: f"{value}_first" for value in (last.output[0], last.input[0])}
    within = _after(wires, last.output[0])
    known = {*wires.weights, *early, *(node.output[0] for node in within or [])}
    if not within or any(node.output[0] in asked or not known.issuperset(node.input) for node in within):
        return
    for node in within:
        for place, value in enumerate(node.input):
            node.input[place] = early.get(value, value)
    first = numpy_helper.from_array(np.zeros(1, np.int64), "first_token")
    model.graph.initializer.append(first)
    chosen = [
        helper.make_node("Gather", [value, first.name], [name], name=name, axis=1)
        for value, name in early.items()
    ]
    place = next(place for place, node in enumerate(model.graph.node) if node.name == last.name) + 1
    nodes = list(model.graph.node)
    put(model, [*nodes[:place], *chosen, *nodes[place:]])


def _after(wires: Wires, value: str) -> list[NodeProto] | None:
    """The steps of each token alone from a value to the choice of the first one; None where there is more."""
    within: list[NodeProto] = []
    waiting = [value]
    while waiting:
        for node in wires.takers[waiting.pop()]:
            if node in within or _chooses_first(wires, node):
                continue
            if node.op_type not in ALONE or (node.op_type == "MatMul" and wires.weight(node) is None):
                return None
            within.append(node)
            waiting.append(node.output[0])
    return within


def _chooses_first(wires: Wires, node: NodeProto) -> bool:
    of_tokens = any(each.name == "axis" and each.i == 1 for each in node.attribute)
    return (
        node.op_type == "Gather"
        and of_tokens
        and node.input[1] in wires.weights
        and not numpy_helper.to_array(wires.weights[node.input[1]]).any()
    )
