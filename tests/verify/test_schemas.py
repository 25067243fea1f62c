from dataclasses import replace

from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import State
from synth_server.verify.schemas import infer, with_schemas
from tests.verify.worlds import WORLD, good_data


def box_state(*names: str) -> State:
    state = State()
    state.add("Hand", at="table")
    for name in names:
        state.add("Box", id=name, color="red")
    return state


def test_names_without_arguments_are_the_actions_seen() -> None:
    assert infer(good_data()) == (ActionSchema("left"), ActionSchema("right"), ActionSchema("take"))


def test_an_argument_that_always_names_an_object_comes_from_its_attribute() -> None:
    first, second = box_state("a", "b"), box_state("c", "d")
    rows = [Transition(s, Action("grab", [n]), 0.0, s) for s, n in [(first, "a"), (first, "b"), (second, "d")]]
    assert infer(rows) == (ActionSchema("grab", (Argument(type="Box", attribute="id"),)),)


def test_other_arguments_are_the_constants_seen() -> None:
    state = box_state("a", "b")
    rows = [Transition(state, Action("move", [way]), 0.0, state) for way in ("up", "down")]
    assert infer(rows) == (ActionSchema("move", (Argument(values=("down", "up")),)),)


def test_actions_that_were_offered_but_not_taken_count() -> None:
    row = replace(good_data()[0], available=(Action("jump"), Action("left")))
    assert infer([row]) == (ActionSchema("jump"), ActionSchema("left"))


def test_schemas_that_a_user_gave_stay() -> None:
    assert with_schemas(WORLD, [Transition(State(), Action("x"), 0.0, State())]) is WORLD
    assert with_schemas(World("w"), good_data()).actions == infer(good_data())
