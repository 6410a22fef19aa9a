"""The parity gate: the written file, scored in a JVM, against pyfunc.

The gate passes where every row is scored alike within its bound, ends at the same
leaves, or is refused by both sides for the same kind of reason. The oracle answers
in bulk first; wherever the bulk answer and the file differ, and on a sample, the
one-row answer is what counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock import jvm
from penstock.alignment import align, own_ensembles
from penstock.answer import Answer, Value
from penstock.checks import first_failed, parse
from penstock.comparison import Bounds, Outcome, compare
from penstock.contract import CautiousRange, Check, OutputKind
from penstock.converters import Conversion
from penstock.errors import JavaError, ParityError
from penstock.graph import Compare, Tree, TreeEnsemble
from penstock.loading import SPARK, LoadedModel
from penstock.oracle import Oracle
from penstock.reference import evaluate
from penstock.rows import passed_both_ways, taken_both_ways

if TYPE_CHECKING:
    from penstock.sparkoracle import SparkOracle

OURS = "penstock"
"""The converter whose files have a known layout."""

_SAMPLE = 200
_ASKED_AGAIN = 2_000
_SHOWN = 10

LeafOrder = Callable[[Tree, Compare], list[int]]
"""From a tree to the graph's node number of each of its leaves, as a file orders them."""


@dataclass(frozen=True)
class FormatResult:
    """How close one file came: over all rows, the largest difference and part of a bound.

    Rows so large that their bound is infinite say nothing and are left out of both.
    """

    max_difference: float
    max_bound_share: float
    leaves_compared: bool

    def text(self) -> str:
        """ "equal", or how much of the declared bound was used up at most."""
        if self.max_difference == 0:
            return "equal to the last bit"
        return f"within {self.max_bound_share:.1%} of the declared bound"


@dataclass(frozen=True)
class Parity:
    """What was compared; an instance exists only where all of it agreed."""

    rows: int
    scored: int
    refused: dict[str, int]
    formats: dict[str, FormatResult] = field(default_factory=dict)


