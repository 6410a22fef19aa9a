"""What a mutation is: one fault, and the models on which it has to be found."""

from __future__ import annotations

from dataclasses import dataclass

from tests.soak.edits import Edit


@dataclass(frozen=True)
class Mutation:
    """``models``: names in ``fixed_models``. ``whole``: goes through all of an export, too.

    ``by``: the error that refuses it before rows are compared, where that is not the gate's.
    """

    name: str
    kind: str
    edit: Edit
    models: tuple[str, ...]
    allowed: str = ""
    whole: bool = False
    by: str = ""


DISAGREE = "PENSTOCK_MANIFEST_INVALID"
"""The contract and the file do not say the same, which the JVM notices when it loads them."""
