"""What a search can ask for, as its tree stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.providers.protocol import Defect
from synth_server.search.strategies import PRIOR_GAIN, Arm
from synth_server.search.tree import Node, Tree, Tries, defects
from synth_server.search.types import Asked, Recalled

PRIOR_GAINS = 2  # how many gains PRIOR_GAIN counts for


@dataclass(frozen=True)
class Choice:
    """An arm, and what it stands for: a repair of ``defect`` of ``node``, or (both None) a new program."""

    arm: Arm
    node: Node | None = None
    defect: Defect | None = None


def choices(tree: Tree) -> list[Choice]:
    """All that can be asked for; the fresh start first, then repairs of the oldest programs."""
    found: list[Choice] = []
    if not tree.fresh.closed:
        scores = tree.fresh_scores
        found.append(Choice(_arm(0, sum(scores) / (len(scores) + 1), tree.fresh, fresh=True)))
    for node in tree:
        if node.candidate.evaluation is None:
            continue
        for defect in defects(node.candidate.evaluation):
            tries = tree.tries(node, defect)
            if not tries.closed:
                found.append(Choice(_arm(len(found) + 1, node.score, tries), node, defect))
    return found


def gain(tree: Tree) -> float:
    """By how much a repair that helped raised the score, in the mean."""
    gains = [amount for node in tree for tries in node.tries.values() for amount in tries.gains]
    return (PRIOR_GAIN * PRIOR_GAINS + sum(gains)) / (PRIOR_GAINS + len(gains))


def replay(tree: Tree, recalled: Recalled) -> Sequence[Asked]:
    """Notes in the tree how the requests of an interrupted search went; gives those that were under way."""
    under_way = []
    for asked in recalled.asked:
        parent = tree.get(asked.parent)
        tries = tree.tries(parent, asked.defect)
        child = tree.get(f"c{asked.number}")
        if child is not None:
            tree.learn(tries, child, parent.score if parent else 0.0)
        elif asked.number in recalled.failed:
            tries.tried += 1
        else:
            under_way.append(asked)
    return under_way


def _arm(key: int, score: float, tries: Tries, *, fresh: bool = False) -> Arm:
    return Arm(key, score, fresh, tries.tried, len(tries.gains), tries.pending)
