"""Single measurements of planners. Times are CPU seconds of this process, which a busy machine leaves alone.

Our searches run with the sandbox's settings of the collector of cycles, the baseline with Python's own.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from agent_client.adapters.base import Adapter
from bench.planner_baseline import Objects, Pay, Step, exhaust
from sandbox.runtime.actions import ActionSchema
from sandbox.runtime.child import COLLECTING
from sandbox.runtime.model import Model
from sandbox.runtime.planners import FOUND, Budget, Plan, Problem, Success, plan
from sandbox.runtime.planners.base import SpentError
from sandbox.runtime.planners.best import greedy, widening
from sandbox.runtime.planners.goals import wishes
from sandbox.runtime.planners.guide import Guide, WishGuide, guide
from sandbox.runtime.planners.relax import FAR, Distances
from sandbox.runtime.planners.survey import Survey
from sandbox.runtime.planners.tree import Tree, moving, searched
from sandbox.runtime.state import State, to_json

_LONG = 10  # changes
_NEVER = Success(reward_above=1e9)


@dataclass
class Rate:
    """Distinct states reached, CPU seconds, and of these the seconds in the model's own functions."""

    nodes: int = 0
    seconds: float = 0.0
    own: float = 0.0

    @property
    def per_second(self) -> float:
        """Distinct states a second."""
        return self.nodes / self.seconds

    @property
    def share(self) -> float:
        """The model's part of the time."""
        return self.own / self.seconds


@dataclass
class _Clock:
    """The wall-clock seconds in some functions."""

    seconds: float = 0.0

    def timing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*args: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


@contextmanager
def _as_in_the_sandbox() -> Iterator[None]:
    former = gc.get_threshold()
    gc.set_threshold(*COLLECTING)
    try:
        yield
    finally:
        gc.set_threshold(*former)


@_as_in_the_sandbox()
def exhausted(model: Model, starts: list[tuple[State, str]], schemas: tuple[ActionSchema, ...], nodes: int) -> Rate:
    """Ours, on all that can be reached from each start: the model never pays enough."""
    rate = Rate()
    for state, goal in starts:
        began = time.process_time()
        rate.nodes += plan(
            model, state.copy(), goal, Budget(nodes), schemas=schemas, success=_NEVER, planner="bfs"
        ).nodes
        rate.seconds += time.process_time() - began
    return rate


@_as_in_the_sandbox()
def profiled(
    model: Model, starts: list[tuple[State, str]], schemas: tuple[ActionSchema, ...], nodes: int, *, remember: bool
) -> Rate:
    """The same, with the time in the model's own functions; ``remember=False`` runs the model for every step."""
    rate = Rate()
    clock = _Clock()
    timed = Model(
        clock.timing(model.transition),
        clock.timing(model.reward),
        model.actions and clock.timing(model.actions),
        model.uncertain and clock.timing(model.uncertain),
    )
    for state, goal in starts:
        problem = Problem(timed, state.copy(), goal, schemas, _NEVER)
        began = time.perf_counter()
        tree = Tree(problem, Budget(nodes), "bfs", moving(problem), remember=remember)
        with suppress(SpentError):
            Survey(tree).look()
        rate.seconds += time.perf_counter() - began
        rate.nodes += len(tree.came)
    rate.own = clock.seconds
    return rate


def baseline(
    starts: list[tuple[State, str]], schemas: tuple[ActionSchema, ...], step: Step, pay: Pay, nodes: int
) -> Rate:
    """The baseline on the same starts."""
    rate = Rate()
    for state, _ in starts:
        objects: Objects = to_json(state)
        began = time.process_time()
        rate.nodes += exhaust(objects, [schema.name for schema in schemas], step, pay, nodes)
        rate.seconds += time.process_time() - began
    return rate


def solve(model: Model, game: Adapter, seed: int, nodes: int, planner: str = "auto") -> dict[str, Any]:
    """A plan for a level, played in the environment: whether each state was as predicted, and the level solved."""
    state, goal = game.reset(seed)
    began = time.process_time()
    found = plan(model, state.copy(), goal, Budget(nodes), schemas=game.world.actions, planner=planner)
    seconds = time.process_time() - began
    faithful = True
    solved = False
    for action, predicted in zip(found.actions, found.states, strict=True):
        step = game.step(action)
        faithful = faithful and step.state == predicted
        solved = step.reward > 0 and step.done
    return {
        "seed": seed,
        "verdict": found.verdict,
        "planner": found.planner,
        "nodes": found.nodes,
        "length": len(found.actions),
        "seconds": round(seconds, 3),
        "faithful": faithful,
        "solved": solved,
    }


class _Forgiving(WishGuide):
    """A guide that takes no place for one of no return: where there is no way, a long one is assumed."""

    def _row(self, mark: int) -> list[int]:
        row = super()._row(mark)
        ways = [distance for distance in row if distance < FAR]
        return [min(distance, max(ways, default=_LONG)) for distance in row]


Search = Callable[[Tree], Plan]


def _look(tree: Tree) -> tuple[Survey, Plan | None]:
    survey = Survey(tree)
    found = survey.look(2000)
    tree.stay()
    return survey, found


def _full(tree: Tree) -> Plan:
    survey, found = _look(tree)
    return found or greedy(tree, survey, guide(tree))


def _no_dead_ends(tree: Tree) -> Plan:
    survey, found = _look(tree)
    if found:
        return found
    wish = next(wish for wish in wishes(tree) if wish.every)
    return greedy(tree, survey, _Forgiving(tree, wish, Distances(tree.expander, tree.start, wish)))


def _no_distances(tree: Tree) -> Plan:
    survey, found = _look(tree)
    if found:
        return found
    wish = next(wish for wish in wishes(tree) if wish.every)
    return greedy(tree, survey, WishGuide(tree, wish, None))


def _new_and_counted(tree: Tree) -> Plan:
    survey, found = _look(tree)
    if found:
        return found
    wish = next(wish for wish in wishes(tree) if wish.every)
    return widening(tree, survey, WishGuide(tree, wish, None))


def _only_new(tree: Tree) -> Plan:
    survey, found = _look(tree)
    return found or widening(tree, survey, Guide(tree))


def _nothing(tree: Tree) -> Plan:
    survey, found = _look(tree)
    return found or greedy(tree, survey, Guide(tree))


SWITCHED: dict[str, Search] = {
    "wish, distances, dead ends": _full,
    "without dead ends": _no_dead_ends,
    "without distances: wished things in place are counted": _no_distances,
    "the same, and what is new comes first": _new_and_counted,
    "without a wish: only what is new comes first": _only_new,
    "without any of these": _nothing,
}


def switched(
    search: Search, model: Model, starts: list[tuple[State, str]], schemas: tuple[ActionSchema, ...], nodes: int
) -> dict[str, Any]:
    """How many of the starts a search solves, and what it costs."""
    began = time.process_time()
    ends = [
        searched(Problem(model, state.copy(), goal, schemas), Budget(nodes), "best", search) for state, goal in starts
    ]
    seconds = time.process_time() - began
    solved = sum(end.verdict == FOUND for end in ends)
    return {
        "solved": solved,
        "of": len(ends),
        "nodes": sum(end.nodes for end in ends),
        "seconds": round(seconds, 2),
    }
