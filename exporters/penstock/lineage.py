"""Which columns a node reads and defines, and which nodes a column comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from penstock.graph import (
    ArgMax,
    Binary,
    CategoryMapper,
    Imputer,
    Linear,
    Link,
    Node,
    OneHotEncoder,
    Outputs,
    StringImputer,
    TreeEnsemble,
    Unary,
    WeightedMedian,
    Where,
)


def node_inputs(node: Node) -> tuple[str, ...]:
    """The names of the columns that the node reads."""
    match node:
        case Imputer() | Linear() | TreeEnsemble() | Link() | ArgMax() | WeightedMedian():
            return node.inputs
        case Binary():
            operands = (node.left, node.right)
        case Where():
            operands = (node.condition, node.then, node.otherwise)
        case StringImputer() | OneHotEncoder() | CategoryMapper() | Unary():
            return (node.input,)
    return tuple(operand for operand in operands if isinstance(operand, str))


def node_outputs(node: Node) -> tuple[str, ...]:
    """The names of the columns that the node defines."""
    match node:
        case Imputer() | OneHotEncoder() | Linear() | TreeEnsemble() | Link():
            return node.outputs
        case _:
            return (node.output,)


def parts(node: Node) -> dict[str, Node]:
    """For each column that the node defines, the part of the node that it needs."""
    match node:
        case Imputer():
            each = zip(node.inputs, node.fill, node.outputs, strict=True)
            return {out: Imputer((name,), (fill,), (out,)) for name, fill, out in each}
        case OneHotEncoder():
            each = zip(node.categories, node.outputs, strict=True)
            return {out: OneHotEncoder(node.input, (category,), (out,)) for category, out in each}
        case _:
            return dict.fromkeys(node_outputs(node), node)


@dataclass(frozen=True)
class Trace:
    """How a column comes about: the graph's inputs it needs, the nodes in their order."""

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]


def definitions(nodes: Sequence[Node]) -> dict[str, Node]:
    """Each defined column with the part of the node that defines it."""
    return {name: part for node in nodes for name, part in parts(node).items()}


def trace(defined: Mapping[str, Node], name: str) -> Trace:
    """Follows the column ``name`` back to the inputs."""
    inputs: dict[str, None] = {}
    nodes: dict[int, Node] = {}
    stack = [(name, False)]
    while stack:
        column, is_ready = stack.pop()
        node = defined.get(column)
        if node is None:
            inputs[column] = None
        elif is_ready:
            nodes.setdefault(id(node), node)
        elif id(node) not in nodes:
            stack.append((column, True))
            stack.extend((source, False) for source in reversed(node_inputs(node)))
    return Trace(tuple(inputs), tuple(nodes.values()))


def needed_nodes(nodes: Sequence[Node], outputs: Outputs) -> list[int]:
    """The indices of the nodes that an output depends on, in their order."""
    wanted = set(outputs.predictions) | set(outputs.probabilities)
    needed = []
    for i in reversed(range(len(nodes))):
        if wanted.intersection(node_outputs(nodes[i])):
            wanted.update(node_inputs(nodes[i]))
            needed.append(i)
    return needed[::-1]
