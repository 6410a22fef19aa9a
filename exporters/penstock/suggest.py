"""Hints for a mistyped model URI: near names, the versions and aliases that exist.

Each function returns text to append to a sentence ("; did you mean ...") or "",
and never raises: a hint that cannot be had must not hide the error.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from mlflow.exceptions import MlflowException

_SHOWN = 8


def name_hint(client: Any, uri: str, name: str) -> str:
    names = _names(client)
    if not names:
        return "; the registry holds no models: check --tracking-uri or MLFLOW_TRACKING_URI"
    lower = {known.lower(): known for known in names}
    near = [lower[match] for match in get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    if near:
        return f"; did you mean {_either([uri.replace(name, match, 1) for match in near])}?"
    return f"; it holds {_some(names)}"


def version_hint(client: Any, name: str) -> str:
    try:
        found = client.search_model_versions(f"name = '{name}'" if "'" not in name else "")
    except MlflowException:
        return ""
    numbers = sorted(int(version.version) for version in found if version.name == name)
    if not numbers:
        return "; register one with mlflow.register_model"
    return f"; it has {'version' if len(numbers) == 1 else 'versions'} {_some(map(str, numbers))}"


def alias_hint(registered: Any, alias: str) -> str:
    if not registered.aliases:
        return f"; it has no aliases: write models:/{registered.name}/latest or a version"
    near = get_close_matches(alias, registered.aliases, n=1, cutoff=0.5)
    if near:
        return f"; did you mean models:/{registered.name}@{near[0]}?"
    return f"; it has {_some(sorted(registered.aliases))}"


def stage_hint(client: Any, name: str, suffix: str) -> str:
    try:
        registered = client.get_registered_model(name)
    except MlflowException:
        return ""
    if suffix in registered.aliases:
        return f"; it is an alias, which is written models:/{name}@{suffix}"
    near = get_close_matches(suffix, [*registered.aliases], n=1, cutoff=0.6)
    if near:
        return f"; did you mean models:/{name}@{near[0]}?"
    return version_hint(client, name)


def id_hint(client: Any, model_id: str) -> str:
    if model_id in _names(client):
        return (
            f"{model_id!r} is a registered model, but which version? "
            f"write models:/{model_id}/latest, models:/{model_id}/1 or models:/{model_id}@alias"
        )
    if re.fullmatch(r"m-[0-9a-f]+", model_id):
        return f"there is no logged model {model_id!r}; copy its id from MLflow's page of models"
    near = get_close_matches(model_id, _names(client), n=1, cutoff=0.5)
    if near:
        return f"there is no model {model_id!r}; did you mean models:/{near[0]}/latest?"
    return f"there is no model {model_id!r}; write models:/name/version or models:/name@alias"


def bare_name_hint(uri: str) -> str:
    if re.fullmatch(r"m-[0-9a-f]{8,}", uri):
        return f"; a logged model is written models:/{uri}"
    if re.fullmatch(r"[^/\\]+@[A-Za-z0-9_-]+", uri):
        return f"; a registered model is written models:/{uri}"
    if re.fullmatch(r"[^/\\]+(/([0-9]+|latest))?", uri):
        return f"; a registered model is written models:/{uri}{'' if '/' in uri else '/latest'}"
    return "; name a folder that holds an MLmodel file, or a models:/ or runs:/ URI"


def _names(client: Any) -> list[str]:
    try:
        return [model.name for model in client.search_registered_models(max_results=1000)]
    except MlflowException:
        return []


def _some(names: Any) -> str:
    names = list(names)
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
