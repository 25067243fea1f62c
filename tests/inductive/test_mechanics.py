"""Mechanisms that the learner was not told of; the worlds are those of the benchmark."""

import pytest

from bench.learning import mechanics, mechanics_more
from bench.learning.games import RulesGame, gather
from tests.inductive.support import fits, learn

EXACT = ["belts", "boulders", "crafting", "energy", "garden", "hunt", "ice", "kitchen", "lights", "portals", "trains"]


@pytest.mark.parametrize("name", EXACT)
def test_a_mechanism_is_learned_exactly_from_two_hundred_rows(name: str) -> None:
    game = RulesGame(mechanics.ALL[name]())
    source = learn(gather([game], 200, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] == 1.0


@pytest.mark.parametrize(("name", "least"), [("ferry", 0.97), ("levers", 0.9), ("patrol", 0.9), ("shop", 0.9)])
def test_a_mechanism_is_learned_well_from_two_hundred_rows(name: str, least: float) -> None:
    game = RulesGame(mechanics.ALL[name]())
    source = learn(gather([game], 200, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] >= least


@pytest.mark.parametrize("name", ["tiles", "fire", "gravity", "mice", "dials"])
def test_what_falls_spreads_or_turns_is_learned_exactly_from_a_hundred_rows(name: str) -> None:
    game = RulesGame(mechanics_more.MORE[name]())
    source = learn(gather([game], 100, seed=1)).source
    assert fits(source, gather([game], 300, seed=1001))[0] == 1.0


def test_what_the_actor_faces_counts_where_the_action_is_no_direction() -> None:
    game = RulesGame(mechanics_more.magnet())
    source = learn(gather([game], 150, seed=1)).source
    assert "FACING" in source
    assert fits(source, gather([game], 300, seed=1001))[0] >= 0.95
