package io.penstock.bundle;

import java.util.Map;
import java.util.TreeSet;

/** Turns one MLeap node into graph nodes, with the arithmetic of MLeap's own runtime. */
@FunctionalInterface
interface Op {
  void read(Step step, Frame frame, ZipArchive archive);

  /** The ops that Penstock computes, by the name that model.json gives. */
  Map<String, Op> TABLE =
      Map.ofEntries(
          Map.entry("vector_assembler", VectorOps::assembler),
          Map.entry("vector_slicer", VectorOps::slicer),
          Map.entry("imputer", MathOps::imputer),
          Map.entry("math_binary", MathOps::binary),
          Map.entry("math_unary", MathOps::unary),
          Map.entry("binarizer", MathOps::binarizer),
          Map.entry("sklearn_binarizer", MathOps::binarizer),
          Map.entry("elementwise_product", VectorOps::elementwiseProduct),
          Map.entry("standard_scaler", ScalerOps::standard),
          Map.entry("min_max_scaler", ScalerOps::minMax),
          Map.entry("max_abs_scaler", ScalerOps::maxAbs),
          Map.entry("string_indexer", TextOps::stringIndexer),
          Map.entry("one_hot_encoder", TextOps::oneHotEncoder),
          Map.entry("feature_hasher", TextOps::featureHasher),
          Map.entry("string_map", TextOps::stringMap),
          Map.entry("reverse_string_indexer", TextOps::reverseStringIndexer),
          Map.entry("linear_regression", LinearOps::regression),
          Map.entry("logistic_regression", LinearOps::logistic),
          Map.entry("decision_tree_regression", TreeOps::treeRegression),
          Map.entry("random_forest_regression", TreeOps::forestRegression),
          Map.entry("gbt_regression", TreeOps::boostedRegression),
          Map.entry("decision_tree_classifier", TreeOps::treeClassifier),
          Map.entry("random_forest_classifier", TreeOps::forestClassifier),
          Map.entry("gbt_classifier", TreeOps::boostedClassifier));

  static Op of(Step step) {
    Op op = TABLE.get(step.op());
    if (op == null) {
      throw step.unsupported(
          "Penstock does not compute the MLeap op '" + step.op() + "'",
          "use a model of these ops: " + String.join(", ", new TreeSet<>(TABLE.keySet())));
    }
    return op;
  }
}
