"""Monte Carlo tree search without chance, as WorldCoder plans (Tang, Key and Ellis, NeurIPS 2024, appendix).

No rollouts: a new leaf is worth what its step pays, how near the guide holds it to be, and how well the words of the
path to it match those of the goal. Success is a reward and the end together; a promising path that ends without a
reward is a failure like any other.
"""

from collections import Counter
from math import log, sqrt

from ..bm25 import Bm25, words
from .base import REFUTED, Budget, Plan, Problem
from .expand import Edge
from .guide import Guide, guide
from .relax import FAR
from .space import Marks
from .survey import Survey
from .tree import Tree, searched

_LOOK = 150
_CURIOUS = 0.7  # weight of what was seldom tried


class _Node:
    """A state in the tree; each state is in it once. A node is closed when no state below it is left to expand."""

    __slots__ = ("closed", "kids", "marks", "parent", "text", "visits", "worth")

    def __init__(self, marks: Marks, parent: "_Node | None", text: "Counter[str]") -> None:
        self.marks = marks
        self.parent = parent
        self.text = text
        self.kids: list[_Node] | None = None
        self.visits = 0
        self.worth = 0.0
        self.closed = False


def mcts(problem: Problem, budget: Budget) -> Plan:
    """A plan, found by going down to what paid, or was seldom tried."""
    return searched(problem, budget, "mcts", _mcts)


def _mcts(tree: Tree) -> Plan:
    survey = Survey(tree)
    found = survey.look(min(_LOOK, tree.nodes // 4))
    if found is not None:
        return found
    tree.stay()
    tree.forget()
    search = _Search(tree, guide(tree), survey)
    while not search.root.closed:
        leaf = search.descend()
        found = search.grow(leaf)
        if found is not None:
            return found
    return tree.end(REFUTED)


class _Search:
    def __init__(self, tree: Tree, sense: Guide, survey: Survey) -> None:
        self._tree = tree
        self._sense = sense
        self._bm25 = Bm25(words(tree.problem.goal))
        self._pays = 1e-9  # the largest reward of a step so far
        self.root = _Node(tree.start, None, Counter())
        nodes = {tree.start: self.root}
        left = set(survey.frontier)
        for marks, before in tree.came.items():  # what the survey saw is in the tree already
            if before is not None:
                parent = nodes[before]
                nodes[marks] = self._kid(parent, Edge(0, marks, 0.0, False))
        for marks in reversed(list(nodes)):
            node = nodes[marks]
            if marks not in left and node.kids is None:
                node.kids = []
            self._close(node)

    def descend(self) -> _Node:
        """The leaf to expand next: down from the root, each time to the most promising that is not closed."""
        node = self.root
        while node.kids is not None:
            many = log(node.visits + 1.0)
            best, top = node, float("-inf")
            for kid in node.kids:
                if not kid.closed:
                    score = kid.worth / (kid.visits + 1) + _CURIOUS * sqrt(many / (kid.visits + 1))
                    if score > top:
                        best, top = kid, score
            node = best
        return node

    def grow(self, leaf: _Node) -> Plan | None:
        """Expands a leaf and tells its ancestors what its kids are worth; a plan if one of its steps succeeds."""
        tree = self._tree
        leaf.kids = []
        best = 0.0
        for edge in tree.expand(leaf.marks):
            if tree.succeeds(edge):
                return tree.found(leaf.marks, edge)
            if not edge.done and tree.reach(edge.after, leaf.marks):
                best = max(best, self._kid(leaf, edge).worth)
        node: _Node | None = leaf
        while node is not None:
            node.visits += 1
            node.worth += best
            self._close(node)
            node = node.parent
        return None

    def _kid(self, parent: _Node, edge: Edge) -> _Node:
        text = parent.text.copy()
        body = self._tree.space.body
        for mark in set(edge.after).difference(parent.marks):
            values = [value for value in body(mark).data.values() if type(value) is str]
            text.update(words(" ".join([body(mark).type, *values])))
        self._bm25.learn(text)
        kid = _Node(edge.after, parent, text)
        far = self._sense.far(self._sense.view(edge.after))
        near = 0.0 if far >= FAR else 1.0 / (1 + far)
        said = self._bm25.score(text)
        self._pays = max(self._pays, edge.reward)
        kid.worth = (near + said / (1.0 + said) + max(0.0, edge.reward) / self._pays) / 3
        self._tree.note(edge.after, kid.worth)
        if parent.kids is None:
            parent.kids = []
        parent.kids.append(kid)
        return kid

    def _close(self, node: _Node) -> None:
        if node.kids is not None and all([kid.closed for kid in node.kids]):  # noqa: C419 - faster than lazily
            node.closed = True
