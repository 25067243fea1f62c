"""Inputs on their way into the guest; the format is told in sandbox/runtime/codec.py."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.contract import Explore, FindPlan, Inputs, PredictRewards, PredictStates, ReplayPlan, Task
from sandbox.runtime.actions import Action, schema_to_json
from sandbox.runtime.codec import action_to_plain
from sandbox.runtime.objects import body_digest, view
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import Object, State, bodies_of, changes
from sandbox.runtime.values import canonical, thaw

_dumps = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


@dataclass(frozen=True)
class EncodedInputs:
    """Inputs, their bytes, and the objects by the numbers that the guest knows them by."""

    inputs: Inputs
    data: bytes
    objects: tuple[Object, ...]


class _Interned:
    """Objects, actions and goals, each told once."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self.views: list[Object] = []
        self.actions: list[Any] = []
        self.goals: list[str] = []
        self._numbers: dict[int, int] = {}
        self._by_action: dict[str, int] = {}
        self._by_goal: dict[str, int] = {}

    def body(self, body: Any) -> int:
        key = body_digest(body)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.objects)
            self.objects.append([body.type, {name: thaw(value) for name, value in body.data.items()}])
            self.views.append(view(body))
        return number

    def action(self, action: Action) -> int:
        plain = action_to_plain(action)
        key = canonical(plain)
        if key not in self._by_action:
            self._by_action[key] = len(self.actions)
            self.actions.append(plain)
        return self._by_action[key]

    def goal(self, goal: str) -> int:
        if goal not in self._by_goal:
            self._by_goal[goal] = len(self.goals)
            self.goals.append(goal)
        return self._by_goal[goal]

    def states(self, states: Any) -> list[Any]:
        """Each state as the change from the one before it, when that is shorter."""
        out: list[Any] = []
        before = State()
        for i, state in enumerate(states):
            removed, added = changes(before, state) if i else ([], [])
            if i and len(removed) + len(added) < len(state):
                out.append([i - 1, [self.body(body) for body in removed], [self.body(body) for body in added]])
            else:
                out.append([-1, [], [self.body(body) for body in bodies_of(state)]])
            before = state
        return out


def encode(inputs: Inputs) -> EncodedInputs:
    """The inputs as the guest reads them.

    Raises:
        IndexError: a row names a state that is not there.
    """
    count = len(inputs.states)
    named = [s for s, _ in inputs.transitions] + [s for s, _ in inputs.starts]
    named += [number for row in inputs.rewards for number in (row.state, row.next_state)]
    if any(not 0 <= number < count for number in named):
        raise IndexError(f"a row names a state outside 0..{count - 1}")
    interned = _Interned()
    plain = {
        "states": interned.states(inputs.states),
        "transitions": [[s, interned.action(a)] for s, a in inputs.transitions],
        "rewards": [[r.state, interned.action(r.action), r.next_state, interned.goal(r.goal)] for r in inputs.rewards],
        "starts": [[s, interned.goal(goal)] for s, goal in inputs.starts],
        "schemas": [schema_to_json(schema) for schema in inputs.schemas],
        "objects": interned.objects,
        "actions": interned.actions,
        "goals": interned.goals,
    }
    return EncodedInputs(inputs, _dumps(plain).encode(), tuple(interned.views))


def _sights(sights: Sights | None) -> list[Any] | None:
    if sights is None:
        return None
    return [
        sorted(sights.kinds),
        dict(sights.classes),
        sorted(sights.named),
        sorted(sights.met),
        [action_to_plain(action) for action in sights.offered],
        sorted(sights.states),
        sorted(sights.closely),
    ]


def task_to_plain(task: Task) -> dict[str, Any]:
    """The task as the guest reads it."""
    match task:
        case PredictStates():
            return {"task": "states"}
        case PredictRewards():
            return {"task": "rewards"}
        case FindPlan():
            return {
                "task": "plan",
                "start": task.start,
                "nodes": task.nodes,
                "reward_above": task.reward_above,
                "needs_done": task.needs_done,
                "planner": task.planner,
                "unsure": task.unsure,
                "seed": task.seed,
            }
        case Explore():
            tried = [[mark, action_to_plain(action)] for mark, action in task.tried] if task.tried is not None else None
            return {
                "task": "explore",
                "start": task.start,
                "nodes": task.nodes,
                "skip": sorted(task.skip),
                "rivals": list(task.rivals),
                "tried": tried,
                "sights": _sights(task.sights),
            }
        case ReplayPlan():
            return {"task": "replay", "start": task.start, "actions": [action_to_plain(a) for a in task.actions]}
