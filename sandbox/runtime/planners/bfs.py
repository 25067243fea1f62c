"""Breadth-first search over a model: the shortest plan, or the proof that there is none."""

from collections import deque

from ..actions import Action
from ..loader import describe
from ..model import UnknownGoal
from ..state import State
from ..steps import next_state, reward, uncertain
from .base import FOUND, OPEN, REFUTED, Budget, ModelFault, Plan, Problem, applicable
from .survey import Survey
from .tree import Tree, searched

_Came = dict[int, tuple[int, Action] | None]  # from a state's fingerprint to its predecessor's, and the action
_FATAL = (MemoryError, SystemExit, KeyboardInterrupt)


class _Search:
    """What a search has reached. States are told apart by fingerprint: 128 bits, see State.fingerprint."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem = problem
        self.came: _Came = {problem.state.fingerprint(): None}
        self.frontier = deque([problem.state])
        self.error: str | None = None
        self.best = (problem.state.fingerprint(), float("-inf"))
        self._budget = budget

    def reach(self, state: State, before: int, action: Action, reward: float = 0.0) -> bool:
        """Takes note of a state; False once the budget is spent."""
        key = state.fingerprint()
        if key not in self.came:
            if len(self.came) >= self._budget.nodes or self._budget.expired():
                return False
            if reward > self.best[1]:
                self.best = (key, reward)
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
        partial = self.way(self.best[0])
        return Plan(verdict, (), len(self.came), "", self.error, partial=partial, planner="bfs")

    def way(self, state: int) -> tuple[Action, ...]:
        """The actions that lead to a state."""
        actions = []
        step = self.came[state]
        while step is not None:
            state, before = step
            actions.append(before)
            step = self.came[state]
        return tuple(reversed(actions))

    def sought(self, state: int, action: Action, reason: str) -> Plan:
        """The way to a state, and one action more, of which the model is unsure."""
        return Plan(FOUND, (*self.way(state), action), len(self.came), reason, self.error, shortest=True, planner="bfs")

    def found(self, state: int, action: Action, end: tuple[float, bool]) -> Plan:
        """The way to a state, and one action more, which pays and ends so."""
        actions = (*self.way(state), action)
        states = []
        now = self.problem.state
        for step in actions:
            now = next_state(self.problem.model, now, step)
            states.append(now.copy())
        return Plan(FOUND, actions, len(self.came), "", self.error, tuple(states), *end, True, (), "bfs")


def bfs(problem: Problem, budget: Budget) -> Plan:
    """The shortest sequence of actions whose last step succeeds under the model, or the proof that there is none.

    A state reached with done, and without success, ends its branch; so does an action on which the model raises, and
    the first such error is told.
    """
    return searched(problem, budget, "bfs", _breadth_first)


def _breadth_first(tree: Tree) -> Plan:
    return Survey(tree).look() or tree.end(REFUTED)


def explore(problem: Problem, budget: Budget, skip: frozenset[str]) -> Plan:
    """The shortest sequence of actions that ends with one whose outcome the model calls uncertain.

    The steps before it do not end the episode; ``reason`` is the uncertainty, none of those in ``skip``. A goal that
    the reward function does not know ends nothing.
    """
    search = _Search(problem, budget)
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
                    return search.sought(key, action, reason)
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
