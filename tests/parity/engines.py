"""The engines that score an exported case, each held against the library's answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.harness import SCORED, Refused
from tests.parity.answers import Said
from tests.parity.case import FORMATS
from tests.parity.compare import compare
from tests.parity.labels import is_nan
from tests.parity.suite import Exported

KERNELS = ("flat", "packed-fixed", "packed-early", "planes-long", "planes-vector")
OUT_OF_RANGE = "OUT_OF_RANGE"
SQL = {
    "double": "DOUBLE",
    "float": "FLOAT",
    "integer": "INT",
    "long": "BIGINT",
    "boolean": "BOOLEAN",
    "string": "STRING",
}
"""Spark's type for each of MLflow's."""

Check = Callable[[Exported, str, pytest.FixtureRequest], list[str]]
"""Holds one file against the library; gives for each row SCORED or the refusal's kind."""


@dataclass(frozen=True)
class Engine:
    """``check(exported, format, request)`` fails where the engine says something else."""

    name: str
    check: Check
    formats: tuple[str, ...] = tuple(FORMATS)


def each(*engines: Engine) -> pytest.MarkDecorator:
    """Runs a test for each engine and format."""
    return pytest.mark.parametrize(
        ("engine", "format"),
        [
            pytest.param(engine, format, id=f"{engine.name}-{format}")
            for engine in engines
            for format in engine.formats
        ],
    )


def run(engine: Engine, exported: Exported, format: str, request: pytest.FixtureRequest) -> None:
    """The test: the engine's answers from this file are the library's. Rows are counted."""
    if format in FORMATS and format not in exported.case.formats:
        pytest.skip(f"the case has no {format}")
    outcomes = engine.check(exported, format, request)
    scored, least = outcomes.count(SCORED), exported.library.least
    assert scored >= least, f"only {scored} rows scored"
    request.getfixturevalue("count_rows")(f"{engine.name.replace('_', ' ')}, {format}", outcomes)


def _ours(exported: Exported, format: str, request: pytest.FixtureRequest) -> list[str]:
    """Our scorer over py4j, with every way to walk trees: all rows, refusals and their kinds."""
    jvm = request.getfixturevalue("jvm")
    asked = exported.folder, list(exported.types), exported.rows, format
    answers = jvm.score(*asked, leaves=True)
    if any(answer.get("leaves") for answer in answers):
        for kernel in KERNELS:
            assert repr(jvm.score(*asked, leaves=True, kernel=kernel)) == repr(answers), kernel
    places = [
        i
        for i, answer in enumerate(answers)
        # Refused whatever the library says.
        if not (answer.get("refused") == OUT_OF_RANGE and exported.case.beyond(exported.rows[i]))
    ]
    compare(exported, places, [answers[i] for i in places])
    outcomes = []
    for i in places:
        said, got = exported.answers[i], answers[i].get("refused", SCORED)
        kind = exported.library.kind(said.why) if isinstance(said, Refused) else SCORED
        assert got == (kind or got), f"{exported.rows[i]}: {got}, the library says {said}"
        outcomes.append(got)
    return outcomes


def _official(exported: Exported, format: str, request: pytest.FixtureRequest) -> list[str]:
    """The official MLeap runtime and JPMML: what the file alone means, on rows that are scored."""
    judge = request.getfixturevalue({"mleap": "mleap", "pmml": "jpmml"}[format])
    file = exported.folder / FORMATS[format]
    if format == "pmml":
        assert judge.validate(file) == []
    kinds = [(name, "string" if name in exported.texts else "number") for name in exported.types]
    places = scored(exported)
    told = judge.score(file, kinds, [exported.rows[i] for i in places])
    pairs = [
        (i, answer)
        for i, answer in zip(places, told, strict=True)
        # JPMML has no root of a negative number, and says so.
        if not ("error" in answer and exported.case.beyond(exported.rows[i]))
    ]
    places = [i for i, _ in pairs]
    compare(exported, places, [answer for _, answer in pairs], exported.library.read)
    return [SCORED] * len(places)


def _functions(exported: Exported, format: str, request: pytest.FixtureRequest) -> list[str]:
    """ml_predict and ml_score in Spark, on the export's folder."""
    places = scored(exported)
    spark, path = request.getfixturevalue("spark"), exported.folder
    table = spark.createDataFrame([exported.rows[i] for i in places], schema(exported.types))
    told = table.selectExpr(
        f"ml_predict('{path}', *) AS answer", f"ml_score('{path}', *) AS score"
    ).collect()
    for row in told:
        assert row.score.error is None and row.score.prediction == row.answer
    compare(
        exported,
        places,
        [{"prediction": row.answer, "probability": row.score.probability} for row in told],
    )
    return [SCORED] * len(places)


OUR_SCORER = Engine("our_scorer", _ours)
OFFICIAL = Engine("the_official_engine", _official)
FUNCTIONS = Engine("ml_predict", _functions, ("folder",))


def schema(types: dict[str, str]) -> str:
    """The columns of these types as Spark's SQL has them."""
    return ", ".join(f"`{name}` {SQL[type_]}" for name, type_ in types.items())


def scored(exported: Exported) -> list[int]:
    """The places of the rows that every engine scores."""
    return [
        i
        for i in range(len(exported.rows))
        if not isinstance(exported.answers[i], Refused)
        # An engine may refuse what is infinity minus infinity on the way.
        and not is_nan(*_probability(exported.answers[i]))
    ]


def _probability(said: Said) -> list[float]:
    return said.probability or [] if not isinstance(said, Refused) else []
