"""What a child does with a loaded model: the tasks of sandbox/contract.py, in plain data."""

from collections.abc import Callable
from typing import Any

from .actions import Action
from .codec import AnswerWriter, Loaded, action_to_plain
from .loader import LoadError, clean, describe, load_model
from .model import Model, UnknownGoal
from .planners import Budget, Problem, Success, explore, plan
from .sights import Sights
from .state import State
from .steps import BadAnswer, next_state, reward, uncertain

_FATAL = (MemoryError, SystemExit, KeyboardInterrupt)


def perform(task: dict[str, Any], model: Model, inputs: Loaded, expired: Callable[[], bool]) -> list[str]:
    """The lines that answer a task. A row on which the program raises is answered by the error.

    Raises:
        MemoryError, SystemExit, KeyboardInterrupt: as the program raised them.
    """
    writer = AnswerWriter(inputs.bodies)
    kind = task["task"]
    if kind == "states":
        _states(writer, model, inputs)
    elif kind == "rewards":
        for before, action, after, goal in inputs.rewards:
            writer.write(_reward(model, inputs.states[before], action, inputs.states[after], goal))
    elif kind == "plan":
        _plan(writer, task, model, inputs, expired)
    elif kind == "explore":
        _explore(writer, task, model, inputs, expired)
    elif kind == "replay":
        _replay(writer, task, model, inputs)
    else:
        raise ValueError(f"no task is called {kind!r}")
    return writer.lines


def _states(writer: AnswerWriter, model: Model, inputs: Loaded) -> None:
    for number, action in inputs.transitions:
        line, after = _step(writer, model, inputs.states[number], action)
        writer.write(line)
        if after is not None:
            after.release()


def _step(writer: AnswerWriter, model: Model, state: State, action: Action) -> tuple[Any, State | None]:
    """The line of a predicted state, and the state; or the error's text and None."""
    try:
        after = next_state(model, state, action)
        return writer.change(state, after, uncertain(model, state, action)), after
    except _FATAL:
        raise
    except BaseException as error:  # noqa: BLE001 - a program may raise anything
        return _text(error), None


def _reward(model: Model, state: State, action: Action, after: State, goal: str) -> Any:
    """[reward, done]; the error's text; or that in a list when the goal is unknown."""
    try:
        return reward(model, state, action, after, goal)
    except _FATAL:
        raise
    except UnknownGoal as error:
        return [_text(error)]
    except BaseException as error:  # noqa: BLE001 - a program may raise anything
        return _text(error)


def _plan(
    writer: AnswerWriter, task: dict[str, Any], model: Model, inputs: Loaded, expired: Callable[[], bool]
) -> None:
    number, goal = inputs.starts[task["start"]]
    start, schemas, budget = inputs.states[number].copy(), tuple(inputs.schemas), Budget(task["nodes"], expired)
    found = plan(
        model,
        start,
        goal,
        budget,
        schemas=schemas,
        success=Success(task["reward_above"], task["needs_done"]),
        planner=task["planner"],
        unsure=task["unsure"],
        seed=task["seed"],
    )
    ways = [[action_to_plain(action) for action in way] for way in (found.actions, found.partial)]
    writer.write([found.verdict, *ways, found.nodes, found.error, found.shortest, found.planner])


def _explore(
    writer: AnswerWriter, task: dict[str, Any], model: Model, inputs: Loaded, expired: Callable[[], bool]
) -> None:
    number, goal = inputs.starts[task["start"]]
    problem = Problem(model, inputs.states[number].copy(), goal, tuple(inputs.schemas))
    tried = task["tried"]
    found = explore(
        problem,
        Budget(task["nodes"], expired),
        frozenset(task["skip"]),
        [rival for rival in map(_rival, task["rivals"]) if rival is not None],
        None if tried is None else [(mark, Action(name, args)) for mark, (name, args) in tried],
        _sights(task["sights"]),
    )
    way = [action_to_plain(action) for action in found.actions]
    writer.write([found.verdict, way, found.nodes, found.kind, found.reason, found.apart, found.error])


def _sights(plain: list[Any] | None) -> Sights | None:
    if plain is None:
        return None
    kinds, classes, named, met, offered, states, closely = plain
    return Sights(
        frozenset(kinds),
        classes,
        frozenset(named),
        frozenset(map(tuple, met)),
        tuple([Action(name, args) for name, args in offered]),
        frozenset(states),
        frozenset(map(tuple, closely)),
    )


def _rival(source: str) -> Model | None:
    """Another program; None where it does not load, which is no fault of the one that is asked about."""
    try:
        return load_model(source)
    except LoadError:
        return None


def _replay(writer: AnswerWriter, task: dict[str, Any], model: Model, inputs: Loaded) -> None:
    number, goal = inputs.starts[task["start"]]
    state = inputs.states[number]
    for name, args in task["actions"]:
        action = Action(name, args)
        line, after = _step(writer, model, state, action)
        if after is None:
            writer.write([line, None])
            return
        writer.write([line, _reward(model, state, action, after, goal)])
        state = after.copy()
        after.release()


def _text(error: BaseException) -> str:
    return clean(str(error)) if isinstance(error, BadAnswer) else describe(error)
