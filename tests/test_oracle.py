"""The oracle: the published table, refusals found in a batch, and their kinds."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from penstock.answer import OTHER
from penstock.contract import InputColumn
from penstock.loading import load
from penstock.oracle import Oracle, frame, refusal_kind
from tests import registered
from tests.registered import all_strings, log, target

pytestmark = pytest.mark.usefixtures("registry")


def data():
    return registered.frame()


def oracle(model, probabilities=False, leaves=False, **options):
    return Oracle(load(log(model, **options).model_uri), probabilities, leaves)


def test_the_published_table():
    inputs = [
        InputColumn(type_, type_)
        for type_ in ("double", "float", "integer", "long", "boolean", "string")
    ]
    built = frame(inputs, [(None, 0.1, 3, 2**62, True, None), (1.5, None, -3, 4, False, "x")])
    assert [str(dtype) for dtype in built.dtypes] == [
        "float64", "float32", "int32", "int64", "bool", "object",
    ]  # fmt: skip
    assert math.isnan(built["double"][0])
    assert built["string"][0] is None
    assert frame([InputColumn("n", "string")], [(2,)])["n"][0] == 2.0


def test_text_for_numbers_one_by_one_and_in_bulk():
    asked = oracle(
        ElasticNet(alpha=0.1).fit(data(), target(data())),
        signature=all_strings(list(data().columns)),
    )
    good = ("5.1", " 1_0 ", "٣")
    rows = [good] * 50
    expected = {
        3: ("abc", "NOT_A_NUMBER"),
        17: (None, "MISSING_VALUE"),
        18: ("nan", "MISSING_VALUE"),
        30: ("1e400", "OUT_OF_RANGE"),
        49: ("", "NOT_A_NUMBER"),
    }
    for position, (text, _) in expected.items():
        rows[position] = ("5.1", text, "3")
    answers = asked.many(rows)
    for position, answer in enumerate(answers):
        assert answer.refused == expected.get(position, (None, None))[1]
        assert answer.refused == asked.one(rows[position]).refused
    assert answers[0].prediction == pytest.approx(asked.one((5.1, 10.0, 3.0)).prediction, abs=1e-12)
    alone = asked.alone(rows)
    assert [answer.refused for answer in alone] == [answer.refused for answer in answers]


def test_no_row_is_lost_when_all_are_refused():
    asked = oracle(LinearRegression().fit(data(), target(data())), data=data())
    answers = asked.many([(None, 1.0, 2.0)] * 7)
    assert [answer.refused for answer in answers] == ["MISSING_VALUE"] * 7
    assert asked.many([]) == []


def test_null_has_no_place_in_integers():
    ints = data().astype({"pH": "int64"})
    asked = oracle(LinearRegression().fit(ints, target(ints)), data=ints)
    assert asked.one((None, 1.0, 2.0)).refused == "MISSING_VALUE"
    assert asked.one((3, 1.0, 2.0)).refused is None


def test_unknown_categories_and_probabilities():
    cities = data().assign(city=np.resize(["Rome", "Ulm"], len(data())))
    prepare = make_column_transformer(
        (OneHotEncoder(), ["city"]), (StandardScaler(), ["pH", "sucre é", "a b"])
    )
    model = make_pipeline(prepare, LogisticRegression()).fit(cities, target(data()) > 15)
    asked = oracle(model, probabilities=True, data=cities)
    assert asked.one((1.0, 2.0, 3.0, "Bonn")).refused == "UNKNOWN_CATEGORY"
    answer = asked.one((1.0, 2.0, 3.0, "Rome"))
    assert answer.prediction is False
    row = pd.DataFrame([[1.0, 2.0, 3.0, "Rome"]], columns=cities.columns)
    assert answer.probabilities == tuple(model.predict_proba(row)[0])


@pytest.mark.parametrize(
    ("labels", "type_"),
    [([1, 2, 5], int), (["bad", "good", "très bon"], str), ([1.0, 2.0, 5.0], float)],
)
def test_labels_keep_their_types_and_leaves_are_those_of_apply(labels, type_):
    classes = np.array(labels)[pd.qcut(target(data()), 3, labels=False)]
    model = make_pipeline(StandardScaler(), RandomForestClassifier(4, random_state=0))
    model.fit(data(), classes)
    asked = oracle(model, probabilities=True, leaves=True, data=data())
    answers = asked.many(data().to_numpy().tolist())
    assert {type(answer.prediction) for answer in answers} == {type_}
    applied = model[-1].apply(model[:-1].transform(data()))
    assert np.array_equal([answer.leaves for answer in answers], applied)


def test_several_outputs_are_tuples():
    model = LinearRegression().fit(data(), np.c_[target(data()), target(data())])
    answer = oracle(model, data=data()).one((1.0, 2.0, 3.0))
    assert isinstance(answer.prediction, tuple)
    assert len(answer.prediction) == 2


def test_an_array_for_a_tensor_signature():
    array = data().to_numpy()
    model = LinearRegression().fit(array, target(data()))
    loaded = load(log(model, data=array).model_uri, columns=["x", "y", "z"])
    answer = Oracle(loaded, False, False).one((1.0, 2.0, 3.0))
    assert answer.prediction == pytest.approx(model.predict([[1.0, 2.0, 3.0]])[0], abs=1e-12)


def test_an_exception_of_no_known_kind():
    assert refusal_kind(KeyError("what is this")) == OTHER
