"""Breadth-first search over a model: the shortest plan, or the proof that there is none."""

from collections import deque
from collections.abc import Callable

from ..actions import Action
from ..loader import describe
from ..model import UnknownGoal
from ..state import State
from ..steps import next_state, reward, uncertain
from .base import FOUND, OPEN, REFUTED, ModelFault, Plan, Problem, Success, applicable

_Came = dict[int, tuple[int, Action] | None]  # from a state's fingerprint to its predecessor's, and the action
_FATAL = (MemoryError, SystemExit, KeyboardInterrupt)


class _Search:
    """What a search has reached. States are told apart by fingerprint: 128 bits, see State.fingerprint."""

    def __init__(self, problem: Problem, nodes: int, expired: Callable[[], bool]) -> None:
        self.problem = problem
        self.came: _Came = {problem.state.fingerprint(): None}
        self.frontier = deque([problem.state])
        self.error: str | None = None
        self._nodes = nodes
        self._expired = expired

    def reach(self, state: State, before: int, action: Action) -> bool:
        """Takes note of a state; False once the budget is spent."""
        key = state.fingerprint()
        if key not in self.came:
            if len(self.came) >= self._nodes or self._expired():
                return False
            self.came[key] = (before, action)
            self.frontier.append(state.copy())
        state.release()
        return True

    def actions(self, state: State) -> list[Action]:
        """The applicable actions; none when the model fails at telling them."""
        try:
            return list(applicable(self.problem, state))
        except _FATAL:
            raise
        except BaseException as error:  # noqa: BLE001 - a program may raise anything
            self.blame(error)
            return []

    def blame(self, error: BaseException) -> None:
        """Keeps the first error."""
        if self.error is None:
            self.error = str(error) if isinstance(error, ModelFault) else describe(error)

    def end(self, verdict: str) -> Plan:
        """A search that found nothing."""
        return Plan(verdict, (), len(self.came), "", self.error)

    def found(self, state: int, action: Action, reason: str = "") -> Plan:
        """The way to a state, and one action more."""
        actions = [action]
        step = self.came[state]
        while step is not None:
            state, before = step
            actions.append(before)
            step = self.came[state]
        return Plan(FOUND, tuple(reversed(actions)), len(self.came), reason, self.error)


def _never() -> bool:
    return False


def plan(problem: Problem, nodes: int, success: Success, expired: Callable[[], bool] = _never) -> Plan:
    """The shortest sequence of actions whose last step succeeds under the model.

    A state reached with done, and without success, ends its branch; so does an action on which the model raises, and
    the first such error is told. ``nodes`` bounds the distinct states; ``expired`` is asked for each new one, and
    ends the search as an emptied budget does.
    """
    search = _Search(problem, nodes, expired)
    model, goal = problem.model, problem.goal
    while search.frontier:
        state = search.frontier.popleft()
        key = state.fingerprint()
        for action in search.actions(state):
            try:
                after = next_state(model, state, action)
                value, done = reward(model, state, action, after, goal)
                if success.holds(value, done):
                    return search.found(key, action)
                if not done and not search.reach(after, key, action):
                    return search.end(OPEN)
            except _FATAL:
                raise
            except UnknownGoal as error:
                search.blame(error)
                return search.end(REFUTED)
            except BaseException as error:  # noqa: BLE001 - a program may raise anything
                search.blame(error)
    return search.end(REFUTED)


def explore(problem: Problem, nodes: int, skip: frozenset[str], expired: Callable[[], bool] = _never) -> Plan:
    """The shortest sequence of actions that ends with one whose outcome the model calls uncertain.

    The steps before it do not end the episode; ``reason`` is the uncertainty, none of those in ``skip``. A goal that
    the reward function does not know ends nothing.
    """
    search = _Search(problem, nodes, expired)
    model = problem.model
    if model.uncertain is None:
        return search.end(REFUTED)
    while search.frontier:
        state = search.frontier.popleft()
        key = state.fingerprint()
        for action in search.actions(state):
            try:
                reason = uncertain(model, state, action)
                if reason is not None and reason not in skip:
                    return search.found(key, action, reason)
                after = next_state(model, state, action)
                if not _ends(problem, state, action, after) and not search.reach(after, key, action):
                    return search.end(OPEN)
            except _FATAL:
                raise
            except BaseException as error:  # noqa: BLE001 - a program may raise anything
                search.blame(error)
    return search.end(REFUTED)


def _ends(problem: Problem, state: State, action: Action, after: State) -> bool:
    try:
        return reward(problem.model, state, action, after, problem.goal)[1]
    except UnknownGoal:
        return False
