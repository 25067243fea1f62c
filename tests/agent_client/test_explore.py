import random
from collections import Counter
from dataclasses import replace

import pytest

from agent_client.explore import (
    ExploreSettings,
    Move,
    Situation,
    decide,
    guesses,
    pick_action,
    pick_first,
    ready_for_first,
    wait_after,
)
from sandbox.contract import Verdict
from sandbox.runtime.actions import Action

SETTINGS = ExploreSettings()
LEFT, RIGHT, PRESS = (Action(name) for name in ("left", "right", "press"))
STUCK = Situation(
    verdict=Verdict.REFUTED,
    has_question=False,
    new_rows=0,
    new_start=False,
    answered=0,
    may_learn=True,
    steps=3,
)


@pytest.mark.parametrize(
    ("changes", "move"),
    [
        ({"verdict": Verdict.FOUND, "has_question": True, "answered": 99}, Move.FOLLOW),
        ({"has_question": True}, Move.ASK),
        ({"has_question": True, "answered": 10}, Move.LEARN),
        ({"has_question": True, "answered": 10, "may_learn": False}, Move.ASK),
        ({"answered": 1}, Move.LEARN),
        ({"new_start": True}, Move.LEARN),
        ({"new_start": True, "may_learn": False}, Move.GUESS),
        ({"new_start": True, "knows_goal": False, "has_question": True}, Move.LEARN),
        ({"new_start": True, "has_question": True}, Move.ASK),
        ({"new_rows": 10}, Move.LEARN),
        ({"new_rows": 9}, Move.GUESS),
        ({"steps": 20}, Move.ABANDON),
        ({"steps": 19}, Move.GUESS),
        ({"steps": 99, "verdict": Verdict.OPEN}, Move.GUESS),
    ],
)
def test_a_plan_comes_first_then_questions_then_learning_then_another_start(
    changes: dict[str, object], move: Move
) -> None:
    assert decide(replace(STUCK, **changes), SETTINGS) is move


def test_a_first_model_needs_enough_rows_and_one_that_moves_something() -> None:
    assert not ready_for_first(9, 5, 9, SETTINGS)
    assert not ready_for_first(10, 0, 10, SETTINGS)
    assert ready_for_first(10, 1, 10, SETTINGS)
    assert ready_for_first(10, 0, 60, SETTINGS)


def test_failing_syntheses_wait_for_more_and_more_rows() -> None:
    assert [wait_after(failures, SETTINGS) for failures in range(7)] == [0, 2, 4, 8, 10, 10, 10]


def test_guessing_goes_on_longer_the_longer_it_lasts() -> None:
    assert [guesses(in_a_row, SETTINGS) for in_a_row in (0, 1, 3, 50)] == [1, 2, 4, 8]


def test_the_action_least_tried_here_is_picked_then_the_least_tried_at_all() -> None:
    rng = random.Random(0)
    here, overall = Counter({LEFT: 1, RIGHT: 0, PRESS: 0}), Counter({LEFT: 1, RIGHT: 5, PRESS: 2})
    assert {pick_action([LEFT, RIGHT, PRESS], here, overall, rng, 0.0) for _ in range(20)} == {PRESS}


def test_now_and_then_any_action_is_picked() -> None:
    rng = random.Random(0)
    picked = Counter(pick_action([LEFT, RIGHT], {LEFT: 9}, {LEFT: 9}, rng, 0.5) for _ in range(1000))
    assert 150 < picked[LEFT] < 350


def test_ties_are_broken_by_the_seed_alone() -> None:
    def picks() -> list[Action]:
        rng = random.Random(7)
        return [pick_action([LEFT, RIGHT, PRESS], {}, {}, rng, 0.05) for _ in range(30)]

    assert picks() == picks()
    assert len(set(picks())) == 3


def test_without_a_model_every_action_is_tried_once_before_any_twice() -> None:
    rng, tried = random.Random(1), Counter[Action]()
    for _ in range(3):
        tried[pick_first([LEFT, RIGHT, PRESS], tried, rng)] += 1
    assert set(tried.values()) == {1}
    assert pick_first([LEFT, RIGHT, PRESS], tried, rng) in tried
