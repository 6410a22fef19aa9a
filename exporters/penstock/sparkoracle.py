"""The oracle for Spark ML: what ``transform`` and pyfunc answer.

A row's answer does not depend on its neighbours, but one row that Spark refuses fails the
job. So rows that the contract scores are asked all together, and each of the others is a
partition of its own, which is computed here as a task would do it, and fails alone. Rows are
typed by the signature, so that NULL in a column of text or doubles is a NULL; pyfunc, which gets
pandas frames, has to agree on all rows that ``transform`` scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.alignment import own_ensembles
from penstock.answer import OTHER, Answer, Value
from penstock.checks import failed_kinds
from penstock.contract import InputColumn, Refusal
from penstock.converters import Conversion
from penstock.converters.sparkml.stages import answer_column, is_pipeline, predictor, text
from penstock.graph import TreeEnsemble
from penstock.loading import LoadedModel
from penstock.oracle import frame, null_refusal
from penstock.quiet import captured
from penstock.sparksession import ensure_session

LEAVES = "penstock leaves"

_TYPES = {
    "double": "DoubleType",
    "float": "FloatType",
    "integer": "IntegerType",
    "long": "LongType",
    "boolean": "BooleanType",
    "string": "StringType",
}
_KINDS = (
    (r"Unseen label|Unseen value|Negative value", Refusal.UNKNOWN_CATEGORY),
    (r"StringIndexer encountered NULL", Refusal.UNKNOWN_CATEGORY),
    (r"encountered (NaN|null)|to assemble cannot be null", Refusal.MISSING_VALUE),
    (r"out of Bucketizer bounds", Refusal.OUT_OF_RANGE),
)
_PARTS = 64
_SURPRISES = 200
"""How many rows are asked one by one that the contract scores and Spark does not."""


def spark_refusal_kind(message: str) -> str:
    """The kind of refusal behind a message of Spark, or OTHER."""
    for pattern, kind in _KINDS:
        if re.search(pattern, message, re.IGNORECASE):
            return kind.value
    return OTHER


class SparkOracle:
    """The answers of a PipelineModel, with class probabilities and the leaves of its trees.

    ``rows``: those that will be asked for, with the kind for which the contract ``refuses`` each,
    or None. The first question asks for all of them, as each costs plans and jobs.
    """

    def __init__(
        self,
        model: LoadedModel,
        conversion: Conversion,
        rows: Sequence[Sequence[Value]] = (),
        refuses: Sequence[str | None] = (),
    ):
        self._ahead = [*rows], [*refuses]
        self._pyfunc = model.pyfunc
        self._inputs = model.signature.inputs
        self._contract = conversion.contract
        self._session = ensure_session()
        self._known: dict[str, Answer] = {}
        stage = predictor(model.native)
        ensembles = [n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble)]
        self._leaf_nodes = _leaf_nodes(stage, ensembles)
        self._model = _telling_leaves(model.native, stage) if self._leaf_nodes else model.native
        self._probability = ""
        if conversion.contract.output.probabilities:
            self._probability = text(stage, "probabilityCol")

    @property
    def tells_leaves(self) -> bool:
        """Whether the answers have leaves."""
        return bool(self._leaf_nodes)

    def one(self, row: Sequence[Value]) -> Answer:
        """The answer for the row."""
        return self.alone([row])[0]

    def many(self, rows: Sequence[Sequence[Value]]) -> list[Answer]:
        """The answers."""
        return self.alone(rows)

    def alone(
        self, rows: Sequence[Sequence[Value]], likely_refused: Sequence[str | None] | None = None
    ) -> list[Answer]:
        """The answers, which are of each row alone; those in ``likely_refused`` one by one."""
        (ahead, refuses), self._ahead = self._ahead, ([], [])
        self._ask([*ahead, *rows], [*refuses, *(likely_refused or [None] * len(rows))])
        return [self._known[repr(row)] for row in rows]

    def _ask(self, rows: list[Sequence[Value]], likely_refused: list[str | None]) -> None:
        """Gets the answers that are not known."""
        keys = list(map(repr, rows))
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in self._known}
        singly = {key for key, kind in zip(keys, likely_refused, strict=True) if kind is not None}
        for key in list(new):
            refused = null_refusal(self._inputs, new[key])
            if refused is not None:
                self._known[key] = refused
                del new[key]
        together = [key for key in new if key not in singly]
        alone = [key for key in new if key in singly]
        with captured():
            self._learn(together, self._together([new[key] for key in together]), new)
            self._learn(alone, self._alone([new[key] for key in alone]), new)

    def _learn(
        self, keys: list[str], answers: list[Answer], rows: dict[str, Sequence[Value]]
    ) -> None:
        """Keeps the answers, those that pyfunc gives too."""
        scored = [i for i, answer in enumerate(answers) if answer.refused is None]
        asked = [rows[keys[i]] for i in scored]
        for i, said in zip(scored, self._ask_pyfunc(asked), strict=True):
            if said is not None and not _same(answers[i].prediction, said):
                why = f"transform gives {answers[i].prediction!r} and pyfunc {str(said)[:300]}"
                answers[i] = Answer(refused=OTHER, message=why)
        self._known.update(zip(keys, answers, strict=True))

    def _ask_pyfunc(self, rows: list[Sequence[Value]]) -> list[Any]:
        """pyfunc's answers, or its error for all where it refuses one of them.

        None where a column of text has no text at all, for which pyfunc finds no type.
        """
        texts = [i for i, column in enumerate(self._inputs) if column.type == "string"]
        if not rows or any(all(row[i] is None for row in rows) for i in texts):
            return [None] * len(rows)
        try:
            return list(self._pyfunc.predict(frame(self._inputs, rows)))
        except Exception as error:
            return [_brief(error)] * len(rows)

    def _together(self, rows: list[Sequence[Value]]) -> list[Answer]:
        if not rows:
            return []
        try:
            return self._collected(rows)
        except Exception:  # Spark refuses a row among them
            return self._apart(rows)

    def _apart(self, rows: list[Sequence[Value]]) -> list[Answer]:
        """Some are refused against expectation: which part of the rows, and then which row."""
        parts = np.array_split(np.arange(len(rows)), min(_PARTS, len(rows)))
        good: list[int] = []
        bad: list[int] = []
        for part in parts:
            try:
                self._collected([rows[i] for i in part])
                good += part.tolist()
            except Exception:
                bad += part.tolist()
        answers = dict(zip(good, self._together([rows[i] for i in good]), strict=True))
        asked, rest = bad[:_SURPRISES], bad[_SURPRISES:]
        answers.update(zip(asked, self._alone([rows[i] for i in asked]), strict=True))
        why = f"not asked, after {_SURPRISES} rows near others that Spark refused"
        answers.update((i, Answer(refused=OTHER, message=why)) for i in rest)
        return [answers[i] for i in range(len(rows))]

    def _collected(self, rows: list[Sequence[Value]]) -> list[Answer]:
        found = self._asked(rows, max(1, len(rows) // 2000)).collect()
        if len(found) != len(rows):
            raise ValueError(f"Spark gave {len(found)} rows for {len(rows)}")
        return [self._answer(tuple(row)) for row in found]

    def _alone(self, rows: list[Sequence[Value]]) -> list[Answer]:
        if not rows:
            return []
        asked = self._asked(rows, len(rows))
        answered = asked._jdf.toJavaRDD()
        partitions, task = answered.partitions(), _no_task(self._session)
        answers = []
        for row, partition in zip(rows, partitions, strict=True):
            try:
                found = answered.iterator(partition, task)
                if not found.hasNext():  # which is where Spark refuses the row
                    raise ValueError("Spark gave no row for one")
            except Exception as error:
                answers.append(self._refused(row, str(error)))
            else:
                answers.append(self._answer(_plain(found.next())))
        return answers

    def _refused(self, row: Sequence[Value], message: str) -> Answer:
        """The order in which Spark looks at a row is its optimizer's, so any fault will do."""
        kind = spark_refusal_kind(message)
        failed = failed_kinds(self._contract, row)
        if kind in failed:
            kind = failed[0]
        return Answer(refused=kind, message=_brief(message))

    def _asked(self, rows: list[Sequence[Value]], slices: int) -> Any:
        """The frame of answers: prediction, probabilities, leaves; so many partitions."""
        from pyspark.ml.functions import vector_to_array
        from pyspark.sql import functions as f

        data = _spark_frame(self._session, self._inputs, rows, slices)
        answered = self._model.transform(data)
        columns = [f.col(f"`{answer_column(self._model)}`")]
        if self._probability:
            columns.append(vector_to_array(f.col(f"`{self._probability}`")))
        if self._leaf_nodes:
            leaves = f.col(f"`{LEAVES}`")
            is_number = answered.schema[LEAVES].dataType.typeName() == "double"
            columns.append(f.array(leaves) if is_number else vector_to_array(leaves))
        return answered.select(*columns)

    def _answer(self, cells: Sequence[Any]) -> Answer:
        cells = list(cells)
        prediction = cells.pop(0)
        probabilities = tuple(cells.pop(0)) if self._probability else None
        leaves = None
        if self._leaf_nodes:
            told = zip(self._leaf_nodes, cells.pop(0), strict=True)
            leaves = np.array([nodes[int(leaf)] for nodes, leaf in told], dtype=np.int32)
        return Answer(prediction=prediction, probabilities=probabilities, leaves=leaves)


