"""Converters of scikit-learn's estimators, one file for each family."""
