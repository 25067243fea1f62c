import random
from collections import Counter
from dataclasses import dataclass, replace

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
from agent_client.planning import Plan, PlannedStep
from sandbox.contract import Verdict, Why
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State

FOUND, OPEN = Verdict.FOUND, Verdict.OPEN
SETTINGS = ExploreSettings()
LEFT, RIGHT, PRESS = (Action(name) for name in ("left", "right", "press"))
STUCK = Situation(steps=3)
WAY = (PlannedStep(PRESS, State()),)


@dataclass(frozen=True)
class Foreseen:
    """An outlook that was made up."""

    verdict: Verdict = Verdict.REFUTED
    thorough: Verdict | None = None
    whole: Verdict | None = None
    why: Why | None = None
    knows_goal: bool = True
    from_start: Verdict = Verdict.REFUTED
    unmet_sight: bool = False

    def plan(self) -> Plan:
        return Plan(self.verdict, WAY, error="" if self.knows_goal else "UnknownGoal: sing")

    def plan_from_start(self) -> Plan:
        return Plan(self.from_start, WAY)

    def thorough_plan(self) -> Plan:
        return replace(self.plan(), verdict=self.thorough or self.verdict)

    def whole_plan(self) -> Plan:
        return replace(self.plan(), verdict=self.whole or self.thorough_plan().verdict)

    def unmet(self) -> Plan:
        return Plan(Verdict.FOUND, WAY, why=Why.UNMET) if self.unmet_sight else Plan(Verdict.OPEN)

    def experiment(self) -> Plan:
        return Plan(Verdict.FOUND, WAY, why=self.why) if self.why else Plan(Verdict.REFUTED)


@pytest.mark.parametrize(
    ("changes", "foreseen", "move"),
    [
        ({"surprised": True}, Foreseen(FOUND), Move.LEARN),
        ({"surprised": True, "may_learn": False}, Foreseen(FOUND), Move.FOLLOW),
        ({"answered": 99}, Foreseen(FOUND, why=Why.DOUBT), Move.FOLLOW),
        ({}, Foreseen(why=Why.DOUBT), Move.ASK),
        ({}, Foreseen(why=Why.RIVALS), Move.ASK),
        ({}, Foreseen(OPEN, thorough=FOUND, why=Why.DOUBT), Move.ASK),
        ({}, Foreseen(OPEN, thorough=FOUND, why=Why.UNSEEN), Move.FOLLOW),
        ({}, Foreseen(why=Why.DOUBT, from_start=FOUND), Move.ABANDON),
        ({"steps": 0}, Foreseen(why=Why.DOUBT, from_start=FOUND), Move.ASK),
        ({}, Foreseen(OPEN, why=Why.DOUBT, from_start=FOUND), Move.ABANDON),
        ({}, Foreseen(OPEN, whole=FOUND, why=Why.DOUBT, from_start=FOUND), Move.FOLLOW),
        ({"steps": 0}, Foreseen(OPEN, why=Why.DOUBT, from_start=FOUND), Move.ASK),
        ({"offers": True}, Foreseen(OPEN, from_start=FOUND, unmet_sight=True), Move.SEEK),
        ({"answered": 10}, Foreseen(why=Why.DOUBT), Move.LEARN),
        ({"answered": 10, "may_learn": False}, Foreseen(why=Why.DOUBT), Move.ASK),
        ({"answered": 1}, Foreseen(), Move.LEARN),
        ({"new_start": True}, Foreseen(), Move.LEARN),
        ({"new_start": True, "may_learn": False}, Foreseen(), Move.GUESS),
        ({"new_start": True}, Foreseen(why=Why.DOUBT, knows_goal=False), Move.LEARN),
        ({"new_start": True}, Foreseen(why=Why.DOUBT), Move.ASK),
        ({"new_start": True, "steps": 0}, Foreseen(why=Why.DOUBT), Move.LEARN),
        ({"new_start": True, "steps": 0}, Foreseen(OPEN, why=Why.DOUBT), Move.ASK),
        ({"new_rows": 10}, Foreseen(why=Why.UNSEEN), Move.LEARN),
        ({"new_rows": 9}, Foreseen(why=Why.UNSEEN), Move.SEEK),
        ({"new_rows": 9}, Foreseen(), Move.GUESS),
        ({"new_rows": 10, "vain": 1}, Foreseen(why=Why.UNSEEN), Move.SEEK),
        ({"new_rows": 80, "vain": 99}, Foreseen(why=Why.UNSEEN), Move.LEARN),
        ({"new_start": True, "new_rows": 6, "vain": 3}, Foreseen(), Move.GUESS),
        ({"new_start": True, "new_rows": 7, "vain": 3}, Foreseen(), Move.LEARN),
        ({"steps": 20}, Foreseen(why=Why.UNSEEN), Move.ABANDON),
        ({"steps": 19}, Foreseen(), Move.GUESS),
        ({"steps": 99}, Foreseen(OPEN, why=Why.UNSEEN), Move.SEEK),
        ({"steps": 99}, Foreseen(OPEN), Move.GUESS),
        ({"offers": True}, Foreseen(OPEN, why=Why.DOUBT, unmet_sight=True), Move.SEEK),
        ({"offers": True, "news": True}, Foreseen(FOUND, unmet_sight=True), Move.TRY),
        ({"offers": True}, Foreseen(FOUND, unmet_sight=True), Move.FOLLOW),
        ({"offers": True, "barren": True}, Foreseen(FOUND, unmet_sight=True), Move.SEEK),
        ({"offers": True, "new_rows": 10}, Foreseen(OPEN, unmet_sight=True), Move.LEARN),
        ({"offers": True}, Foreseen(OPEN), Move.GUESS),
        ({}, Foreseen(OPEN, unmet_sight=True), Move.GUESS),
    ],
)
def test_a_plan_comes_first_then_experiments_then_learning_then_what_is_unseen_then_a_guess(
    changes: dict[str, object], foreseen: Foreseen, move: Move
) -> None:
    decision = decide(replace(STUCK, **changes), foreseen, SETTINGS)
    assert decision.move is move
    assert (decision.plan is not None) == (move in {Move.FOLLOW, Move.ASK, Move.SEEK})


def test_without_a_model_actions_are_tried_until_there_is_enough_to_learn_from() -> None:
    assert decide(replace(STUCK, ready=False), None, SETTINGS).move is Move.TRY
    assert decide(replace(STUCK, may_learn=False), None, SETTINGS).move is Move.TRY
    assert decide(STUCK, None, SETTINGS).move is Move.LEARN


@pytest.mark.parametrize("why", [Why.DOUBT, Why.UNSEEN])
def test_without_experiments_only_guessing_is_left(why: Why) -> None:
    settings = replace(SETTINGS, experiments=False)
    assert decide(STUCK, Foreseen(why=why), settings).move is Move.GUESS


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
