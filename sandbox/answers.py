"""What a child answered, read as what it is: bytes from somebody hostile.

Whatever they are, reading them ends in a result of the shape that was asked for or in :class:`MalformedError`, in
time and memory bounded by their size and by what was asked.
"""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from math import isfinite
from typing import Any, NoReturn

from sandbox.contract import (
    Explore,
    Explored,
    FindPlan,
    Inputs,
    PlanFound,
    PredictRewards,
    PredictStates,
    ReplayPlan,
    ReplayStep,
    Result,
    RewardPrediction,
    StatePrediction,
    Task,
    Verdict,
    Why,
)
from sandbox.inputs import EncodedInputs
from sandbox.readable import readable
from sandbox.runtime.actions import Action
from sandbox.runtime.planners import KINDS, PLANNERS
from sandbox.runtime.state import Object, State, digest
from sandbox.runtime.values import INT_MAX, check_text

MAX_LINE = 4 * 1024 * 1024
MAX_TEXT = 4096
# A few bytes of JSON can stand for much memory and much work. So an answer's pieces are counted before it is parsed,
# and the objects that it adds as they are read; an honest program's are a fraction of these numbers.
_PIECES, _PIECES_A_ROW, _PIECES_AS_ASKED = 200_000, 600, 16
_ADDED, _ADDED_AS_HELD = 20_000, 4


class MalformedError(ValueError):
    """The bytes are no answer to the task; the text says why."""


def decode(task: Task, encoded: EncodedInputs, lines: list[bytes]) -> Result:
    """The result of a task, from the lines of its answer.

    Raises:
        MalformedError: they are no answer to it.
    """
    inputs = encoded.inputs
    reader = _Reader(encoded, _ADDED + _ADDED_AS_HELD * _held(task, inputs))
    _check_pieces(encoded, lines)
    match task:
        case PredictStates():
            _count(lines, len(inputs.transitions))
            rows = zip(lines, inputs.transitions, strict=True)
            return [reader.prediction(_parse(line), inputs.states[number]) for line, (number, _) in rows]
        case PredictRewards():
            _count(lines, len(inputs.rewards))
            return [_reward(_parse(line)) for line in lines]
        case FindPlan():
            _count(lines, 1)
            return _plan(task, _parse(lines[0]))
        case Explore():
            _count(lines, 1)
            return _explored(task, _parse(lines[0]))
        case ReplayPlan():
            return _replay(task, reader, inputs.states[inputs.starts[task.start][0]], lines)


def _held(task: Task, inputs: Inputs) -> int:
    """How many objects the states hold from which next states are predicted."""
    if isinstance(task, PredictStates):
        return sum([len(inputs.states[number]) for number, _ in inputs.transitions])
    if isinstance(task, ReplayPlan):
        return len(task.actions) * len(inputs.states[inputs.starts[task.start][0]])
    return 0


def _check_pieces(encoded: EncodedInputs, lines: list[bytes]) -> None:
    most = _PIECES + _PIECES_A_ROW * len(lines) + _PIECES_AS_ASKED * _pieces(encoded.data)
    if sum([_pieces(line) for line in lines if not line.startswith(b'"')]) > most:  # but an error's text
        _refuse(f"more than {most} lists, mappings and items")


def _pieces(data: bytes) -> int:
    return data.count(b"[") + data.count(b"{") + data.count(b",")


class _Reader:
    """Reads predicted states; objects that an answer tells are known by number from then on.

    All states together may add ``most`` objects, told or known.
    """

    def __init__(self, encoded: EncodedInputs, most: int) -> None:
        self._told = encoded.objects
        self._new: list[Object] = []
        self._most = self._left = most

    def prediction(self, plain: Any, before: State) -> StatePrediction:
        if type(plain) is int and plain == 0:
            return StatePrediction()
        if type(plain) is str:
            return StatePrediction(error=_words(plain))
        row = _list(plain, 2, 3)
        gone, come = _list(row[0]), _list(row[1])
        self._left -= len(come)
        if len(gone) > len(before):
            _refuse("removed objects that the state does not hold")
        if self._left < 0:
            _refuse(f"more than {self._most} added objects")
        removed = tuple([self._object(item) for item in gone])
        added = tuple([self._object(item) for item in come])
        _check_held(before, removed)
        return StatePrediction(removed, added, _words(row[2]) if len(row) == 3 else None)

    def _object(self, plain: Any) -> Object:
        if type(plain) is int:
            known = len(self._told)
            if 0 <= plain < known:
                return self._told[plain]
            if known <= plain < known + len(self._new):
                return self._new[plain - known]
            _refuse("an object's number that was not told")
        kind, attributes = _list(plain, 2)
        if type(attributes) is not dict:
            _refuse("an object whose attributes are no mapping")
        try:
            for name in attributes:
                check_text(name, "name")
            obj = Object.from_mapping(_text(kind), attributes)
        except (TypeError, ValueError) as error:
            raise MalformedError(f"an object that no state may hold: {error}") from None
        self._new.append(obj)
        return obj


