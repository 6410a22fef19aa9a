"""Classes and probabilities of margins: what classifiers make of their raw predictions."""

from __future__ import annotations

from penstock.converters.build import Builder
from penstock.graph import ArgMax, Binary, BinaryOp, Link, LinkFunction

Columns = tuple[str, ...]


def logistic_pair(margin: str, builder: Builder) -> Columns:
    """``1 - p`` and ``p = 1 / (1 + exp(-margin))``."""
    no, yes = builder.fresh("probability0"), builder.fresh("probability1")
    builder.add(Link(LinkFunction.LOGISTIC, (margin,), (yes,)))
    builder.add(Binary(BinaryOp.SUB, 1.0, yes, no))
    return no, yes


def softmax(scores: Columns, builder: Builder) -> Columns:
    names = tuple(builder.fresh(f"probability{k}") for k in range(len(scores)))
    builder.add(Link(LinkFunction.SOFTMAX, scores, names))
    return names


def above_zero(margin: str, builder: Builder, op: BinaryOp = BinaryOp.GREATER) -> str:
    """The index of one of two classes: 1.0 where ``margin op 0``."""
    label = builder.fresh("label")
    builder.add(Binary(op, margin, 0.0, label))
    return label


def largest(scores: Columns, builder: Builder) -> str:
    """The index of the first largest score."""
    label = builder.fresh("label")
    builder.add(ArgMax(scores, label))
    return label
