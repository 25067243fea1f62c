"""What was shown with things of one type holds for others that the same record can hold."""

import random

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from tests.inductive.support import learn

WAYS = {0: (1, 0), 1: (0, 1), 2: (-1, 0), 3: (0, -1)}
SIZE = 7


def room(rng: random.Random, holds: object) -> State:
    """A porter somewhere inside, with things of two kinds about."""
    inside = [(i, j) for i in range(1, SIZE - 1) for j in range(1, SIZE - 1)]
    places = rng.sample(inside, 4)
    walls = [(i, j) for i in range(SIZE) for j in range(SIZE) if not (0 < i < SIZE - 1 and 0 < j < SIZE - 1)]
    things = [
        Object(kind, hue=rng.choice(("red", "blue", "grey")), x=x, y=y)
        for kind, (x, y) in zip(("Urn", "Urn", "Drum"), places[1:], strict=True)
    ]
    porter = Object("Porter", x=places[0][0], y=places[0][1], turn=rng.randrange(4), holds=holds)
    return State([porter, *things, *(Object("Wall", x=i, y=j) for i, j in walls)])


def after(before: State, name: str) -> State:
    """``lift`` takes what is ahead, ``put`` sets it down where nothing is."""
    state = before.copy()
    porter = state.of("Porter")[0]
    dx, dy = WAYS[porter.turn]
    x, y = porter.x + dx, porter.y + dy
    ahead = state.where(x=x, y=y)
    if name == "spin":
        porter.turn = (porter.turn + 1) % 4
    elif name == "walk" and not ahead:
        porter.x, porter.y = x, y
    elif name == "lift" and porter.holds is None and ahead and ahead[0].type != "Wall":
        porter.holds = {"kind": ahead[0].type, "hue": ahead[0].hue}
        state.remove(ahead[0])
    elif name == "put" and porter.holds is not None and not ahead:
        state.add(Object(porter.holds["kind"], hue=porter.holds["hue"], x=x, y=y))
        porter.holds = None
    return state


def played(seed: int, count: int) -> list[Transition]:
    """Random steps in many rooms; half begin with an urn in hand, and whoever holds a drum never puts it down."""
    rng, rows = random.Random(seed), list[Transition]()
    while len(rows) < count:
        state = room(rng, rng.choice((None, {"kind": "Urn", "hue": "grey"})))
        for _ in range(12):
            held = state.of("Porter")[0].holds
            drum = held is not None and held["kind"] == "Drum"
            name = rng.choice(("spin", "walk", "lift") if drum else ("spin", "walk", "lift", "put"))
            then = after(state, name)
            rows.append(Transition(state, Action(name), 0.0, then))
            state = then
    return rows


def test_what_was_put_down_of_one_kind_can_be_put_down_of_another() -> None:
    found = load_model(learn(played(1, 500)).source)
    tried = right = 0
    for row in played(2, 400):
        before = row.state.copy()
        before.of("Porter")[0].holds = {"kind": "Drum", "hue": "red"}
        truth = after(before, "put")
        tried += truth != before
        right += truth != before and found.transition(before.copy(), Action("put")) == truth
    assert tried > 100
    assert right == tried
