package io.penstock.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ml.combust.mleap.core.types.Socket;
import ml.combust.mleap.core.types.StructField;
import ml.combust.mleap.core.types.StructType;
import ml.combust.mleap.runtime.MleapContext;
import ml.combust.mleap.runtime.frame.Row;
import ml.combust.mleap.runtime.frame.RowTransformer;
import ml.combust.mleap.runtime.frame.Transformer;
import ml.combust.mleap.runtime.javadsl.BundleBuilder;
import ml.combust.mleap.runtime.javadsl.ContextBuilder;
import ml.combust.mleap.runtime.javadsl.LeapFrameBuilder;
import ml.combust.mleap.tensor.Tensor;

/** The official MLeap runtime. It has no schema to validate a bundle against but its own loader. */
public final class MleapJudge implements Engine {
  private final MleapContext context = new ContextBuilder().createMleapContext();
  private final LeapFrameBuilder frames = new LeapFrameBuilder();

  public static void main(String[] args) throws Exception {
    Service.run(new MleapJudge());
  }

  @Override
  public Model load(Path file, List<String> names, List<Boolean> text) {
    Transformer transformer = new BundleBuilder().load(file.toFile(), context).root();
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(
          frames.createField(
              names.get(i), text.get(i) ? frames.createString() : frames.createDouble()));
    }
    StructType schema = frames.createSchema(fields);
    RowTransformer rows = transformer.transform(RowTransformer.apply(schema)).get();
    int prediction = index(rows, column(transformer, "prediction"));
    int probability = index(rows, column(transformer, "probability"));
    if (prediction < 0) {
      throw new IllegalArgumentException("the bundle gives no column named prediction");
    }
    return row -> score(rows, row, prediction, probability);
  }

  private JsonNode score(RowTransformer rows, Object[] row, int prediction, int probability) {
    Row scored = rows.transform(frames.createRowFromIterable(Arrays.asList(row)));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("prediction", encode(scored.get(prediction)));
    if (probability >= 0) {
      answer.set("probability", encode(scored.get(probability)));
    }
    return answer;
  }

  /** The column that the pipeline's own shape names for a port, else the one of that name. */
  private static String column(Transformer transformer, String port) {
    scala.Option<Socket> socket = transformer.shape().getOutput(port);
    return socket.isEmpty() ? port : socket.get().name();
  }

  private static int index(RowTransformer rows, String name) {
    scala.Option<Object> index = rows.outputSchema().indexOf(name).toOption();
    return index.isEmpty() ? -1 : (Integer) index.get();
  }

  private static JsonNode encode(Object value) {
    if (value instanceof Number number) {
      return Numbers.encode(number.doubleValue());
    }
    if (value instanceof String text) {
      return JsonNodeFactory.instance.textNode(text);
    }
    if (value instanceof Tensor<?> tensor && tensor.toDense().values() instanceof double[] values) {
      return Numbers.encode(values);
    }
    throw new IllegalArgumentException("neither number, text nor tensor of doubles: " + value);
  }
}
