"""Every form of a model URI finds its model, and every wrong one a sentence that helps."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import mlflow
import pytest
from sklearn.linear_model import LinearRegression

from penstock.errors import ModelNotFoundError, RegistryError
from penstock.quiet import captured
from penstock.registry import downloaded, resolve, without_password
from tests.registered import frame, log, target


@pytest.fixture(scope="module")
def wine(registry: str) -> mlflow.models.model.ModelInfo:
    """Versions 1 and 2 of "wine-quality"; 2 is the champion, 1 is in Production."""
    model = LinearRegression().fit(frame(), target(frame()))
    log(model, "wine-quality", frame())
    info = log(model, "wine-quality", frame())
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("wine-quality", "champion", "2")
    client.set_registered_model_tag("wine-quality", "owner", "Team Wine")
    client.set_model_version_tag("wine-quality", "2", "checked", "yes")
    client.update_registered_model("wine-quality", description="Rates wines.")
    with captured():
        client.transition_model_version_stage("wine-quality", "1", "Production")
    log(model, "odd name é'; %41", frame())
    return info


@pytest.mark.parametrize(
    ("uri", "pinned"),
    [
        ("models:/wine-quality/1", "models:/wine-quality/1"),
        ("models:/wine-quality/2", "models:/wine-quality/2"),
        ("models:/wine-quality@champion", "models:/wine-quality/2"),
        ("models:/wine-quality/latest", "models:/wine-quality/2"),
        ("models:/wine-quality/Production", "models:/wine-quality/1"),
        ("models:/wine-quality/production", "models:/wine-quality/1"),
        ("models:///wine-quality/1/", "models:/wine-quality/1"),
        ("models:/odd name é'; %41/latest", "models:/odd name é'; %41/1"),
    ],
)
def test_registered_models(wine, uri, pinned):
    with captured():
        source = resolve(uri)
        assert source.pinned == pinned
        with downloaded(source) as folder:
            assert (folder / "MLmodel").is_file()


def test_the_card_comes_from_version_and_model(wine):
    source = resolve("models:/wine-quality@champion")
    assert (source.name, source.version, source.aliases) == ("wine-quality", "2", ("champion",))
    assert source.tags == {"checked": "yes", "owner": "Team Wine"}
    assert source.description == "Rates wines."
    assert source.run_id == wine.run_id
    assert source.model_id == wine.model_id
    assert source.source == f"models:/{wine.model_id}"


def test_logged_models_runs_and_folders(wine, tmp_path):
    by_id = resolve(f"models:/{wine.model_id}")
    by_run = resolve(f"runs:/{wine.run_id}/model")
    assert by_id.model_id == wine.model_id
    assert by_run.run_id == by_id.run_id == wine.run_id
    with captured(), downloaded(by_id) as one, downloaded(by_run) as other:
        assert (one / "MLmodel").read_text() == (other / "MLmodel").read_text()
    folder = Path(mlflow.artifacts.download_artifacts(wine.model_uri, dst_path=str(tmp_path)))
    for uri in (str(folder), folder.as_uri(), f"{folder}/MLmodel"):
        source = resolve(uri)
        assert source.registry is None
        with downloaded(source) as path:
            assert path == folder.resolve()


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("models:/wine-qualty/1", "did you mean models:/wine-quality/1?"),
        ("models:/Wine-Quality@champion", "did you mean models:/wine-quality@champion?"),
        ("models:/wine-quality@chmpion", "did you mean models:/wine-quality@champion?"),
        ("models:/wine-quality@x", "it has champion"),
        ("models:/wine-quality/7", "it has versions 1, 2"),
        ("models:/wine-quality/Archived", "no version in the stage 'Archived'"),
        ("models:/wine-quality/champion", "written models:/wine-quality@champion"),
        ("models:/wine-quality/prod", "no version, no stage and not 'latest'"),
        ("models:/wine-quality", "which version? write models:/wine-quality/latest"),
        ("models:/wine-qualiti", "did you mean models:/wine-quality/latest?"),
        ("models:/m-0123456789abcdef", "no logged model 'm-0123456789abcdef'"),
        ("models:/", "is not a model URI"),
        ("models:/a/b/c", "is not a model URI"),
        ("models:/@champion", "is not a model URI"),
        ("runs:/no-such-run/model", "there is no run 'no-such-run'"),
        ("models:/m-0123456789abcdef", "copy its id from MLflow"),
        ("wine-quality@champion", "written models:/wine-quality@champion"),
        ("wine-quality", "written models:/wine-quality/latest"),
        ("m-0123456789abcdef", "written models:/m-0123456789abcdef"),
    ],
)
def test_what_is_not_there_is_told_with_the_near_names(wine, uri, told):
    with captured(), pytest.raises(ModelNotFoundError) as error:
        resolve(uri)
    assert told in str(error.value)


def test_a_run_without_that_model(wine):
    with captured(), pytest.raises(ModelNotFoundError, match="names a run but no model"):
        resolve(f"runs:/{wine.run_id}")
    source = resolve(f"runs:/{wine.run_id}/other")
    with (
        captured(),
        pytest.raises(ModelNotFoundError, match="cannot be read"),
        downloaded(source),
    ):
        pass


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelNotFoundError, match="holds no MLmodel file"):
        resolve(str(tmp_path))


def test_a_mistyped_database_is_no_new_database(tmp_path):
    with pytest.raises(RegistryError, match="there is no MLflow database"):
        resolve("models:/x/1", tracking_uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_store_is_told_with_the_remedy(tmp_path):
    with captured(), pytest.raises(RegistryError, match="migrate-filestore"):
        resolve("models:/x/1", tracking_uri=tmp_path.as_uri())


def test_a_server_that_is_down_is_told_in_seconds():
    start = time.monotonic()
    with captured(), pytest.raises(RegistryError, match="cannot be reached"):
        resolve("models:/x/1", tracking_uri="http://127.0.0.1:9")
    assert time.monotonic() - start < 60


def test_a_registry_apart_from_the_tracking_server(wine, registry, tmp_path):
    """--registry-uri alone decides where registered names are looked up."""
    empty = f"sqlite:///{tmp_path}/other.db"
    mlflow.MlflowClient(empty, empty).search_registered_models()
    assert resolve("models:/wine-quality/1", empty, registry).version == "1"
    with pytest.raises(ModelNotFoundError, match="holds no models"):
        resolve("models:/wine-quality/1", registry, empty)


def test_a_tracking_server(tmp_path):
    """Names, aliases and files over HTTP, from a server that keeps the artifacts itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db", "--workers", "1",
        "--artifacts-destination", str(tmp_path / "artifacts"),
    ]  # fmt: skip
    script = (
        "import mlflow; from sklearn.linear_model import LinearRegression;"
        "from tests.registered import *;"
        "log(LinearRegression().fit(frame(), target(frame())), 'served', frame());"
        "mlflow.MlflowClient().set_registered_model_alias('served', 'champion', '1')"
    )
    with (tmp_path / "server.log").open("w") as output:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=output, stderr=output)
    try:
        _wait_for(f"{address}/health", server)
        logged = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[1],
            env={**_plain_environment(), "MLFLOW_TRACKING_URI": address},
            check=False,
            capture_output=True,
            text=True,
        )
        assert logged.returncode == 0, logged.stderr
        with captured():
            source = resolve("models:/served@champion", tracking_uri=address)
            assert (source.pinned, source.registry) == ("models:/served/1", address)
            with downloaded(source, address) as folder:
                assert (folder / "MLmodel").is_file()
            with pytest.raises(ModelNotFoundError, match="did you mean models:/served/1"):
                resolve("models:/servd/1", tracking_uri=address)
    finally:
        server.terminate()
        server.wait(30)


def _plain_environment() -> dict[str, str]:
    """Without what the other tests' registry left in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}


def _wait_for(url: str, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} did not answer")


def test_a_client_that_is_not_installed_is_named_with_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore", None)
    with (
        captured(),
        pytest.raises(ModelNotFoundError, match="not installed; run `pip install 'boto3'`"),
        downloaded(resolve("s3://bucket/model")),
    ):
        pass


def test_passwords_are_not_kept():
    assert without_password("https://me:secret@host:5000/x?token=1") == "https://host:5000/x"
    assert without_password("sqlite:////data/mlflow.db") == "sqlite:////data/mlflow.db"
