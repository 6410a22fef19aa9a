"""Which size of the suite runs: `make test`, or `make test-all`, which leaves nothing out."""

from __future__ import annotations

import os

ALL = os.environ.get("PENSTOCK_TEST_SIZE") == "all"
"""Whether every row is asked alone, and every example is drawn."""

DRAWN = 25 if ALL else 8
"""How many models a drawn test draws."""

JAVA = [] if ALL else ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
"""Options of JVMs that live for a minute or two, too short for the compiler that optimises most and
for collectors of many threads to pay; `make test-all` starts them as users do."""
