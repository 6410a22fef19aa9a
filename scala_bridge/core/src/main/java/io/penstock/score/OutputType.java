package io.penstock.score;

import java.util.List;

/**
 * What a model answers.
 *
 * @param kind numbers or classes; several labels at once are numbers
 * @param type the type of a prediction, or of its elements where {@code array}
 * @param array whether a prediction is an array, as pyfunc gives it for several outputs
 * @param width how many numbers a prediction holds; 1 for a classification
 * @param classes the classes in the model's order, each a value of {@code type}; empty for a
 *     regression
 * @param probabilities whether the model gives a probability for each class
 */
public record OutputType(
    OutputKind kind,
    ValueType type,
    boolean array,
    int width,
    List<Object> classes,
    boolean probabilities) {

  public OutputType {
    classes = List.copyOf(classes);
  }
}
