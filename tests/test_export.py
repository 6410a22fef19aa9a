"""Export end to end: registered models become verified files, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVR

import penstock
from penstock import exporting, jvm, verifying
from penstock.effort import EFFORTS
from penstock.errors import (
    ConverterError,
    JavaError,
    ModelNotFoundError,
    OutputExistsError,
    PenstockError,
    UnsupportedModelError,
)
from tests.registered import all_strings, frame, log, target

pytestmark = pytest.mark.usefixtures("registry", "jar")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def few_rows():
    """The gate's rules do not depend on how many rows there are."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (exporting, verifying):
            patch.setattr(module, "effort_of", lambda name: EFFORTS["quick"])
        yield


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def wine(registry):
    """ElasticNet with every input logged as text, under an alias."""
    model = ElasticNet(alpha=0.1).fit(frame(), target(frame()))
    log(model, "elastic", signature=all_strings(list(frame().columns)))
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("elastic", "champion", "1")
    client.update_registered_model("elastic", description="Rates wines.")
    client.set_registered_model_tag("elastic", "owner", "Team Wine")
    return "models:/elastic@champion"


@pytest.fixture(scope="module")
def exported(wine, tmp_path_factory):
    return penstock.export(wine, to=["pmml", "mleap"], out=tmp_path_factory.mktemp("out") / "x")


def test_the_object_tells_what_the_folder_holds(exported):
    assert names(exported.path) == ["bundle.zip", "model.pmml", "penstock.json"]
    assert [file.format for file in exported.files] == ["pmml", "mleap"]
    assert exported.manifest["preferred"] == "pmml"
    assert (exported.name, exported.version) == ("elastic", "1")
    assert exported.verified
    assert exported.parity.rows == exported.parity.scored + sum(exported.parity.refused.values())
    assert set(exported.parity.refused) == {"NOT_A_NUMBER", "MISSING_VALUE", "OUT_OF_RANGE"}
    assert all(result.max_bound_share <= 1 for result in exported.parity.formats.values())


def test_the_manifest_is_the_card_and_follows_its_schema(exported):
    import jsonschema

    written = json.loads((exported.path / "penstock.json").read_text())
    schema = json.loads((ROOT / "docs" / "manifest.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(written, schema, cls=jsonschema.Draft202012Validator)
    card = written["model"]
    assert card["purpose"] == "Rates wines."
    assert card["owner"] == "Team Wine"
    assert card["aliases"] == ["champion"]
    assert card["algorithm"] == "ElasticNet"
    assert card["registry"].startswith("sqlite:///")
    assert written["parity"]["rows"] == exported.parity.rows
    refusals = {entry.get("refused") for entry in written["golden"]["expected"]}
    assert refusals == {None, "NOT_A_NUMBER", "MISSING_VALUE", "OUT_OF_RANGE"}


def test_the_card_for_a_person(exported):
    text = penstock.inspect(exported.path).text()
    for part in ("Rates wines.", "Team Wine", "champion", "pH", "Verified against pyfunc"):
        assert part in text


def test_verify_repeats_the_gate(exported):
    found = penstock.verify(exported.path)
    assert found.parity.rows == exported.parity.rows
    other = penstock.verify(exported.path, seed=7)
    assert other.parity.refused.keys() == exported.parity.refused.keys()


def test_verify_on_the_users_rows(exported, tmp_path):
    data = tmp_path / "wines.csv"
    data.write_text(
        "id;a b;sucre é;pH\n1;3.1;2;0.1\n2;abc;2;3\n3;;2;3\n4;1e400;2;3\n5;1_0;2\n6; 2.50 ;7;1\n"
    )
    parity = penstock.verify(exported.path, data).parity
    assert (parity.rows, parity.scored) == (6, 2)
    assert parity.refused == {"MISSING_VALUE": 2, "NOT_A_NUMBER": 1, "OUT_OF_RANGE": 1}


def test_verify_without_the_registry_says_so(exported, tmp_path):
    found = penstock.verify(exported.path, tracking_uri=f"sqlite:///{tmp_path}/gone.db")
    assert found.parity is None
    assert found.golden_rows > 0
    assert "there is no MLflow database" in found.unreachable


def test_verify_asks_for_the_very_version(registry, tmp_path):
    """The alias has moved on: the export is still compared with the version it was made from."""
    first = LinearRegression().fit(frame(), target(frame()))
    second = LinearRegression().fit(frame(), -target(frame()))
    client = mlflow.MlflowClient()
    log(first, "moving", data=frame())
    client.set_registered_model_alias("moving", "live", "1")
    done = penstock.export("models:/moving@live", to=["mleap"], out=tmp_path / "out")
    log(second, "moving", data=frame())
    client.set_registered_model_alias("moving", "live", "2")
    assert penstock.verify(done.path).parity.rows > 0
    with pytest.raises(penstock.errors.ParityError):
        penstock.verify(done.path, model_uri="models:/moving@live")


def classes(labels):
    return np.array(labels)[pd.qcut(target(frame()), len(labels), labels=False)]


def cities():
    return frame().assign(city=np.resize(["Rome", "Ulm", "São Paulo"], len(frame())))


def mixed():
    """Text, numbers and a forest behind a ColumnTransformer."""
    prepare = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["city"]),
        (StandardScaler(), ["pH", "a b"]),
        remainder="passthrough",
    )
    model = make_pipeline(prepare, RandomForestClassifier(5, max_depth=4, random_state=0))
    return model.fit(cities(), classes(["bad", "good"])), cities()


