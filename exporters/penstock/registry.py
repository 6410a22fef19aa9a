"""Resolve: from a model URI to the registry's facts and a folder with the model's files.

Every form that MLflow knows: ``models:/name/3``, ``models:/name@alias``,
``models:/name/Stage``, ``models:/name/latest``, ``models:/m-<id>``,
``runs:/<run>/<path>``, a local path, and any artifact URI. An alias, a stage and
"latest" are resolved once, so that all later steps see one version.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from penstock.errors import ModelNotFoundError, PenstockError, RegistryError
from penstock.output import temporary_folder
from penstock.suggest import (
    alias_hint,
    bare_name_hint,
    id_hint,
    name_hint,
    stage_hint,
    version_hint,
)

STAGES = ("None", "Staging", "Production", "Archived")


@dataclass(frozen=True)
class ModelSource:
    """Where a model lies and what the registry says about it.

    ``uri`` is what the user wrote, ``pinned`` the same model without alias, stage or
    "latest", ``source`` what the registry recorded as the version's origin, ``location``
    the artifact URI or path of its files.
    """

    uri: str
    pinned: str
    location: str
    source: str | None = None
    registry: str | None = None
    name: str | None = None
    version: str | None = None
    run_id: str | None = None
    model_id: str | None = None
    stage: str | None = None
    aliases: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    user: str | None = None


def resolve(
    uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> ModelSource:
    """The facts about the model at ``uri``.

    Without ``tracking_uri`` and ``registry_uri`` MLflow's own settings hold
    (MLFLOW_TRACKING_URI, MLFLOW_REGISTRY_URI, ``mlflow.set_tracking_uri``), by
    default the SQLite file mlflow.db of the working directory.

    Raises ModelNotFoundError with the near names, RegistryError where the registry
    itself cannot be read.
    """
    uri = str(uri)
    scheme = urlparse(uri).scheme
    if scheme == "models":
        return _Registry(tracking_uri, registry_uri).model(uri)
    if scheme == "runs":
        return _Registry(tracking_uri, registry_uri).run(uri)
    if scheme in ("", "file"):
        return _local(uri)
    return ModelSource(uri, uri, uri)


@contextmanager
def downloaded(source: ModelSource, tracking_uri: str | None = None) -> Iterator[Path]:
    """A folder with the model's files, for the time of the block."""
    if urlparse(source.location).scheme == "" and source.registry is None:
        yield Path(source.location)
        return
    from mlflow.artifacts import download_artifacts

    with temporary_folder("penstock-model-") as folder:
        try:
            path = download_artifacts(
                artifact_uri=source.location, dst_path=str(folder), tracking_uri=tracking_uri
            )
        except Exception as error:
            if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise ModelNotFoundError(
                f"the files of {source.uri} cannot be read from {source.location}: "
                f"{_missing_package(error) or _unreachable(error)}"
            ) from error
        yield Path(path)


def _local(uri: str) -> ModelSource:
    path = Path(unquote(urlparse(uri).path) if uri.startswith("file:") else uri).expanduser()
    if path.name == "MLmodel":
        path = path.parent
    if not path.exists():
        raise ModelNotFoundError(f"there is no folder {uri!r}{bare_name_hint(uri)}")
    if not (path / "MLmodel").is_file():
        raise ModelNotFoundError(
            f"the folder {uri!r} holds no MLmodel file, so it is no MLflow model; "
            "name the folder that mlflow.sklearn.save_model or log_model wrote"
        )
    path = path.resolve()
    return ModelSource(uri, str(path), str(path), name=path.name)


