"""Faults of the two writers: in what they are given to write, and in the files."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from penstock.graph import (
    Aggregate,
    Binary,
    BinaryOp,
    CategoryMapper,
    Compare,
    Imputer,
    Linear,
    Link,
    LinkFunction,
    OneHotEncoder,
    TreeEnsemble,
)
from tests.soak import graph_edits as g
from tests.soak.contract_mutations import classes_swapped
from tests.soak.edits import Bundle, Graph, Manifest, Pmml, Together
from tests.soak.mutation import DISAGREE, Mutation

LINEAR = ("linear", "logistic", "binary", "pipeline")
TREES = ("tree", "tree classifier", "forest", "forest regressor", "boosted", "histogram")
FLOAT32_TREES = TREES[:-1]
TAKE_MISSING = ("tree", "tree classifier", "forest", "histogram")


def next_double(match: re.Match[str]) -> str:
    """The same text with the number moved up by one unit in the last place."""
    return f"{match[1]}{float(np.nextafter(float(match[2]), np.inf))!r}{match[3]}"


def half_a_float32(match: re.Match[str]) -> str:
    """The number moved up by half of the distance to the next float32."""
    here = np.float32(match[2])
    step = float(np.nextafter(here, np.float32(np.inf))) - float(here)
    return f"{match[1]}{float(match[2]) + step / 2!r}{match[3]}"


def scaled(factor: float):
    """The number multiplied."""
    return lambda match: f"{match[1]}{float(match[2]) * factor!r}{match[3]}"


def exchanged(match: re.Match[str]) -> str:
    """Groups 2 and 4 have changed places, in what groups 1 to 5 match."""
    return match[1] + match[4] + match[3] + match[2] + match[5]


def or_missing(match: re.Match[str]) -> str:
    """A split's predicate that holds for a missing value too."""
    missing = f'<SimplePredicate field="{match[1]}" operator="isMissing"/>'
    return f'<CompoundPredicate booleanOperator="or">{missing}{match[0]}</CompoundPredicate>'


# What the files hold.
SPLIT = r'(<SimplePredicate field="[^"]+" operator="[a-zA-Z]+" value=")([^"]+)(")'
WEIGHT = r'(<NumericPredictor name="[^"]+" coefficient=")([^"]+)(")'
TWO_WEIGHTS = (
    r'(name="[^"]+" coefficient=")([^"]+)("/>\s*<NumericPredictor name="[^"]+" coefficient=")'
    r'([^"]+)(")'
)
JSON_SPLIT = r'("threshold":)([^}]+)(\})'
JSON_WEIGHT = r'("double":\[)([^,\]]+)([,\]])'
JSON_TWO = r'("double":\[)([^,\]]+)(,)([^,\]]+)([,\]])'


def of_trees(change) -> Graph:
    return Graph(g.tree(change))


def of(kind: type, **changes) -> Graph:
    return Graph(g.fields(kind, **changes))


def is_op(*ops: BinaryOp):
    return lambda found: found.op in ops


def reciprocal(found: Binary) -> Binary:
    """x * (1 / c) for x / c."""
    return replace(found, op=BinaryOp.MUL, right=1.0 / found.right)


def constant(found: Binary) -> bool:
    return found.op is BinaryOp.DIV and isinstance(found.right, float)


def other_link(function: LinkFunction) -> LinkFunction:
    softmax = function is LinkFunction.SOFTMAX
    return LinkFunction.LOGISTIC if softmax else LinkFunction.SOFTMAX


