"""What every action does in a state, and what it pays: a model's calls, run or remembered."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from ..actions import Action
from ..loader import describe
from ..model import UnknownGoal
from ..state import State
from ..steps import checked_reward, checked_state, uncertain
from .base import WALLS, ModelFault, Problem, SpentError, applicable, constant, never
from .space import Marks, Query, Space
from .watch import ACTION, Memory, Path, Untouched, Watch, WatchedAction, watched

FATAL = (MemoryError, SystemExit, KeyboardInterrupt)
_MOST_RESTS = 50_000
_MOST_UNREAD = 1000
_MOST_SINGULAR = 50  # states in a row whose steps depend on all that is in them
_PATIENCE = 8  # runs of the model between two looks at the clock
_SAME: tuple[Marks, Marks] = ((), ())


class Edge(NamedTuple):
    """One step: the action's number, the state that follows, what the step pays, whether it ends the episode."""

    action: int
    after: Marks
    reward: float
    done: bool


_edge: Callable[[tuple[int, Marks, float, bool]], Edge] = partial(tuple.__new__, Edge)  # twice as fast as Edge


class Change(NamedTuple):
    """What some actions take from the marks of a state, and what they add."""

    out: Marks
    add: Marks
    actions: tuple[int, ...]


class _Steps(NamedTuple):
    """What all actions do in states that answer alike, those whose outcome is uncertain and why, the first error.

    ``asked`` is what was asked to know it, unless that was run blindly.
    """

    changes: tuple[Change, ...]
    doubts: tuple[tuple[int, str], ...]
    error: str | None
    asked: tuple[Query, ...] | None


class _Pay(NamedTuple):
    """What a step pays.

    ``asked`` is what was asked of either state to know it, unless that was run blindly; ``any`` tells that all actions
    which lead from the one to the other pay the same.
    """

    reward: float
    done: bool
    error: str | None
    asked: dict[Query, None] | None
    any: bool

    def alone(self, change: Marks) -> bool:
        """Whether it does not depend on these marks, nor on the action, as far as is known."""
        if self.asked is None or not self.any:
            return False
        return not any([not query.hits.isdisjoint(change) for query in self.asked])  # noqa: C419 - faster than lazily


class _Whole(NamedTuple):
    """All steps from states that answer alike, with what they pay, by what they change; the first error."""

    parts: tuple[tuple[Marks, Marks, tuple[tuple[int, float, bool], ...]], ...]
    error: str | None