def _spark_frame(
    session: Any, inputs: Sequence[InputColumn], rows: Sequence[Sequence[Value]], slices: int
) -> Any:
    """As ``createDataFrame``, without its Python workers and with the partitions chosen.

    A worker dies with each row that Spark refuses, and the next one has to start again.
    """
    from pyspark.sql import DataFrame, types

    schema = types.StructType(
        [types.StructField(c.name, getattr(types, _TYPES[c.type])()) for c in inputs]
    )
    cells = [
        tuple(_cell(column.type, value) for column, value in zip(inputs, row, strict=True))
        for row in rows
    ]
    batches = session.sparkContext.parallelize(cells, slices)._jrdd
    convert = session._jvm.SerDeUtil
    java = convert.toJavaArray(convert.pythonToJava(batches, True))
    return DataFrame(
        session._jsparkSession.applySchemaToPythonRDD(java.rdd(), schema.json()), session
    )


def _no_task(session: Any) -> Any:
    """What stands for the task where partitions are computed without a job."""
    return getattr(getattr(session._jvm.org.apache.spark, "TaskContext$"), "MODULE$").empty()


def _cell(type_: str, value: Value) -> Value:
    return float(value) if type_ in ("double", "float") and value is not None else value


def _plain(row: Any) -> list[Any]:
    """A row of Java as Python values."""
    return [list(row.getList(i)) if i else row.get(i) for i in range(row.size())]


def _leaf_nodes(stage: Any, ensembles: Sequence[TreeEnsemble]) -> list[np.ndarray]:
    """For each tree the graph's numbers of its leaves, from left to right as Spark counts them."""
    if stage is None or not stage.hasParam("leafCol"):
        return []
    count = getattr(stage, "getNumTrees", 1)
    own = own_ensembles(ensembles, int(count)) or []
    return [np.flatnonzero(tree.feature < 0) for node in own for tree in node.trees]


def _telling_leaves(model: Any, stage: Any) -> Any:
    """The model with one more column: the leaves of ``stage``."""
    from pyspark.ml import PipelineModel

    def told(inner: Any) -> Any:
        if is_pipeline(inner):
            return PipelineModel([told(part) for part in inner.stages])
        return inner.copy().setLeafCol(LEAVES) if inner is stage else inner

    return told(model)


def _brief(error: object) -> str:
    """What the function said that Spark called, without the stack."""
    told = re.search(r"failed due to: (.*?) ?SQLSTATE", str(error), re.DOTALL)
    return " ".join((told.group(1) if told else str(error)).split())[:300]


def _same(one: Any, other: Any) -> bool:
    return one == other or (one != one and other != other)
