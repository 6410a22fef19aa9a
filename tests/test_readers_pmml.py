"""PMML of many kinds scores as it does in JPMML.

The writers use a part of PMML; other tools use more. Where JPMML gives null or fails on a row,
Penstock gives NaN or refuses the row, and never a number.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.documents import (
    NUMBER,
    TreeMaker,
    apply,
    constant,
    derived,
    document,
    numeric,
    ref,
    regression,
    schema,
    table,
    target,
)

NAN = math.nan
VALUES = [0.1, 0.0, 0.5, -1.0, 2.0, 0.3, -7.25, 1e-3, 3.0, 100.0, NAN]
TEXTS = ["a", "b", "c d", "", "unknown", None]
ROWS = [list(row) for row in itertools.product(VALUES, VALUES, TEXTS)]
NUMBERS = [list(row) for row in itertools.product(VALUES, VALUES)]
XY, XYT = [("x", "number"), ("y", "number")], [("x", "number"), ("y", "number"), ("t", "string")]
FIELDS = NUMBER.format("x") + NUMBER.format("y")
TEXT = '<DataField name="t" optype="categorical" dataType="string"/>'
ULPS = 16 * 2.0**-52
SUMS = 2.0**-52 * 5 * 1000  # (n + 2) * eps * S of the sums below; exp makes it relative


@dataclass
class Case:
    name: str
    xml: str
    columns: list[tuple[str, str]] = field(default_factory=lambda: XY)
    rows: list[list[Any]] = field(default_factory=lambda: NUMBERS)
    relative: float = ULPS


def expression(name: str, inner: str, more: str = "") -> Case:
    """A model that answers with the derived field ``e`` of x, y and t."""
    fields = f"<LocalTransformations>{more}{derived('e', inner)}</LocalTransformations>"
    model = regression(
        schema('z usageType="target"', "x", "y", "t") + fields, table(numeric("e", 1), intercept=0)
    )
    return Case(name, document(FIELDS + TEXT + target("z"), model), XYT, ROWS)


def expressions() -> list[Case]:
    x, y, t = ref("x"), ref("y"), ref("t")
    truth = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"]
    one, two = constant(1), constant(2)

    def chosen(name: str, condition: str, *otherwise: str) -> Case:
        return expression(name, apply("if", condition, one, *otherwise))

    missing_x, missing_t = apply("isMissing", x), apply("isMissing", t)
    a_or_b = [constant(text, "string") for text in "ab"]
    flag = derived("flag", apply("greaterThan", x, y), "boolean")
    row = "<row><in>{}</in><out>{}</out></row>"
    rows = "".join(row.format(*pair) for pair in [("a", 1.5), ("c d", -2)])
    mapping = (
        '<MapValues outputColumn="out" dataType="double" {}>'
        f'<FieldColumnPair field="t" column="in"/><InlineTable>{rows}</InlineTable></MapValues>'
    )
    line = '<LinearNorm orig="{}" norm="{}"/>'
    return [
        *(expression(f, apply(f, x, y)) for f in ["+", "-", "*", "/", "threshold"]),
        *(expression(f, apply(f, x)) for f in ["exp", "ln", "sqrt", "abs", "floor", "ceil"]),
        *(expression(f, apply(f, x, y, constant(0.3))) for f in ["min", "max"]),
        *(chosen(f, apply(f, x, y), two) for f in truth),
        *(chosen(f"{f} a constant", apply(f, x, constant(0.1)), two) for f in truth),
        chosen("equal to a text", apply("equal", t, a_or_b[0]), two),
        chosen("not equal to a text", apply("notEqual", t, a_or_b[0]), two),
        chosen("a text is in", apply("isIn", t, *a_or_b), two),
        chosen("a text is not in", apply("isNotIn", t, *a_or_b), two),
        chosen("a number is in", apply("isIn", x, constant(0.1), constant(2)), two),
        chosen("a number is missing", missing_x, x),
        chosen("a number is not missing", apply("isNotMissing", x), y),
        chosen("a text is missing", missing_t, two),
        chosen("one is missing", apply("or", missing_x, apply("isMissing", y)), two),
        chosen("both are missing", apply("and", missing_x, apply("isMissing", y)), two),
        chosen("neither is missing", apply("not", apply("or", missing_x, missing_t)), two),
        chosen("no alternative", apply("greaterThan", x, y)),
        expression("a truth value", apply("if", ref("flag"), one, two), flag),
        expression("a default", apply("+", x, y, more='defaultValue="7.5"')),
        expression("a replaced field", '<FieldRef field="x" mapMissingTo="-4"/>'),
        expression("a text as it is", apply("if", missing_t, one, constant(3, "integer"))),
        expression("integers", apply("*", constant(3, "integer"), constant(4, "integer"))),
        expression("an untyped constant", apply("/", x, "<Constant>4</Constant>")),
        expression("a missing constant", apply("if", missing_x, constant(""), y)),
        expression("a field as float", ref("f"), derived("f", apply("/", x, y), "float")),
        expression("floats", apply("*", ref("f"), ref("f")), derived("f", x, "float")),
        expression("an indicator", '<NormDiscrete field="t" value="c d"/>'),
        expression("an indicator of a missing one",
                   '<NormDiscrete field="t" value="a" mapMissingTo="0.25"/>'),
        expression("a numeric indicator", '<NormDiscrete field="x" value="0.1"/>'),
        expression("a line", f'<NormContinuous field="x">{line.format(-1, 0.1)}'
                   f"{line.format(2, 3)}</NormContinuous>"),
        expression("a table", mapping.format("")),
        expression("a table, all mapped", mapping.format('mapMissingTo="7" defaultValue="8"')),
    ]  # fmt: skip


def inputs() -> list[Case]:
    def case(name: str, fields: str, mining: str) -> Case:
        model = regression(
            schema('z usageType="target"', f"x {mining}", "y"),
            table(numeric("x", 2), numeric("y", 1)),
        )
        return Case(name, document(fields + NUMBER.format("y") + target("z"), model))

    def x(type_: str, inner: str = "", optype: str = "continuous") -> str:
        return f'<DataField name="x" optype="{optype}" dataType="{type_}">{inner}</DataField>'

    interval = '<Interval closure="{}" leftMargin="-1" rightMargin="0.5"/>'
    far = '<Interval closure="closedOpen" leftMargin="3"/>'
    missing = '<Value value="-1" property="missing"/><Value value="0.1" property="missing"/>'
    valid = '<Value value="0.1"/><Value value="2"/>'
    treatments = ["returnInvalid", "asIs", "asMissing"]
    cases = [
        case("a float", x("float"), ""),
        case("a float, replaced", x("float"), 'missingValueReplacement="0.1"'),
        case("values for missing", x("double", missing), ""),
        case("values for missing, replaced", x("double", missing), 'missingValueReplacement="9"'),
        case("missing refused", x("double"), 'missingValueTreatment="returnInvalid"'),
        case("an integer", x("integer"), ""),
        case("numeric categories", x("double", valid, "categorical"), ""),
        case("numeric categories as missing", x("double", valid, "categorical"),
             'invalidValueTreatment="asMissing" missingValueReplacement="2"'),
    ]  # fmt: skip
    for closure in ["openOpen", "openClosed", "closedOpen", "closedClosed"]:
        for treatment in treatments:
            mining = f'invalidValueTreatment="{treatment}" missingValueReplacement="0.25"'
            cases.append(case(f"{closure} {treatment}", x("double", interval.format(closure) + far),
                              mining))  # fmt: skip
    for outliers in ["asMissingValues", "asExtremeValues"]:
        bounds = f'outliers="{outliers}" lowValue="-1" highValue="2"'
        cases.append(case(outliers, x("double"), bounds))
        cases.append(case(f"{outliers}, replaced", x("double"),
                          bounds + ' missingValueReplacement="50"'))  # fmt: skip
    return cases + texts()


def texts() -> list[Case]:
    cases = []
    listed = "".join(f'<Value value="{text}"/>' for text in ["a", "c d"])
    listed += '<Value value="unknown" property="missing"/>'
    predictors = "".join(
        f'<CategoricalPredictor name="t" value="{value}" coefficient="{weight}"/>'
        for value, weight in [("a", 1), ("c d", 2), ("b", 4)]
    )
    for values in ["", listed]:
        for treatment in ["returnInvalid", "asIs", "asMissing"]:
            for replacement in ["", 'missingValueReplacement="c d"']:
                data = f'<DataField name="t" optype="categorical" dataType="string">{values}'
                mining = f't invalidValueTreatment="{treatment}" {replacement}'
                model = regression(schema('z usageType="target"', mining), table(predictors))
                xml = document(f"{data}</DataField>{target('z')}", model)
                name = f"text, {'listed' if values else 'any'}, {treatment} {replacement}"
                cases.append(Case(name, xml, [("t", "string")], [[text] for text in TEXTS]))
    return cases


def regressions() -> list[Case]:
    cases = []
    plain = schema('z usageType="target"', "x", "y")
    terms = numeric("x", 2), numeric("y", 0.25, 'exponent="2"')
    product = f'<PredictorTerm coefficient="3">{ref("x")}{ref("y")}{ref("x")}</PredictorTerm>'
    for method in ["none", "softmax", "logit", "exp"]:
        more = f'normalizationMethod="{method}"'
        model = regression(plain, table(*terms, product), more=more)
        cases.append(Case(f"regression {method}", document(FIELDS + target("z"), model),
                          relative=SUMS))  # fmt: skip
    for labels in (["no", "yes"], ["p", "q", "r"]):
        for method in ["none", "simplemax", "softmax", "logit"]:
            for last in ([], [numeric("y", -0.75)]):
                weights = [0.1, 0.5, 0.3]
                tables = [
                    table(numeric("x", weights[i]), category=label)
                    for i, label in enumerate(labels[::-1][:-1])
                ]
                tables.append(table(*last, intercept=0, category=labels[0]))
                more = f'normalizationMethod="{method}"'
                model = regression(plain, "".join(tables), "classification", more)
                name = f"classification {method} {len(labels)} {bool(last)}"
                xml = document(FIELDS + target("z", labels), model)
                cases.append(Case(name, xml, relative=SUMS))
    return cases


def trees() -> list[Case]:
    cases = []
    inner = schema('z usageType="target"', "x", "y", "t")
    for seed in range(60):
        labels = ["k", "l", "m"] if seed % 3 == 0 else []
        xml = document(FIELDS + TEXT + target("z", labels), TreeMaker(seed, labels).model(inner))
        cases.append(Case(f"tree {seed}", xml, XYT, ROWS))
    return cases


def ensembles() -> list[Case]:
    cases = []
    inner = schema("x", "y", "t")
    outer = schema('z usageType="target"', "x", "y", "t")

    def mining(method: str, models: list[str], labels: list[str], more: str = "", at="") -> str:
        segments = "".join(
            f'<Segment id="{i}" weight="{i + 0.5}"><True/>{model}</Segment>'
            for i, model in enumerate(models, start=1)
        )
        function = "classification" if labels else "regression"
        return document(
            FIELDS + TEXT + target("z", labels),
            f'<MiningModel functionName="{function}">{outer}{at}'
            f'<Segmentation multipleModelMethod="{method}" {more}>{segments}</Segmentation>'
            "</MiningModel>",
        )

    for seed in range(12):
        labels = ["k", "l", "m"] if seed % 2 else []
        methods = [
            "average",
            "weightedAverage",
            *(["majorityVote"] if labels else ["sum", "weightedSum"]),
        ]
        models = [TreeMaker(seed * 10 + i, labels).model(inner) for i in range(4)]
        for method in methods:
            treatment = "returnMissing" if seed % 4 < 2 else "continue"
            more = f'missingPredictionTreatment="{treatment}"'
            if method == "majorityVote":
                more = 'missingPredictionTreatment="returnMissing"'
            cases.append(Case(f"{method} {seed}", mining(method, models, labels, more), XYT, ROWS))
    sums = [regression(inner, table(numeric(name, 1.5))) for name in "xyx"]
    targets = (
        '<Targets><Target field="z" min="-3" max="20" rescaleFactor="0.1" rescaleConstant="2"/>'
        "</Targets>"
    )
    for method in ["sum", "average", "weightedAverage", "weightedSum"]:
        cases.append(Case(f"{method} of sums", mining(method, sums, [], at=targets), XYT, ROWS))
    return cases + chains()


def chains() -> list[Case]:
    first = regression(
        schema("x") + '<Output><OutputField name="a" optype="continuous" dataType="double"'
        ' feature="predictedValue" isFinalResult="false"/></Output>',
        table(numeric("x", -1.5)),
    )
    labels = ["no", "yes"]
    tables = table(numeric("b", 0.5), category="yes") + table(intercept=0, category="no")
    moved = f"<LocalTransformations>{derived('b', apply('+', ref('a'), ref('y')))}"
    last = regression(
        schema('z usageType="target"', "a", "y") + moved + "</LocalTransformations>",
        tables,
        "classification",
        'normalizationMethod="logit"',
    )
    tree = (
        '<TreeModel functionName="classification" missingValueStrategy="defaultChild">'
        + schema('z usageType="target"', "y")
        + '<Node defaultChild="2"><True/><Node id="2" score="no"><SimplePredicate field="y"'
        ' operator="lessOrEqual" value="0"/></Node><Node id="3" score="yes"><SimplePredicate'
        ' field="y" operator="greaterThan" value="0"/></Node></Node></TreeModel>'
    )
    cases = []
    for treatment in ["returnMissing", "continue"]:
        for name, final in [("sum", last), ("tree", tree)]:
            segments = "".join(
                f'<Segment id="{i}"><True/>{model}</Segment>'
                for i, model in enumerate([first, final])
            )
            chain = (
                '<MiningModel functionName="classification">'
                + schema('z usageType="target"', "x", "y")
                + '<Segmentation multipleModelMethod="modelChain"'
                f' missingPredictionTreatment="{treatment}">{segments}</Segmentation></MiningModel>'
            )
            xml = document(FIELDS + target("z", labels), chain)
            cases.append(Case(f"chain to a {name}, {treatment}", xml, relative=SUMS))
    return cases


CASES = [*expressions(), *inputs(), *regressions(), *trees(), *ensembles()]


def disagreements(case: Case, ours: list[dict], theirs: list[dict]) -> list[str]:
    """One line for each row that one engine answers and the other does not, or differently."""
    assert len(ours) == len(theirs) == len(case.rows) > 0
    answers = zip(case.rows, ours, theirs, strict=True)
    return [f"{row}: {a}, JPMML {b}" for row, a, b in answers if _differ(a, b, case.relative)]


def _differ(mine: dict, other: dict, relative: float) -> bool:
    if _is_missing(mine) or _is_missing(other):
        return _is_missing(mine) != _is_missing(other)
    keys = [k for k in ("prediction", "probability") if k in mine and other.get(k) is not None]
    return not all(_agree(mine[k], other[k], relative) for k in keys)


def _is_missing(answer: dict) -> bool:
    prediction = answer.get("prediction")
    return prediction is None or prediction != prediction


def _agree(mine: Any, other: Any, relative: float) -> bool:
    if isinstance(other, list):
        pairs = zip(mine, other, strict=True)
        return all(_agree(m, o, relative) for m, o in pairs)
    if isinstance(other, str):
        return mine == other
    return mine == other or abs(mine - other) <= relative * max(abs(other), 2.0**-1022)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reader_agrees_with_jpmml(case, jvm, jpmml, tmp_path):
    path = tmp_path / "model.pmml"
    path.write_text(case.xml, encoding="utf-8")
    theirs = jpmml.score(path, case.columns, case.rows)
    ours = jvm.score(path, [name for name, _ in case.columns], case.rows)
    assert disagreements(case, ours, theirs) == []
