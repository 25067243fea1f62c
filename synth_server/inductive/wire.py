"""A request to the learner, as bytes for its worker process: JSON with interned objects and states as differences.

Python's JSON keeps integers, floats and booleans apart, so values come back exactly as they were.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sandbox.data.records import Start, Success, Transition, World, action_to_plain
from sandbox.runtime.actions import Action, schema_from_json, schema_to_json
from sandbox.runtime.state import Object, State, attributes, digest
from sandbox.runtime.values import thaw
from synth_server.domain import Candidate, Evaluation, Misprediction, Optimism, Part, RefutedStart, Status, Usage
from synth_server.providers.protocol import Request


def encode_request(request: Request) -> bytes:
    """The request without what the learner does not need: times, costs, standard output and findings."""
    tables = _Tables()
    body = {
        "world": _world_to_json(request.world),
        "transitions": [_transition_to_json(step, tables) for step in request.transitions],
        "starts": [[tables.state(start.state), start.goal] for start in request.starts],
        "index": request.index,
        "seed": request.seed,
        "parent": request.parent.id if request.parent else None,
        "history": [_candidate_to_json(candidate) for candidate in _history(request)],
        "optimism": request.optimism,
        "warm_start": request.warm_start,
    }
    body |= {"objects": tables.objects, "states": tables.states, "actions": tables.actions}
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def decode_request(data: bytes) -> Request:
    """The inverse of :func:`encode_request`."""
    body = json.loads(data)
    states = _states(body["objects"], body["states"])
    actions = [Action(name, args) for name, args in body["actions"]]
    history = [_candidate_from_json(item) for item in body["history"]]
    return Request(
        world=_world_from_json(body["world"]),
        transitions=[_transition_from_json(item, states, actions) for item in body["transitions"]],
        starts=[Start(states[state], goal) for state, goal in body["starts"]],
        index=body["index"],
        seed=body["seed"],
        parent=next((candidate for candidate in history if candidate.id == body["parent"]), None),
        history=history,
        optimism=body["optimism"],
        warm_start=body["warm_start"],
    )


class _Tables:
    """Objects, states and actions, each told once and referred to by number."""

    def __init__(self) -> None:
        self.objects: list[list[Any]] = []
        self.states: list[list[Any]] = []  # [earlier state or -1, objects removed, objects added]
        self.actions: list[list[Any]] = []
        self._objects: dict[int, int] = {}
        self._states: dict[tuple[int, ...], int] = {}
        self._actions: dict[str, int] = {}
        self._contents: list[Counter[int]] = []

    def state(self, state: State) -> int:
        known = self._states.get(state.key())
        if known is not None:
            return known
        content = Counter(self._object(obj) for obj in state)
        base = len(self.states) - 1
        before = self._contents[base] if self._contents else Counter[int]()
        removed, added = before - content, content - before
        if removed.total() >= before.total():
            base, removed, added = -1, Counter(), content
        self.states.append([base, sorted(removed.elements()), sorted(added.elements())])
        self._contents.append(content)
        return self._states.setdefault(state.key(), len(self.states) - 1)

    def action(self, action: Action) -> int:
        plain = action_to_plain(action)
        number = self._actions.setdefault(json.dumps(plain), len(self.actions))
        if number == len(self.actions):
            self.actions.append(plain)
        return number

    def _object(self, obj: Object) -> int:
        number = self._objects.setdefault(digest(obj), len(self.objects))
        if number == len(self.objects):
            self.objects.append([obj.type, {name: thaw(value) for name, value in attributes(obj).items()}])
        return number


def _states(objects: Sequence[Sequence[Any]], states: Sequence[Sequence[Any]]) -> list[State]:
    table = [Object.from_mapping(kind, values) for kind, values in objects]
    contents: list[Counter[int]] = []
    for base, removed, added in states:
        content = Counter(contents[base]) if base >= 0 else Counter[int]()
        content.subtract(removed)
        content.update(added)
        contents.append(+content)
    return [State(table[number] for number in sorted(content.elements())) for content in contents]


def _transition_to_json(step: Transition, tables: _Tables) -> list[Any]:
    return [
        tables.state(step.state),
        tables.action(step.action),
        float(step.reward),
        tables.state(step.next_state),
        step.goal,
        step.done,
        step.truncated,
        step.episode,
        step.step,
        None if step.available is None else [tables.action(action) for action in step.available],
    ]


def _transition_from_json(item: Sequence[Any], states: Sequence[State], actions: Sequence[Action]) -> Transition:
    state, action, reward, next_state, goal, done, truncated, episode, step, available = item
    offered = None if available is None else tuple(actions[number] for number in available)
    return Transition(
        states[state], actions[action], reward, states[next_state], goal, done, truncated, episode, step, offered
    )


def _world_to_json(world: World) -> dict[str, Any]:
    return {
        "name": world.name,
        "description": world.description,
        "actions": [schema_to_json(schema) for schema in world.actions],
        "success": [world.success.reward_above, world.success.needs_done],
    }


def _world_from_json(body: Mapping[str, Any]) -> World:
    actions = tuple(schema_from_json(schema) for schema in body["actions"])
    return World(body["name"], body["description"], actions, Success(*body["success"]))


def _history(request: Request) -> list[Candidate]:
    """The history, with the parent in it whatever the caller put there."""
    parent = request.parent
    if parent is None or any(candidate.id == parent.id for candidate in request.history):
        return list(request.history)
    return [*request.history, parent]


def _candidate_to_json(candidate: Candidate) -> dict[str, Any]:
    evaluation = candidate.evaluation
    return {
        "id": candidate.id,
        "source": candidate.source,
        "parent": candidate.parent,
        "note": candidate.note,
        "evaluation": _evaluation_to_json(evaluation) if evaluation else None,
    }


def _candidate_from_json(body: Mapping[str, Any]) -> Candidate:
    evaluation = _evaluation_from_json(body["evaluation"]) if body["evaluation"] else None
    return Candidate(body["id"], body["source"], body["parent"], body["note"], Usage(), evaluation)


_FIGURES = (
    "fit",
    "next_state_fit",
    "reward_fit",
    "done_fit",
    "held_back_fit",
    "uncertain",
    "identity_baseline",
    "transitions",
    "score",
    "error",
)


def _evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "status": evaluation.status.value,
        "optimism": asdict(evaluation.optimism),
        "mispredictions": [[m.transition, m.part.value, m.expected, m.predicted] for m in evaluation.mispredictions],
        "refuted": [[start.start, start.goal, start.blocking] for start in evaluation.refuted],
        **{name: getattr(evaluation, name) for name in _FIGURES},
    }


def _evaluation_from_json(body: Mapping[str, Any]) -> Evaluation:
    return Evaluation(
        status=Status(body["status"]),
        optimism=Optimism(**body["optimism"]),
        mispredictions=tuple(Misprediction(row, Part(part), *words) for row, part, *words in body["mispredictions"]),
        refuted=tuple(RefutedStart(*start) for start in body["refuted"]),
        sandbox="",
        seconds=0.0,
        **{name: body[name] for name in _FIGURES},
    )
