"""The parity gate: the written file, scored in a JVM, against pyfunc.

The gate passes where every row is scored alike within its bound, ends at the same
leaves, or is refused by both sides for the same kind of reason. The oracle answers
in bulk first; wherever the bulk answer and the file differ, and on a sample, the
one-row answer is what counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.alignment import align, own_ensembles
from penstock.answer import Answer, Value
from penstock.checks import first_failed, parse
from penstock.comparison import Bounds, Outcome, compare
from penstock.contract import CautiousRange, Check, OutputKind
from penstock.converters import Conversion
from penstock.effort import EFFORTS, STANDARD, Effort
from penstock.errors import JavaError, ParityError
from penstock.graph import Compare, Tree, TreeEnsemble
from penstock.loading import SPARK, LoadedModel
from penstock.oracle import Oracle
from penstock.reference import evaluate
from penstock.rows import evenly, passed_both_ways, taken_both_ways
from penstock.scorer import Rows, Scorer, Scoring

if TYPE_CHECKING:
    from penstock.sparkoracle import SparkOracle

OURS = "penstock"
"""The converter whose files have a known layout."""

_SAMPLE_TREES = 50_000
"""With how many trees at most the whole sample is asked: beyond them fewer rows, not less than a
quarter, for each of them walks through all trees."""
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
    """What was compared; an instance exists only where all of it agreed.

    ``asked_singly``: for how many of the rows pyfunc was called with the row alone.
    """

    rows: int
    scored: int
    refused: dict[str, int]
    asked_singly: int
    formats: dict[str, FormatResult] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A file that the JVM is scoring."""

    format: str
    converter: str
    leaf_order: LeafOrder | None
    scoring: Scoring
    score_again: Callable[[bool], Scoring]

    def answers(self) -> tuple[list[Answer], JavaError | None]:
        """The file's answers. Where golden rows differ the table shall tell how all rows do."""
        try:
            return self.scoring.answers(), None
        except JavaError as error:
            if error.code != "PENSTOCK_GOLDEN_ROWS_DIFFER":
                raise
            return self.score_again(True).answers(), error


