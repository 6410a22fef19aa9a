package io.penstock.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.evaluator.OutputField;
import org.jpmml.evaluator.TargetField;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXParseException;

/** JPMML, and the schema of PMML 4.4. PMML says missing where a number is NaN. */
public final class JpmmlJudge implements Engine {

  public static void main(String[] args) throws Exception {
    Service.run(new JpmmlJudge());
  }

  @Override
  public Model load(Path file, List<String> names, List<Boolean> text) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(file.toFile()).build();
    evaluator.verify();
    return row -> {
      Map<String, Object> arguments = new HashMap<>();
      for (int i = 0; i < row.length; i++) {
        boolean missing = row[i] instanceof Double number && number.isNaN();
        arguments.put(names.get(i), missing ? null : row[i]);
      }
      return score(evaluator, arguments);
    };
  }

  /** The target is the prediction; without one, the outputs prediction(0), (1).. together are. */
  private static JsonNode score(Evaluator evaluator, Map<String, ?> arguments) {
    Map<String, ?> results = EvaluatorUtil.decodeAll(evaluator.evaluate(arguments));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode probability = JsonNodeFactory.instance.arrayNode();
    ObjectNode outputs = JsonNodeFactory.instance.objectNode();
    for (OutputField field : evaluator.getOutputFields()) {
      JsonNode value = encode(results.get(field.getName()));
      outputs.set(field.getName(), value);
      if (field.getName().startsWith("probability(")) {
        probability.add(value);
      }
    }
    ArrayNode targets = JsonNodeFactory.instance.arrayNode();
    for (OutputField field : evaluator.getOutputFields()) {
      if (field.getName().startsWith("prediction(")) {
        targets.add(outputs.get(field.getName()));
      }
    }
    boolean several = !targets.isEmpty();
    for (TargetField field : evaluator.getTargetFields()) {
      if (!field.isSynthetic()) {
        targets.add(encode(results.get(field.getName())));
      }
    }
    if (outputs.has("prediction")) {
      answer.set("prediction", outputs.get("prediction"));
    } else {
      answer.set("prediction", targets.size() == 1 && !several ? targets.get(0) : targets);
    }
    if (!probability.isEmpty()) {
      answer.set("probability", probability);
    }
    answer.set("outputs", outputs);
    return answer;
  }

  private static JsonNode encode(Object value) {
    if (value == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (value instanceof Number number) {
      return Numbers.encode(number.doubleValue());
    }
    if (value instanceof Boolean flag) {
      return JsonNodeFactory.instance.booleanNode(flag);
    }
    return JsonNodeFactory.instance.textNode(value.toString());
  }

  @Override
  public List<String> validate(Path file) throws Exception {
    SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    Validator validator = factory.newSchema(Evaluator.class.getResource("/pmml.xsd")).newValidator();
    List<String> problems = new ArrayList<>();
    validator.setErrorHandler(
        new ErrorHandler() {
          @Override
          public void warning(SAXParseException problem) {}

          @Override
          public void error(SAXParseException problem) {
            problems.add("line " + problem.getLineNumber() + ": " + problem.getMessage());
          }

          @Override
          public void fatalError(SAXParseException problem) throws SAXParseException {
            throw problem;
          }
        });
    validator.validate(new StreamSource(file.toFile()));
    return problems;
  }
}
