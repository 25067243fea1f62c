"""What several types of things do is hoped of a further one, until the data say no."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from tests.inductive.support import learn, load_model

LOOSE = ("Pebble", "Shell", "Feather")


def scene(x: int, full: bool, **things: int) -> State:
    return State(
        [Object("Walker", x=x, y=0, full=full), *(Object(kind, x=at, y=0, worn=at % 3) for kind, at in things.items())]
    )


def row(before: State, name: str) -> Transition:
    after = before.copy()
    (walker,) = after.of("Walker")
    if name == "east":
        walker.x += 1
    elif name == "lift" and not walker.full:
        for kind in LOOSE:
            for thing in after.where(type=kind, x=walker.x):
                after.remove(thing)
                walker.full = True
    elif name == "put":
        walker.full = False
    return Transition(before, Action(name), 0.0, after, "")


def rows() -> list[Transition]:
    found = []
    for x in range(1, 7):
        things = {"Pebble": x, "Shell": x + 3, "Feather": x + 5, "Rock": x + 8}
        found += [row(scene(x, full, **things), name) for full in (False, True) for name in ("east", "lift", "put")]
        found += [row(scene(x + 3, full, **things), "lift") for full in (False, True)]
        found.append(row(scene(x + 8, False, **things), "lift"))
    return found


def vanishes(data: list[Transition], kind: str, full: bool = False) -> bool:
    model = load_model(learn(data).source)
    before = scene(4, full, Pebble=20, Shell=30, Feather=40, Rock=50)
    for thing in before.of(kind):
        thing.x = 4
    return not model.transition(before, Action("lift")).of(kind)


def test_a_type_that_was_never_tried_is_hoped_to_do_as_others() -> None:
    assert vanishes(rows(), "Pebble")
    assert vanishes(rows(), "Feather")
    assert not vanishes(rows(), "Rock")


def test_a_failure_that_another_condition_explains_leaves_the_hope() -> None:
    failed = row(scene(6, True, Pebble=1, Shell=2, Feather=6, Rock=9), "lift")
    assert failed.next_state == failed.state
    assert vanishes([*rows(), failed], "Feather")
    assert not vanishes([*rows(), failed], "Feather", full=True)


def test_a_failure_that_nothing_else_explains_ends_it() -> None:
    before = scene(6, False, Pebble=1, Shell=2, Feather=6, Rock=9)
    stuck = Transition(before, Action("lift"), 0.0, before.copy(), "")
    assert not vanishes([*rows(), stuck], "Feather")


def test_what_another_action_does_to_a_type_says_nothing_against_the_hope() -> None:
    burnt = []
    for x in range(1, 4):
        before = scene(x, False, Pebble=x + 9, Shell=x + 8, Feather=x, Rock=x + 7)
        after = before.copy()
        after.remove(after.of("Feather")[0])
        burnt.append(Transition(before, Action("burn"), 0.0, after, ""))
        idle = scene(x, False, Pebble=x, Shell=x + 8, Feather=x + 9, Rock=x + 7)
        burnt.append(Transition(idle, Action("burn"), 0.0, idle.copy(), ""))
    model = load_model(learn([*rows(), *burnt]).source)
    assert not model.transition(burnt[0].state.copy(), Action("burn")).of("Feather")
    assert vanishes([*rows(), *burnt], "Feather")
