"""docs/compatibility.md, made from the support levels that stand beside the writers.

``python -m penstock.compatibility docs/compatibility.md`` writes it. Each class of the
converters' table is fitted on a few rows and converted, and the graph's words that come
out are looked up in each format; so the page cannot promise what the code does not do.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import signature
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock import graph as g
from penstock.contract import InputColumn
from penstock.converters import supported_classes
from penstock.converters.build import Builder
from penstock.converters.columns import Table
from penstock.converters.refused import REFUSED
from penstock.converters.sparkml.refused import REFUSED_STAGES
from penstock.converters.table import CONVERTERS, convert_step
from penstock.errors import UnsupportedModelError
from penstock.graph import Aggregate, BinaryOp, Compare, LinkFunction, Node, UnaryOp
from penstock.sparkcompatibility import stage_nodes
from penstock.support import Refused, Support, Within
from penstock.writers import FORMATS, support

TITLES = {"mleap": "MLeap bundle", "pmml": "PMML 4.4"}

HEAD = """\
# Compatibility: what can be exported, and how exactly

Made by `python -m penstock.compatibility docs/compatibility.md` from the support levels that are
declared beside the code; do not edit it by hand.

- **exact**: bit for bit what the library computes, at the same leaf of every tree.
- **within**: at most the stated distance from it. `n` is the number of terms of a sum, `S` the sum
  of their absolute values, `k` the number of classes, `p` a probability, `d` the distance of the
  class's score from the largest and `D` the mean of all `d`, weighted by `p`, `y` the value, `eps`
  2^-52. What is computed from such a number carries its bound on. A label that it decides
  can differ only where the number is that close to the boundary between two labels.
- **no**: the format cannot say it; the export is refused with the reason.

The bundles use the operations of MLeap 0.20.0 and are tested in its own runtime. The PMML is valid
against the schema of 4.4 and is tested in JPMML 1.7.7. What is not supported of a class (a setting,
a type of column) `penstock check` says for your very model.
"""

REFUSED_HEAD = """\
## Classes of scikit-learn that are refused

Every other class of scikit-learn, by its reason. A class of another library is refused by its full
name; `penstock.register_converter` adds a converter for it.
"""
STAGES_HEAD = """\
## Stages of Spark ML

