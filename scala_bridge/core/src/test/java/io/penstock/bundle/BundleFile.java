package io.penstock.bundle;

import io.penstock.graph.Graph;
import io.penstock.score.Scorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A bundle put together by hand. */
final class BundleFile {
  static final String WHERE = "test.zip";

  private final Map<String, String> entries = new LinkedHashMap<>();
  private final List<String> nodes = new ArrayList<>();

  BundleFile() {
    entries.put("bundle.json", "{\"name\":\"test\",\"format\":\"json\",\"version\":\"0.20.0\"}");
    entries.put("root/node.json", "{\"name\":\"root\",\"shape\":{\"inputs\":[],\"outputs\":[]}}");
  }

  /** A bundle of one regression tree over the columns x and y. */
  static BundleFile tree(String... lines) {
    return new BundleFile()
        .assembler("v", "x", "y")
        .node(
            "tree",
            "decision_tree_regression",
            "{\"num_features\":{\"long\":2}}",
            Map.of("features", "v"),
            Map.of("prediction", "prediction"))
        .entry("root/tree.node/tree.json", String.join("\n", lines));
  }

  /** A bundle of one linear regression over the columns x and y: 2 x - 3 y + 0.5. */
  static BundleFile linear() {
    return new BundleFile()
        .assembler("v", "x", "y")
        .node(
            "linear",
            "linear_regression",
            "{\"coefficients\":{\"type\":\"tensor\",\"double\":[2,-3.0],"
                + "\"shape\":{\"dimensions\":[{\"size\":2,\"name\":\"\"}]}},"
                + "\"intercept\":{\"double\":0.5}}",
            Map.of("features", "v"),
            Map.of("prediction", "prediction"));
  }

  static String split(int feature, String threshold) {
    return "{\"type\":\"internal\",\"split\":{\"type\":\"continuous\",\"featureIndex\":" + feature
        + ",\"threshold\":" + threshold + "}}";
  }

  static String leaf(String values) {
    return "{\"type\":\"leaf\",\"values\":[" + values + "]}";
  }

  BundleFile assembler(String output, String... inputs) {
    Map<String, String> ports = new LinkedHashMap<>();
    List<String> shapes = new ArrayList<>();
    for (String input : inputs) {
      ports.put("input" + ports.size(), input);
      shapes.add("{\"base\":\"scalar\",\"isNullable\":false}");
    }
    String attributes =
        "{\"input_shapes\":{\"type\":\"list\",\"data_shape\":[" + String.join(",", shapes) + "]}}";
    return node("assemble_" + output, "vector_assembler", attributes, ports,
        Map.of("output", output));
  }

  BundleFile node(
      String name,
      String op,
      String attributes,
      Map<String, String> inputs,
      Map<String, String> outputs) {
    nodes.add(name);
    String folder = "root/" + name + ".node/";
    entry(folder + "model.json", "{\"op\":\"" + op + "\",\"attributes\":" + attributes + "}");
    return entry(
        folder + "node.json",
        "{\"name\":\"" + name + "\",\"shape\":{\"inputs\":" + sockets(inputs) + ",\"outputs\":"
            + sockets(outputs) + "}}");
  }

  private static String sockets(Map<String, String> ports) {
    List<String> sockets = new ArrayList<>();
    ports.forEach((p, c) -> sockets.add("{\"name\":\"" + c + "\",\"port\":\"" + p + "\"}"));
    return "[" + String.join(",", sockets) + "]";
  }

  /** Adds an entry, or replaces one. */
  BundleFile entry(String name, String text) {
    entries.put(name, text);
    return this;
  }

  byte[] zip() {
    String pipeline =
        "{\"op\":\"pipeline\",\"attributes\":{\"nodes\":{\"type\":\"list\",\"string\":[\""
            + String.join("\",\"", nodes) + "\"]}}}";
    entries.putIfAbsent("root/model.json", pipeline);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  Graph read() {
    return BundleReader.read(zip(), WHERE);
  }

  /** The prediction for a row. */
  Object predict(Map<String, ?> row) {
    return Scorer.compile(read(), null).score(row).prediction();
  }
}
