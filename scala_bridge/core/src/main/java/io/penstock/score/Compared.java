package io.penstock.score;

/** What a split compares: the number in a slot, or its negation. */
record Compared(int slot, boolean negated) {}
