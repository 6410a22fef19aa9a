"""All mutations. The number of a case is its place here, from 1.

A mutation with ``allowed`` must pass: it stays within what is promised, and a gate that refused
it would refuse good exports. To the list belongs whatever fault was once found by hand.
"""

from __future__ import annotations

from tests.soak.contract_mutations import CONVERTER, MANIFEST
from tests.soak.scorer_mutations import SCORER
from tests.soak.writer_mutations import WRITERS

MUTATIONS = [*CONVERTER, *WRITERS, *MANIFEST, *SCORER]
