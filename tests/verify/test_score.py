import pytest

from synth_server.verify.score import score


def test_plans_count_only_for_a_program_that_fits_everything() -> None:
    assert score(9, 10, plans=5, starts=5) == pytest.approx(9 / 15)
    assert score(10, 10, plans=4, starts=5) == pytest.approx(14 / 15)


def test_a_program_that_fits_and_plans_everything_scores_one() -> None:
    assert score(10, 10, 5, 5) == 1.0


def test_without_data_there_is_no_score() -> None:
    assert score(0, 0, 0, 0) == 0.0
