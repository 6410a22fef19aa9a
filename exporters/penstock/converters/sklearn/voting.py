"""VotingClassifier and VotingRegressor: means of what the members say, or a count of labels."""

from __future__ import annotations

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inner import answers, is_dropped, numbers, predictor
from penstock.converters.sklearn.labels import classification
from penstock.converters.sums import average, binary, chain
from penstock.graph import ArgMax, BinaryOp, Outputs


def voting_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    members = _members(estimator, table, builder)
    names = tuple(numbers(member, builder)[0] for member in members)
    first = len(builder.nodes)
    mean = average(builder, names, estimator._weights_not_none, "prediction", contiguous=True)
    builder.operation("mean", first)
    return Prediction(Outputs((mean,)), Output(OutputKind.REGRESSION, "double"))


def voting_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Ties go to the first class; in hard voting each member's label counts its weight."""
    members = _members(estimator, table, builder)
    weights = estimator._weights_not_none
    classes = range(len(estimator.classes_))
    first = len(builder.nodes)
    label = builder.fresh("label")
    if estimator.voting == "soft":
        shares = [
            answers(member, fitted, "predict_proba", builder)
            for member, fitted in zip(members, estimator.estimators_, strict=True)
        ]
        scores = tuple(
            average(builder, [share[k] for share in shares], weights, f"probability{k}")
            for k in classes
        )
    else:
        labels = [numbers(member, builder)[0] for member in members]
        scores = tuple(_votes(builder, labels, weights, k) for k in classes)
    builder.add(ArgMax(scores, label))
    builder.operation("voting", first)
    probabilities = scores if estimator.voting == "soft" else ()
    return classification(estimator.classes_, label, probabilities, builder)


def _members(estimator: object, table: Table, builder: Builder) -> list[Prediction]:
    names = [name for name, member in estimator.estimators if not is_dropped(member)]
    return [
        predictor(name, fitted, table, builder)
        for name, fitted in zip(names, estimator.estimators_, strict=True)
    ]


def _votes(builder: Builder, labels: list[str], weights: list[float] | None, k: int) -> str:
    """How many labels, or how much weight, went to class k."""
    votes = [
        binary(builder, BinaryOp.EQUAL, label, float(k), f"{label}.votes{k}") for label in labels
    ]
    if weights is not None:
        votes = [
            binary(builder, BinaryOp.MUL, vote, float(weight), f"{vote}.weight")
            for vote, weight in zip(votes, weights, strict=True)
        ]
    return chain(builder, votes, f"votes{k}")
