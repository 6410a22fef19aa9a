"""The whole road once: train, check, export, stream through the Scala job, compare with pyfunc.

    make demo                         generated wines, no download
    make demo DATA=wine-quality.csv   your own

Everything is written under build/demo, which each run makes anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import submit
import wines
from submit import ROOT

MODEL_URI = "models:/wine-quality@champion"
SHOWN = ["row_id", "alcohol", "pH", "quality", "prediction", "model_version"]
# Rows as they come from the field, each wrong in its own way.
SPOILT = [
    ("text for a number", "n/a,0.27,0.36,20.7,0.045,45,170,1.001,3,0.45,8.8,6"),
    ("a decimal comma", '7,"0,27",0.36,20.7,0.045,45,170,1.001,3,0.45,8.8,6'),
    ("an empty field", "7,,0.36,20.7,0.045,45,170,1.001,3,0.45,8.8,6"),
    ("too few fields", "7,0.27,0.36,20.7"),
    ("too many fields", "7,0.27,0.36,20.7,0.045,45,170,1.001,3,0.45,8.8,6,8.8,6"),
]


class Demo:
    """The folders of one run and its steps, which print themselves and how long they took."""

    def __init__(self, out: Path, data: Path | None):
        self.out, self.data = out, data
        self.incoming = out / "incoming"
        self.export = out / "export" / "wine-quality"
        self.scored = out / "tables" / "scored"
        self.rejected = out / "tables" / "rejected"
        self.checkpoint = out / "checkpoint"
        self.log = out / "spark.log"
        self.registry = f"sqlite:///{out / 'mlflow.db'}"
        self._steps = 0

    def run(self) -> None:
        began = time.monotonic()
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        print("\nPenstock: a model from the MLflow registry scores a stream inside the JVM\n")
        with self.step("Wines"):
            self.make_wines()
        with self.step("Train and register"):
            self.train()
        with self.step("Check"):
            self.penstock("check", "--model-uri", MODEL_URI)
        with self.step("Export, with the parity gate"):
            arguments = ["--model-uri", MODEL_URI, "--to", "mleap", "--to", "pmml"]
            self.penstock("export", *arguments, "--out", str(self.export))
        with self.step("Stream: CSV files -> Scala job on Spark -> Delta"):
            self.stream()
        with self.step("Compare the Delta tables with mlflow.pyfunc"):
            scored, rejected = self.read_tables()
            self.compare(scored, rejected)
        self.show(scored, rejected)
        print(f"All of it took {time.monotonic() - began:.0f} s.\n")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self._steps += 1
        print(f"{self._steps}. {title}", flush=True)
        began = time.monotonic()
        yield
        print(f"   ({time.monotonic() - began:.1f} s)\n", flush=True)

    def make_wines(self) -> None:
        table = wines.load(self.data)
        wines.write_stream(table, self.incoming)
        lines = [f"spoilt-{i},{row}" for i, (_, row) in enumerate(SPOILT, start=1)]
        text = "\n".join([",".join(wines.STREAM_COLUMNS), *lines, ""])
        (self.incoming / "wines-spoilt.csv").write_text(text, encoding="utf-8")
        say(f"{len(table):,} wines {'of ' + str(self.data) if self.data else 'generated'}")
        say(f"{len(SPOILT)} spoilt rows among them: {', '.join(what for what, _ in SPOILT)}")

    def train(self) -> None:
        arguments = ["--tracking-uri", self.registry, "--artifacts", str(self.out / "mlruns")]
        if self.data:
            arguments += ["--data", str(self.data)]
        self.command([sys.executable, str(submit.HERE / "train.py"), *arguments], show=False)
        say(f"ElasticNet, its eleven inputs logged as text: {MODEL_URI}")

    def penstock(self, *arguments: str) -> None:
        say("$ penstock " + " ".join(arguments).replace(f"{ROOT}/", ""))
        self.command([str(Path(sys.executable).with_name("penstock")), *arguments], show=True)

    def stream(self) -> None:
        from penstock.jvm import jar_path

        command = submit.command(
            "scala",
            jar_path(),
            {
                "model": self.export,
                "input": self.incoming,
                "scored": self.scored,
                "rejected": self.rejected,
                "checkpoint": self.checkpoint,
            },
        )
        with self.log.open("ab") as log:
            code = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
        if code:
            raise Failed(f"the stream ended with exit code {code}: see {self.log}")
        say(f"Spark's own words are in {relative(self.log)}")

    def read_tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        from pyspark.sql import SparkSession

        with stderr_to(self.log):
            builder = SparkSession.builder.master("local[2]").appName("demo")
            jars = sorted((ROOT / "build/jars").glob("*.jar"))
            settings = {**submit.SETTINGS, "spark.jars": ",".join(map(str, jars))}
            spark = builder.config(map=settings).getOrCreate()
            try:
                tables = [
                    spark.read.format("delta").load(str(path)).toPandas()
                    for path in (self.scored, self.rejected)
                ]
            finally:
                spark.stop()
        return tables[0], tables[1]

    def compare(self, scored: pd.DataFrame, rejected: pd.DataFrame) -> None:
        import mlflow

        mlflow.set_tracking_uri(self.registry)
        mlflow.set_registry_uri(self.registry)  # not the one that MLFLOW_REGISTRY_URI may name
        given = len(wines.load(self.data)) + len(SPOILT)
        ids = pd.concat([scored["row_id"], rejected["row_id"]])
        if len(ids) != given or ids.duplicated().any():
            raise Failed(f"{given} rows went in, {len(scored)} + {len(rejected)} came out")
        say(f"{len(scored):,} rows scored, {len(rejected)} refused, none lost, none twice")

        features = scored[wines.FEATURES]
        expected = mlflow.pyfunc.load_model(MODEL_URI).predict(features)
        difference = (scored["prediction"] - expected).abs()
        # Two sums of the same terms in another order differ by their rounding, and by no more.
        linear = mlflow.sklearn.load_model(MODEL_URI)
        terms = features.astype(float).abs() @ abs(linear.coef_) + abs(linear.intercept_)
        bound = (len(wines.FEATURES) + 2) * np.finfo(float).eps * terms
        say(f"largest difference from pyfunc: {difference.max():.1e} (bound: {bound.min():.1e})")
        if not (difference <= bound).all():
            raise Failed("that is more than rounding explains")

    def show(self, scored: pd.DataFrame, rejected: pd.DataFrame) -> None:
        numeric = scored["row_id"].astype(int)
        print("Scored")
        print(indented(scored.loc[numeric.sort_values().index, SHOWN].head(5)))
        print("\nRejected")
        print(indented(rejected.sort_values("row_id")[["row_id", "reason"]]))
        print("\nWhere everything lies")
        for what, path in [
            ("registry", self.out / "mlflow.db"),
            ("export", self.export),
            ("CSV files", self.incoming),
            ("scored", self.scored),
            ("rejected", self.rejected),
            ("checkpoint", self.checkpoint),
            ("Spark's log", self.log),
        ]:
            print(f"   {what:<12} {relative(path)}")
        export = relative(self.export)
        tries = [
            (f".venv/bin/penstock inspect {export}", "the model's card"),
            (f".venv/bin/penstock verify {export} --data wines.csv", "the gate on your rows"),
            ("make demo DATA=wines.csv", "all of this on your wines"),
            ("less pipelines/wine_quality/README.md", "the job in Scala, PySpark and SQL"),
        ]
        print("\nWhat to try next")
        width = max(len(command) for command, _ in tries)
        for command, what in tries:
            print(f"   {command:<{width}}   {what}")
        print()

    def command(self, command: list[str], show: bool) -> None:
        """Runs a command against the demo's registry; its output is shown, or only if it fails."""
        done = subprocess.run(
            command,
            env={
                **os.environ,
                "MLFLOW_TRACKING_URI": self.registry,
                "MLFLOW_REGISTRY_URI": self.registry,
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if show or done.returncode:
            for line in done.stdout.rstrip().splitlines():
                say(line)
        if done.returncode:
            raise Failed(f"{Path(command[0]).name} ended with exit code {done.returncode}")


class Failed(Exception):
    """A step did not do what it is there for; the message says what."""


@contextmanager
def stderr_to(log: Path) -> Iterator[None]:
    """Sends what this process and its children write to stderr to the end of a file."""
    saved = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def say(line: str) -> None:
    print(f"   {line}" if line else "", flush=True)


def relative(path: Path) -> str:
    """The path as it is seen from the current folder."""
    return os.path.relpath(path)


def indented(frame: pd.DataFrame) -> str:
    return "\n".join(f"   {line}" for line in frame.to_string(index=False).splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a CSV file of wines (default: generated)")
    arguments = parser.parse_args()
    try:
        Demo(ROOT / "build/demo", arguments.data).run()
    except (Failed, ValueError, OSError) as error:
        sys.exit(f"\nThe demo failed: {error}")


if __name__ == "__main__":
    main()
