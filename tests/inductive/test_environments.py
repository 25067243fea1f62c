"""Real environments, and the same under words that mean nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from agent_client.adapters import registry
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.loader import load_model
from sandbox.runtime.planners import Budget, Plan, plan
from sandbox.runtime.state import Object, State
from tests.inductive.support import fits, learn, play_at_random

DOORKEY, SOKOBAN = "minigrid:MiniGrid-DoorKey-5x5-v0", "sokoban:7x7-2"


def nonsense(word: str) -> str:
    """Another word for a word, always the same."""
    digest = hashlib.sha256(b"nonsense" + word.encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:7])


def disguised(value: Any) -> Any:
    """A value with every string in it renamed."""
    if isinstance(value, str):
        return nonsense(value)
    if isinstance(value, Mapping):
        return {nonsense(key): disguised(item) for key, item in value.items()}
    return [disguised(item) for item in value] if isinstance(value, tuple) else value


def disguise_state(state: State) -> State:
    """The state with its types, attributes and values renamed."""
    return State(
        Object.from_mapping(nonsense(obj.type), {nonsense(name): disguised(obj[name]) for name in obj}) for obj in state
    )


def disguise(row: Transition) -> Transition:
    """The row with everything renamed, the goal's words too."""
    action = Action(nonsense(row.action.name), [disguised(arg) for arg in row.action.args])
    goal = " ".join(nonsense(word) for word in row.goal.split())
    return Transition(disguise_state(row.state), action, row.reward, disguise_state(row.next_state), goal, row.done)


def disguise_start(start: Start) -> Start:
    """The start with everything renamed."""
    return Start(disguise_state(start.state), " ".join(nonsense(word) for word in start.goal.split()))


@pytest.mark.parametrize(("env", "least"), [(DOORKEY, 0.95), (SOKOBAN, 0.99)])
def test_an_environment_is_learned_from_a_few_hundred_random_steps(env: str, least: float) -> None:
    rows, starts = play_at_random(env, 300, seed=1)
    unseen, _ = play_at_random(env, 1000, seed=777)
    source = learn(rows, starts).source
    assert fits(source, rows) == (1.0, 1.0)
    assert fits(source, unseen)[0] >= least


@pytest.mark.parametrize(("env", "seed"), [(DOORKEY, 1), (SOKOBAN, 0)])
def test_it_is_learned_as_well_when_every_word_is_nonsense(env: str, seed: int) -> None:
    rows, starts = play_at_random(env, 600, seed)
    unseen, _ = play_at_random(env, 500, seed=777)
    assert any(row.done for row in rows), "the data should show a success, or there is nothing to plan for"
    plain = learn(rows, starts).source
    odd = learn([disguise(row) for row in rows], [disguise_start(start) for start in starts]).source
    assert fits(plain, unseen) == fits(odd, [disguise(row) for row in unseen])
    names = [schema.name for schema in _schemas(env)]
    for start in starts[:3]:
        other = disguise_start(start)
        first = _plan(plain, start, names)
        second = _plan(odd, other, [nonsense(name) for name in names])
        assert (first.verdict, len(first.actions)) == (second.verdict, len(second.actions))


def _schemas(env: str) -> tuple[ActionSchema, ...]:
    game = registry.make(env)
    game.close()
    return game.world.actions


def _plan(source: str, start: Start, names: list[str]) -> Plan:
    schemas = tuple(ActionSchema(name) for name in names)
    return plan(load_model(source), start.state.copy(), start.goal, Budget(20_000), schemas=schemas, planner="bfs")
