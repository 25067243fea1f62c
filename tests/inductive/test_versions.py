"""An action with a schema is in doubt where what always held when it worked does not, and that was not tried."""

from collections.abc import Sequence

import pytest

from bench.learning import relational
from bench.learning.curious import Curious
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from tests.inductive.support import learn


def room(shut: bool, old: bool, heat: int, awake: bool = True) -> State:
    """Two boxes, of which the first one matters, and somebody who opens them."""
    boxes = [
        Object("Box", name="a", shut=shut, old=old, heat=heat),
        Object("Box", name="b", shut=True, old=True, heat=3),
    ]
    return State([*boxes, Object("Cook", awake=awake)])


def row(before: State) -> Transition:
    """Opening needs somebody who is awake, and a box whose heat is at most two."""
    state = before.copy()
    box, cook = state.where(name="a")[0], state.of("Cook")[0]
    if cook.awake and box.heat <= 2:
        box.shut = False
    return Transition(before, Action("open", ["a"]), 0.0, state)


def doubt(rows: Sequence[Transition], state: State) -> str | None:
    model = load_model(learn(rows).source)
    assert model.uncertain is not None
    return model.uncertain(state, Action("open", ["a"]))


WORKED = [row(room(True, False, 0)), row(room(True, False, 1)), row(room(True, False, 2))]


def test_what_held_whenever_an_action_worked_is_asked_for() -> None:
    told = doubt(WORKED, room(True, True, 1))
    assert told is not None
    assert told.startswith("open worked 3 times, never without ")
    assert "'old'" in told


def test_what_an_action_worked_without_is_no_question_any_more() -> None:
    assert doubt([*WORKED, row(room(True, True, 1))], room(True, True, 2)) is None


def test_what_lacked_alone_where_it_did_not_work_is_no_question_any_more() -> None:
    rows = [*WORKED, row(room(True, True, 1))]
    asleep = room(True, False, 1, awake=False)
    assert doubt(rows, asleep) is not None
    assert doubt([*rows, row(asleep)], asleep) is None
    assert doubt([*rows, row(asleep)], room(True, True, 0, awake=False)) is None


def test_a_row_in_which_nothing_could_be_seen_answers_only_that() -> None:
    """The box was open: that it stayed so says nothing of who sleeps."""
    rows = [*WORKED, row(room(False, False, 1, awake=False))]
    assert doubt(rows, room(True, False, 1, awake=False)) is not None
    assert doubt(rows, room(False, False, 0)) is None


def test_an_action_that_never_worked_is_tried_in_other_situations() -> None:
    rows = [row(room(True, False, 3)), row(room(True, True, 3, awake=False))]
    assert doubt(rows, room(True, False, 1)) is not None
    assert all(doubt(rows, one.state) is None for one in rows)


def test_what_was_seen_is_no_question() -> None:
    rows = [row(room(s, o, h, a)) for s in (True, False) for o in (True, False) for h in (0, 3) for a in (True, False)]
    assert [doubt(rows, one.state) for one in rows] == [None] * len(rows)


@pytest.mark.long
def test_rows_that_doubts_ask_for_are_distinct_and_always_the_same() -> None:
    first, again = (Curious(relational.environment(1001), seed=7).gather(30) for _ in range(2))
    assert len({one.digest() for one in first}) == 30
    assert [one.digest() for one in first] == [one.digest() for one in again]
