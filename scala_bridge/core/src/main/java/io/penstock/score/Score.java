package io.penstock.score;

/**
 * The answer for one row: either a prediction or a refusal.
 *
 * @param prediction a Double, Long, String, Boolean, {@code double[]} or {@code long[]} as {@link
 *     OutputType} says; null where the row is refused
 * @param probabilities one number for each class in the order of {@link OutputType#classes}; null
 *     where the model has none or the row is refused
 * @param refusal why the row cannot be scored; null where it was
 * @param message the refusal in words, with the column and the value; null where the row was scored
 */
public record Score(Object prediction, double[] probabilities, Refusal refusal, String message) {}
