/**
 * Compiles a model graph and scores rows.
 *
 * <p>A {@link io.penstock.score.Scorer} is a list of steps over a flat {@code double[]} in which
 * input {@code i} stands at {@code i} and every other column and constant of the graph has its own
 * place; text lies beside it as UTF-8 bytes. Trees are flat arrays. A row that passes the checks of
 * its {@link io.penstock.score.Contract} costs one comparison or two for each column.
 *
 * <p>Numbers are IEEE doubles, computed in the order that the graph states, with {@code StrictMath}
 * for {@code exp} and {@code log}: the same row gives the same bits on every machine. NaN is a
 * missing number. Units are the model's own; nothing is scaled on the way in or out.
 */
package io.penstock.score;
