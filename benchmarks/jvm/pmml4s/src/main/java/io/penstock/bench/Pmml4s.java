package io.penstock.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** PMML4S by its arrays, which spare the maps. */
public final class Pmml4s implements Engine {

  @Override
  public Engine.Model load(Path file, Rows rows) {
    org.pmml4s.model.Model model = org.pmml4s.model.Model.fromFile(file.toFile());
    int[] columns =
        Arrays.stream(model.inputNames())
            .mapToInt(name -> Arrays.asList(rows.names).indexOf(name))
            .toArray();
    model.setSupplementOutput(true); // without it a classifier gives probabilities only
    List<String> outputs = Arrays.asList(model.outputNames());
    int prediction = Math.max(0, outputs.indexOf("predicted_" + model.targetName()));
    return (from, to, answers) -> {
      for (int r = from; r < to; r++) {
        Object[] row = new Object[columns.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = rows.object(r, columns[i]);
        }
        Object answer = model.predict(row)[prediction];
        answers[r] =
            answer instanceof Number number
                ? number.doubleValue()
                : answer == null ? Double.NaN : Double.parseDouble(answer.toString());
      }
    };
  }
}
