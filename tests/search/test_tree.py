from dataclasses import replace

from synth_server.domain import Candidate, Evaluation, Optimism, Status, Usage
from synth_server.search.tree import Tree

EVALUATION = Evaluation(Status.PARTIAL, 0.0, 0.0, 0.0, 0.0, None, 0, 0.0, Optimism(), 1, "process", 0.0)


def scored(tree: Tree, name: str, score: float, status: Status = Status.PARTIAL, parent: str | None = None) -> None:
    node = tree.add(Candidate(name, f"source of {name}", parent, usage=Usage(1, 10)))
    tree.evaluated(node, replace(EVALUATION, score=score, status=status), 0)


def best(tree: Tree) -> str:
    node = tree.best()
    assert node is not None
    return node.candidate.id


def test_an_empty_tree_has_no_best() -> None:
    tree = Tree()
    tree.add(Candidate("c1", "unevaluated"))
    assert tree.best() is None
    assert len(tree) == 1


def test_status_comes_before_score() -> None:
    tree = Tree()
    scored(tree, "c1", 0.9, Status.FAILED)
    scored(tree, "c2", 0.1)
    assert best(tree) == "c2"
    scored(tree, "c3", 0.05, Status.VERIFIED)
    assert best(tree) == "c3"


def test_of_equals_the_less_refined_and_then_the_newest_is_best() -> None:
    tree = Tree()
    scored(tree, "c1", 0.5)
    scored(tree, "c2", 0.5)
    assert best(tree) == "c2"
    scored(tree, "c3", 0.1, parent="c2")
    assert best(tree) == "c1"


def test_programs_are_the_same_up_to_blanks_at_line_ends() -> None:
    tree = Tree()
    tree.add(Candidate("c1", "a = 1\n  b = 2\n"))
    assert "a = 1  \r\n  b = 2" in tree
    assert "a = 1\nb = 2" not in tree


def test_usage_and_numbers_are_of_all_candidates() -> None:
    tree = Tree()
    assert tree.last_number() == 0
    scored(tree, "c0", 0.5)
    scored(tree, "c12", 0.5)
    assert (tree.usage().calls, tree.usage().tokens, tree.last_number()) == (2, 20, 12)
