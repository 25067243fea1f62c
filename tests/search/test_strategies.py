from random import Random

import pytest

from synth_server.search.strategies import (
    FRESH_AT_ONCE,
    STRATEGIES,
    Arm,
    Rex,
    UnknownStrategyError,
    strategy,
)

GAIN = 0.125
FRESH = Arm(0, 0.0, fresh=True)


def pull(name: str, *arms: Arm, seed: int = 0) -> int | None:
    chosen = strategy(name)(arms, GAIN, Random(seed))
    return chosen.key if chosen is not None else None


def test_an_unknown_strategy_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownStrategyError, match=r"'hope'.*rex, rex-beta, greedy, breadth-first, best-of-n"):
        strategy("hope")


@pytest.mark.parametrize("name", STRATEGIES)
def test_where_only_a_fresh_start_is_possible_it_is_made(name: str) -> None:
    assert pull(name, FRESH) == 0


def test_best_of_n_always_writes_anew() -> None:
    assert pull("best-of-n", FRESH, Arm(1, 0.9)) == 0


def test_greedy_stays_with_the_best_however_often_it_failed() -> None:
    assert pull("greedy", FRESH, Arm(1, 0.5), Arm(2, 0.75, tried=100), Arm(3, 0.25)) == 2


def test_breadth_first_gives_each_program_three_tries_in_turn() -> None:
    assert pull("breadth-first", FRESH, Arm(1, 0.1, tried=2), Arm(2, 0.9)) == 1
    assert pull("breadth-first", FRESH, Arm(1, 0.1, tried=3), Arm(2, 0.9)) == 2


def test_rex_beta_prefers_high_scores_and_leaves_an_arm_after_many_tries() -> None:
    often = [pull("rex-beta", FRESH, Arm(1, 0.9), Arm(2, 0.1), seed=seed) for seed in range(200)]
    assert often.count(1) > 190
    tired = [pull("rex-beta", FRESH, Arm(1, 0.9, tried=200), Arm(2, 0.8), seed=seed) for seed in range(200)]
    assert tired.count(2) > 190


def test_rex_goes_on_with_the_best_program_while_it_may_help() -> None:
    assert pull("rex", FRESH, Arm(1, 0.5, tried=1, gained=1), Arm(2, 0.625)) == 2
    assert pull("rex", FRESH, Arm(1, 0.5, tried=1, gained=1), Arm(2, 0.625, tried=2)) == 2


def test_rex_goes_back_where_refining_the_best_leads_nowhere() -> None:
    ancestors = [Arm(key, 0.125 * key, tried=2, gained=1) for key in range(1, 4)]
    assert pull("rex", FRESH, *ancestors, Arm(4, 0.5, tried=30)) == 3


def test_rex_gives_up_sooner_where_it_has_seen_dead_ends() -> None:
    def patience(before: list[Arm]) -> int:
        for failures in range(60):
            if pull("rex", FRESH, *before, Arm(9, 0.5, tried=failures)) != 9:
                return failures
        return 60

    steady = [Arm(key, 0.375, tried=10, gained=3) for key in range(1, 9)]
    mixed = [Arm(key, 0.375, tried=10, gained=9 if key % 2 else 0) for key in range(1, 9)]
    assert patience(mixed) < patience(steady)


def test_rex_is_the_same_whatever_the_random_numbers() -> None:
    arms = [FRESH, Arm(1, 0.5, tried=3), Arm(2, 0.375, tried=1, gained=1)]
    assert len({pull("rex", *arms, seed=seed) for seed in range(20)}) == 1


def test_rex_waits_when_what_is_under_way_is_likely_to_help() -> None:
    likely = [Arm(1, 0.5, tried=9, gained=9, pending=1)]
    assert pull("rex", FRESH, *likely) is None
    unlikely = [Arm(1, 0.5, tried=60, pending=1), Arm(2, 0.5, tried=60)]
    assert pull("rex", FRESH, *unlikely) is not None


def test_rex_makes_few_fresh_starts_at_a_time() -> None:
    assert pull("rex", Arm(0, 0.0, fresh=True, pending=FRESH_AT_ONCE - 1)) == 0
    assert pull("rex", Arm(0, 0.0, fresh=True, pending=FRESH_AT_ONCE)) is None


def test_an_arm_without_any_hope_of_a_gain_has_a_price_too() -> None:
    arms = [FRESH, *(Arm(key, 0.5, tried=500) for key in range(1, 5))]
    assert Rex()(arms, GAIN, Random(0)) is not None
