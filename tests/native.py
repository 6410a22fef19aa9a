"""Holds a conversion against the estimator itself, row by row.

Frames are built by the published table, refusals are classified as the oracle does,
and every row is asked for alone, because that is what counts.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from penstock import reference, rows
from penstock.checks import first_failed, parse
from penstock.contract import CautiousRange, InputColumn, OutputKind
from penstock.converters import Conversion, convert
from penstock.effort import EFFORTS, Effort
from penstock.oracle import frame, refusal_kind
from tests.sizes import ALL


@dataclass(frozen=True)
class Agreement:
    """What was compared: so many rows scored, refused, and of those scored ambiguous."""

    conversion: Conversion
    scored: int
    refused: int
    ambiguous: int


ALONE = 1 if ALL else 8
"""Of how many rows that are scored one is asked alone: each of them in `make test-all`."""


def columns(**types: str) -> list[InputColumn]:
    """``columns(a="double", b="string")``."""
    return [InputColumn(name, type_) for name, type_ in types.items()]


def at_most(rows: int) -> Effort:
    """The most thorough effort with so many rows."""
    return replace(EFFORTS["thorough"], rows=rows)


def assert_agrees(
    model: object,
    inputs: Sequence[InputColumn],
    *,
    budget: int = 400,
    predict_fn: str = "predict",
    extra: Sequence[tuple] = (),
    array: bool = False,
    seed: int = 0,
) -> Agreement:
    """Converts the model and compares reference and checks with it on generated rows.

    The rows that the contract scores are asked in bulk, which one that the model refuses would
    fail; those that it refuses are asked one by one, and so is a share of the others.
    """
    conversion = convert(model, inputs, predict_fn, array=array)
    generated = [*extra, *rows.generate(conversion, seed, at_most(budget)).rows]
    checks = first_failed(conversion.contract, generated)
    found = reference.evaluate(conversion.graph, parse(conversion.contract, generated))
    scoring = [i for i, check in enumerate(checks) if check is None]
    bulk = in_bulk(model, inputs, [generated[i] for i in scoring], predict_fn, array)
    together = dict(zip(scoring, bulk, strict=True)) if bulk else {}
    wrong = []
    scored = ambiguous = 0
    for i, row in enumerate(generated):
        if isinstance(checks[i], CautiousRange):
            continue
        kind, answer = None, together.get(i)
        # The row alone is what counts: where the bulk differs, and for a share of all rows.
        if answer is None or i % ALONE == 0 or difference(conversion, found, i, *answer):
            kind, answer = ask(model, inputs, row, predict_fn, array)
        if kind != (None if checks[i] is None else checks[i].kind.value):
            wrong.append(f"{row}: the model says {kind} ({answer}), the contract {checks[i]}")
        elif kind is None:
            scored += 1
            ambiguous += bool(found.ambiguous[i])
            problem = difference(conversion, found, i, *answer)
            if problem:
                wrong.append(f"{row}: {problem}")
    assert not wrong, f"{len(wrong)} of {len(generated)} rows differ:\n" + "\n".join(wrong[:8])
    return Agreement(conversion, scored, len(generated) - scored, ambiguous)


def ask(model, inputs, row, predict_fn, array):
    """The refusal's kind and the exception, or None and (prediction, probabilities)."""
    for column, cell in zip(inputs, row, strict=True):
        if cell is None and column.type in ("integer", "long", "boolean"):
            return "MISSING_VALUE", "the published table"
    try:
        return None, answers(model, inputs, [row], predict_fn, array)[0]
    except ValueError as error:
        return refusal_kind(error), error


def in_bulk(model, inputs, rows, predict_fn, array):
    """(prediction, probabilities) of all rows, or of none where the model refuses one."""
    try:
        return answers(model, inputs, rows, predict_fn, array) if rows else []
    except ValueError:
        return []


def answers(model, inputs, rows, predict_fn, array):
    """(prediction, probabilities) for each row; what the model raises where it refuses one."""
    data = frame(inputs, rows)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if array:
            data = data.to_numpy()
        predictions = getattr(model, predict_fn)(data)
        probabilities = [None] * len(predictions)
        if predict_fn == "predict" and hasattr(model, "predict_proba"):
            found = model.predict_proba(data)
            if isinstance(found, np.ndarray):  # else there are several outputs, and a list of them
                probabilities = found
    return list(zip(predictions, probabilities, strict=True))


def difference(conversion, found, i, prediction, probability) -> str | None:
    """What differs beyond its bound, or None."""
    output = conversion.contract.output
    if output.kind is OutputKind.CLASSIFICATION:
        label = output.classes[int(found.predictions[i, 0])]
        if label != prediction and not found.ambiguous[i]:
            return f"label {prediction!r}, reference {label!r}"
        if type(prediction.item() if hasattr(prediction, "item") else prediction) is not type(
            label
        ):
            return f"label {prediction!r} is not of the type of {label!r}"
        if probability is None:
            return "there are no probabilities" if output.probabilities else None
        if not within(probability, found.probabilities[i], found.probability_bounds[i]):
            return f"probabilities {probability}, reference {found.probabilities[i]}"
        return None
    if (np.ndim(prediction) == 1) != output.array or np.size(prediction) != output.width:
        return f"shape {np.shape(prediction)}, contract {output}"
    if not within(np.atleast_1d(prediction), found.predictions[i], found.bounds[i]):
        return f"{prediction}, reference {found.predictions[i]} within {found.bounds[i]}"
    return None


def within(actual, expected, bound) -> bool:
    """Equal, both NaN, or no further apart than the bound."""
    with np.errstate(all="ignore"):
        close = np.abs(actual - expected) <= bound
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected)) | np.isinf(bound)
    return bool((close | same).all())