MODELS = {
    "labels 1 2 5": lambda: (LogisticRegression().fit(frame(), classes([1, 2, 5])), frame()),
    "labels of text": lambda: (LogisticRegression().fit(frame(), classes(["a", "b"])), frame()),
    "labels of bools": lambda: (LogisticRegression().fit(frame(), classes([0, 1]) > 0), frame()),
    "mixed": mixed,
}


@pytest.mark.parametrize("name", MODELS)
def test_classifiers(name, tmp_path):
    model, data = MODELS[name]()
    done = penstock.export(log(model, data=data).model_uri, out=tmp_path / "out")
    assert set(done.parity.formats) == {"mleap", "pmml"}
    output = done.manifest["contract"]["output"]
    assert output["classes"] == model.classes_.tolist()
    assert all(
        result.leaves_compared is (name == "mixed") for result in done.parity.formats.values()
    )
    told = penstock.inspect(done.path).text()
    assert (" splits " in told) is (name == "mixed")


def test_an_existing_output_needs_force(exported, wine, tmp_path):
    out = tmp_path / "out"
    penstock.export(wine, to=["mleap", "pmml"], out=out, skip_verify=True)
    with pytest.raises(OutputExistsError, match="--force"):
        penstock.export(wine, to=["mleap"], out=out)
    assert names(out) == ["bundle.zip", "model.pmml", "penstock.json"]
    penstock.export(wine, to=["mleap"], out=out, force=True, skip_verify=True)
    assert names(out) == ["bundle.zip", "penstock.json"]
    assert names(tmp_path) == ["out"]


def test_unverified_exports_need_no_java_and_say_so(wine, tmp_path, monkeypatch):
    monkeypatch.setattr(jvm, "find_java", lambda: pytest.fail("Java was looked for"))
    done = penstock.export(wine, out=tmp_path / "out", skip_verify=True)
    assert done.manifest["parity"] == {"verified": False}
    assert "NOT verified" in penstock.inspect(done.path).text()


def test_without_java_nothing_is_written(wine, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(JavaError, match="no Java was found"):
        penstock.export(wine, out=tmp_path / "out")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: make_pipeline(StandardScaler(), SVR()),
            "SVR.*it sums a kernel over rows",
        ),
        (
            lambda: make_pipeline(FunctionTransformer(np.cbrt), Ridge()),
            "FunctionTransformer.*calls the Python function numpy.cbrt",
        ),
    ],
    ids=["class", "custom function"],
)
def test_what_is_not_supported_is_named(make, told, tmp_path):
    model = make().fit(frame(), target(frame()))
    uri = log(model, data=frame(), skops_trusted_types=["numpy.cbrt"]).model_uri
    with pytest.raises(UnsupportedModelError, match=told):
        penstock.export(uri, out=tmp_path / "out")
    assert names(tmp_path) == []
    assert not penstock.check(uri).ok


