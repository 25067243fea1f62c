"""Planning with fewer things: those that the goal does not name are left out where others of their type stay.

A plan for the smaller world is tried in the whole one. So what was left out may have mattered: then that plan counts
for nothing, and less is left out.
"""

from collections import Counter
from functools import partial
from heapq import heapify, heappop, heappush

from ..actions import Action
from ..objects import Body
from ..state import State, bodies_of
from .base import FOUND, OPEN, REFUTED, Budget, Plan, Problem, applicable
from .best import News
from .named import Asked, Concern, Nearness, identities, named_of, words_of
from .space import Marks
from .tree import Tree, replay, searched

_MANY = 40  # things of a state from which on leaving some out is worth a search
_LOOKS = (50, 100, 200, 400, 800, 1600, 3200, 6400)  # states reached before the goal is asked about, and again
_SHARE = 8  # of the budget, the part that a smaller world gets, and the whole one where these were too large
_QUICKLY = 5  # of that, the part in which all of them are looked at first

_Ranked = tuple[int, int, bool, int, int, Marks]  # opens nothing; width; apart from the goal; atoms that lack; order


class _World:
    """A smaller world, and what was asked about success there."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.asked: Asked = {}


def fewer(problem: Problem, budget: Budget) -> tuple[Plan | None, Budget]:
    """A plan found with fewer things that holds with all of them, if any; and what may be spent on the whole world."""
    nodes = 0
    failed: list[Plan] = []
    share = budget.nodes // _SHARE
    worlds = [_World(state) for state in _smaller(problem)]
    for most in (share // _QUICKLY, share):
        left: list[_World] = []
        for world in worlds:
            part = Budget(most, budget.expired)
            search = partial(pursue, whole=problem, failed=failed, world=world)
            plan = searched(problem._replace(state=world.state), part, "bfws", search)
            nodes += plan.nodes
            if plan.verdict == FOUND:
                actions = _needed(problem, plan.actions)
                states, reward, done = replay(problem, actions)
                way = plan._replace(actions=actions, nodes=nodes, states=states, reward=reward, done=done)
                return way._replace(shortest=False), budget
            if plan.verdict == OPEN:
                left.append(world)
        worlds = left
    if worlds and not failed:  # where plans failed, what was left out matters
        return None, Budget(share, budget.expired)
    return None, budget


def _needed(problem: Problem, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """The actions without those that a plan does without."""
    for place in reversed(range(len(actions) - 1)):
        rest = actions[:place] + actions[place + 1 :]
        if _holds(problem, rest):
            actions = rest
    return actions


def carried_out(problem: Problem, actions: tuple[Action, ...]) -> bool:
    """Whether actions may be taken one after the other."""
    states, _, _ = replay(problem, actions)
    befores = (problem.state, *states)
    return len(states) == len(actions) and all(
        action in set(applicable(problem, before)) for before, action in zip(befores, actions, strict=False)
    )


def _holds(problem: Problem, actions: tuple[Action, ...]) -> bool:
    """Whether actions may be taken one after the other, and succeed."""
    return problem.success.holds(*replay(problem, actions)[1:]) and carried_out(problem, actions)


def without_others(problem: Problem) -> State | None:
    """The state without what the goal does not name of its most numerous type; None where that leaves it whole."""
    return next(reversed(_smaller(problem)), None)


def _smaller(problem: Problem) -> list[State]:
    """Smaller worlds, the smallest first: without what is not named of all types, then of the most numerous alone."""
    bodies = bodies_of(problem.state)
    owners = identities(bodies)
    named = named_of(bodies, problem.goal, owners)
    spared = {value for body in named for value in words_of(body) if value in owners}
    kinds = {body.type for body in named if any(isinstance(value, bool) for value in body.data.values())}
    idle = [
        body
        for body in bodies
        if body.type in kinds
        and body not in named
        and not any(owners[value] == body.type for value in spared & words_of(body))
    ]
    many = Counter(body.type for body in idle)
    if len(bodies) < _MANY or not many:
        return []
    most = max(sorted(many), key=lambda kind: many[kind])
    worlds = [idle, [body for body in idle if body.type == most]]
    return [_without(problem.state, left_out) for left_out in (worlds if len(many) > 1 else worlds[1:])]


def _without(state: State, left_out: list[Body]) -> State:
    small = state.copy()
    gone = Counter(id(body) for body in left_out)
    for obj, body in zip(list(small), bodies_of(state), strict=True):
        if gone[id(body)]:
            small.remove(obj)
    return small


def pursue(tree: Tree, whole: Problem, failed: list[Plan], world: _World) -> Plan:
    """Best-first width search that asks the goal what it wishes once enough was seen to change.

    Plans that do not hold in the ``whole`` world are noted as ``failed`` and passed over. What was asked of the smaller
    ``world`` is not asked again.

    Raises:
        SpentError, MovedError, UnfaithfulError, UnknownGoal: see :class:`Tree`.
    """
    looks = list(_LOOKS)
    near: Nearness | None = None
    news, concern = News(tree), Concern(tree, bodies_of(whole.state))
    heap: list[_Ranked] = [(0, 0, False, 0, 0, tree.start)]
    offered: dict[Marks, frozenset[int]] = {}
    while heap:
        if looks and len(tree.came) >= looks[0]:
            looks.pop(0)
            tree.stay()
            if near is None or not near.known:
                near, news = Nearness(tree, concern.owners, world.asked), News(tree)
                ordered = sorted(heap, key=lambda item: item[4])
                heap = [_ranked(tree, news, concern, near, marks, order) for *_, order, marks in ordered]
                heapify(heap)
        idle, width, apart, far, order, marks = heappop(heap)
        edges = tree.expand(marks)
        offered[marks] = frozenset([edge.action for edge in edges])
        before = tree.came[marks]
        if not idle and before is not None and offered[marks] == offered[before] and _far(near, before) == far:
            heappush(heap, (1, width, apart, far, order, marks))  # it opens nothing
            continue
        for edge in edges:
            if tree.succeeds(edge):
                plan = tree.found(marks, edge)
                if _holds(whole, plan.actions):
                    return plan
                failed.append(plan)
            if not edge.done and tree.reach(edge.after, marks):
                heappush(heap, _ranked(tree, news, concern, near, edge.after, len(tree.came)))
    return tree.end(REFUTED)


def _far(near: Nearness | None, marks: Marks) -> int:
    return near.far(marks) if near is not None else 0


def _ranked(tree: Tree, news: News, concern: Concern, near: Nearness | None, marks: Marks, order: int) -> _Ranked:
    far = _far(near, marks)
    tree.note(marks, -far)
    return (0, news.width(concern.of(marks), far), not concern.met(marks), far, order, marks)
