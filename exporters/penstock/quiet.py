"""MLflow's and scikit-learn's chatter: silenced, with the real warnings kept.

MLflow, Alembic and scikit-learn report through three channels (loggers with their
own handlers, ``warnings``, progress bars). ``captured`` closes all three for a block
and hands back what a user has to know, each once.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGERS = ("mlflow", "alembic", "sqlalchemy", "urllib3")
_NOISE = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning)
_ENVIRONMENT = {"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def captured() -> Iterator[list[str]]:
    """Run the block in silence; the list holds its warnings when the block has ended."""
    found: list[str] = []
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    handlers = [list(logger.handlers) for logger in loggers]
    propagate = [logger.propagate for logger in loggers]
    environment = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    for logger in loggers:
        logger.handlers = [collector]
        logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield found
    finally:
        for logger, own, flag in zip(loggers, handlers, propagate, strict=True):
            logger.handlers = own
            logger.propagate = flag
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        messages = collector.messages + [
            _sentence(warning.message)
            for warning in caught
            if not issubclass(warning.category, _NOISE)
        ]
        found.extend(dict.fromkeys(" ".join(message.split()) for message in messages))


def _sentence(warning: Warning | str) -> str:
    """The warning's text; scikit-learn's one per estimator becomes one per version."""
    if type(warning).__name__ == "InconsistentVersionWarning":
        return (
            f"the model was saved with scikit-learn {warning.original_sklearn_version} and is "
            f"loaded with {warning.current_sklearn_version}, which may change its answers; "
            "the export is compared with what this version answers"
        )
    return str(warning)
