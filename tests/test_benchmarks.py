"""The benchmark's own honesty: a wrong answer is called wrong, however fast it came."""

from __future__ import annotations

import copy
import sys

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import memory, options, page, report, targets
from benchmarks.check import Expected, judge, judge_total
from benchmarks.tables import number
from benchmarks.timing import interleave

ANSWERS = np.array([1.0, 2.0, 4.0, 8.0])
BOUNDS = np.full(4, 10.0)
NUMBERS = Expected(ANSWERS, BOUNDS)
LABELS = Expected(np.array([0, 1, 1, 0]))


def second_off(by: float) -> np.ndarray:
    return ANSWERS + np.array([0, by, 0, 0])


def timed(seconds: float, verdict: object = None) -> dict:
    samples = interleave({"x": lambda: seconds}, 1000, rounds=3)["x"]
    engine = {"title": "engine", **samples.data()}
    return engine if verdict is None else {**engine, "verdict": verdict.data()}


def results(udf: np.ndarray = ANSWERS) -> dict:
    engines = {
        "scan": timed(0.1),
        "bundle": timed(0.25, judge(NUMBERS, ANSWERS)),
        "udf": timed(2.0, judge(NUMBERS, udf)),
    }
    result = {"model": "forest", "title": "a forest", "cores": 2, "rows": 4, "engines": engines}
    return {"spark": [result]}


def test_the_last_bits_of_a_sum_are_right_and_one_more_is_wrong():
    bound = 10 * 2.0**-52
    assert str(judge(NUMBERS, ANSWERS)) == "equal"
    assert judge(NUMBERS, second_off(bound / 2)).right
    verdict = judge(NUMBERS, second_off(2 * bound))
    assert not verdict.right
    assert (verdict.wrong, verdict.differing) == (1, 1)
    assert judge(NUMBERS, second_off(2 * bound), "float32").right


@pytest.mark.parametrize(
    "answers", [[1.0, 2.0, 4.0, np.nan], [1.0, 2.0, 4.0], [2.0, 1.0, 4.0, 8.0]]
)
def test_no_answer_too_few_and_another_rows_answer_are_wrong(answers):
    assert not judge(NUMBERS, np.array(answers)).right


def test_a_label_is_equal_or_wrong():
    assert judge(LABELS, np.array([0, 1, 1, 0])).right
    assert judge(LABELS, np.array([0, 1, 1, 1])).wrong == 1


def test_timed_runs_are_held_against_the_count_and_the_sum():
    assert judge_total(NUMBERS, 4, 15.0) == ""
    assert "3 of 4 rows" in judge_total(NUMBERS, 3, 15.0)
    assert "off by 0.5" in judge_total(NUMBERS, 4, 15.5)
    assert judge_total(NUMBERS, 4, float("nan"))


def test_a_wrong_engine_is_named_in_the_table_and_fails_the_run():
    right, wrong = results(), results(ANSWERS[::-1])
    assert report.wrong(right) == []
    assert "WRONG" not in report.render(right)
    assert report.wrong(wrong) == ["engine on a forest: WRONG: 4 rows, by up to 7"]
    assert "WRONG: 4 rows" in report.render(wrong)


def test_ratios_are_of_medians_and_a_missed_target_shows():
    measured = results()
    ((target, value),) = targets.measure(measured)
    assert (target.theirs, value) == ("udf", pytest.approx(8.0))
    assert report.verdict(measured).count("NO |") == 1
    faster = copy.deepcopy(measured)
    faster["spark"][0]["engines"]["bundle"] |= timed(0.1)
    assert "20 x" in report.verdict(faster)
    assert report.verdict(faster).endswith("yes |")


def test_a_limit_holds_up_to_what_the_other_takes():
    def exported(ours: int, theirs: int) -> dict:
        sides = {"written": ours, "sklearn2pmml": theirs}
        engines = {
            name: {**timed(1.0, judge(NUMBERS, ANSWERS)), "held_bytes": size, "file_bytes": size}
            for name, size in sides.items()
        }
        return {"exporting": {"model": "boosting", "title": "boosting", "engines": engines}}

    assert [value for _, value in targets.limits(exported(2, 4))] == [0.5, 0.5]
    assert "NO" not in report.verdict(exported(4, 4))
    assert report.verdict(exported(5, 4)).count("NO") == 2


def test_what_bounds_a_missed_ratio_is_told():
    measured = results()
    kernels = {"plainLoop": {"median_seconds": 5e-3}, "batches": {"median_seconds": 1e-3}}
    measured["kernels"] = [{"model": "forest", "engines": kernels}]
    (missed,) = targets.missed(measured)
    assert (missed.scan_share, missed.most) == (pytest.approx(0.4), pytest.approx(20.0))
    assert missed.left == pytest.approx((2.0 / 12 - 0.1) * 2 / 4)
    assert missed.kernel == 1e-3
    assert "reading the rows takes 40% of Penstock's time" in report._out_of_reach(missed)


def test_memory_is_counted_with_that_of_children_at_the_same_time():
    hold = "import time; held = bytearray({} << 20); time.sleep(0.3)"
    child = f"[sys.executable, '-c', {hold.format(100)!r}]"
    code = f"import subprocess, sys; {hold.format(60)}; del held; subprocess.run({child})"
    done, most = memory.run([sys.executable, "-c", code])
    assert done.returncode == 0
    assert 105 << 20 < most < 150 << 20


def test_rounds_interleave_and_every_engine_runs_in_each():
    order: list[str] = []
    engines = {name: (lambda name=name: order.append(name) or 2.0) for name in "ab"}
    samples = interleave(engines, rows=10, rounds=2)
    assert order == ["a", "b", "b", "a"]
    assert samples["a"].data()["rows_per_second"] == 5.0


@pytest.mark.parametrize(
    ("value", "shown"),
    [(14_412_345.0, "14,400,000"), (57_849, "57,800"), (7.284, "7.28"), (0, "0")],
)
def test_numbers_show_three_digits(value, shown):
    assert number(value) == shown


def test_the_page_is_written_from_full_runs_only():
    machine = {"packages": {"mlflow": "3"}}
    machine |= dict.fromkeys(("cpu", "cores", "caches", "memory", "system", "java", "python"), "m")
    run = {"when": "2026-01-01", "seconds": 600, "machine": machine, "complete": True}
    run |= {"load_before": [0.1], "load_after": [2.0], **results()}
    text = page.render(run)
    assert "from one run of\n10 minutes" in text
    assert "8.00 x" in text
    with pytest.raises(ValueError, match="full run"):
        page.render({**run, "complete": False})


def test_every_part_can_be_asked_for():
    assert set(bench.PART) == set(options.PARTS)
    given = options.parse(["--quick", "--parts", "core", "--models", "forest", "--rows", "99"])
    assert (given.parts, given.models, given.size.spark_rows) == (("core",), ("forest",), 99)
    assert not given.complete
    assert options.parse([]).complete
    with pytest.raises(SystemExit):
        options.parse(["--quick", "--page"])
