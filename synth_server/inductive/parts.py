"""What an action may do: write attributes of the things that it names, remove them, make new ones; and its schema."""

from dataclasses import dataclass

from sandbox.runtime.values import Value
from synth_server.inductive.effects import Effect, Slot
from synth_server.inductive.refs import Ref, Row, Source
from synth_server.inductive.rules import Conjunction


@dataclass(frozen=True)
class Write:
    """What happens to the things that a role names."""

    role: Ref
    slot: Slot
    effect: Effect

    @property
    def cost(self) -> float:
        """What is farther is dearer."""
        return self.role.cost + self.effect.cost


@dataclass(frozen=True)
class Make:
    """A thing comes into being; where ``once`` is set, unless there is such a thing."""

    kind: str
    parts: tuple[tuple[str, Source], ...]
    once: bool

    @property
    def cost(self) -> float:
        """Every attribute is paid for."""
        return 1.5 + sum(source.price for _, source in self.parts)

    def made(self, row: Row) -> dict[str, Value] | None:
        """The attributes of what comes into being, or None where a source is missing."""
        found = {name: source.value(row) for name, source in self.parts}
        return (
            {name: value for name, (_, value) in found.items()} if all(there for there, _ in found.values()) else None
        )


Part = Write | Make


@dataclass(frozen=True)
class Branch:
    """If ``when`` holds too, these changes come; ``support`` rows showed it.

    ``held`` is what held whenever they came, as far as it is likely to have to do with it.
    """

    when: Conjunction
    parts: tuple[Part, ...]
    support: int
    held: Conjunction = ()


@dataclass(frozen=True)
class Schema:
    """An action: what it needs, and what it does then. ``support`` of ``rows`` rows showed it at work.

    ``held`` is what held whenever it did anything, as far as it is likely to have to do with it.
    """

    name: str
    needs: Conjunction
    branches: tuple[Branch, ...]
    support: int
    rows: int
    held: Conjunction = ()
