"""What was observed: transitions and starts, and the world they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sandbox.runtime.actions import Action, ActionSchema, schema_to_json
from sandbox.runtime.state import State
from sandbox.runtime.values import canonical, thaw


@dataclass(frozen=True)
class Success:
    """When an episode counts as solved, by its last step."""

    reward_above: float = 0.0
    needs_done: bool = True

    def holds(self, reward: float, done: bool) -> bool:
        """Whether a step with this reward and end solves the episode."""
        return reward > self.reward_above and (done or not self.needs_done)


@dataclass(frozen=True)
class World:
    """A world as its users describe it. Empty ``actions``: inferred from the data."""

    name: str
    description: str = ""
    actions: tuple[ActionSchema, ...] = ()
    success: Success = field(default_factory=Success)

    def schema_digest(self) -> str:
        """SHA-256 of the action schemas and the success test, hex."""
        body = {
            "actions": [schema_to_json(schema) for schema in self.actions],
            "success": [self.success.reward_above, self.success.needs_done],
        }
        return sha256(canonical(body).encode()).hexdigest()


@dataclass(frozen=True)
class Transition:
    """One observed step: ``done`` means terminated, never truncated."""

    state: State
    action: Action
    reward: float
    next_state: State
    goal: str = ""
    done: bool = False
    truncated: bool = False
    episode: str = ""
    step: int | None = None
    available: tuple[Action, ...] | None = None

    def digest(self) -> str:
        """SHA-256 of what makes rows distinct: state, action, reward, next state, goal, done; hex."""
        body = [
            self.state.key(),
            action_to_plain(self.action),
            float(self.reward),
            self.next_state.key(),
            self.goal,
            self.done,
        ]
        return sha256(canonical(body).encode()).hexdigest()


@dataclass(frozen=True)
class Start:
    """An initial state with its goal."""

    state: State
    goal: str = ""

    def digest(self) -> str:
        """SHA-256 of state and goal, hex."""
        return sha256(canonical([self.state.key(), self.goal]).encode()).hexdigest()


def data_digest(transitions: Iterable[Transition], starts: Iterable[Start]) -> str:
    """SHA-256 of the distinct rows, whatever their order; hex."""
    return combined_digest((t.digest() for t in transitions), (s.digest() for s in starts))


def combined_digest(transitions: Iterable[str], starts: Iterable[str]) -> str:
    """The same of rows whose digests are at hand."""
    rows = [*sorted(set(transitions)), "starts", *sorted(set(starts))]
    return sha256("\n".join(rows).encode()).hexdigest()


def action_to_plain(action: Action) -> list[Any]:
    """``[name, [arguments]]`` as plain JSON data."""
    return [action.name, [thaw(arg) for arg in action.args]]
