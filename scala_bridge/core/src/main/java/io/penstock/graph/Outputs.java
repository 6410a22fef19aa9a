package io.penstock.graph;

import java.util.List;

/**
 * What the model answers. {@code predictions}: one NUMBER column for each output of a regression.
 * For a classification one column, which holds the index into {@code labels} (the text of each
 * class, in the model's order; empty for a regression). {@code probabilities}: one column for each
 * class, or none.
 */
public record Outputs(List<String> predictions, List<String> labels, List<String> probabilities) {}
