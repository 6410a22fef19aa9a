"""A saved PipelineModel, as its metadata alone tell it: read without Spark."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any


def saved_model(folder: Path) -> Any | None:
    """The PipelineModel in ``folder``, whose stages have their classes, names and parameters.

    They have no Java half, so nothing that was fitted can be asked of them. None where the files
    lie otherwise than pyspark lays them (compressed, on a remote file system), or where a class
    is not pyspark's own: then only loading the model tells what it is.
    """
    try:
        return _stage(folder)
    except (AttributeError, ImportError, LookupError, OSError, TypeError, ValueError):
        return None


def _stage(folder: Path) -> Any:
    from pyspark.ml.pipeline import PipelineModel, PipelineSharedReadWrite

    metadata = _metadata(folder / "metadata")
    cls = _class(metadata["class"])
    if cls is PipelineModel:
        uids = metadata["paramMap"]["stageUids"]
        place = PipelineSharedReadWrite.getStagePath
        stages = str(folder / "stages")
        return PipelineModel(
            [_stage(Path(place(uid, i, len(uids), stages))) for i, uid in enumerate(uids)]
        )
    stage = cls.__new__(cls)
    super(cls, stage).__init__()  # the class's own would make the Java half
    _set(stage, stage._defaultParamMap, metadata.get("defaultParamMap", {}))
    _set(stage, stage._paramMap, metadata["paramMap"])
    return stage


def _metadata(folder: Path) -> dict[str, Any]:
    """The one line of JSON in the parts that Spark wrote, of which all but one may be empty."""
    texts = [part.read_text(encoding="utf-8") for part in sorted(folder.glob("part-*"))]
    (line,) = [text for text in texts if text.strip()]
    found: dict[str, Any] = json.loads(line)
    return found


def _class(name: str) -> type:
    """The class in Python, found as pyspark finds it."""
    module, _, own = name.replace("org.apache.spark", "pyspark").rpartition(".")
    if not module.startswith("pyspark.ml"):
        raise ImportError(f"{name} is none of pyspark's own")
    found: type = getattr(importlib.import_module(module), own)
    return found


def _set(stage: Any, kept: dict[Any, Any], values: dict[str, Any]) -> None:
    """Parameters as they were saved; some the class gets of its Java half only."""
    from pyspark.ml.param import Param

    for name, value in values.items():
        if not stage.hasParam(name):
            setattr(stage, name, Param(stage, name, ""))
        kept[stage.getParam(name)] = value
