"""docs/performance.md, from the JSON of a full run: ``python -m benchmarks.page [RESULTS]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.places import BUILD, PAGE

HEAD = """# Performance

Written by `make bench BENCH=--page`; do not edit it by hand. Figures of {when}, from one run of
{minutes} minutes.

```sh
make bench                                    # all of it
make bench BENCH="--quick"                    # a short run, to see that it works
make bench BENCH="--parts spark --models forest --engines scan bundle udf"
```

It needs nothing but what `make setup` needs, and fetches the peers itself, into `build/bench`.
It prints these tables and leaves them there as `report.md` and `results.json`. An engine whose
answers are wrong is called WRONG, and the command ends with exit code 1.

## How it is measured

- **Rows.** Drawn from a fixed seed, each distinct, in no order, at full double precision; in
  two Parquet files. 11 numbers a row; of the histogram model 8 % are missing; of the mixed
  model 5 %, and three columns of text besides, of 50 words each.
- **Models.** Fitted with scikit-learn, registered in a local MLflow, exported by `penstock export`
  through its gate. JPMML and PMML4S read the PMML, MLeap the bundle, that Penstock wrote.
- **In Spark**, a JVM of its own for each model, `local[2]`, a heap of 4 GB, Spark's own defaults
  otherwise. Every engine answers the query `SELECT count(p), sum(p)` over the same Parquet files;
  the bare scan counts the values of the same columns, so that they are decoded and nothing else
  is done. The time is that of the whole query, planning included, and so has a fixed part that no
  engine can help. The engines run in turn, in rounds, every other round backwards.
- **Outside Spark**, each engine in a process of its own on the same one core, with one thread,
  asked in turn, over the same rows in memory; what its interface needs to get a row is counted.
- **Medians** of all rounds after a warm-up; in brackets the slowest and the fastest run.
- **Answers.** Each engine's answer to every row is held against one bulk call of
  `mlflow.pyfunc` on the same rows in the same run: labels are equal, numbers within
  (n + 2) eps S, where S is the sum of the absolute values of the n terms that are added, and eps
  that of the precision in which the engine says it adds. The count and the sum of every timed
  query are checked too.

## How a row is scored

- **Trees.** Each value that splits compare is ranked once among its thresholds; a node is one
  64-bit number that holds the rank of its threshold, the key of its value and its child, so that a
  step is one subtraction without a branch, where missing values go included. Sixteen trees are
  walked at once, to hide the latency of memory. Few or very large ensembles have a plain walk.
- **Blocks of rows** go through trees of at most 256 leaves 512 at a time, a bit for each row. For
  every threshold there is a mask of the rows above it, all masks of a value come from one pass over
  its ranks, and a split of the rows of a subtree is an operation on masks, with no load that waits
  for another. Where the JVM has the module `jdk.incubator.vector`, which Spark adds to its own, a
  mask is one vector register of the processor, or a few. Other trees go group by group over blocks
  of rows, so that both stay in cache. Whichever kernel serves, trees are added in their order, so
  the bits are the same.
- **Categories.** Every column that depends on one text column only (one-hot columns, codes, what is
  computed from them) is computed once for each category, when the model is loaded; a row costs one
  hash of the text's bytes, and a linear model adds the weights of what is not zero.
- **In Spark** the generated code fills one reused buffer with primitives and calls the scorer; it
  holds nothing of the model. Where rows come in columns, from Parquet, Delta, ORC or the cache, an
  operator of its own scores models of trees block by block, and adds a column of answers; nothing
  is copied. Columns that cannot change the answer are not read, and a call that asks for the label
  computes no probabilities.

## The machine

{machine}

"""


def render(results: dict[str, Any]) -> str:
    """The page. Raises ValueError where the run left something out."""
    if not results["complete"]:
        raise ValueError("the page is written from a full run: make bench BENCH=--page")
    head = HEAD.format(
        when=results["when"],
        minutes=round(results["seconds"] / 60),
        machine=_machine(results),
    )
    return head + report.render(results)


def _machine(results: dict[str, Any]) -> str:
    machine = results["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    before, after = (", ".join(map(str, results[which])) for which in ("load_before", "load_after"))
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores ({machine['caches']}), {machine['memory']}",
        f"{machine['system']}, {machine['java']}, Python {machine['python']}",
        packages,
        f"load of the last 1, 5 and 15 minutes before the run {before}, after it {after}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD / "results.json"
    PAGE.write_text(render(json.loads(source.read_text())))


if __name__ == "__main__":
    main()