WRITERS = [
    # Thresholds.
    Mutation("threshold + 1 ulp, PMML", "threshold", Pmml(SPLIT, next_double), TREES, whole=True),
    Mutation(
        "threshold + 1 ulp, bundle",
        "threshold",
        Bundle(r"tree\.json", JSON_SPLIT, next_double),
        TREES,
        whole=True,
    ),
    Mutation("threshold + half a float32, PMML", "threshold", Pmml(SPLIT, half_a_float32), TREES),
    Mutation(
        "threshold + half a float32, bundle",
        "threshold",
        Bundle(r"tree\.json", JSON_SPLIT, half_a_float32),
        TREES,
    ),
    Mutation(
        "< for <=, PMML",
        "comparison",
        Pmml(r'operator="lessOrEqual"', 'operator="lessThan"'),
        TREES,
    ),
    Mutation(
        ">= for >, PMML",
        "comparison",
        Pmml(r'operator="greaterThan"', 'operator="greaterOrEqual"'),
        TREES,
    ),
    Mutation(
        "> for <=, PMML",
        "children swapped",
        Pmml(r'operator="lessOrEqual"', 'operator="greaterThan"'),
        TREES,
    ),
    Mutation(
        "inputs not rounded to float32",
        "float32",
        of(TreeEnsemble, compare=lambda _: Compare.FLOAT64),
        (*FLOAT32_TREES, "scaled tree"),
    ),
    Mutation(
        "inputs rounded to float32",
        "float32",
        of(TreeEnsemble, compare=lambda _: Compare.FLOAT32),
        ("histogram",),
    ),
    # Trees.
    Mutation(
        "missing values go the other way, each split",
        "missing direction",
        of_trees(g.flip_missing),
        TAKE_MISSING,
        whole=True,
    ),
    Mutation(
        "missing values go the other way, one split",
        "missing direction",
        of_trees(g.flip_one_missing),
        ("tree", "forest", "histogram"),
    ),
    Mutation(
        "missing values also hold, PMML",
        "missing direction",
        Pmml(
            r'<SimplePredicate field="([^"]+)" operator="lessOrEqual" value="[^"]+"/>', or_missing
        ),
        ("tree", "histogram"),
    ),
    Mutation(
        "children of one split swapped",
        "children swapped",
        of_trees(g.swap_children),
        (*TREES, "ordinal"),
    ),
    Mutation(
        "leaf value + 1 ulp",
        "leaf value",
        of_trees(g.next_leaf_value),
        ("tree", "ordinal", "scaled tree"),
    ),
    Mutation(
        "leaf value * (1 + 1e-12)",
        "leaf value",
        of_trees(g.scale_leaf(1 + 1e-12)),
        ("tree", "forest regressor", "boosted", "histogram"),
    ),
    Mutation("leaf values swapped", "leaf value", of_trees(g.swap_leaves), ("tree", "boosted")),
    Mutation(
        "two leaves swapped, PMML",
        "leaf value",
        Pmml(
            r'(<Node score=")([^"]+)("><SimplePredicate[^>]+>\s*<Node score=")([^"]+)(")', exchanged
        ),
        ("tree", "histogram", "boosted"),
    ),
    Mutation(
        "two leaves swapped, bundle",
        "leaf value",
        Bundle(
            r"tree\.json",
            r'("leaf","values":\[)([^\]]+)(\]\}\s*\{"type":"leaf","values":\[)([^\]]+)(\])',
            exchanged,
        ),
        ("tree", "histogram", "boosted"),
    ),
    Mutation(
        "classes swapped in the leaves",
        "classes swapped",
        of_trees(g.swap_classes_in_leaves),
        ("tree classifier", "forest"),
    ),
    Mutation(
        "last tree dropped",
        "tree dropped",
        of(TreeEnsemble, trees=lambda old: old[:-1]),
        ("forest", "forest regressor", "boosted", "histogram"),
    ),
    Mutation(
        "first tree dropped (the base score)",
        "base score",
        of(TreeEnsemble, trees=lambda old: old[1:]),
        ("boosted", "histogram"),
    ),
    Mutation(
        "first two trees swapped",
        "order of trees",
        of(TreeEnsemble, trees=g.swapped),
        ("boosted", "forest regressor"),
    ),
    Mutation(
        "another column at the root",
        "columns reordered",
        of_trees(g.swap_split_features),
        ("tree", "forest", "histogram"),
    ),
    Mutation(
        "the ensemble's columns reordered",
        "columns reordered",
        of(TreeEnsemble, inputs=g.swapped),
        ("tree", "forest", "histogram", "ordinal"),
    ),
    Mutation(
        "sum for mean",
        "aggregate",
        of(TreeEnsemble, aggregate=lambda _: Aggregate.SUM),
        ("forest regressor",),
    ),
    Mutation(
        "mean for sum",
        "aggregate",
        of(TreeEnsemble, aggregate=lambda _: Aggregate.MEAN),
        ("boosted", "histogram"),
    ),
    # Sums.
    Mutation(
        "intercept dropped",
        "intercept",
        of(Linear, intercepts=lambda old: (0.0,) * len(old)),
        LINEAR,
    ),
    Mutation(
        "intercept dropped, PMML",
        "intercept",
        Pmml(r'(intercept=")([^"]+)(")', r"\g<1>0\3"),
        LINEAR,
        whole=True,
    ),
    Mutation(
        "intercept dropped, bundle",
        "intercept",
        Bundle(r"linear.*model\.json", r'("intercept":\{"double":)([^}]+)(\})', r"\g<1>0.0\3"),
        LINEAR,
    ),
    Mutation("weight * (1 + 1e-12), PMML", "weight", Pmml(WEIGHT, scaled(1 + 1e-12)), LINEAR),
    Mutation(
        "weight * (1 + 1e-12), bundle",
        "weight",
        Bundle(r"linear.*model\.json", JSON_WEIGHT, scaled(1 + 1e-12)),
        LINEAR,
    ),
    Mutation(
        "weight + 1 ulp",
        "weight",
        Pmml(WEIGHT, next_double),
        ("linear",),
        allowed="a last bit of one term is within the bound of the sum",
    ),
    Mutation(
        "weights of two columns swapped, PMML",
        "columns reordered",
        Pmml(TWO_WEIGHTS, exchanged),
        LINEAR,
    ),
    Mutation(
        "weights of two columns swapped, bundle",
        "columns reordered",
        Bundle(r"linear.*model\.json", JSON_TWO, exchanged),
        LINEAR,
    ),
    Mutation(
        "inputs of the assembler swapped, bundle",
        "columns reordered",
        Bundle(
            r"assembler.*node\.json",
            r'("name":")([^"]+)(","port":"input0"\},\{"name":")([^"]+)'
            r'(","port":"input1")',
            exchanged,
        ),
        ("linear", "tree"),
    ),
    Mutation(
        "terms of the sum in another order",
        "order of sums",
        of(
            Linear,
            inputs=lambda old: old[::-1],
            weights=lambda old: tuple(row[::-1] for row in old),
        ),
        ("linear",),
        allowed="a sum may be taken in any order, within its bound",
    ),
    # Classes.
    Mutation(
        "labels swapped in the file",
        "classes swapped",
        Graph(g.outputs(labels=g.swapped)),
        ("logistic", "binary", "forest"),
        by=DISAGREE,
    ),
    Mutation(
        "labels swapped, in the contract too",
        "classes swapped",
        Together(Graph(g.outputs(labels=g.swapped)), Manifest(classes_swapped)),
        ("logistic", "binary", "forest", "tree classifier"),
        whole=True,
    ),
    Mutation(
        "labels swapped, PMML",
        "classes swapped",
        Pmml(
            r'(<Node id="0" score=")([^"]+)(">\s*<True/>\s*<Node id="1" score=")([^"]+)(")',
            exchanged,
        ),
        ("logistic", "binary", "forest"),
    ),
    Mutation(
        "labels swapped, bundle",
        "classes swapped",
        Bundle(
            r"reverse_string_indexer.*model\.json",
            r'("string":\[)("[^"]*")(,)("[^"]*")([,\]])',
            exchanged,
        ),
        ("logistic", "binary", "forest"),
        by=DISAGREE,
    ),
    Mutation(
        "probabilities swapped",
        "probabilities swapped",
        Graph(g.outputs(probabilities=g.swapped)),
        ("logistic", "binary", "forest", "tree classifier"),
    ),
    Mutation(
        "probabilities swapped, PMML",
        "probabilities swapped",
        Pmml(
            r'(<OutputField name="probability\([^>]+><FieldRef field=")([^"]+)'
            r'("/></OutputField>\s*<OutputField[^>]+><FieldRef field=")([^"]+)(")',
            exchanged,
        ),
        ("logistic", "binary"),
    ),
    Mutation(
        "another link function",
        "link function",
        of(Link, function=other_link),
        ("logistic", "binary"),
    ),
    Mutation(
        "exp of the margin and not of its negative, PMML",
        "link function",
        Pmml(
            r'<Constant dataType="double">-1.0</Constant>',
            '<Constant dataType="double">1.0</Constant>',
        ),
        ("binary",),
    ),
    Mutation(
        "a label from another margin on, PMML",
        "comparison",
        Pmml(
            r'field="margin" operator="greaterThan" value="0.0"',
            'field="margin" operator="greaterThan" value="0.05"',
        ),
        ("binary",),
    ),
    # Preprocessing.
    Mutation(
        "imputed value * (1 + 1e-9)",
        "imputer",
        of(Imputer, fill=lambda old: (old[0] * (1 + 1e-9), *old[1:])),
        ("pipeline",),
    ),
    Mutation("imputed values swapped", "imputer", of(Imputer, fill=g.swapped), ("pipeline",)),
    Mutation(
        "missing values are 0",
        "missing as 0",
        of(Imputer, fill=lambda old: (0.0,) * len(old)),
        ("pipeline", "ordinal"),
        whole=True,
    ),
    Mutation(
        "multiplied with the reciprocal",
        "division",
        Graph(g.every(Binary, reciprocal, constant)),
        ("scaled tree",),
    ),
    Mutation(
        "multiplied with the reciprocal before a sum",
        "division",
        Graph(g.every(Binary, reciprocal, constant)),
        ("pipeline",),
        allowed="a last bit of one term is within the bound of the sum",
    ),
    Mutation(
        "scaled before it is centred",
        "order of steps",
        Graph(g.node(Binary, lambda n: replace(n, op=BinaryOp.ADD), is_op(BinaryOp.SUB))),
        ("pipeline", "scaled tree"),
    ),
    Mutation(
        "codes of two categories swapped",
        "categories",
        of(CategoryMapper, values=g.swapped),
        ("ordinal",),
    ),
    Mutation(
        "columns of two categories swapped",
        "categories",
        of(OneHotEncoder, categories=g.swapped),
        ("pipeline", "number categories"),
    ),
    Mutation(
        "an unknown category is the first",
        "unknown category",
        Pmml(
            r'<NormDiscrete field="city" value="" mapMissingTo="0"/>',
            '<NormDiscrete field="city" value="" mapMissingTo="1"/>',
        ),
        ("pipeline",),
    ),
    Mutation(
        "unknown text has the code of the first",
        "unknown category",
        of(CategoryMapper, unknown=lambda _: 0.0),
        ("tolerant ordinal",),
    ),
    Mutation(
        "a category is forgotten",
        "unknown category",
        of(OneHotEncoder, categories=lambda old: ("nowhere", *old[1:])),
        ("pipeline",),
    ),
]
