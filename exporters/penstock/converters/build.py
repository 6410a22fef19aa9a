"""What converters write into: nodes, checks and operations, and what a predictor gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from penstock.compute import compute
from penstock.contract import (
    CautiousRange,
    Check,
    Contract,
    ContractInput,
    InputColumn,
    MissingValue,
    NotANumber,
    OutOfRange,
    Output,
    Role,
    UnknownCategory,
)
from penstock.converters.columns import EXTREMES, FLOAT64, OBJECT, Table, Value
from penstock.converters.conversion import Conversion, Operation
from penstock.converters.intervals import safe_limit
from penstock.converters.names import class_name
from penstock.converters.ranges import accepted_range, interval_where
from penstock.errors import SignatureError, UnsupportedModelError
from penstock.graph import (
    Binary,
    BinaryOp,
    Column,
    Graph,
    Imputer,
    Kind,
    Node,
    Outputs,
    Unary,
    UnaryOp,
    Where,
)
from penstock.lineage import needed_nodes, parts, trace
from penstock.reference import is_inexact

ROOM = {False: 2.0**500, True: 2.0**100}
"""How large a number may be that is known within a bound only, where float32 is asked for and not:
where it overflows is not known to the last bit, and sums of it shall not overflow either."""


@dataclass
class Builder:
    """Collects the graph, the checks and the operations of one conversion."""

    inputs: Sequence[InputColumn]
    nodes: list[Node] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    defined: dict[str, Node] = field(default_factory=dict)
    _roles: dict[str, Role] = field(default_factory=dict)
    _path: list[tuple[str, object]] = field(default_factory=list)
    _present: set[str] = field(default_factory=set)
    _input_names: frozenset[str] = frozenset()
    _ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [column.name for column in self.inputs]
        self._input_names = frozenset(names)
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise SignatureError(
                f"the column {name!r} stands in the model's signature more than once; "
                "log the model with columns of different names"
            )
        typed = tuple(c.name for c in self.inputs if c.type in ("integer", "long", "boolean"))
        if typed:  # pandas has no missing integer: the row cannot even reach the model
            self.checks.append(MissingValue(typed))
            self._present.update(typed)

    # -- where we are ---------------------------------------------------------------

    @contextmanager
    def step(self, name: str, estimator: object):
        """Everything inside belongs to this step of the model."""
        self._path.append((name, estimator))
        try:
            yield
        finally:
            self._path.pop()

    @property
    def step_path(self) -> str:
        return "/".join(name for name, _ in self._path)

    def refuse(self, why: str, remedy: str) -> UnsupportedModelError:
        """The error to raise where this step cannot be converted."""
        name = class_name(self._path[-1][1])
        return UnsupportedModelError(
            f"step {self.step_path!r} ({name}): {why}; {remedy}", self.step_path, name
        )

    def operation(self, op: str, first_node: int) -> None:
        """Records that this step became the nodes from ``first_node`` on."""
        nodes = tuple(range(first_node, len(self.nodes)))
        name = class_name(self._path[-1][1])
        self.operations.append(Operation(self.step_path, name, op, nodes))

    # -- nodes ------------------------------------------------------------------------

    def add(self, node: Node) -> None:
        self.nodes.append(node)
        self.defined.update(parts(node))

    def fresh(self, name: str) -> str:
        """A column name that is not taken: ``name`` itself, or with a number behind."""
        candidate, count = name, 1
        while candidate in self.defined or candidate in self._input_names:
            count += 1
            candidate = f"{name}#{count}"
        self.defined[candidate] = None
        return candidate

    # -- what the library does when it validates its input ------------------------------

    def numbers(self, table: Table) -> Table:
        """The columns as one numeric array: text is parsed, or the row refused."""
        texts = [value for value in table.columns if value.text]
        for value in texts:
            if value.imputed:
                raise self.refuse(
                    f"the text column {value.name!r} went through a SimpleImputer that leaves "
                    "None in text and fills NaN, which a number cannot tell apart",
                    "use strategy='mean' or 'median', or give the model a signature of doubles",
                )
        unparsed = [v.name for v in texts if self._set_role(v.name, Role.NUMBER)]
        if unparsed:
            self.checks.append(NotANumber(tuple(dict.fromkeys(unparsed))))
        dtype = FLOAT64 if table.dtype == OBJECT else table.dtype
        return replace(
            table,
            columns=tuple(replace(value, dtype=dtype, text=False) for value in table.columns),
        )

    def finite(
        self, table: Table, *, allow_missing: bool, float32: bool = False, by_column: bool = False
    ) -> Table:
        """Refuses infinity, what overflows float32 where asked, and NaN unless allowed.

        NaN anywhere in the row comes before infinity, or, ``by_column``, each column is
        looked at for both before the next one.
        """
        for value in table.columns:
            if allow_missing and value.only_null and value.missing:
                raise self.refuse(
                    f"a step before refuses NaN in the text column {value.name!r} and lets NULL "
                    "pass, which a number cannot tell apart",
                    "put a scaler before that step, or give the model a signature of doubles",
                )
        groups = [(value,) for value in table.columns] if by_column else [table.columns]
        for group in groups:
            if not allow_missing:
                self.present([value for value in group if value.missing])
            self._refuse_infinite(group, float32)
        columns = table.columns
        if not allow_missing:
            columns = tuple(replace(value, missing=False) for value in columns)
        return replace(table, columns=columns)

    def present(self, values: Sequence[Value]) -> None:
        """Refuses a row in which one of the columns is NaN."""
        for value in values:
            if value.undefined:
                raise self.refuse(
                    f"an unknown category becomes NaN in the column {value.name!r}, and this step "
                    "refuses NaN",
                    "use another unknown_value, or put an imputer behind the encoder",
                )
        raws = dict.fromkeys(map(self.raw, values))
        new = tuple(raw for raw in raws if raw not in self._present)
        if new:
            self.checks.append(MissingValue(new))
            self._present.update(new)

    def _refuse_infinite(self, values: Sequence[Value], float32: bool) -> None:
        found, mixed = [], []
        for value in values:
            if value.extremes is not None and is_finite(value.extremes, float32):
                continue
            path = trace(self.defined, value.name)
            raws = path.inputs
            if len(raws) > 1 or self._roles.get(raws[0]) is Role.STRING:
                mixed.append(value)
            elif any(map(is_inexact, path.nodes)):
                room = ROOM[float32]
                self._keep_where(value, partial(_is_small, room), "is small", CautiousRange)
            else:
                found += self._narrowed(raws[0], *self._accepted(value, raws[0], float32))
        if found:
            self.checks.append(OutOfRange(*map(tuple, zip(*found, strict=True))))
        if mixed:
            self.bounded(mixed, float32)

    def bounded(self, values: Sequence[Value], float32: bool = False) -> None:
        """Keeps the inputs small enough that no column computed from several overflows."""
        types = {column.name: EXTREMES.get(column.type) for column in self.inputs}
        names = [value.name for value in values]
        limit = safe_limit(self.defined, names, types, self._ranges, float32)
        if limit is None:
            raise self.refuse(
                f"the columns {', '.join(map(repr, names[:3]))} are computed from several inputs "
                "and may overflow for ordinary values of them",
                "look at the scale of the steps before",
            )
        found = [
            item
            for raw in dict.fromkeys(r for n in names for r in trace(self.defined, n).inputs)
            if types[raw] is None and self._roles.get(raw) is not Role.STRING
            for item in self._narrowed(raw, -limit, limit)
        ]
        if limit < math.inf and found:
            self.checks.append(CautiousRange(*map(tuple, zip(*found, strict=True))))

    def positive(self, value: Value) -> None:
        """Refuses a row in which the column is a number, but not above zero."""
        if value.extremes is not None and value.extremes[0] > 0.0:
            return
        nodes = trace(self.defined, value.name).nodes
        if value.extremes is not None or not all(map(_keeps_order, nodes)):
            raise self.refuse(
                f"whether the column {value.name!r} is positive does not turn at one number of "
                "an input",
                "put the step before the others, or use method='yeo-johnson'",
            )
        self._keep_where(value, lambda x: np.isfinite(x) & (x > 0.0), "is positive", OutOfRange)

    def between(self, value: Value, low: float, high: float) -> None:
        """Refuses a row in which the column is a number below ``low`` or above ``high``."""
        if value.extremes is None or not low <= value.extremes[0] <= value.extremes[1] <= high:
            what = f"lies between {low} and {high}"
            self._keep_where(value, lambda x: (x >= low) & (x <= high), what, OutOfRange)

    def within_domain(self, value: Value) -> None:
        """Refuses a row in which the column is infinite, or NaN though no input is missing.

        The library goes on with NaN or infinity, which few steps take; so this is cautious.
        """
        if value.extremes is None:
            self._keep_where(value, np.isfinite, "is a number", CautiousRange)

    def _keep_where(
        self,
        value: Value,
        accepts: Callable[[np.ndarray], np.ndarray],
        what: str,
        check: type[OutOfRange],
    ) -> None:
        raw = self.raw(value)
        found = interval_where(accepts, self.defined, value.name, raw)
        if found is None:
            raise self.refuse(
                f"for no ordinary value of {raw!r} the column {value.name!r} {what}",
                "look at the scale of the steps before",
            )
        narrowed = self._narrowed(raw, *found)
        if narrowed:
            self.checks.append(check(*map(tuple, zip(*narrowed, strict=True))))

    def _narrowed(self, raw: str, low: float, high: float) -> list[tuple[str, float, float]]:
        """The new range of the input, or nothing where the old one was as narrow.

        An end at zero takes both zeros, as the comparisons of all libraries do.
        """
        old = self._ranges.get(raw, (-math.inf, math.inf))
        new = (max(low, old[0]) or -0.0, min(high, old[1]) or 0.0)
        if new == old:
            return []
        self._ranges[raw] = new
        return [(raw, *new)]

    def _accepted(self, value: Value, raw: str, float32: bool) -> tuple[float, float]:
        found = accepted_range(self.defined, value.name, raw, float32)
        if found is None:
            raise self.refuse(
                f"the column {value.name!r} overflows for ordinary values of {raw!r}",
                "look at the scale of the steps before",
            )
        return found

    # -- categories ---------------------------------------------------------------------

    def category(self, value: Value, categories: tuple[str | float | None, ...]) -> None:
        """Refuses a row whose value is none of ``categories``."""
        self.checks.append(UnknownCategory(self.raw(value), categories))

    def as_text(self, value: Value) -> None:
        """Uses a text column as a category: it is never parsed."""
        self._set_role(self.raw(value), Role.STRING)

    def raw(self, value: Value) -> str:
        """The one input that the column comes from; a check can only be about inputs."""
        raws = trace(self.defined, value.name).inputs
        if len(raws) != 1:
            raise self.refuse(
                f"whether the column {value.name!r} is accepted depends on several inputs "
                f"({', '.join(map(repr, raws))}), which no check on single columns can say",
                "export the model without the step before this one",
            )
        return raws[0]

    def _set_role(self, name: str, role: Role) -> bool:
        """Whether the role is new. Raises where a column is both text and number."""
        old = self._roles.get(name)
        if old is None:
            self._roles[name] = role
            return True
        if old is not role:
            raise self.refuse(
                f"the text column {name!r} is used as a number and as a category",
                "give the model two columns, one for each use",
            )
        return False

    # -- arithmetic -----------------------------------------------------------------------

    def arithmetic(self, op: BinaryOp, value: Value, constant: float, output: str) -> Value:
        """``value op constant`` in double; NaN for NaN, as a scaler has it for an empty column."""
        name = self.fresh(output)
        if math.isnan(constant):  # files hold no NaN among numbers
            flag = self.fresh(f"{output}.any")
            self.add(Unary(UnaryOp.IS_NAN, value.name, flag))
            self.add(Where(flag, math.nan, math.nan, name))
            return replace(value, name=name, missing=True, undefined=True, extremes=(0.0, 0.0))
        node = Binary(op, value.name, float(constant), name)
        self.add(node)
        extremes = None
        if value.extremes is not None:
            ends = compute([node], {value.name: np.array(value.extremes)})[name]
            if np.isfinite(ends).all():
                extremes = (float(ends.min()), float(ends.max()))
        return replace(value, name=name, extremes=extremes)

    # -- the end ------------------------------------------------------------------------

    def finish(self, outputs: Outputs, output: Output) -> Conversion:
        """The conversion, without the nodes that no output needs."""
        needed = needed_nodes(self.nodes, outputs)
        place = {old: new for new, old in enumerate(needed)}
        inputs = tuple(ContractInput(c.name, c.type, self._role(c)) for c in self.inputs)
        kinds = {Role.NUMBER: Kind.NUMBER, Role.STRING: Kind.STRING}
        graph = Graph(
            inputs=tuple(Column(i.name, kinds[i.role]) for i in inputs),
            nodes=tuple(self.nodes[i] for i in needed),
            outputs=outputs,
        )
        operations = tuple(
            replace(op, nodes=tuple(place[i] for i in op.nodes if i in place))
            for op in self.operations
        )
        return Conversion(graph, Contract(inputs, tuple(self.checks), output), operations)

    def _role(self, column: InputColumn) -> Role:
        if column.type != "string":
            return Role.NUMBER
        return self._roles.get(column.name, Role.STRING)


def _keeps_order(node: Node) -> bool:
    """Whether the node's output rises or falls with its input, exactly rounded."""
    return isinstance(node, Imputer) or (
        isinstance(node, Binary)
        and isinstance(node.right, float)
        and node.op in (BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.DIV)
    )


def _is_small(room: float, x: np.ndarray) -> np.ndarray:
    return np.abs(x) <= room


def is_finite(extremes: tuple[float, float], float32: bool) -> bool:
    ends = np.array(extremes)
    with np.errstate(over="ignore"):
        return bool(np.isfinite(ends.astype(np.float32) if float32 else ends).all())


@dataclass(frozen=True)
class Prediction:
    """What a predictor gives: the graph's outputs and how the contract names them.

    ``margins``: the columns of ``decision_function`` in its order (one for two classes),
    where the library has that method. Steps that combine predictors (voting, stacking,
    calibration) read them, and ``outputs``: a regression's numbers, or the index of the
    class and the probabilities.
    """

    outputs: Outputs
    output: Output
    margins: tuple[str, ...] = ()
