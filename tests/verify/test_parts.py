from itertools import permutations, product

from hypothesis import given
from hypothesis import strategies as st

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from synth_server.verify.parts import split
from synth_server.verify.rows import Row, distinct
from tests.verify.worlds import many


def rows_of(edges: list[tuple[int, int]]) -> list[Row]:
    def at(n: int) -> State:
        return State([Object("N", n=n)])

    return distinct(Transition(at(a), Action("go", [b]), 0.0, at(b)) for a, b in edges)


def assert_no_answer_among_inputs(rows: list[Row]) -> list[list[int]]:
    parts = split(rows)
    assert sorted(i for part in parts for i in part) == list(range(len(rows)))
    for part in parts:
        inputs = {rows[i].state for i in part}
        assert all(rows[i].next_state not in inputs for i in part if rows[i].next_state != rows[i].state)
    return parts


def test_a_long_trajectory_needs_two_parts() -> None:
    assert len(assert_no_answer_among_inputs(distinct(many(300)))) == 2


def test_an_odd_cycle_needs_three_parts() -> None:
    assert len(assert_no_answer_among_inputs(rows_of([(0, 1), (1, 2), (2, 0)]))) == 3


def test_rows_in_which_nothing_changes_need_no_second_part() -> None:
    assert split(rows_of([(0, 0), (1, 1), (2, 2)])) == [[0, 1, 2]]


def test_a_state_that_is_nobodys_input_keeps_nothing_apart() -> None:
    assert split(rows_of([(0, 9), (1, 9), (2, 9)])) == [[0, 1, 2]]


def test_a_world_in_which_everything_leads_everywhere_needs_few_parts() -> None:
    rows = rows_of(list(permutations(range(40), 2)))
    assert len(assert_no_answer_among_inputs(rows)) <= 12


def test_no_data_need_no_parts() -> None:
    assert split([]) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=80))
def test_no_expected_next_state_is_an_input_of_its_part(edges: list[tuple[int, int]]) -> None:
    rows = rows_of(edges)
    assert split(rows) == assert_no_answer_among_inputs(rows)


def test_all_pairs_with_loops_are_kept_apart() -> None:
    assert_no_answer_among_inputs(rows_of(list(product(range(12), repeat=2))))
