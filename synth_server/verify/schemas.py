"""Action schemas inferred from data, for worlds whose users gave none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import State, attributes
from sandbox.runtime.values import Value, canonical

Source = tuple[str, str]  # a type and an attribute


@dataclass
class _Slot:
    """What was seen of one argument."""

    values: dict[str, Value] = field(default_factory=dict)
    sources: dict[Source, int] | None = None  # those that held the value in every row -> choices, summed
    uses: int = 0

    def see(self, value: Value, choices: dict[Source, set[str]]) -> None:
        text = canonical(value)
        self.values[text] = value
        self.uses += 1
        fitting = {source: len(texts) for source, texts in choices.items() if text in texts}
        if self.sources is None:
            self.sources = fitting
        else:
            self.sources = {key: n + fitting[key] for key, n in self.sources.items() if key in fitting}

    def argument(self) -> Argument:
        """The narrowest attribute that always held the value; constants when none offers a choice."""
        choosing = {key: n for key, n in (self.sources or {}).items() if n > self.uses}
        if choosing:
            kind, attribute = min(choosing, key=lambda key: (choosing[key], key))
            return Argument(type=kind, attribute=attribute)
        return Argument(values=tuple(self.values[text] for text in sorted(self.values)))


def with_schemas(world: World, transitions: Iterable[Transition]) -> World:
    """``world`` itself when it has action schemas, else with those that its data show."""
    return world if world.actions else replace(world, actions=infer(transitions))


def infer(transitions: Iterable[Transition]) -> tuple[ActionSchema, ...]:
    """A schema for each name and number of arguments, sorted.

    An argument's values come from an attribute of a type when every value seen was one of that attribute's in the
    state it was used in, and there was something to choose; else they are the constants seen.
    """
    slots: dict[tuple[str, int], list[_Slot]] = {}
    known: dict[tuple[int, ...], dict[Source, set[str]]] = {}
    for step in transitions:
        actions: Sequence[Action] = (step.action, *(step.available or ()))
        for action in actions:
            row = slots.setdefault((action.name, len(action.args)), [_Slot() for _ in action.args])
            if action.args:
                key = step.state.key()
                choices = known.get(key)
                if choices is None:
                    choices = known[key] = _choices(step.state)
                for slot, value in zip(row, action.args, strict=True):
                    slot.see(value, choices)
    return tuple(ActionSchema(name, tuple(slot.argument() for slot in slots[name, n])) for name, n in sorted(slots))


def _choices(state: State) -> dict[Source, set[str]]:
    found: dict[Source, set[str]] = {}
    for obj in state:
        for name, value in attributes(obj).items():
            found.setdefault((obj.type, name), set()).add(canonical(value))
    return found
