package io.penstock.graph;

/** A named input of the graph. */
public record Column(String name, Kind kind) {}
