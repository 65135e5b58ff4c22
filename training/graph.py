"""An ONNX graph as something to look through and to rewrite in place."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from onnx import ModelProto, NodeProto, numpy_helper

OF_ONNX_RUNTIME = "com.microsoft"
"""Whose steps those are that ONNX Runtime alone has."""


class Wires:
    """Who makes each value of a graph, who takes it, and which are weights."""

    def __init__(self, model: ModelProto) -> None:
        self.weights = {each.name: each for each in model.graph.initializer}
        self.maker = {value: node for node in model.graph.node for value in node.output}
        self.takers: defaultdict[str, list[NodeProto]] = defaultdict(list)
        for node in model.graph.node:
            for value in node.input:
                self.takers[value].append(node)

    def back(self, value: str, *steps: str) -> NodeProto | None:
        """The node that made the value by these steps, the last one first; None where they are others."""
        node = None
        for step in steps:
            node = self.maker.get(value)
            if node is None or node.op_type != step:
                return None
            value = next((each for each in node.input if each not in self.weights), "")
        return node

    def on(self, value: str, *steps: str) -> NodeProto | None:
        """The node that these steps lead to, each alone in taking what was made; None where they do not."""
        node = None
        for step in steps:
            takers = self.takers[value]
            if len(takers) != 1 or takers[0].op_type != step:
                return None
            node = takers[0]
            value = node.output[0]
        return node

    def weight(self, node: NodeProto | None) -> Any:
        """The one weight that a node takes; None where it takes none, or several."""
        names = [each for each in node.input if each in self.weights] if node else []
        return numpy_helper.to_array(self.weights[names[0]]) if len(names) == 1 else None


def prune(model: ModelProto) -> None:
    """Drop what nobody takes any more."""
    needed = {each.name for each in model.graph.output}
    kept = []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    put(model, kept[::-1])
    weights = [each for each in model.graph.initializer if each.name in needed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(weights)


def put(model: ModelProto, nodes: Sequence[NodeProto]) -> None:
    """These steps instead of what there was."""
    nodes = list(nodes)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
