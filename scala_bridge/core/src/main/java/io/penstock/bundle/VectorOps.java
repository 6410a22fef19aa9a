package io.penstock.bundle;

import io.penstock.graph.Node.BinaryOp;
import java.util.ArrayList;
import java.util.List;

/** Ops that put vectors together or take them apart. */
final class VectorOps {
  /** The most elements of one vector, and of all the vectors that a bundle assembles. */
  static final int MAX_WIDTH = 1 << 20;

  private VectorOps() {}

  /** The ports input0, input1, ... in the order of their numbers, as scalars and vectors. */
  static void assembler(Step step, Frame frame, ZipArchive archive) {
    int[] widths = step.attributes().widths("input_shapes");
    if (widths.length != step.inputs().size()) {
      throw step.unreadable("its input shapes and its inputs differ in number");
    }
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      columns.addAll(frame.numbers(step, "input" + i, widths[i]));
      checkWidth(step, columns.size());
    }
    frame.define(step, step.output("output"), new Value.Vector(columns));
  }

  /** The elements at the indices, then those at the named indices. */
  static void slicer(Step step, Frame frame, ZipArchive archive) {
    List<String> columns = frame.vector(step, "input", step.attributes().integer("input_size"));
    int[] indices = step.attributes().integers("indices");
    int[] named = step.attributes().integers("named_indices");
    if (named.length != step.attributes().texts("names").length) {
      throw step.unreadable("its names and named indices differ in number");
    }
    List<String> slice = new ArrayList<>();
    for (int[] part : List.of(indices, named)) {
      for (int index : part) {
        if (index >= columns.size()) {
          throw step.unreadable("it takes element " + index + " of " + columns.size());
        }
        slice.add(columns.get(index));
      }
    }
    checkWidth(step, slice.size());
    frame.define(step, step.output("output"), new Value.Vector(slice));
  }

  static void elementwiseProduct(Step step, Frame frame, ZipArchive archive) {
    double[] factors = step.attributes().vector("scaling_vec");
    List<String> input = frame.vector(step, "input", factors.length);
    List<String> output = frame.fresh(step.output("output"), factors.length);
    for (int i = 0; i < factors.length; i++) {
      frame.binary(BinaryOp.MUL, input.get(i), factors[i], output.get(i));
    }
    frame.define(step, step.output("output"), new Value.Vector(output));
  }

  private static void checkWidth(Step step, int width) {
    if (width > MAX_WIDTH) {
      throw step.unsupported(
          "its vector has more than " + MAX_WIDTH + " elements", "use a model of fewer features");
    }
  }
}
