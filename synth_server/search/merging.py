"""Cross-combination: the best transition function and the best reward function so far, of different candidates."""

from synth_server.domain import Candidate, Evaluation
from synth_server.providers.splice import splice
from synth_server.search.tree import Node, Tree


class Mergers:
    """Gives each pair once."""

    def __init__(self) -> None:
        self._done: set[tuple[str, str]] = set()

    def next(self, tree: Tree) -> Candidate | None:
        """A candidate put together of two, where that is better in both parts than either; None if there is none."""
        runs = [(node, node.candidate.evaluation) for node in tree if _runs(node)]
        told = [(node, evaluation) for node, evaluation in runs if evaluation is not None]
        if not told:
            return None
        first, dynamics = max(told, key=lambda one: one[1].next_state_fit)
        second, rewards = max(told, key=lambda one: _rewards(one[1]))
        pair = (first.candidate.id, second.candidate.id)
        better = dynamics.next_state_fit > rewards.next_state_fit and _rewards(rewards) > _rewards(dynamics)
        if not better or pair in self._done:
            return None
        self._done.add(pair)
        try:
            source = splice(first.candidate.source, second.candidate.source, ["reward"])
        except SyntaxError:
            return None
        note = f"transition of {pair[0]}, reward of {pair[1]}"
        return Candidate(f"m{_merged(tree) + 1}", source, pair[0], note, provider="search")


def _runs(node: Node) -> bool:
    return node.candidate.evaluation is not None and not node.candidate.evaluation.error


def _rewards(evaluation: Evaluation) -> float:
    return evaluation.reward_fit + evaluation.done_fit


def _merged(tree: Tree) -> int:
    return sum(node.candidate.id.startswith("m") for node in tree)
