import pytest

from tests.inductive import worlds
from tests.inductive.support import fits, learn


@pytest.mark.parametrize("make", [worlds.corridor, worlds.lamps, worlds.pantry, worlds.rain])
def test_what_was_seen_is_explained_and_what_was_not_is_predicted(make: object) -> None:
    toy = make()  # type: ignore[operator]
    unseen, _ = worlds.gather(toy, 1000, seed=999)
    rows, starts = worlds.gather(toy, 100, seed=1)
    source = learn(rows, starts).source
    assert fits(source, rows) == (1.0, 1.0)
    assert fits(source, unseen) == (1.0, 1.0)


def test_thirty_rows_are_enough_where_no_situation_is_rare() -> None:
    for make in (worlds.corridor, worlds.lamps):
        rows, starts = worlds.gather(make(), 30, seed=5)
        unseen, _ = worlds.gather(make(), 500, seed=999)
        assert fits(learn(rows, starts).source, unseen)[0] == 1.0


def test_the_same_rows_in_another_order_give_the_same_predictions() -> None:
    rows, starts = worlds.gather(worlds.rain(), 80, seed=3)
    unseen, _ = worlds.gather(worlds.rain(), 500, seed=999)
    assert fits(learn(rows, starts).source, unseen) == fits(learn(rows[::-1], starts[::-1]).source, unseen)


def test_a_program_is_short_and_says_what_it_rests_on() -> None:
    rows, starts = worlds.gather(worlds.corridor(), 100, seed=1)
    source = learn(rows, starts).source
    assert source.startswith('"""A world model induced from 100 transitions."""')
    assert len(source.splitlines()) < 200
    assert "cases seen" in source
