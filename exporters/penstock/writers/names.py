"""Names for what a writer adds, never one that the model's own columns have."""

from __future__ import annotations

from collections.abc import Iterable


class Names:
    """All names of one file."""

    def __init__(self, taken: Iterable[str]):
        self._taken = set(taken)
        self._count = 0

    def fresh(self, stem: str) -> str:
        """``stem`` with a running number."""
        self._count += 1
        return self.claim(f"{stem}_{self._count}")

    def claim(self, wish: str) -> str:
        """``wish`` itself, or the nearest to it that is free."""
        name, suffix = wish, 1
        while name in self._taken:
            suffix += 1
            name = f"{wish}_{suffix}"
        self._taken.add(name)
        return name
