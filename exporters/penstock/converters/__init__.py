"""From a fitted model to the model graph.

``convert`` is the stage; ``register`` adds an estimator from outside. The one
table of supported classes is in ``table.py``.
"""

from penstock.converters.conversion import Conversion, Operation, convert
from penstock.converters.table import register, supported_classes

__all__ = ["Conversion", "Operation", "convert", "register", "supported_classes"]
