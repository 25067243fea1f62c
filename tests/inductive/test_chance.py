"""Rows that no program explains: the rest is learned, and the note says how many are left."""

import random
import re
from dataclasses import replace

import pytest

from bench.learning import mechanics
from bench.learning.games import RulesGame, gather
from sandbox.data.records import Transition
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import State
from tests.inductive.support import fits, learn


def _unexplained(note: str) -> int:
    found = re.search(r"(\d+) changes unexplained", note)
    return int(found.group(1)) if found else 0


def _with_a_moth(row: Transition, rng: random.Random) -> Transition:
    """The row with a moth that flutters to any place."""

    def moth(state: State) -> State:
        found = state.copy()
        found.add("Moth", x=rng.randrange(1, 7), y=rng.randrange(1, 7))
        return found

    return replace(row, state=moth(row.state), next_state=moth(row.next_state))


@pytest.mark.long
def test_what_is_by_chance_is_left_and_what_is_not_is_learned() -> None:
    rng, game = random.Random(3), RulesGame(mechanics.ice())
    rows = [_with_a_moth(row, rng) for row in gather([game], 200, seed=3)]
    learned = learn(rows)
    assert _unexplained(learned.note) > 50
    test = [_with_a_moth(row, rng) for row in gather([game], 200, seed=1003)]
    assert _player_fits(learned.source, test) == 1.0


def _player_fits(source: str, rows: list[Transition]) -> float:
    model = load_model(source)
    right = 0
    for row in rows:
        got = model.transition(row.state.copy(), row.action).of("Player")
        right += got == row.next_state.of("Player")
    return right / len(rows)


def test_rows_that_contradict_others_are_left_and_the_rest_is_learned() -> None:
    game = RulesGame(mechanics.ice())
    rows = gather([game], 200, seed=4)
    moved = [row for row in rows if row.state != row.next_state][:10]
    lies = [replace(row, next_state=row.state) for row in moved]
    learned = learn([*rows, *lies])
    assert _unexplained(learned.note) > 0
    kept = [row for row in rows if row not in moved]
    assert fits(learned.source, kept)[0] >= 0.9
