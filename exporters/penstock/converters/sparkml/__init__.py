"""Converters of Spark ML's stages, one module for each family."""
