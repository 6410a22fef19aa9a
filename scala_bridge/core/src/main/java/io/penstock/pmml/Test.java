package io.penstock.pmml;

/**
 * A predicate as a split of a tree: {@code feature <= threshold} says whether it holds.
 *
 * @param feature the index of a feature of the ensemble
 * @param holdsBelow whether it holds where {@code feature <= threshold}, or where not
 * @param onMissing what it is where the feature is missing
 * @param nullable whether the feature can be missing
 */
record Test(
    int feature, double threshold, boolean holdsBelow, OnMissing onMissing, boolean nullable) {

  enum OnMissing {
    TRUE,
    FALSE,
    UNKNOWN
  }

  /** Whether exactly one of the two holds for each number. */
  boolean complements(Test other) {
    return feature == other.feature
        && threshold == other.threshold
        && holdsBelow != other.holdsBelow;
  }

  Test with(OnMissing onMissing) {
    return new Test(feature, threshold, holdsBelow, onMissing, nullable);
  }
}
