"""A rule that few rows showed is told by what better known ones ask for, not by what its few rows had in common."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from tests.inductive.support import learn, load_model

WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def scene(x: int, way: int, full: bool, *things: tuple[str, int, int]) -> State:
    walker = Object("Walker", x=x, y=3, way=way, full=full)
    return State([walker, *(Object(kind, x=x, y=y, tint="red") for kind, x, y in things)])


def row(before: State, name: str) -> Transition:
    after = before.copy()
    (walker,) = after.of("Walker")
    ahead = walker.x + WAYS[walker.way][0], walker.y + WAYS[walker.way][1]
    there = list(after.where(x=ahead[0], y=ahead[1]))
    if name == "walk" and not there:
        walker.x, walker.y = ahead
    elif name == "turn":
        walker.way = (walker.way + 1) % 4
    elif name == "lift" and not walker.full and any(thing.type != "Gate" for thing in there):
        after.remove(there[0])
        walker.full = True
    return Transition(before, Action(name), 0.0, after, "")


def rows() -> list[Transition]:
    found = []
    for x in range(1, 7):
        for way in range(4):
            dx, dy = WAYS[way]
            far = scene(x, way, False, ("Pebble", x + 2, 5), ("Gate", 9, 20))
            found += [row(far, name) for name in ("walk", "turn")]
            things = ("Pebble", x + dx, 3 + dy), ("Gate", 9, 20), ("Shell", 8, 9)
            found += [row(scene(x, way, full, *things), "lift") for full in (False, True)]
    shell = ("Shell", 5, 3), ("Gate", 6, 3), ("Pebble", 1, 1)
    beside = ("Shell", 4, 2), ("Gate", 6, 3), ("Pebble", 1, 1)
    found += [row(scene(4, 3, False, *beside), name) for name in ("walk", "turn")]
    return [*found, row(scene(4, 0, True, *shell), "lift"), row(scene(4, 0, False, *shell), "lift")]


def test_what_the_one_row_of_a_type_had_in_common_with_nothing_else_is_no_condition() -> None:
    model = load_model(learn(rows()).source)
    before = scene(4, 1, False, ("Shell", 4, 4), ("Gate", 9, 20), ("Pebble", 1, 1))  # no gate behind it this time
    assert not model.transition(before, Action("lift")).of("Shell")
