/**
 * Loads models that {@code penstock export} wrote: {@link io.penstock.ModelFiles} holds the bytes,
 * {@link io.penstock.LoadedModel} checks and compiles them into a {@link io.penstock.score.Scorer}.
 * Every error is a {@link io.penstock.PenstockException}.
 */
package io.penstock;
