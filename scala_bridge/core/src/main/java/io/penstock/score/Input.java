package io.penstock.score;

/**
 * One input of a model.
 *
 * @param name the column's name
 * @param type the type in the model's signature
 * @param text whether the model uses it as text (a category); if not, as a number, and text is
 *     parsed as Python's {@code float()} does
 */
public record Input(String name, InputType type, boolean text) {}
