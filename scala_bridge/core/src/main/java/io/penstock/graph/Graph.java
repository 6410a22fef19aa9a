package io.penstock.graph;

import java.util.List;

/** Inputs, nodes in an order in which they can be evaluated, and outputs. */
public record Graph(List<Column> inputs, List<Node> nodes, Outputs outputs) {}
