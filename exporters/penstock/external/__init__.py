"""Converters of others, each run in a process of its own and only when asked for by name."""
