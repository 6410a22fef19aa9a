"""scikit-learn and ONNX Runtime as workers: one thread, all rows in batches as large as they like.

``python -m benchmarks.python_worker ENGINE URI ROWS DATASET``, with the words of ``Worker.java``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.data import DATASETS, load_rows
from benchmarks.prepare import load_native

BATCH = 10_000
Predict = Callable[[], np.ndarray]


def sklearn(native: Any, frame: pd.DataFrame) -> Predict:
    """The estimator itself, all rows in one call."""
    return lambda: native.predict(frame)


def onnx(native: Any, frame: pd.DataFrame) -> Predict:
    """ONNX Runtime on what skl2onnx makes: in float32, which is its fast and usual way."""
    return _onnx(native, frame, np.float32)


def onnx64(native: Any, frame: pd.DataFrame) -> Predict:
    """The same in float64, which it has for linear models, and not for these trees."""
    return _onnx(native, frame, np.float64)


def _onnx(native: Any, frame: pd.DataFrame, number: type) -> Predict:
    import onnxruntime
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

    kind = FloatTensorType if number is np.float32 else DoubleTensorType
    words = [name for name in frame if frame[name].dtype == object]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if words:
        types = [
            (name, StringTensorType([None, 1]) if name in words else kind([None, 1]))
            for name in frame
        ]
        inputs = {
            name: frame[[name]].to_numpy(dtype=object if name in words else number)
            for name in frame
        }
    else:
        types = [("x", kind([None, frame.shape[1]]))]
        inputs = {"x": frame.to_numpy(dtype=number)}
    made = to_onnx(native, initial_types=types, options={"zipmap": False} if words else None)
    session = onnxruntime.InferenceSession(
        made.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    output = session.get_outputs()[0].name
    starts = range(0, len(frame), BATCH)

    def predict() -> np.ndarray:
        parts = [
            session.run([output], {k: v[i : i + BATCH] for k, v in inputs.items()})[0]
            for i in starts
        ]
        return np.concatenate(parts).ravel()

    return predict


ENGINES = {"sklearn": sklearn, "onnx": onnx, "onnx64": onnx64}


def main() -> None:
    engine, uri, rows, dataset = sys.argv[1:]
    frame = load_rows(DATASETS[dataset], int(rows))
    predict = ENGINES[engine](load_native(SimpleNamespace(uri=uri)), frame)
    answers = np.empty(0)
    with threadpool_limits(1):
        print("ready", flush=True)
        for line in sys.stdin:
            word, _, file = line.strip().partition(" ")
            if word == "run":
                start = time.perf_counter()
                answers = predict()
                print(time.perf_counter() - start, flush=True)
            else:
                answers.astype(">f8").tofile(file)
                print("written", flush=True)


if __name__ == "__main__":
    main()
