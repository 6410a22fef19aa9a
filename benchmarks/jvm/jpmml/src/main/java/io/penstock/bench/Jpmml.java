package io.penstock.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

/** JPMML; one map of arguments serves all rows. */
public final class Jpmml implements Engine {

  @Override
  public Model load(Path file, Rows rows) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(file.toFile()).build();
    evaluator.verify();
    String target = evaluator.getTargetFields().get(0).getName();
    Map<String, Object> arguments = new HashMap<>();
    return (from, to, answers) -> {
      for (int r = from; r < to; r++) {
        for (int c = 0; c < rows.names.length; c++) {
          arguments.put(rows.names[c], rows.object(r, c));
        }
        Object answer = EvaluatorUtil.decode(evaluator.evaluate(arguments).get(target));
        answers[r] =
            answer instanceof Number number
                ? number.doubleValue()
                : Double.parseDouble(answer.toString());
      }
    };
  }
}
