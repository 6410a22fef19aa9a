"""MLeap's own Python exporter, in a process of its own: ``python mleap_partner.py MODEL OUT``.

It hangs attributes on scikit-learn's classes, so it must not meet the package under test. MODEL is
a joblib file with ``model`` (an estimator, or a Pipeline of a scaler and one, as fitted) and
``frame`` (a frame that it was fitted on); OUT is the bundle to write.
"""

import sys
from pathlib import Path

import joblib
import mleap.sklearn.base
import mleap.sklearn.ensemble.forest
import mleap.sklearn.logistic
import mleap.sklearn.pipeline
import mleap.sklearn.preprocessing.data
import mleap.sklearn.tree.tree  # noqa: F401
from mleap.sklearn.preprocessing.data import FeatureExtractor
from sklearn.pipeline import Pipeline


def export(model, frame, out: Path) -> None:
    """Wires the fitted model the way this exporter demands and writes the bundle."""
    columns = [str(name) for name in frame.columns]
    features = FeatureExtractor(
        input_scalars=columns, output_vector="features", output_vector_items=columns
    )
    features.fit(frame)
    steps, vector = [("features", features)], "features"
    parts = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    for scaler in parts[:-1]:
        scaler.mlinit(prior_tf=steps[-1][1], output_features="scaled")
        steps.append(("scaler", scaler))
        vector = "scaled"
    wiring = {"input_features": vector, "prediction_column": "prediction"}
    if hasattr(parts[-1], "tree_") or hasattr(parts[-1], "estimators_"):
        wiring["feature_names"] = columns
    parts[-1].mlinit(**wiring)
    steps.append(("model", parts[-1]))
    pipeline = Pipeline(steps)
    pipeline.mlinit()
    pipeline.serialize_to_bundle(str(out.parent), out.stem, init=True)


if __name__ == "__main__":
    saved = joblib.load(sys.argv[1])
    export(saved["model"], saved["frame"], Path(sys.argv[2]))