class Gate:
    """pyfunc's answers and bounds for some rows, to hold files against."""

    def __init__(
        self,
        model: LoadedModel,
        conversion: Conversion,
        rows: Sequence[Sequence[Value]],
        effort: Effort = EFFORTS[STANDARD],
    ):
        """``effort`` says how many of the rows are asked alone beside those that are refused."""
        self.columns = [column.name for column in conversion.contract.inputs]
        self.rows = rows
        self._conversion = conversion
        failed = first_failed(conversion.contract, rows)
        self.expected_refusals = [None if check is None else check.kind.value for check in failed]
        self.oracle = _oracle(model, conversion, rows, self.expected_refusals)
        self.bounds = row_bounds(conversion, rows, failed)
        self._ensembles = [n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble)]
        self._single: dict[int, Answer] = {}
        self._asked = 0
        self._sample = evenly(list(range(len(rows))), _sample_size(self._ensembles, effort))

    @cached_property
    def _bulk(self) -> dict[int, Answer]:
        """The answers in bulk to the rows that the contract does not refuse."""
        together = [i for i, kind in enumerate(self.expected_refusals) if kind is None]
        answers = self.oracle.many([self.rows[position] for position in together])
        return dict(zip(together, answers, strict=True))

    @cached_property
    def trees(self) -> list[TreeEnsemble] | None:
        """The ensembles whose leaves pyfunc's side tells."""
        told = next((a.leaves for a in self._bulk.values() if a.leaves is not None), np.zeros(0))
        return own_ensembles(self._ensembles, len(told))

    def singles(self, positions: Iterable[int]) -> list[Answer]:
        """The one-row answers, each asked once; ``confirm`` is still to come."""
        positions = list(positions)
        new = [position for position in positions if position not in self._single]
        answers = self.oracle.alone(
            [self.rows[position] for position in new],
            [self.expected_refusals[position] for position in new],
        )
        self._single.update(zip(new, answers, strict=True))
        return [self._single[position] for position in positions]

    def _is_expected(self, position: int, answer: Answer) -> bool:
        """Whether a one-row answer is what the contract, or the bulk, says of the row."""
        bulk = self._bulk.get(position)
        if bulk is None:
            beyond = self.bounds[position].beyond  # refused whatever pyfunc says
            return beyond or answer.refused == self.expected_refusals[position]
        return not compare(bulk, answer, self.bounds[position]).problem

    def _truly(self, position: int) -> Answer:
        """The one-row answer of pyfunc itself."""
        return self.oracle.one(self.rows[position])

    def ask(self) -> None:
        """Asks pyfunc: in bulk, and singly for the sample and the rows that shall be refused."""
        refused = set(range(len(self.rows))) - self._bulk.keys()
        missing = max(0, len(self._sample) - len(self._single.keys() - refused))
        self.singles(sorted(refused.union(evenly(self._sample, missing))))
        self.confirm()
        self._asked = len(self._single)

    def confirm(self) -> None:
        """Asks pyfunc itself where a one-row answer is not what the bulk, or the contract, says."""
        for position, answer in self._single.items():
            if not self._is_expected(position, answer):
                self._single[position] = self._truly(position)

    @property
    def asked_singly(self) -> int:
        """For how many rows pyfunc was called with the row alone, so far."""
        return len(self._single)

    def taken_both_ways(self) -> int:
        """How many splits the rows that pyfunc scores pass on the left and on the right."""
        if self.trees is None or len(self.trees) < len(self._ensembles):
            return taken_both_ways(self._conversion, self.rows)
        leaves = np.array([a.leaves for a in self._bulk.values() if a.leaves is not None])
        return passed_both_ways([tree for node in self.trees for tree in node.trees], leaves)

    def write(self, scorer: Scorer) -> Rows:
        """The rows, for as many files as ``send`` sends."""
        return scorer.write(self.columns, self.rows)

    def send(
        self, scorer: Scorer, rows: Rows, folder: Path, format_: str, converter: str = OURS
    ) -> Sent:
        """Has the file of ``format_`` in ``folder`` scored, beside what is done until ``judge``.

        Leaves are compared where our own writer laid out the trees, not where another
        ``converter`` did.
        """
        leaf_order = leaf_order_of(format_) if converter == OURS else None
        tells_leaves = bool(self._ensembles) and self.oracle.tells_leaves
        leaves = tells_leaves and leaf_order is not None

        def score(skip_golden: bool = False) -> Scoring:
            return scorer.send(folder, rows, format_, leaves, skip_golden)

        return Sent(format_, converter, leaf_order, score(), score)

    def judge(self, sent: Sent) -> FormatResult:
        """Hold the file's answers against pyfunc's. Raises ParityError with the worst rows."""
        given, golden_error = sent.answers()
        with_leaves = self.trees is not None and sent.leaf_order is not None
        leaves = self._leaves(given, sent.leaf_order) if with_leaves else {}
        outcomes = [
            self._outcome(position, answer, leaves.get(position))
            for position, answer in enumerate(given)
        ]
        wrong = [position for position, outcome in enumerate(outcomes) if outcome.problem]
        if wrong:
            raise ParityError(
                f"{sent.format}: {len(wrong):,} of {len(outcomes):,} rows differ from pyfunc, so "
                "the file is not to be used; the worst rows are in the table: "
                f"{_remedy(sent.converter)}",
                self._table(outcomes, wrong),
            )
        if golden_error is not None:
            raise golden_error
        return FormatResult(
            max((outcome.difference for outcome in outcomes), default=0.0),
            max((outcome.share for outcome in outcomes), default=0.0),
            with_leaves,
        )

    def counts(self, formats: dict[str, FormatResult]) -> Parity:
        final = {**self._bulk, **self._single}.values()
        refused = Counter(answer.refused for answer in final if answer.refused is not None)
        kinds = dict(sorted(refused.items()))
        scored = len(final) - sum(kinds.values())
        return Parity(len(final), scored, kinds, self.asked_singly, formats)

    def _leaves(self, given: list[Answer], leaf_order: LeafOrder) -> dict[int, np.ndarray]:
        """The graph's leaves that the file told, for each row that both sides score.

        Where they are those of pyfunc's side, it is the same array.
        """
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
        if nodes is None:
            return dict(zip(pairs, found, strict=True))
        leaves = {position: told for position, (told, _) in pairs.items()}
        positions = list(pairs)
        for k in np.flatnonzero((nodes != expected).any(axis=1)):
            leaves[positions[k]] = nodes[k]
        return leaves

    def _outcome(self, position: int, given: Answer, leaves: np.ndarray | None) -> Outcome:
        bulk, single = self._bulk.get(position), self._single.get(position)
        outcome = self._compare(single or bulk, bulk, position, given, leaves)
        # A file that is wrong throughout is wrong without asking for each row again.
        again = len(self._single) - self._asked
        if outcome.problem and single is None and again < _ASKED_AGAIN:
            single = self._single[position] = self._truly(position)
            outcome = self._compare(single, bulk, position, given, leaves)
        return outcome

    def _compare(
        self,
        expected: Answer,
        bulk: Answer | None,
        position: int,
        given: Answer,
        leaves: np.ndarray | None,
    ) -> Outcome:
        told = bulk if expected.leaves is None and bulk is not None else expected
        return compare(expected, given, self.bounds[position], told.leaves, leaves)

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


def _sample_size(ensembles: Sequence[TreeEnsemble], effort: Effort) -> int:
    trees = sum(len(node.trees) for node in ensembles)
    return max(effort.sample // 4, min(effort.sample, _SAMPLE_TREES // max(1, trees)))


def _oracle(
    model: LoadedModel,
    conversion: Conversion,
    rows: Sequence[Sequence[Value]],
    refuses: Sequence[str | None],
) -> Oracle | SparkOracle:
    """Who knows the right answers of the model."""
    if model.flavor == SPARK:
        from penstock.sparkoracle import SparkOracle

        return SparkOracle(model, conversion, rows, refuses)
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
        _lines(found.bounds),
        _lines(found.probability_bounds),
        found.ambiguous.tolist(),
        found.open.tolist(),
        failed,
        strict=True,
    )
    made = cache(Bounds)  # the rows of an exact model share theirs
    return [
        made(
            () if label else prediction,
            probabilities,
            tie=label and ambiguous,
            beyond=isinstance(check, CautiousRange),
            open=is_open,
        )
        for prediction, probabilities, ambiguous, is_open, check in numbers
    ]


def _lines(numbers: np.ndarray) -> Iterable[tuple[float, ...]]:
    """The rows of a matrix; a list for each would set off Python's collector."""
    return zip(*numbers.T.tolist(), strict=True) if numbers.size else repeat((), len(numbers))


def leaf_order_of(format_: str) -> LeafOrder:
    """How our writer of ``format_`` orders a tree's leaves."""
    order: LeafOrder = import_module(f"penstock.writers.{format_}").leaf_order
    return order


def parity_data(parity: Parity, coverage: Any, effort: str) -> dict[str, Any]:
    """The manifest's ``parity`` of an export that passed the gate with that effort."""
    return {
        "verified": True,
        "effort": effort,
        "rows": parity.rows,
        "scored": parity.scored,
        "refused": sum(parity.refused.values()),
        "refused_by_kind": parity.refused,
        "asked_singly": parity.asked_singly,
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
