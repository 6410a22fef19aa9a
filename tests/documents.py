"""PMML documents as other tools write them, put together by hand for the tests of the reader."""

from __future__ import annotations

import random
from collections.abc import Sequence

NUMBER = '<DataField name="{0}" optype="continuous" dataType="double"/>'


def document(fields: str, model: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
        f"<DataDictionary>{fields}</DataDictionary>{model}</PMML>"
    )


def schema(*fields: str) -> str:
    """A MiningSchema; a field may carry attributes after its name: ``x outliers="asIs"``."""
    inner = ""
    for field in fields:
        name, _, attributes = field.partition(" ")
        inner += f'<MiningField name="{name}" {attributes}/>'
    return f"<MiningSchema>{inner}</MiningSchema>"


def target(name: str, labels: Sequence[str] = ()) -> str:
    """The DataField of a target: a number, or a text among ``labels``."""
    if not labels:
        return NUMBER.format(name)
    values = "".join(f'<Value value="{label}"/>' for label in labels)
    return f'<DataField name="{name}" optype="categorical" dataType="string">{values}</DataField>'


def regression(inner: str, table: str, function: str = "regression", more: str = "") -> str:
    return f'<RegressionModel functionName="{function}" {more}>{inner}{table}</RegressionModel>'


def table(*terms: str, intercept: float = 0.5, category: str = "") -> str:
    attribute = f'targetCategory="{category}"' if category else ""
    return (
        f'<RegressionTable intercept="{intercept}" {attribute}>{"".join(terms)}</RegressionTable>'
    )


def numeric(name: str, coefficient: float, more: str = "") -> str:
    return f'<NumericPredictor name="{name}" coefficient="{coefficient}" {more}/>'


def derived(name: str, expression: str, type_: str = "double") -> str:
    optype = "continuous" if type_ in ("double", "float", "integer") else "categorical"
    attributes = f'name="{name}" optype="{optype}" dataType="{type_}"'
    return f"<DerivedField {attributes}>{expression}</DerivedField>"


def ref(field: str) -> str:
    return f'<FieldRef field="{field}"/>'


def constant(value: object, type_: str = "double") -> str:
    return f'<Constant dataType="{type_}">{value}</Constant>'


def apply(function: str, *arguments: str, more: str = "") -> str:
    return f'<Apply function="{function}" {more}>{"".join(arguments)}</Apply>'


THRESHOLDS = ["-1", "0.1", "0.5", "2", "1e-3"]
TEXTS = ["a", "b", "c d"]


class TreeMaker:
    """Random trees with every kind of predicate, strategy and number of children."""

    def __init__(self, seed: int, labels: Sequence[str] = ()) -> None:
        self.random = random.Random(seed)
        self.labels = labels
        self.count = 0

    def model(self, inner: str, attributes: str = "") -> str:
        function = "classification" if self.labels else "regression"
        missing = ["none", "nullPrediction", "lastPrediction", "defaultChild"]
        strategy = self.random.choice(missing)
        none = self.random.choice(["returnNullPrediction", "returnLastPrediction"])
        # With defaultChild every split needs one; with the others it is ignored.
        node = self.node("<True/>", 4, strategy == "defaultChild")
        return (
            f'<TreeModel functionName="{function}" missingValueStrategy="{strategy}" '
            f'noTrueChildStrategy="{none}" {attributes}>{inner}{node}</TreeModel>'
        )

    def node(self, predicate: str, depth: int, with_default: bool) -> str:
        self.count += 1
        name = self.count
        width = 0 if depth == 0 else self.random.choice([0, 1, 2, 2, 2, 3, 4])
        children, ids = [], []
        for child in self.predicates(width):
            ids.append(self.count + 1)
            children.append(self.node(child, depth - 1, with_default))
        default = ""
        if ids and with_default:
            default = f'defaultChild="{self.random.choice(ids)}"'
        scored = not children or self.random.random() < 0.8
        score, counts = self.score() if scored else ("", "")
        return f'<Node id="{name}" {default} {score}>{predicate}{counts}{"".join(children)}</Node>'

    def score(self) -> tuple[str, str]:
        if not self.labels:
            return f'score="{self.random.choice([1, 2.5, -3, 1e-3, 0.1]) + self.count}"', ""
        counts = [self.random.choice([0, 1, 2, 5, 0.1]) for _ in self.labels]
        counts[self.random.randrange(len(counts))] += 3
        pairs = zip(self.labels, counts, strict=True)
        inner = "".join(f'<ScoreDistribution value="{k}" recordCount="{n}"/>' for k, n in pairs)
        return f'score="{self.random.choice(self.labels)}"', inner

    def predicates(self, width: int) -> list[str]:
        if width == 2 and self.random.random() < 0.6:
            field, value = self.random.choice("xy"), self.random.choice(THRESHOLDS)
            operators = ["lessOrEqual", "greaterThan"], ["lessThan", "greaterOrEqual"]
            low, high = self.random.choice(operators)
            pair = [simple(field, low, value), simple(field, high, value)]
            return pair if self.random.random() < 0.7 else pair[::-1]
        return [self.predicate(2) for _ in range(width)]

    def predicate(self, depth: int) -> str:
        kind = self.random.choices(["number", "text", "set", "compound", "true", "false"],
                                   [6, 2, 2, 3 if depth else 0, 0.5, 0.3])[0]  # fmt: skip
        field = self.random.choice("xy")
        if kind == "number":
            operators = ["lessOrEqual", "lessThan", "greaterThan", "greaterOrEqual", "equal"]
            operator = self.random.choice([*operators, "notEqual", "isMissing", "isNotMissing"])
            return simple(field, operator, self.random.choice(THRESHOLDS))
        if kind == "text":
            operator = self.random.choice(["equal", "notEqual", "isMissing", "isNotMissing"])
            return simple("t", operator, self.random.choice(TEXTS))
        if kind == "set":
            operator = self.random.choice(["isIn", "isNotIn"])
            if self.random.random() < 0.5:
                return within("t", operator, ['"c d"', "a"], "string")
            return within(field, operator, self.random.sample(THRESHOLDS, 2), "real")
        if kind == "compound":
            operator = self.random.choice(["and", "or", "xor", "surrogate"])
            parts = "".join(self.predicate(depth - 1) for _ in range(self.random.choice([2, 3])))
            return f'<CompoundPredicate booleanOperator="{operator}">{parts}</CompoundPredicate>'
        return "<True/>" if kind == "true" else "<False/>"


def simple(field: str, operator: str, value: str) -> str:
    compared = "" if operator.endswith("issing") else f'value="{value}"'
    return f'<SimplePredicate field="{field}" operator="{operator}" {compared}/>'


def within(field: str, operator: str, values: Sequence[str], type_: str) -> str:
    array = f'<Array n="{len(values)}" type="{type_}">{" ".join(values)}</Array>'
    return (
        f'<SimpleSetPredicate field="{field}" booleanOperator="{operator}">{array}'
        "</SimpleSetPredicate>"
    )
