"""Every stage of the installed Spark ML is converted or refused with a reason. Needs no Spark."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil

import pyspark.ml
import pytest
from pyspark.ml import Transformer

from penstock.converters import supported_classes
from penstock.converters.names import public_name
from penstock.converters.sparkml.refused import REFUSED_STAGES
from penstock.converters.sparkml.saved import saved_model
from penstock.converters.sparkml.stages import makes
from penstock.converters.table import unsupported

BASES = ("pyspark.ml.base.", "pyspark.ml.wrapper.")
NOT_STAGES = ("tests", "torch", "connect", "deepspeed")


def stages() -> dict[str, type]:
    """The transformers of pyspark.ml, fitted models among them, that can stand in a pipeline."""
    found = {}
    for module in pkgutil.walk_packages(pyspark.ml.__path__, "pyspark.ml."):
        if any(f".{part}" in module.name for part in NOT_STAGES):
            continue
        loaded = importlib.import_module(module.name)
        for name, cls in inspect.getmembers(loaded, inspect.isclass):
            own = cls.__module__ == loaded.__name__ and not name.startswith("_")
            if own and issubclass(cls, Transformer) and not inspect.isabstract(cls):
                found[f"{cls.__module__}.{name}"] = cls
    return {name: cls for name, cls in found.items() if not name.startswith(BASES)}


def test_every_stage_is_converted_or_refused():
    installed = stages()
    accounted = {name for name in supported_classes() if name.startswith("pyspark.")}
    assert len(installed) > 55
    assert sorted(installed.keys() - accounted - REFUSED_STAGES.keys()) == []
    assert sorted((accounted | REFUSED_STAGES.keys()) - installed.keys()) == []


def test_no_stage_is_refused_and_converted():
    assert sorted(REFUSED_STAGES.keys() & set(supported_classes())) == []


@pytest.mark.parametrize("name", sorted(REFUSED_STAGES))
def test_a_stage_is_refused_with_its_own_reason(name):
    cls = stages_by_name[name]
    assert public_name(cls) == name
    level = unsupported(object.__new__(cls))
    assert level == (REFUSED_STAGES[name].why, REFUSED_STAGES[name].remedy)
    assert all(level)


@pytest.mark.parametrize("name", sorted(stages().keys() - {"pyspark.ml.pipeline.PipelineModel"}))
def test_a_stage_is_known_by_its_files(name, tmp_path):
    metadata = {
        "class": name.replace("pyspark", "org.apache.spark"),
        "uid": "stage",
        "paramMap": {"outputCol": "made"},
        "defaultParamMap": {"predictionCol": "prediction"},
    }
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "part-00000").write_text(json.dumps(metadata) + "\n")
    stage = saved_model(tmp_path)
    assert type(stage) is stages_by_name[name]
    assert makes(stage) >= {"made", "prediction"}


stages_by_name = stages()