class _Registry:
    """One tracking server or database and one registry (mostly the same)."""

    def __init__(self, tracking_uri: str | None, registry_uri: str | None):
        import mlflow

        # A server that is down should be an error in seconds, not in minutes.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        self.tracking_uri = str(tracking_uri or mlflow.get_tracking_uri())
        self.registry_uri = str(
            registry_uri or (tracking_uri if tracking_uri else mlflow.get_registry_uri())
        )
        for address in {self.tracking_uri, self.registry_uri}:
            _refuse_missing_database(address)
        with self._reading():
            self.client = mlflow.MlflowClient(self.tracking_uri, self.registry_uri)

    def model(self, uri: str) -> ModelSource:
        reference = re.sub(r"^models:/+", "", uri).rstrip("/")
        name, slash, suffix = reference.partition("/")
        if slash and name and suffix and "/" not in suffix:
            return self._version(uri, name, self._number(uri, name, suffix))
        if not slash and "@" in reference:
            name, _, alias = reference.rpartition("@")
            if name and alias:
                return self._version(uri, name, self._aliased(uri, name, alias))
        if not slash and reference and "@" not in reference:
            return self._logged(uri, reference)
        raise ModelNotFoundError(
            f"{uri!r} is not a model URI; write models:/name/version, models:/name@alias, "
            "models:/name/latest, models:/m-<id>, runs:/<run id>/<path> or a folder"
        )

    def run(self, uri: str) -> ModelSource:
        run_id, _, path = re.sub(r"^runs:/+", "", uri).partition("/")
        shown = without_password(self.tracking_uri)
        with self._finding(
            lambda: f"there is no run {run_id!r} in {shown}; copy its id from MLflow's page of runs"
        ):
            run = self.client.get_run(run_id)
        if not path:
            raise ModelNotFoundError(
                f"{uri!r} names a run but no model; write runs:/{run_id}/<name of the model>"
            )
        return ModelSource(
            uri,
            uri.rstrip("/"),
            uri.rstrip("/"),
            registry=self.tracking_uri,
            name=path.rstrip("/").rpartition("/")[2],
            run_id=run_id,
            tags=_own_tags(run.data.tags),
            description=run.data.tags.get("mlflow.note.content"),
            user=run.data.tags.get("mlflow.user") or run.info.user_id,
        )

    def _number(self, uri: str, name: str, suffix: str) -> str:
        if suffix.isdigit():
            return suffix
        latest = suffix.lower() == "latest"
        stages = {stage.lower(): stage for stage in STAGES}
        if not latest and suffix.lower() not in stages:
            self._registered(uri, name)
            raise ModelNotFoundError(
                f"{uri!r}: {suffix!r} is no version, no stage and not 'latest'"
                f"{stage_hint(self.client, name, suffix)}"
            )
        self._registered(uri, name)
        with self._reading():
            found = self.client.get_latest_versions(
                name, None if latest else [stages[suffix.lower()]]
            )
        if not found:
            where = "" if latest else f" in the stage {suffix!r}"
            raise ModelNotFoundError(
                f"the model {name!r} has no version{where}{version_hint(self.client, name)}"
            )
        return str(max(int(version.version) for version in found))

    def _aliased(self, uri: str, name: str, alias: str) -> str:
        registered = self._registered(uri, name)
        if alias not in registered.aliases:
            raise ModelNotFoundError(
                f"the model {name!r} has no alias {alias!r}{alias_hint(registered, alias)}"
            )
        return str(registered.aliases[alias])

    def _registered(self, uri: str, name: str) -> Any:
        def missing() -> str:
            return (
                f"there is no registered model {name!r} in {without_password(self.registry_uri)}"
                f"{name_hint(self.client, uri, name)}"
            )

        with self._finding(missing):
            return self.client.get_registered_model(name)

    def _version(self, uri: str, name: str, number: str) -> ModelSource:
        registered = self._registered(uri, name)

        def missing() -> str:
            return f"the model {name!r} has no version {number}{version_hint(self.client, name)}"

        with self._finding(missing):
            version = self.client.get_model_version(name, number)
            location = self.client.get_model_version_download_uri(name, number)
        run_tags = self._run_tags(version.run_id)
        source = version.source or ""
        stage = version.current_stage
        return ModelSource(
            uri=uri,
            pinned=f"models:/{name}/{version.version}",
            location=location,
            source=source or None,
            registry=self.registry_uri,
            name=name,
            version=str(version.version),
            run_id=version.run_id or None,
            model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else None,
            stage=None if stage in (None, "None") else stage,
            aliases=tuple(
                sorted(
                    alias
                    for alias, target in registered.aliases.items()
                    if str(target) == str(version.version)
                )
            ),
            tags=_own_tags({**registered.tags, **version.tags}),
            description=version.description or registered.description or None,
            user=version.user_id or run_tags.get("mlflow.user") or None,
        )

    def _logged(self, uri: str, model_id: str) -> ModelSource:
        with self._finding(lambda: f"{uri!r}: {id_hint(self.client, model_id)}"):
            logged = self.client.get_logged_model(model_id)
        run_tags = self._run_tags(logged.source_run_id)
        return ModelSource(
            uri=uri,
            pinned=f"models:/{model_id}",
            location=logged.artifact_location,
            registry=self.tracking_uri,
            name=logged.name,
            run_id=logged.source_run_id,
            model_id=model_id,
            tags=_own_tags(logged.tags),
            user=logged.tags.get("mlflow.user") or run_tags.get("mlflow.user"),
        )

    def _run_tags(self, run_id: str | None) -> dict[str, str]:
        """The run's tags; a run that was deleted since costs the card some facts, no more."""
        from mlflow.exceptions import MlflowException

        if not run_id:
            return {}
        try:
            return dict(self.client.get_run(run_id).data.tags)
        except MlflowException:
            return {}

    @contextmanager
    def _finding(self, sentence: Any) -> Iterator[None]:
        """What is not there becomes ModelNotFoundError with ``sentence()``."""
        from mlflow.exceptions import MlflowException

        try:
            with self._reading():
                yield
        except RegistryError as error:
            cause = error.__cause__
            code = getattr(cause, "error_code", "")
            if isinstance(cause, MlflowException) and code in (
                "RESOURCE_DOES_NOT_EXIST",
                "INVALID_PARAMETER_VALUE",
                "NOT_FOUND",
            ):
                raise ModelNotFoundError(sentence()) from cause
            raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except PenstockError:
            raise
        except Exception as error:
            raise RegistryError(_registry_sentence(self.registry_uri, error)) from error