def test_wrong_arguments(wine, tmp_path):
    with pytest.raises(PenstockError, match="choose from mleap, pmml"):
        penstock.export(wine, to=["onnx"], out=tmp_path / "out")
    with pytest.raises(ConverterError, match="choose from penstock, sklearn2pmml"):
        penstock.export(wine, out=tmp_path / "out", converter="nyoka")
    with pytest.raises(ConverterError, match="add --to pmml"):
        penstock.export(wine, to=["mleap"], out=tmp_path / "out", converter="sklearn2pmml")
    with pytest.raises(PenstockError, match="no output folder"):
        penstock.export(wine)
    with pytest.raises(ModelNotFoundError):
        penstock.export("models:/elastic/9", out=tmp_path / "out")
    assert names(tmp_path) == []


DAMAGES = {
    "a truncated file": (
        lambda folder: (folder / "bundle.zip").write_bytes(
            (folder / "bundle.zip").read_bytes()[:-100]
        ),
        "is not the file that its manifest describes",
    ),
    "an altered file": (
        lambda folder: (folder / "model.pmml").write_text(
            (folder / "model.pmml").read_text().replace("<Constant", "<Constant ", 1) + "\n"
        ),
        "is not the file that its manifest describes",
    ),
    "a missing file": (lambda folder: (folder / "bundle.zip").unlink(), "bundle.zip"),
    "a truncated manifest": (
        lambda folder: (folder / "penstock.json").write_text(
            (folder / "penstock.json").read_text()[:-50]
        ),
        "is not valid JSON",
    ),
    "a future manifest": (
        lambda folder: _edit(folder, lambda data: data["penstock"].update(format_version="2.0")),
        "format version 2.0.*install a newer penstock",
    ),
    "a manifest without a part": (
        lambda folder: _edit(folder, lambda data: data["model"].pop("owner")),
        "lacks model.owner",
    ),
    "altered golden rows": (
        lambda folder: _edit(
            folder, lambda data: data["golden"]["expected"][0].update(prediction=1e9)
        ),
        "golden",
    ),
}


def _edit(folder, change):
    data = json.loads((folder / "penstock.json").read_text())
    change(data)
    (folder / "penstock.json").write_text(json.dumps(data))


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_exports_are_refused(damage, exported, tmp_path):
    import shutil

    folder = Path(shutil.copytree(exported.path, tmp_path / "copy"))
    change, told = DAMAGES[damage]
    change(folder)
    with pytest.raises(PenstockError, match=f"(?s){told}"):
        penstock.verify(folder)


def test_inspect_finds_an_altered_file_of_the_same_size(exported, tmp_path):
    import shutil

    folder = Path(shutil.copytree(exported.path, tmp_path / "copy"))
    text = (folder / "model.pmml").read_text()
    (folder / "model.pmml").write_text(text.replace("1", "2", 1))
    (problem,) = penstock.inspect(folder).problems
    assert "model.pmml is not the file that was exported (its digest differs)" in problem


def test_the_folder_may_have_any_name(wine, tmp_path):
    out = tmp_path / 'São\'s "wine" 100% #1'
    done = penstock.export(wine, to=["mleap"], out=out)
    assert done.path == out
    assert penstock.verify(out).parity.rows == done.parity.rows


def test_a_write_that_fails_leaves_nothing(wine, tmp_path):
    """Files larger than the process may write, as a quota does."""
    script = (
        "import resource, penstock; from penstock.errors import OutputError\n"
        "from penstock.writers import FORMATS\n"
        "from penstock import manifest\n"
        "write = manifest.write\n"
        "def small(*arguments):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "    write(*arguments)\n"
        "manifest.write = small\n"
        "try:\n"
        f"    penstock.export({wine!r}, out={str(tmp_path / 'out')!r}, skip_verify=True,\n"
        f"                    tracking_uri={mlflow.get_tracking_uri()!r})\n"
        "except OutputError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "exporters", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "the system allows no file of that size" in done.stdout
    assert names(tmp_path) == []
