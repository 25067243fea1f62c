"""What a search has reached, and how it ends: shared by the planners that keep every state."""

import random
from collections.abc import Callable
from itertools import islice

from ..actions import Action
from ..loader import describe
from ..model import UnknownGoal
from ..state import State, changes
from ..steps import next_state, reward
from .base import FOUND, OPEN, REFUTED, Budget, Plan, Problem, SpentError, applicable, constant
from .expand import FATAL, Edge, Expander
from .space import Marks, Space

_WALK = 20  # steps at random, to see what moves
_PATIENCE = 32  # new states between two looks at the clock


class Tree:
    """The states that a search has reached, each with the one it was reached from."""

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        planner: str,
        moving: frozenset[str],
        *,
        remember: bool = True,
        doubting: bool = False,
    ) -> None:
        self.problem = problem
        self.planner = planner
        self.moving = moving
        self.space = Space(problem.state, moving)
        self.expander = Expander(problem, self.space, budget.expired, remember=remember, doubting=doubting)
        self.start = self.space.start
        self.came: dict[Marks, Marks | None] = {self.start: None}
        self.best = (float("-inf"), self.start)
        self._guided = False
        self._budget = budget

    @property
    def nodes(self) -> int:
        """The states that may be reached."""
        return self._budget.nodes

    def expand(self, marks: Marks) -> list[Edge]:
        """See :meth:`Expander.expand`."""
        return self.expander.expand(marks)

    def succeeds(self, edge: Edge) -> bool:
        """Whether a step ends as wished."""
        return self.problem.success.holds(edge.reward, edge.done)

    def reach(self, marks: Marks, before: Marks) -> bool:
        """Takes note of a state; whether it is new.

        Raises:
            SpentError: it is new, and the budget does not allow it.
        """
        came = self.came
        if marks in came:
            return False
        count = len(came)
        if count >= self._budget.nodes or (count % _PATIENCE == 1 and self._budget.expired()):
            raise SpentError
        came[marks] = before
        return True

    def forget(self) -> None:
        """Scores of another kind follow: those of a guide."""
        self._guided = True
        self.best = (float("-inf"), self.start)

    def note(self, marks: Marks, score: float) -> None:
        """Keeps the state of the highest score, the first of equals."""
        if score > self.best[0]:
            self.best = (score, marks)

    def stay(self) -> None:
        """Checks that nothing moves that was taken to stand still.

        Raises:
            MovedError: something does.
        """
        if not self.moving.issuperset(self.expander.touched):
            raise MovedError

    def end(self, verdict: str) -> Plan:
        """A search that found nothing."""
        score, marks = self.best
        partial = self.way(marks if self._guided or score > 0 else self._busiest())
        error = self.expander.error
        return Plan(verdict, (), len(self.came), "", error, partial=partial, planner=self.planner)

    def _busiest(self) -> Marks:
        """Where nothing pays, the state in which most differs from the start; the nearest of equals."""
        start = frozenset(self.start)
        return max(self.came, key=lambda marks: len(start.symmetric_difference(marks)))

    def way(self, marks: Marks) -> tuple[Action, ...]:
        """The actions that lead to a state."""
        self.expander.finish()
        actions: list[Action] = []
        before = self.came[marks]
        while before is not None:
            edge = next(edge for edge in self.expand(before) if edge.after == marks and not edge.done)
            actions.append(self.expander.actions[edge.action])
            marks, before = before, self.came[before]
        return tuple(reversed(actions))

    def found(self, marks: Marks, edge: Edge, *, shortest: bool = False) -> Plan:
        """The way to a state and one step more, run once again from the start.

        Raises:
            UnfaithfulError: the model answers otherwise than it did during the search.
        """
        actions = (*self.way(marks), self.expander.actions[edge.action])
        states, value, done = replay(self.problem, actions)
        if len(states) != len(actions) or not self.problem.success.holds(value, done):
            raise UnfaithfulError
        error = self.expander.error
        return Plan(FOUND, actions, len(self.came), "", error, states, value, done, shortest, (), self.planner)


class UnfaithfulError(Exception):
    """A model answers the same question in two ways."""


class MovedError(Exception):
    """More moves than the space was made for; a space that knows it is faster."""


def replay(problem: Problem, actions: tuple[Action, ...]) -> tuple[tuple[State, ...], float, bool]:
    """The states after each action, and what the last one pays; fewer states when the model raises or ends before."""
    states: list[State] = []
    now, value, done = problem.state, 0.0, False
    try:
        for action in actions:
            if done:
                break
            after = next_state(problem.model, now, action)
            value, done = reward(problem.model, now, action, after, problem.goal)
            now = after.copy()
            after.release()
            states.append(now)
    except FATAL:
        raise
    except BaseException:  # noqa: BLE001 - a program may raise anything
        return tuple(states[:-1]), 0.0, False
    return tuple(states), value, done


def moving(problem: Problem) -> frozenset[str]:
    """The types of what changes in a few steps at random."""
    rng = random.Random(problem.seed)  # noqa: S311 - it hides nothing
    types: set[str] = set()
    now = problem.state.copy()
    actions: list[Action] = []
    for _ in range(_WALK):
        try:
            if not (actions and constant(problem)):
                actions = list(islice(applicable(problem, now), 1000))
            if not actions:
                break
            after = next_state(problem.model, now, rng.choice(actions))
            lost, gained = changes(now, after)
        except FATAL:
            raise
        except BaseException:  # noqa: BLE001, S112 - a program may raise anything; the search will tell
            continue
        types.update(body.type for body in (*lost, *gained))
        now = after.copy()
        after.release()
    return frozenset(types)


def searched(
    problem: Problem, budget: Budget, planner: str, search: Callable[[Tree], Plan], *, doubting: bool = False
) -> Plan:
    """Runs a search, which may raise what a tree raises; once more without remembering if the model is unfaithful.

    ``doubting``: it also asks what is uncertain, and needs no goal that the model knows.
    """
    types, remember = moving(problem), True
    while True:
        tree = Tree(problem, budget, planner, types, remember=remember, doubting=doubting)
        try:
            return search(tree)
        except MovedError:
            types |= tree.expander.touched.keys()
        except UnfaithfulError:
            if not remember:
                return tree.end(OPEN)
            remember = False
        except SpentError:
            return tree.end(OPEN)
        except UnknownGoal as error:
            tree.expander.blame(describe(error))
            return tree.end(REFUTED)
