/**
 * The model graph: scoring operations over named, typed scalar columns. Readers of files make it,
 * {@code io.penstock.score} compiles it; it knows neither. Every node states its numeric contract:
 * in which precision it compares, what a missing value and an unknown category do, and in which
 * order it sums.
 */
package io.penstock.graph;