def _check_held(state: State, removed: tuple[Object, ...]) -> None:
    key = state.key()
    for wanted, count in Counter(map(digest, removed)).items():
        if bisect_right(key, wanted) - bisect_left(key, wanted) < count:
            _refuse("a removed object that the state does not hold")


def _reward(plain: Any) -> RewardPrediction:
    if type(plain) is str:
        return RewardPrediction(error=_words(plain))
    row = _list(plain, 1, 2)
    if len(row) == 1:
        return RewardPrediction(error=_words(row[0]), unknown_goal=True)
    value, done = row
    if type(value) not in (int, float) or type(done) is not bool:
        _refuse("a reward that is no number, or an end that is no boolean")
    try:
        value = float(value)
    except OverflowError:
        value = float("inf")
    if not isfinite(value):
        _refuse("a reward that is not finite")
    return RewardPrediction(value, done)


def _plan(task: FindPlan, plain: Any) -> PlanFound:
    verdict, actions, partial, nodes, error, shortest, planner = _list(plain, 7)
    _check_search(verdict, nodes)
    taken = tuple([_action(action) for action in _list(actions)])
    led = tuple([_action(action) for action in _list(partial)])
    found, most = verdict == "found", max(task.nodes, 1)
    if found != bool(taken) or (found and led) or len(taken) > most or len(led) > most:
        _refuse("a verdict that does not fit the plan")
    if type(shortest) is not bool or (shortest and not found):
        _refuse("a claim to be shortest that is none")
    if type(planner) is not str or planner not in PLANNERS:
        _refuse("a planner that is none")
    error = None if error is None else _words(error)
    return PlanFound(Verdict(verdict), taken, nodes, error, led, shortest, planner)


def _explored(task: Explore, plain: Any) -> Explored:
    verdict, actions, nodes, why, reason, apart, error = _list(plain, 7)
    _check_search(verdict, nodes)
    taken = tuple([_action(action) for action in _list(actions)])
    found = verdict == "found"
    if found != bool(taken) or len(taken) > max(task.nodes, 1):
        _refuse("a verdict that does not fit the plan")
    if type(why) is not str or (why not in KINDS if found else why):
        _refuse("a why that is none")
    if type(apart) is not int or not 0 <= apart <= 1 + len(task.rivals):
        _refuse("a count of outcomes that is none")
    error = None if error is None else _words(error)
    return Explored(Verdict(verdict), taken, nodes, Why(why) if found else None, _words(reason), apart, error)


def _check_search(verdict: Any, nodes: Any) -> None:
    if verdict not in ("found", "refuted", "open"):
        _refuse("a verdict that is none")
    if type(nodes) is not int or not 0 <= nodes <= INT_MAX:
        _refuse("a count of nodes that is none")


def _action(plain: Any) -> Action:
    name, args = _list(plain, 2)
    try:
        return Action(_text(name), _list(args))
    except ValueError as error:
        raise MalformedError(f"an action that is none: {error}") from None


def _replay(task: ReplayPlan, reader: _Reader, state: State, lines: list[bytes]) -> list[ReplayStep]:
    if len(lines) > len(task.actions):
        _refuse("more steps than actions")
    steps: list[ReplayStep] = []
    for line in lines:
        change, reward = _list(_parse(line), 2)
        prediction = reader.prediction(change, state)
        if prediction.error is not None:
            steps.append(ReplayStep(prediction, RewardPrediction(error="no next state to judge")))
            break
        steps.append(ReplayStep(prediction, _reward(reward), prediction.uncertain))
        state = prediction.apply(state)
    ended = bool(steps) and steps[-1].prediction.error is not None
    _count(lines, len(steps) if ended else len(task.actions))
    return steps


def _parse(line: bytes) -> Any:
    if len(line) > MAX_LINE:
        _refuse(f"a row of {len(line)} bytes")
    try:
        return json.loads(line.decode("ascii"), parse_constant=_refuse)
    except (ValueError, RecursionError, MemoryError) as error:
        raise MalformedError(f"a row that is no JSON: {type(error).__name__}") from None


def _list(plain: Any, *lengths: int) -> list[Any]:
    if type(plain) is not list or (lengths and len(plain) not in lengths):
        _refuse("a list that is none, or too short or long")
    return plain


def _words(plain: Any) -> str:
    """A text that is for people."""
    return readable(_text(plain))


def _text(plain: Any) -> str:
    if type(plain) is not str:
        _refuse("a text that is none")
    try:
        return check_text(plain, "text")[:MAX_TEXT]
    except ValueError as error:
        raise MalformedError(str(error)) from None


def _count(lines: list[bytes], wanted: int) -> None:
    if len(lines) != wanted:
        _refuse(f"{len(lines)} rows where {wanted} were asked for")


def _refuse(why: str) -> NoReturn:
    raise MalformedError(f"the answer holds {why}")
