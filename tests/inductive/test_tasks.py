"""Actions with arguments, in worlds without places: facts, containers, recipes, vehicles, codes."""

import pytest

from bench.learning import disguise, tasks
from bench.learning.games import RulesGame, gather
from tests.inductive.support import fits, learn


@pytest.mark.parametrize("name", ["freight", "stacks", "vault", "workshop"])
def test_a_task_is_learned_exactly_from_two_hundred_rows(name: str) -> None:
    game = RulesGame(tasks.ALL[name]())
    source = learn(gather([game], 200, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] == 1.0


def test_facts_that_begin_and_cease_to_hold_are_learned_well_from_few_rows() -> None:
    game = RulesGame(tasks.household())
    source = learn(gather([game], 100, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] >= 0.95


def test_what_runs_by_itself_is_said_once_and_not_for_each_action() -> None:
    game = RulesGame(tasks.ovens())
    source = learn(gather([game], 200, seed=1)).source
    assert "def do_" not in source
    assert fits(source, gather([game], 300, seed=1001))[0] >= 0.95


def test_words_carry_no_meaning() -> None:
    game = RulesGame(tasks.stacks())
    rows, unseen = gather([game], 100, seed=2), gather([game], 300, seed=1002)
    plain = fits(learn(rows).source, unseen)
    assert fits(learn(disguise.renamed(rows)).source, disguise.renamed(unseen)) == plain


def test_an_action_is_a_function_that_says_what_it_needs() -> None:
    game = RulesGame(tasks.vault())
    source = learn(gather([game], 100, seed=1)).source
    assert "def do_pull(" in source
    assert "dial.digit == get(called(before, argument(action, 0)), 'code')" in source
