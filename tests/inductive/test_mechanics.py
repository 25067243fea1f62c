"""Mechanisms that the learner was not told of; the worlds are those of the benchmark."""

import pytest

from bench.learning import mechanics
from bench.learning.games import RulesGame, gather
from tests.inductive.support import fits, learn


@pytest.mark.parametrize("name", ["crafting", "energy", "garden", "hunt", "ice", "kitchen", "portals", "trains"])
def test_a_mechanism_is_learned_exactly_from_two_hundred_rows(name: str) -> None:
    game = RulesGame(mechanics.ALL[name]())
    source = learn(gather([game], 200, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] == 1.0


@pytest.mark.parametrize(("name", "least"), [("ferry", 0.97), ("levers", 0.9), ("patrol", 0.9), ("shop", 0.9)])
def test_a_mechanism_is_learned_well_from_two_hundred_rows(name: str, least: float) -> None:
    game = RulesGame(mechanics.ALL[name]())
    source = learn(gather([game], 200, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] >= least
