package io.penstock.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ml.combust.mleap.core.types.Socket;
import ml.combust.mleap.core.types.StructField;
import ml.combust.mleap.runtime.MleapContext;
import ml.combust.mleap.runtime.frame.ArrayRow;
import ml.combust.mleap.runtime.frame.RowTransformer;
import ml.combust.mleap.runtime.frame.Transformer;
import ml.combust.mleap.runtime.javadsl.BundleBuilder;
import ml.combust.mleap.runtime.javadsl.ContextBuilder;
import ml.combust.mleap.runtime.javadsl.LeapFrameBuilder;

/** The MLeap runtime by its row transformer, which is its fastest way. */
public final class Mleap implements Engine {

  @Override
  public Model load(Path file, Rows rows) {
    MleapContext context = new ContextBuilder().createMleapContext();
    Transformer transformer = new BundleBuilder().load(file.toFile(), context).root();
    LeapFrameBuilder frames = new LeapFrameBuilder();
    List<StructField> fields = new ArrayList<>();
    for (int c = 0; c < rows.names.length; c++) {
      fields.add(
          frames.createField(
              rows.names[c], c < rows.width ? frames.createDouble() : frames.createString()));
    }
    RowTransformer transform =
        transformer.transform(RowTransformer.apply(frames.createSchema(fields))).get();
    scala.Option<Socket> output = transformer.shape().getOutput("prediction");
    String name = output.isEmpty() ? "prediction" : output.get().name();
    int prediction = (Integer) transform.outputSchema().indexOf(name).get();
    return (from, to, answers) -> {
      for (int r = from; r < to; r++) {
        Object[] row = new Object[rows.names.length];
        for (int c = 0; c < rows.width; c++) {
          row[c] = rows.numbers[r * rows.width + c];
        }
        for (int c = rows.width; c < row.length; c++) {
          row[c] = rows.word(r, c - rows.width);
        }
        Object answer =
            transform.transform(new ArrayRow(scala.Predef.wrapRefArray(row))).get(prediction);
        answers[r] =
            answer instanceof Number number
                ? number.doubleValue()
                : Double.parseDouble(answer.toString());
      }
    };
  }
}
