"""The candidates of a search: who was refined from whom, and how each did."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from synth_server.domain import Candidate, Evaluation, Status, Usage

_RANK = {Status.FAILED: 0, Status.PARTIAL: 1, Status.VERIFIED: 2}


@dataclass
class Node:
    """One candidate; ``snapshot`` numbers the data that its evaluation is of."""

    candidate: Candidate
    snapshot: int = -1
    children: int = 0

    def merit(self) -> tuple[int, float, int]:
        """What orders candidates: achieved status, score, then the less refined first."""
        evaluation = self.candidate.evaluation
        if evaluation is None:
            return (-1, 0.0, -self.children)
        return (_RANK[evaluation.status], evaluation.score, -self.children)


class Tree:
    """All candidates of a synthesis, oldest first, each program once."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._sources: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def __contains__(self, source: str) -> bool:
        """Whether this program is among the candidates."""
        return _normal(source) in self._sources

    def add(self, candidate: Candidate, snapshot: int = -1) -> Node:
        """Puts a candidate in, as a child of the one that it names as its parent."""
        node = Node(candidate, snapshot)
        self._nodes[candidate.id] = node
        self._sources.setdefault(_normal(candidate.source), candidate.id)
        if candidate.parent in self._nodes:
            self._nodes[candidate.parent].children += 1
        return node

    def evaluated(self, node: Node, evaluation: Evaluation, snapshot: int) -> None:
        """Notes how a candidate did on the data of this number."""
        node.candidate = replace(node.candidate, evaluation=evaluation)
        node.snapshot = snapshot

    def best(self) -> Node | None:
        """The best evaluated candidate; of equals the less refined, then the newest."""
        evaluated = [node for node in self if node.candidate.evaluation is not None]
        return max(reversed(evaluated), key=Node.merit, default=None)

    def history(self) -> list[Candidate]:
        """All candidates, oldest first."""
        return [node.candidate for node in self]

    def usage(self) -> Usage:
        """What all candidates cost."""
        return sum((node.candidate.usage for node in self), Usage())

    def last_number(self) -> int:
        """The highest number in the candidates' ids; 0 when there is none."""
        numbers = [node.candidate.id.removeprefix("c") for node in self]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _normal(source: str) -> str:
    """The text up to blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
