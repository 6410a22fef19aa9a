package io.penstock.manifest;

import io.penstock.score.Refusal;
import java.util.List;

/**
 * A row with the answer that pyfunc gave for it.
 *
 * @param cells in the order of the contract's inputs: String, Double, Long, Boolean or null
 * @param prediction a Long, String, Boolean or Double for a label, {@code double[]} for numbers; null
 *     where refused
 * @param bounds how far each number of the prediction may be from the recorded one; empty for a
 *     label, which must be equal
 * @param probabilities one for each class; null where the model has none or the row is refused
 * @param probabilityBounds as many as probabilities; null where there are none
 * @param refusal why pyfunc refused the row; null where it scored it
 */
public record GoldenRow(
    List<Object> cells,
    Object prediction,
    double[] bounds,
    double[] probabilities,
    double[] probabilityBounds,
    Refusal refusal) {}
