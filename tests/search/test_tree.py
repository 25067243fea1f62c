from dataclasses import replace

from synth_server.domain import Candidate, Evaluation, Misprediction, Optimism, Part, RefutedStart, Status, Usage
from synth_server.providers.protocol import Defect
from synth_server.search.tree import Tree, defects

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


def test_programs_are_the_same_up_to_comments_blanks_and_docstrings() -> None:
    tree = Tree()
    node = tree.add(Candidate("c1", "def f(a):\n    return a + 1\n"))
    assert tree.twin('def f(a):  # adds\r\n    """One more."""\n\n    return (a+1)') is node
    assert tree.twin("def f(a):\n    return a + 2\n") is None


def test_what_is_no_python_is_the_same_up_to_blanks_at_line_ends() -> None:
    tree = Tree()
    node = tree.add(Candidate("c1", "a = 1\n  b = 2\n"))
    assert tree.twin("a = 1  \r\n  b = 2") is node
    assert tree.twin("a = 1\nb = 2") is None


def test_defects_are_told_from_an_evaluation() -> None:
    fits = replace(EVALUATION, next_state_fit=1.0, reward_fit=1.0, done_fit=1.0)
    assert defects(replace(fits, error="line 1: no")) == [Defect.ERROR]
    assert defects(replace(fits, next_state_fit=0.5, reward_fit=0.9)) == [Defect.NEXT_STATE, Defect.REWARD]
    assert defects(replace(fits, unknown_goals=("win",))) == [Defect.GOAL]
    assert defects(replace(fits, refuted=(RefutedStart("d", "win", True),))) == [Defect.PLAN]
    assert defects(replace(fits, refuted=(RefutedStart("d", "win", False),))) == [Defect.ERROR]


def test_rewards_that_are_wrong_only_because_their_goal_is_unknown_are_one_defect() -> None:
    miss = Misprediction("d", Part.REWARD, "reward 1.0, done True", "UnknownGoal for 'win'")
    found = replace(EVALUATION, next_state_fit=1.0, unknown_goals=("win",), mispredictions=(miss,))
    assert defects(found) == [Defect.GOAL]
    other = Misprediction("e", Part.DONE, "reward 0.0, done False", "reward 0.0, done True")
    assert defects(replace(found, mispredictions=(miss, other))) == [Defect.GOAL, Defect.REWARD]


def test_what_a_try_gave_is_kept_for_the_next_choice() -> None:
    tree = Tree()
    scored(tree, "c1", 0.5)
    scored(tree, "c2", 0.75, parent="c1")
    tries = tree.tries(tree.get("c1"), Defect.REWARD)
    child = tree.get("c2")
    assert child is not None
    tree.learn(tries, child, 0.5)
    tree.learn(tries, child, 0.8)
    assert (tries.tried, tries.gains) == (2, [0.25])
    assert tree.tries(tree.get("c1"), Defect.REWARD) is tries
    assert tree.tries(None, None) is tree.fresh
