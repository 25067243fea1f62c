"""The candidates of a search: who was refined from whom, and how each did."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from synth_server.domain import Candidate, Evaluation, Status
from synth_server.providers.protocol import Defect
from synth_server.providers.splice import normalised

_RANK = {Status.FAILED: 0, Status.PARTIAL: 1, Status.VERIFIED: 2}


@dataclass
class Tries:
    """How asking for one thing went: ``gains`` holds by how much the score rose, each time that it did."""

    tried: int = 0
    pending: int = 0
    gains: list[float] = field(default_factory=list)
    closed: bool = False  # the provider has nothing further


@dataclass
class Node:
    """One candidate; ``snapshot`` numbers the data that its evaluation is of."""

    candidate: Candidate
    snapshot: int = -1
    children: int = 0
    tries: dict[Defect, Tries] = field(default_factory=dict)

    def merit(self) -> tuple[int, float, int]:
        """What orders candidates: achieved status, score, then the less refined first."""
        evaluation = self.candidate.evaluation
        if evaluation is None:
            return (-1, 0.0, -self.children)
        return (_RANK[evaluation.status], evaluation.score, -self.children)

    @property
    def score(self) -> float:
        """That of its evaluation; 0 before there is one."""
        return self.candidate.evaluation.score if self.candidate.evaluation else 0.0


class Tree:
    """All candidates of a synthesis, oldest first, each program once."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._sources: dict[str, str] = {}
        self.fresh = Tries()
        self.fresh_scores: list[float] = []

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def get(self, id: str | None) -> Node | None:
        """The candidate of that id, if it is there."""
        return self._nodes.get(id) if id is not None else None

    def twin(self, source: str) -> Node | None:
        """The candidate that is the same program, whatever its comments, blanks and docstrings."""
        return self.get(self._sources.get(normalised(source)))

    def add(self, candidate: Candidate, snapshot: int = -1) -> Node:
        """Puts a candidate in, as a child of the one that it names as its parent."""
        node = Node(candidate, snapshot)
        self._nodes[candidate.id] = node
        self._sources.setdefault(normalised(candidate.source), candidate.id)
        if candidate.parent in self._nodes:
            self._nodes[candidate.parent].children += 1
        return node

    def evaluated(self, node: Node, evaluation: Evaluation, snapshot: int) -> None:
        """Notes how a candidate did on the data of this number."""
        node.candidate = replace(node.candidate, evaluation=evaluation)
        node.snapshot = snapshot

    def tries(self, parent: Node | None, defect: Defect | None) -> Tries:
        """How asking for a repair of this defect (or for a new program) went so far."""
        if parent is None or defect is None:
            return self.fresh
        return parent.tries.setdefault(defect, Tries())

    def learn(self, tries: Tries, child: Node, before: float) -> None:
        """Notes what a try gave: ``before`` was the score of the program that it began with."""
        tries.tried += 1
        if tries is self.fresh:
            self.fresh_scores.append(child.score)
        elif child.score > before:
            tries.gains.append(child.score - before)

    def best(self) -> Node | None:
        """The best evaluated candidate; of equals the less refined, then the newest."""
        evaluated = [node for node in self if node.candidate.evaluation is not None]
        return max(reversed(evaluated), key=Node.merit, default=None)

    def history(self) -> list[Candidate]:
        """All candidates, oldest first."""
        return [node.candidate for node in self]


def defects(evaluation: Evaluation) -> list[Defect]:
    """What is wrong with a program that is not verified; at least one defect."""
    if evaluation.error:
        return [Defect.ERROR]
    found = []
    if evaluation.next_state_fit < 1:
        found.append(Defect.NEXT_STATE)
    if evaluation.unknown_goals:
        found.append(Defect.GOAL)
    if (evaluation.reward_fit < 1 or evaluation.done_fit < 1) and not _only_unknown(evaluation):
        found.append(Defect.REWARD)
    if any(start.blocking for start in evaluation.refuted):
        found.append(Defect.PLAN)
    return found or [Defect.ERROR]


def _only_unknown(evaluation: Evaluation) -> bool:
    """Whether all that is told of rewards is that goals are unknown."""
    told = [miss.predicted for miss in evaluation.mispredictions if miss.part.value != "next_state"]
    return bool(evaluation.unknown_goals and told) and all(text.startswith("UnknownGoal") for text in told)