class Expander:
    """The steps from states of one problem. ``remember=False`` runs the model each time."""

    def __init__(
        self,
        problem: Problem,
        space: Space,
        expired: Callable[[], bool] = never,
        *,
        remember: bool = True,
        doubting: bool = False,
    ) -> None:
        self.problem = problem
        self.space = space
        self.actions: list[Action] = []
        self.error: str | None = None
        self._touched: dict[str, set[str]] = {}
        self._unread: list[Change] = []  # what was not looked at yet for that
        self._expired = expired
        self._due = _PATIENCE
        self._numbers: dict[Action, int] = {}
        self._always: tuple[tuple[int, Action], ...] | None = None
        self._doubting = doubting
        self._walls = problem.unsure == WALLS and problem.model.uncertain is not None
        self._wholes = Memory()
        self._singular = 0
        self._answers: Path = {}  # to what was asked of the state last looked at, where that was run
        self._steps = Memory()
        self._pays = Memory()
        self._rests: dict[Marks, _Pay | None] = {}
        self._rested = [0, 0]
        self._trial = 100
        self._use_rests = remember
        self._wholes.useful = self._steps.useful = self._pays.useful = remember

    def expand(self, marks: Marks, *, each: bool = False) -> list[Edge]:
        """The steps from a state. An action on which the model raises has none; the first error is kept.

        Of actions that do and pay the same there is one step, or one for ``each``.

        Raises:
            UnknownGoal: the model has no rule for the goal.
            SpentError: the search is to end.
            MemoryError, SystemExit, KeyboardInterrupt: as the model raised them.
        """
        whole: _Whole | None = self._wholes.recall(marks) if self._wholes.useful and not each else None
        if whole is None:
            return self._expand(marks, each)
        if whole.error is not None:
            self.blame(whole.error)
        edges = []
        for out, add, pays in whole.parts:
            after = self.space.apply(marks, out, add) if out or add else marks
            for action, reward, done in pays:
                edges.append(_edge((action, after, reward, done)))
        return edges

    def _expand(self, marks: Marks, each: bool) -> list[Edge]:
        edges = []
        lead: Marks = ()
        steps = self._of(marks)
        asked = dict.fromkeys(steps.asked or ())
        known = steps.asked is not None and self._wholes.useful
        parts = []
        error = steps.error
        for out, add, actions in steps.changes:
            lead = lead or out
            after = self.space.apply(marks, out, add) if out or add else marks
            change = out + add or lead
            pays = []
            for i, action in enumerate(actions):
                pay = self._pay(marks, after, action, change)
                error = error or pay.error
                if pay.error is None:
                    pays.append((action, pay.reward, pay.done))
                    edges.append(_edge((action, after, pay.reward, pay.done)))
                if pay.asked is None:
                    known = False
                elif known:
                    asked.update(pay.asked)
                if pay.any:
                    if each and pay.error is None:
                        edges += [Edge(other, after, pay.reward, pay.done) for other in actions[i + 1 :]]
                    break
            parts.append((out, add, tuple(pays)))
        if error is not None:
            self.blame(error)
        if known:
            self._keep(marks, asked, _Whole(tuple(parts), error))
        return edges

    def _keep(self, marks: Marks, asked: Iterable[Query], whole: _Whole) -> None:
        """Remembers all steps, unless what was asked tells the whole state, which no other state is like."""
        known = self._answers
        path = {query: known[query] if query in known else query.answer(marks) for query in asked}
        if set(marks).issubset(chain.from_iterable(path.values())):
            self._singular += 1
            self._wholes.useful = self._singular < _MOST_SINGULAR
        else:
            self._singular = 0
            self._wholes.keep(path, whole)

    @property
    def touched(self) -> dict[str, set[str]]:
        """By type, the attributes that were seen to change."""
        self._read()
        return self._touched

    def changes(self, marks: Marks) -> tuple[Change, ...]:
        """What the actions change in a state, without what that pays.

        Raises:
            MemoryError, SystemExit, KeyboardInterrupt: as the model raised them.
        """
        return self._of(marks).changes

    def doubts(self, marks: Marks) -> tuple[tuple[int, str], ...]:
        """The actions whose outcome in a state the model calls uncertain, each with the reason.

        Raises:
            SpentError: the search is to end.
            MemoryError, SystemExit, KeyboardInterrupt: as the model raised them.
        """
        return self._of(marks).doubts

    def pays(self, before: Marks, after: Marks, action: int) -> tuple[float, bool]:
        """What the model says that this step pays, even if no action leads there; nothing when it raises.

        Raises:
            UnknownGoal: the model has no rule for the goal.
            MemoryError, SystemExit, KeyboardInterrupt: as the model raised them.
        """
        pay = self._run_reward(before, after, action, None)
        return pay.reward, pay.done

    def finish(self) -> None:
        """The search has ended: what is asked from now on only tells how, and the clock no longer matters."""
        self._expired = never

    def blame(self, error: str) -> None:
        """Keeps the first error."""
        if self.error is None:
            self.error = error

    def _of(self, marks: Marks) -> _Steps:
        steps: _Steps | None = self._steps.recall(marks) if self._steps.useful else None
        if steps is None:
            path: Path | None = {} if self._steps.useful else None
            steps = self._run_steps(marks, path)
            self._answers = path or {}
        else:
            self._answers = {}
        if steps.error is not None:
            self.blame(steps.error)
        return steps

    def _pay(self, before: Marks, after: Marks, action: int, change: Marks) -> _Pay:
        rest: Marks = ()
        if self._use_rests:
            rest = tuple([mark for mark in before if mark not in change])
            known = self._rests.get(rest)
            self._rested[0] += 1
            if known is not None and known.alone(change):
                self._rested[1] += 1
                return known
            if self._rested[0] > self._trial:
                self._use_rests = self._rested[1] > self._trial // 10
                self._rested = [0, 0]
                self._trial = 4000
        if self._pays.useful:
            pay: _Pay | None = self._pays.recall(before, after, (action,))
            if pay is None:
                path: Path = {}
                pay = self._run_reward(before, after, action, path)
                self._pays.keep(path, pay)
        elif self._use_rests and rest not in self._rests:
            pay = self._run_reward(before, after, action, {})
        else:
            return self._run_reward(before, after, action, None)
        if self._use_rests:
            if len(self._rests) >= _MOST_RESTS:
                self._rests.clear()
            self._rests[rest] = pay if pay.alone(change) else None
        return pay

    def _run_steps(self, marks: Marks, path: Path | None) -> _Steps:
        self._look_at_the_clock()
        found: dict[tuple[Marks, Marks], list[int]] = {}
        doubts: list[tuple[int, str]] = []
        error = None
        transition, asks = self.problem.model.transition, self._walls or self._doubting
        state = self._state(marks, path)
        given = state.copy()
        try:
            actions = self._actions_in(state)
        except FATAL:
            raise
        except BaseException as problem:  # noqa: BLE001 - a program may raise anything
            actions, error = (), _told(problem)
        for number, action in actions:
            try:
                if asks and self._barred(state, number, action, doubts):
                    continue
                after = checked_state(transition(given, action))
                same = type(after) is Untouched and after.is_like(state)
                kind = _SAME if same else self.space.difference(marks, state, after)
                found.setdefault(kind, []).append(number)
                if after is not given:
                    after.release()
                if type(given) is not Untouched:  # else it is as good as new
                    given.release()
                    given = state.copy()
            except FATAL:
                raise
            except BaseException as problem:  # noqa: BLE001 - a program may raise anything
                error = error or _told(problem)
                given = state.copy()
        given.release()
        if path is not None:
            state._watch.release()
        # The empty change comes last, so that it can be judged by what the others touch.
        changes = [Change(*kind, tuple(numbers)) for kind, numbers in found.items()]
        changes.sort(key=lambda change: not (change.out or change.add))
        self._unread += changes
        if len(self._unread) > _MOST_UNREAD:
            self._read()
        steps = _Steps(tuple(changes), tuple(doubts), error, None if path is None else tuple(path))
        if path is not None:
            self._steps.keep(path, steps)
        return steps

    def _barred(self, state: State, number: int, action: Action, doubts: list[tuple[int, str]]) -> bool:
        """Whether an action counts as a wall; notes why the model calls its outcome uncertain, if it does."""
        reason = uncertain(self.problem.model, state, action)
        if reason is None:
            return False
        doubts.append((number, reason))
        return self._walls

    def _run_reward(self, before: Marks, after: Marks, action: int, path: Path | None) -> _Pay:
        problem = self.problem
        self._look_at_the_clock()
        one, two = self._state(before, path), self._state(after, path, after=True)
        act = self.actions[action] if path is None else WatchedAction(self.actions[action], action, path)
        try:
            reward, done = checked_reward(problem.model.reward(one, act, two, problem.goal))
            error = None
        except FATAL:
            raise
        except UnknownGoal:
            if not self._doubting:
                raise
            reward, done, error = 0.0, False, None  # who explores needs no goal
        except BaseException as trouble:  # noqa: BLE001 - a program may raise anything
            reward, done, error = 0.0, False, _told(trouble)
        one.release()
        two.release()
        if path is None:
            return _Pay(reward, done, error, None, False)
        asked = {query.before: None for query in path if query is not ACTION}
        return _Pay(reward, done, error, asked, ACTION not in path)

    def _actions_in(self, state: State) -> Sequence[tuple[int, Action]]:
        """See :func:`applicable`; those that are the same in every state are listed once."""
        if self._always is not None:
            return self._always
        actions = tuple([(self._number(action), action) for action in applicable(self.problem, state)])
        if constant(self.problem):
            self._always = actions
        return actions

    def _look_at_the_clock(self) -> None:
        self._due -= 1
        if self._due <= 0:
            self._due = _PATIENCE
            if self._expired():
                raise SpentError

    def _read(self) -> None:
        for change in self._unread:
            self._touch(change)
        self._unread = []

    def _touch(self, change: Change) -> None:
        lost, gained = [[self.space.body(mark) for mark in marks] for marks in (change.out, change.add)]
        for body in lost + gained:
            self._touched.setdefault(body.type, set())
        for old in lost:
            for new in gained:
                if new.type == old.type and new.data.keys() == old.data.keys():
                    self._touched[old.type].update(name for name in old.data if old.data[name] != new.data[name])

    def _state(self, marks: Marks, path: Path | None, *, after: bool = False) -> State:
        state = self.space.state(marks)
        return state if path is None else watched(state, Watch(self.space, marks, path, after=after))

    def _number(self, action: Action) -> int:
        number = self._numbers.get(action)
        if number is None:
            number = self._numbers[action] = len(self.actions)
            self.actions.append(action)
        return number


def _told(error: BaseException) -> str:
    return str(error) if isinstance(error, ModelFault) else describe(error)
