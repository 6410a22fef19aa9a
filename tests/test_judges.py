"""The judges themselves: they load what is right, say what is wrong, and survive a bad row."""

import math

import pytest

from tests.judges import JudgeError

PMML = """<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="y" usageType="target"/>
    </MiningSchema>
    <RegressionTable intercept="0.5"><NumericPredictor name="x" coefficient="3"/></RegressionTable>
  </RegressionModel>
</PMML>
"""


def test_jpmml_scores_and_reports_a_missing_value_for_its_row_only(jpmml, tmp_path):
    file = tmp_path / "model.pmml"
    file.write_text(PMML)
    answers = jpmml.score(file, [("x", "number")], [[2.0], [math.nan], ["1_0"]])
    assert [answer["prediction"] for answer in answers] == [6.5, None, 30.5]


def test_jpmml_validates_against_the_schema_of_4_4(jpmml, tmp_path):
    file = tmp_path / "model.pmml"
    file.write_text(PMML)
    assert jpmml.validate(file) == []
    file.write_text(PMML.replace("functionName", "function"))
    assert any("functionName" in problem for problem in jpmml.validate(file))


@pytest.mark.parametrize("judge", ["mleap", "jpmml"])
def test_a_file_that_is_none_is_an_error_and_the_judge_lives_on(judge, request, tmp_path):
    engine = request.getfixturevalue(judge)
    file = tmp_path / "nothing.zip"
    file.write_bytes(b"PK\x03\x04 truncated")
    for _ in range(2):
        with pytest.raises(JudgeError, match=judge):
            engine.score(file, [("x", "number")], [[1.0]])