def _registry_sentence(address: str, error: Exception) -> str:
    text = " ".join(str(error).split())
    shown = without_password(address)
    if "maintenance mode" in text or "MLFLOW_ALLOW_FILE_STORE" in text:
        return (
            f"MLflow no longer reads the file store {shown}; run `mlflow migrate-filestore`, or "
            "set MLFLOW_ALLOW_FILE_STORE=true, or name a database or server with --tracking-uri"
        )
    if "out-of-date database schema" in text:
        return f"the MLflow database {shown} is of another version; run `mlflow db upgrade {shown}`"
    if re.search(r"Max retries|Connection|timed out|resolve", text):
        return (
            f"the MLflow server {shown} cannot be reached; check the address "
            "(--tracking-uri, MLFLOW_TRACKING_URI) and that the server runs"
        )
    return f"MLflow cannot read {shown}: {_missing_package(error) or _first_line(error)}"


def _missing_package(error: Exception) -> str:
    """Databases and artifact stores have clients of their own, which MLflow does not bring."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    module = error.name.partition(".")[0]
    packages = {"botocore": "boto3", "psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient"}
    package = packages.get(module, module)
    return f"the package {module} is not installed; run `pip install '{package}'`"


def _unreachable(error: Exception) -> str:
    return (
        f"{_first_line(error)}; check that the artifact store is reachable from here and that "
        "the model was not deleted"
    )


def _refuse_missing_database(address: str) -> None:
    """MLflow would quietly create an empty database where the path is mistyped."""
    if not address.startswith("sqlite:///"):
        return
    path = Path(unquote(address.removeprefix("sqlite:///")).partition("?")[0])
    if not path.is_file():
        raise RegistryError(
            f"there is no MLflow database {str(path)!r}; run this where mlflow.db lies, or name "
            "it: --tracking-uri sqlite:////folder/mlflow.db or http://server:5000 "
            "(or MLFLOW_TRACKING_URI)"
        )


def without_password(address: str) -> str:
    """The address as it may be shown and kept: without the password, user or query."""
    return re.sub(r"(?<=://)[^/@]*@", "", address).partition("?")[0]


def _own_tags(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in sorted(tags.items()) if not key.startswith("mlflow.")}


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip()[:300]
