"""Distinct transitions, each with what its check needs worked out once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from sandbox.runtime.values import canonical

StateKey = tuple[int, ...]
ActionKey = str


@dataclass(frozen=True, eq=False)
class Row:
    """One distinct transition."""

    transition: Transition
    digest: str
    action: ActionKey
    change: dict[int, int]  # digest of an object -> how many more of it there are afterwards; zeros left out

    @property
    def state(self) -> StateKey:
        """The state's key."""
        return self.transition.state.key()

    @property
    def next_state(self) -> StateKey:
        """The next state's key."""
        return self.transition.next_state.key()


def distinct(transitions: Iterable[Transition]) -> list[Row]:
    """The first transition of every digest, in the given order."""
    found: dict[str, Row] = {}
    for transition in transitions:
        digest = transition.digest()
        if digest not in found:
            change = net_change(transition.state, transition.next_state)
            found[digest] = Row(transition, digest, action_key(transition.action), change)
    return list(found.values())


def net_change(before: State, after: State) -> dict[int, int]:
    """How many more (or fewer) of each object there are in ``after``, by the object's digest."""
    if before.key() == after.key():
        return {}
    count = Counter(after.key())
    count.subtract(before.key())
    return {digest: n for digest, n in count.items() if n}


def action_key(action: Action) -> ActionKey:
    """A text that two actions share only if they are equal, types included."""
    return canonical([action.name, list(action.args)])