class Gate:
    """pyfunc's answers and bounds for some rows, to hold files against."""

    def __init__(
        self,
        model: LoadedModel,
        conversion: Conversion,
        rows: Sequence[Sequence[Value]],
    ):
        self.columns = [column.name for column in conversion.contract.inputs]
        self.rows = rows
        self._conversion = conversion
        self.oracle = _oracle(model, conversion)
        failed = first_failed(conversion.contract, rows)
        self.expected_refusals = [None if check is None else check.kind.value for check in failed]
        together = [i for i, check in enumerate(failed) if check is None]
        self._bulk = dict(zip(together, self.oracle.many([rows[i] for i in together]), strict=True))
        told = next((a.leaves for a in self._bulk.values() if a.leaves is not None), np.zeros(0))
        self._ensembles = [n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble)]
        self.trees = own_ensembles(self._ensembles, len(told))
        self.bounds = row_bounds(conversion, rows, failed)
        self._single: dict[int, Answer] = {}
        step = max(1, len(rows) // _SAMPLE)
        self._sample = frozenset(range(0, len(rows), step))

    def answer(self, position: int) -> Answer:
        """The answer in bulk, or to the row alone where the contract refuses it."""
        found = self._bulk.get(position)
        return self.single(position) if found is None else found

    def single(self, position: int) -> Answer:
        """The one-row answer, asked once."""
        if position not in self._single:
            bulk = self._bulk.get(position)
            self._single[position] = self.oracle.one(self.rows[position], bulk)
        return self._single[position]

    def ask_singly(self) -> None:
        """Asks for the rows that have to be asked alone, where that was not done yet.

        They are those that the contract refuses, and the sample.
        """
        refused = [
            position
            for position in range(len(self.rows))
            if position not in self._bulk and position not in self._single
        ]
        rows = [self.rows[position] for position in refused]
        self._single.update(
            zip(refused, self.oracle.many(rows, [True] * len(rows)), strict=True)
        )
        for position in self._sample:
            self.single(position)

    def taken_both_ways(self) -> int:
        """How many splits the rows that pyfunc scores pass on the left and on the right."""
        if self.trees is None or len(self.trees) < len(self._ensembles):
            return taken_both_ways(self._conversion, self.rows)
        leaves = np.array([a.leaves for a in self._bulk.values() if a.leaves is not None])
        return passed_both_ways([tree for node in self.trees for tree in node.trees], leaves)

    def judge(self, folder: Path, format_: str, converter: str = OURS) -> FormatResult:
        """Score the rows with the file of ``format_`` in ``folder`` and compare.

        Leaves are compared where our own writer laid out the trees, not where another
        ``converter`` did. Raises ParityError with the worst rows.
        """
        leaf_order = leaf_order_of(format_) if converter == OURS else None
        with_leaves = self.trees is not None and leaf_order is not None
        given, golden_error = self._score(folder, format_, with_leaves)
        leaves = self._leaves(given, leaf_order) if with_leaves else {}
        outcomes = [
            self._outcome(position, answer, leaves.get(position))
            for position, answer in enumerate(given)
        ]
        wrong = [position for position, outcome in enumerate(outcomes) if outcome.problem]
        if wrong:
            raise ParityError(
                f"{format_}: {len(wrong):,} of {len(outcomes):,} rows differ from pyfunc, so the "
                f"file is not to be used; the worst rows are in the table: {_remedy(converter)}",
                self._table(outcomes, wrong),
            )
        if golden_error is not None:
            raise golden_error
        return FormatResult(
            max((outcome.difference for outcome in outcomes), default=0.0),
            max((outcome.share for outcome in outcomes), default=0.0),
            with_leaves,
        )

    def _score(
        self, folder: Path, format_: str, leaves: bool
    ) -> tuple[list[Answer], JavaError | None]:
        """The file's answers. Where golden rows differ the table shall tell how all rows do."""
        asked = folder, self.columns, self.rows, format_, leaves
        try:
            return jvm.score(*asked, meanwhile=self.ask_singly), None
        except JavaError as error:
            if error.code != "PENSTOCK_GOLDEN_ROWS_DIFFER":
                raise
            return jvm.score(*asked, skip_golden=True), error

    def counts(self, formats: dict[str, FormatResult]) -> Parity:
        final = [
            self._single.get(position) or self.answer(position) for position in range(len(self.rows))
        ]
        refused = Counter(answer.refused for answer in final if answer.refused is not None)
        return Parity(
            len(final), len(final) - sum(refused.values()), dict(sorted(refused.items())), formats
        )

    def _leaves(self, given: list[Answer], leaf_order: LeafOrder) -> dict[int, np.ndarray]:
        """The graph's leaves that the file told, for each row that both sides score."""
        pairs = {
            position: (answer.leaves, given[position].leaves)
            for position, answer in self._bulk.items()
            if answer.leaves is not None and given[position].leaves is not None
        }
        if not pairs:
            return {}
        expected, found = (np.array(side) for side in zip(*pairs.values(), strict=True))
        orders = [[leaf_order(t, node.compare) for t in node.trees] for node in self.trees]
        nodes = align(expected, found, orders)
        return dict(zip(pairs, found if nodes is None else nodes, strict=True))

    def _outcome(self, position: int, given: Answer, leaves: np.ndarray | None) -> Outcome:
        outcome = self._compare(self.answer(position), position, given, leaves)
        # A file that is wrong throughout is wrong without asking for each row again.
        doubtful = outcome.problem and len(self._single) < _ASKED_AGAIN
        if doubtful or position in self._sample:
            outcome = self._compare(self.single(position), position, given, leaves)
        return outcome

    def _compare(
        self, expected: Answer, position: int, given: Answer, leaves: np.ndarray | None
    ) -> Outcome:
        return compare(expected, given, self.bounds[position], expected.leaves, leaves)

    def _table(self, outcomes: list[Outcome], wrong: list[int]) -> str:
        wrong = sorted(wrong, key=lambda position: -outcomes[position].share)
        lines = []
        for position in wrong[:_SHOWN]:
            row = ", ".join(
                f"{name}={value!r}"
                for name, value in zip(self.columns, self.rows[position], strict=True)
            )
            lines.append(f"row {position}: {outcomes[position].problem}")
            lines.append(f"    {row if len(row) <= 400 else row[:400] + ' ...'}")
        if len(wrong) > _SHOWN:
            lines.append(f"... and {len(wrong) - _SHOWN:,} more")
        return "\n".join(lines)


def _oracle(model: LoadedModel, conversion: Conversion) -> Oracle | SparkOracle:
    """Who knows the right answers of the model."""
    if model.flavor == SPARK:
        from penstock.sparkoracle import SparkOracle

        return SparkOracle(model, conversion)
    ensembles = any(isinstance(node, TreeEnsemble) for node in conversion.graph.nodes)
    return Oracle(model, conversion.contract.output.probabilities, ensembles)


def _remedy(converter: str) -> str:
    if converter == OURS:
        return "please report them, or choose another format"
    return f"leave --converter {converter} out to use Penstock's own writer"


def row_bounds(
    conversion: Conversion, rows: Sequence[Sequence[Value]], failed: Sequence[Check | None]
) -> list[Bounds]:
    """The declared bounds of every row, from the reference evaluator.

    A label may differ only where two classes are closer than the bound of an inexact
    sum; votes of trees are exact, and so are their ties. ``failed``: the check that refuses
    each row, if one does.
    """
    found = evaluate(conversion.graph, parse(conversion.contract, rows), values=False)
    label = conversion.contract.output.kind is OutputKind.CLASSIFICATION
    numbers = zip(
        found.bounds.tolist(),
        found.probability_bounds.tolist(),
        found.ambiguous.tolist(),
        found.open.tolist(),
        failed,
        strict=True,
    )
    return [
        Bounds(
            () if label else tuple(prediction),
            tuple(probabilities),
            tie=label and ambiguous,
            beyond=isinstance(check, CautiousRange),
            open=is_open,
        )
        for prediction, probabilities, ambiguous, is_open, check in numbers
    ]


def leaf_order_of(format_: str) -> LeafOrder:
    """How our writer of ``format_`` orders a tree's leaves."""
    order: LeafOrder = import_module(f"penstock.writers.{format_}").leaf_order
    return order


def parity_data(parity: Parity, coverage: Any) -> dict[str, Any]:
    """The manifest's ``parity`` of an export that passed the gate."""
    return {
        "verified": True,
        "rows": parity.rows,
        "scored": parity.scored,
        "refused": sum(parity.refused.values()),
        "refused_by_kind": parity.refused,
        "coverage": coverage,
        "formats": {
            format_: {
                "max_difference": result.max_difference,
                "max_bound_share": result.max_bound_share,
                "leaves_compared": result.leaves_compared,
            }
            for format_, result in parity.formats.items()
        },
    }


def unverified_data() -> dict[str, Any]:
    """The manifest's ``parity`` of an export made with ``skip_verify``."""
    return {"verified": False}
