"""Every error that Penstock raises on purpose: one sentence with what, where and what to do.

``except PenstockError`` catches them all. The command line prints the sentence and
exits with ``exit_code``; a traceback appears with ``--debug`` only.
"""

from __future__ import annotations


class PenstockError(Exception):
    """The base of all errors below. ``str(error)`` is the sentence for the user."""

    exit_code = 1


class ModelNotFoundError(PenstockError):
    """The registry, run or folder has no such model, version, stage or alias."""


class RegistryError(PenstockError):
    """The registry or tracking server cannot be reached, or refuses to be read."""


class ModelLoadError(PenstockError):
    """The model is there, but its library cannot load it, or it has no flavour that we take."""


class UnsupportedModelError(PenstockError):
    """A step of the model is of a class, or has a setting, that no converter takes.

    ``step`` is its path inside the model ("model", "prep/scale") and ``class_name``
    its full class name, for reports that list several of them.
    """

    def __init__(self, message: str, step: str = "", class_name: str = ""):
        super().__init__(message)
        self.step = step
        self.class_name = class_name


class UnsupportedOperationError(PenstockError):
    """A file format cannot say an operation of the model exactly enough."""


class SignatureError(PenstockError):
    """The model's inputs are unknown, or of a type that a row of columns cannot hold."""


class OutputExistsError(PenstockError):
    """The folder to write exists already, and ``force`` was not given."""


class OutputError(PenstockError):
    """The output cannot be written: the disk is full or read-only, or a file is in the way."""


class ParityError(PenstockError):
    """The written file and the model give different answers.

    ``table`` shows the worst rows, as text.
    """

    def __init__(self, message: str, table: str = ""):
        super().__init__(message)
        self.table = table


class ManifestError(PenstockError):
    """penstock.json is missing, malformed, or of a version that this release does not read."""


class DataError(PenstockError):
    """The user's rows cannot be read: a missing file or column, or a malformed line."""


class JavaError(PenstockError):
    """No Java at hand, one that is too old, or a failure inside it.

    ``code`` is the class that the JVM side gave ("PENSTOCK_MODEL_CORRUPT"), or empty.
    """

    def __init__(self, message: str, code: str = ""):
        super().__init__(message)
        self.code = code


class JarError(PenstockError):
    """The jar of the JVM side is missing, or there are two of them."""


class ConverterError(PenstockError):
    """A converter that runs outside of this process failed."""
