"""What many states have in common: bodies that none of them changes, with indexes that are made once."""

from .objects import Body, body_digest
from .values import Value


class Base:
    """Bodies that never change, and what is known about them, found out when first asked."""

    __slots__ = ("_key", "_tables", "_total", "_types", "bodies", "patience")

    def __init__(self, bodies: list[Body]) -> None:
        self.bodies = bodies
        self.patience = 6 + len(bodies) // 6  # with more places changed than this, a state gets a base of its own
        self._types: dict[str, list[int]] | None = None
        self._tables: dict[tuple[str, ...], dict[tuple[Value, ...], list[int]]] = {}
        self._total: int | None = None
        self._key: tuple[int, ...] | None = None

    def types(self) -> dict[str, list[int]]:
        """The places of each type's bodies."""
        if self._types is None:
            self._types = {}
            for i, body in enumerate(self.bodies):
                self._types.setdefault(body.type, []).append(i)
        return self._types

    def table(self, names: tuple[str, ...]) -> dict[tuple[Value, ...], list[int]]:
        """The places of the bodies with these values of the named attributes (``type`` is one of them)."""
        table = self._tables.get(names)
        if table is None:
            table = {}
            for i, body in enumerate(self.bodies):
                data = body.data
                try:
                    values = tuple([body.type if name == "type" else data[name] for name in names])
                except KeyError:
                    continue
                table.setdefault(values, []).append(i)
            self._tables[names] = table
        return table

    def total(self) -> int:
        """The sum of the bodies' digests."""
        if self._total is None:
            self._total = sum([body_digest(body) for body in self.bodies])
        return self._total

    def key(self) -> tuple[int, ...]:
        """The bodies' digests, sorted."""
        if self._key is None:
            self._key = tuple(sorted([body_digest(body) for body in self.bodies]))
        return self._key
