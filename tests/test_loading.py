"""What is loaded: signatures of every kind, and a sentence for what cannot be taken."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from mlflow.types.schema import Array, DataType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from penstock.errors import ModelLoadError, SignatureError, UnsupportedModelError
from penstock.estimators import set_single_threaded
from penstock.loading import load
from tests.registered import all_strings, frame, log, target

pytestmark = pytest.mark.usefixtures("registry")


def linear(data=None):
    data = frame() if data is None else data
    return LinearRegression().fit(data, target(frame()))


def columns(loaded):
    return [(column.name, column.type) for column in loaded.signature.inputs]


def test_all_strings():
    loaded = load(log(linear(), signature=all_strings(list(frame().columns))).model_uri)
    assert loaded.signature.source == "mlflow"
    assert columns(loaded) == [("pH", "string"), ("sucre é", "string"), ("a b", "string")]
    assert loaded.saved_with["scikit-learn"]
    assert loaded.warnings == ()


def test_numeric_types():
    data = frame().astype({"pH": "float32", "a b": "int32"})
    loaded = load(log(linear(data), data=data).model_uri)
    assert columns(loaded) == [("pH", "float"), ("sucre é", "double"), ("a b", "integer")]


def test_without_a_signature_the_model_knows_its_columns():
    loaded = load(log(linear()).model_uri)
    assert loaded.signature.source == "feature_names_in_"
    assert columns(loaded) == [("pH", "double"), ("sucre é", "double"), ("a b", "double")]


def test_without_a_signature_text_is_known_from_the_categories():
    data = frame().assign(city=np.resize(["Rome", "Ulm"], 120))
    prepare = make_column_transformer(
        (StandardScaler(), ["pH", "a b"]),
        (make_pipeline(OneHotEncoder()), ["city"]),
        remainder="passthrough",
    )
    model = make_pipeline(prepare, Ridge()).fit(data, target(frame()))
    assert dict(columns(load(log(model).model_uri))) == {
        "pH": "double", "sucre é": "double", "a b": "double", "city": "string",
    }  # fmt: skip


@pytest.mark.parametrize("tensor", [False, True], ids=["no signature", "tensor"])
def test_without_any_names_they_are_asked_for(tensor):
    data = frame().to_numpy()
    uri = log(linear(data), data=data if tensor else None).model_uri
    with pytest.raises(SignatureError, match=r"the 3 columns are called.*--columns a,b,c"):
        load(uri)
    with pytest.raises(SignatureError, match=r"2 columns are named \(x, y\) but the model takes 3"):
        load(uri, columns=["x", "y"])
    with pytest.raises(SignatureError, match="'x' is named twice"):
        load(uri, columns=["x", "y", "x"])
    loaded = load(uri, columns=["x", "y:float", "a:b:double"])
    assert columns(loaded) == [("x", "double"), ("y", "float"), ("a:b", "double")]
    assert loaded.signature.tensor is tensor
    with pytest.raises(SignatureError, match=r"'z' the type 'strin'.*, string, .* z:strin:double"):
        load(uri, columns=["x", "y:float", "z:strin"])


def test_a_colon_in_a_name_that_the_model_knows():
    colons = frame().rename(columns={"pH": "p:H"})
    uri = log(LinearRegression().fit(colons, target(frame()))).model_uri
    assert columns(load(uri, columns=["p:H", "sucre é", "a b:float"])) == [
        ("p:H", "double"), ("sucre é", "double"), ("a b", "float"),
    ]  # fmt: skip


def test_names_that_contradict_the_signature():
    uri = log(linear(), data=frame()).model_uri
    assert load(uri, columns=["pH", "sucre é", "a b"]).signature.source == "mlflow"
    with pytest.raises(SignatureError, match="leave --columns out"):
        load(uri, columns=["a b", "pH", "sucre é"])


@pytest.mark.parametrize("type_", [DataType.datetime, DataType.binary, Array(DataType.double)])
def test_types_that_no_column_has(type_):
    names = list(frame().columns)
    inputs = [ColSpec("double", names[0]), ColSpec("double", names[1]), ColSpec(type_, names[2])]
    uri = log(linear(), signature=ModelSignature(inputs=Schema(inputs))).model_uri
    with pytest.raises(SignatureError, match="the column 'a b' of the signature has the type"):
        load(uri)


def test_predict_proba_is_taken_and_log_proba_is_not():
    model = LogisticRegression().fit(frame(), target(frame()) > 15)
    info = log(model, data=frame(), pyfunc_predict_fn="predict_proba")
    assert load(info.model_uri).predict_fn == "predict_proba"
    info = log(model, data=frame(), pyfunc_predict_fn="predict_log_proba")
    with pytest.raises(UnsupportedModelError, match="pyfunc_predict_fn='predict_log_proba'"):
        load(info.model_uri)


class Custom(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return model_input


def test_a_custom_python_function():
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(
            name="model", python_model=Custom(), pip_requirements=["mlflow"]
        )
    with pytest.raises(UnsupportedModelError, match=r"custom Python function.*mlflow\.sklearn"):
        load(info.model_uri)


def test_another_flavour(tmp_path):
    info = log(linear(), data=frame())
    folder = mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(tmp_path))
    path = Path(folder, "MLmodel")
    text = path.read_text()
    text = text.replace("  sklearn:\n", "  lightgbm:\n").replace(
        "mlflow.sklearn", "mlflow.lightgbm"
    )
    path.write_text(text)
    with pytest.raises(UnsupportedModelError, match="has the flavour lightgbm"):
        load(folder)


def test_a_module_that_is_missing(tmp_path, monkeypatch):
    (tmp_path / "teamcode.py").write_text(
        textwrap.dedent(
            """
            from sklearn.linear_model import LinearRegression
            class Ours(LinearRegression):
                pass
            """
        )
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import teamcode

    model = teamcode.Ours().fit(frame(), target(frame()))
    info = log(model, data=frame(), serialization_format="cloudpickle")
    sys.path.remove(str(tmp_path))
    del sys.modules["teamcode"]
    with pytest.raises(ModelLoadError, match=r"needs the module 'teamcode'.*PYTHONPATH"):
        load(info.model_uri)


def test_types_that_skops_does_not_trust(tmp_path):
    info = log(RandomForestRegressor(2, random_state=0).fit(frame(), target(frame())), data=frame())
    folder = mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(tmp_path))
    path = Path(folder, "MLmodel")
    text = path.read_text()
    text = text.replace("    - sklearn.tree._tree.Tree\n", "")
    path.write_text(text)
    with pytest.raises(ModelLoadError, match=r"sklearn\.tree\._tree\.Tree.*skops_trusted_types"):
        load(folder)


def test_a_model_saved_by_another_version_is_told_once(tmp_path):
    info = log(linear(), data=frame())
    folder = mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(tmp_path))
    Path(folder, "requirements.txt").write_text("scikit-learn==0.99.0\n")
    (warning,) = load(folder).warnings
    assert "required: scikit-learn==0.99.0" in warning
    assert "\n" not in warning


def test_a_damaged_model_file(tmp_path):
    info = log(linear(), data=frame())
    folder = mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(tmp_path))
    with Path(folder, "model.skops").open("r+b") as file:
        file.truncate(100)
    with pytest.raises(ModelLoadError, match=r"cannot be loaded: .*saved with scikit-learn=="):
        load(folder)


def test_every_nested_estimator_is_single_threaded():
    forest = RandomForestRegressor(2, n_jobs=4, random_state=0)
    model = make_pipeline(make_column_transformer((StandardScaler(), ["pH"]), n_jobs=3), forest)
    model.fit(frame(), target(frame()))
    set_single_threaded(model)
    assert {key: value for key, value in model.get_params().items() if "n_jobs" in key} == {
        "columntransformer__n_jobs": 1,
        "randomforestregressor__n_jobs": 1,
    }
    assert pd.notna(model.predict(frame())).all()
