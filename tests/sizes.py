"""Which size of the suite runs: `make test`, or `make test-all`, which leaves nothing out."""

from __future__ import annotations

import os

ALL = os.environ.get("PENSTOCK_TEST_SIZE") == "all"
"""Whether every row is asked alone, and every example is drawn."""

DRAWN = 25 if ALL else 8
"""How many models a drawn test draws."""
