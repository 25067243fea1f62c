"""The first look of the planners that are guided: all states that are near, in the order of their distance."""

from collections import deque

from .base import Plan
from .space import Marks
from .tree import Tree


class Survey:
    """A breadth-first search that can be continued. ``frontier`` are the states whose steps were not looked at."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.frontier: deque[Marks] = deque([tree.start])

    def look(self, states: int | None = None) -> Plan | None:
        """Goes on until so many states are reached, or all; the shortest plan if it meets success.

        Raises:
            SpentError, UnfaithfulError, UnknownGoal: see :class:`Tree`.
        """
        tree, frontier, came = self.tree, self.frontier, self.tree.came
        above = tree.problem.success.reward_above
        while frontier and (states is None or len(came) < states):
            marks = frontier[0]
            for edge in tree.expand(marks):
                _, after, reward, done = edge
                if reward > above and tree.succeeds(edge):
                    return tree.found(marks, edge, shortest=True)
                if after not in came and not done and tree.reach(after, marks):
                    tree.note(after, reward)
                    frontier.append(after)
            frontier.popleft()
        return None
