"""The process that runs sklearn2pmml: ``python sklearn2pmml_child.py MODEL.joblib OUT.pmml``."""

import sys

import joblib
from sklearn2pmml import make_pmml_pipeline, sklearn2pmml


def target_name(columns: list[str]) -> str:
    """A name for the target that is no input's."""
    name = "prediction"
    while name in columns:
        name += "_"
    return name


def main(dump: str, out: str) -> None:
    model, columns = joblib.load(dump)
    pipeline = make_pmml_pipeline(model, columns, [target_name(columns)])
    sklearn2pmml(pipeline, out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