A `PipelineModel` of these stages, logged with `mlflow.spark`. It answers what pyfunc answers, the
column `prediction`: a classifier's is the index of the class as a double, and text where
IndexToString makes that column.
`handleInvalid="skip"` is refused, because a function of a row cannot drop the row, and so is a
setting by which NULL and NaN differ.
"""
REFUSED_STAGES_HEAD = "## Stages of Spark ML that are refused\n"
WORDS_HEAD = "## The words of the model graph\n"

_NUMBERS = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0) % 5})
_GAPS = _NUMBERS.mask(_NUMBERS == 3.0)
_TEXTS = pd.DataFrame({"a": ["u", "v", "u", "w"] * 3, "b": ["x", "y"] * 6}, dtype=object)
_ONE_COLUMN = _NUMBERS[["a"]]
_FRAMES = (_NUMBERS, _ONE_COLUMN, _GAPS, _TEXTS)
_TARGETS = (
    np.arange(1.0, 13.0) * 1.5,
    np.arange(12) % 2,
    np.arange(12) // 6,
    np.arange(12) % 3,
    np.column_stack([np.arange(12.0), np.arange(12.0) % 7]),
)

# What decides on the words beside the target.
_SETTINGS: dict[str, Sequence[dict[str, Any]]] = {
    "sklearn.linear_model.SGDClassifier": [
        {"loss": "hinge"},
        {"loss": "log_loss"},
        {"loss": "modified_huber"},
    ],
    "sklearn.linear_model.TweedieRegressor": [{"power": 0}, {"power": 1}],
}

_LEAF = g.Tree(*(np.array([value]) for value in (-1, 0.0, -1, -1, False)), np.array([[1.0]]))
WORDS: tuple[Node, ...] = (
    g.Imputer(("x",), (0.0,), ("y",)),
    g.StringImputer("s", "a", "t"),
    g.OneHotEncoder("s", ("a",), ("y",)),
    g.CategoryMapper("s", ("a",), (1.0,), 0.0, "y"),
    *(g.Binary(op, "x", 1.0, "y") for op in BinaryOp),
    *(g.Unary(op, "x", "y") for op in UnaryOp),
    g.Where("c", "x", 0.0, "y"),
    g.Linear(("x",), ((1.0,),), (0.0,), ("y",)),
    *(g.TreeEnsemble(("x",), (_LEAF,), Aggregate.MEAN, compare, ("y",)) for compare in Compare),
    g.TreeEnsemble(("x",), (_LEAF,), Aggregate.SUM, Compare.FLOAT64, ("y",), ordered=False),
    *(g.Link(function, ("x",), ("y",)) for function in LinkFunction),
    g.ArgMax(("x",), "y"),
    g.WeightedMedian(("x", "z"), (0.3, 0.1), "y"),
)


@cache
def page() -> str:
    """The whole page."""
    names = supported_classes()
    classes = _table(
        ["class", "becomes"], [_class_row(n, _nodes_of(n)) for n in names if not _is_stage(n)]
    )
    found = stage_nodes()
    stages = _table(
        ["class", "becomes"], [_class_row(n, found.get(n)) for n in names if _is_stage(n)]
    )
    words = _table(["word"], _word_rows())
    return "\n".join(
        [
            HEAD, "## Classes of scikit-learn\n", classes, REFUSED_HEAD, _refused(REFUSED),
            STAGES_HEAD, stages, REFUSED_STAGES_HEAD, _refused(REFUSED_STAGES), WORDS_HEAD, words,
        ]
    )  # fmt: skip


def _is_stage(name: str) -> bool:
    return name.startswith("pyspark.")


def _refused(table: Mapping[str, Refused]) -> str:
    """The classes without a converter, grouped by reason."""
    groups: dict[Refused, list[str]] = {}
    for name in sorted(table.keys() - CONVERTERS.keys()):
        groups.setdefault(table[name], []).append(f"`{name}`")
    rows = [[", ".join(names), level.why, level.remedy] for level, names in groups.items()]
    return _lines([["classes", "why not", "what to do"], ["---"] * 3, *rows])


def _table(heads: Sequence[str], rows: Iterable[list[str]]) -> str:
    head = [*heads, *(TITLES[format_] for format_ in FORMATS)]
    return _lines([head, ["---"] * len(head), *rows])


def _lines(lines: Iterable[list[str]]) -> str:
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "".join("| " + " | ".join(line) + " |\n" for line in cells)


def _class_row(name: str, nodes: Sequence[Node] | None) -> list[str]:
    """``nodes`` is None for a class that is made of its steps."""
    if nodes is None:
        return [f"`{name}`", "its steps", *("as its steps" for _ in FORMATS)]
    words = dict.fromkeys(_word(node) for node in nodes)
    levels = (_levels(_support(nodes, format_)) for format_ in FORMATS)
    return [f"`{name}`", ", ".join(words) or "nothing: it passes columns on", *levels]


def _nodes_of(name: str) -> list[Node] | None:
    """What the class becomes, fitted on numbers, with gaps too, on text, for each kind of target.

    None for a class that cannot be made without the steps it is made of.
    """
    module, _, cls = name.rpartition(".")
    make = getattr(importlib.import_module(module), cls)
    found: list[Node] | None = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for frame, target, settings in product(_FRAMES, _TARGETS, _SETTINGS.get(name, [{}])):
            if frame is _ONE_COLUMN and found:
                continue  # only for what takes no other
            try:
                model = make(**settings)
            except TypeError:
                return None
            nodes = _converted(model, frame, target)
            if nodes is not None:
                found = (found or []) + nodes
    if found is None and "estimator" in signature(make).parameters:
        return None
    if found is None:
        raise RuntimeError(f"{name} can be fitted on none of the rows of this module")
    return found


def _converted(model: object, frame: pd.DataFrame, target: np.ndarray) -> list[Node] | None:
    """The nodes of the fitted model, or None where it does not take such rows."""
    type_ = "string" if frame is _TEXTS else "double"
    columns = [InputColumn(column, type_) for column in frame.columns]
    builder = Builder(columns)
    try:
        model.fit(frame, target)
        convert_step("model", model, Table.of_inputs(columns, array=False), builder)
    except (ValueError, UnsupportedModelError):
        return None
    return builder.nodes


def _word_rows() -> Iterator[list[str]]:
    for node in WORDS:
        levels = (_levels(_support([node], format_)) for format_ in FORMATS)
        yield [_word(node, detailed=True), *levels]


def _word(node: Node, detailed: bool = False) -> str:
    """The word in the table's language: Binary becomes its operation where it matters."""
    name = type(node).__name__
    match node:
        case g.Unary() | g.Binary() if detailed:
            return f"{name} {node.op.value}"
        case g.Link():
            return f"{name} {node.function.value}"
        case g.TreeEnsemble(ordered=True) if detailed:
            return f"{name}, compared in {node.compare.value}"
        case g.TreeEnsemble() if detailed:
            return f"{name}, summed in any order"
    return name


def _support(nodes: Sequence[Node], format_: str) -> list[Support]:
    return support(g.Graph((), tuple(nodes), g.Outputs(())), format_)


def _levels(levels: Iterable[Support]) -> str:
    """Each different level once; exact only where there is nothing else to say."""
    said = dict.fromkeys(_said(level) for level in levels if isinstance(level, Within | Refused))
    return "; ".join(said) or "exact"


def _said(level: Within | Refused) -> str:
    if isinstance(level, Within):
        return f"within `{level.bound}`: {level.why}"
    return f"no: {level.why}; {level.remedy}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
