"""When actions are offered is learned from rows that say what was, and the program offers the same elsewhere."""

import random

import pytest

from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from synth_server.inductive.growth import Memory
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request

ROOMS = ("ruk", "dap", "mel")


def start(rng: random.Random) -> State:
    """A gnarl in a room, and some blims in rooms or in the other place where a blim may be at once."""
    objects = [Object("Gnarl", spot=rng.choice(ROOMS), grip=None), *(Object("Room", name=name) for name in ROOMS)]
    for number in range(5):
        here, other = rng.sample(ROOMS, 2)
        objects.append(Object("Blim", name=f"b{number}", spot=here, stiff=rng.random() < 0.3))
        if rng.random() < 0.3:
            objects.append(Object("Twice", blim=f"b{number}", room=other))
    return State(objects)


def offered(state: State) -> tuple[Action, ...]:
    """Going elsewhere; grabbing what is here or also here and not stiff, with an empty hand; dropping."""
    gnarl = state.of("Gnarl")[0]
    found = [Action("walk", [room.name]) for room in state.of("Room") if room.name != gnarl.spot]
    for blim in state.of("Blim"):
        here = blim.spot == gnarl.spot or state.where(type="Twice", blim=blim.name, room=gnarl.spot)
        if gnarl.grip is None and not blim.stiff and here:
            found.append(Action("grab", [blim.name]))
        if gnarl.grip == blim.name:
            found.append(Action("drop", [blim.name]))
    return tuple(sorted(found, key=str))


def step(state: State, action: Action) -> State:
    """What an action that applies does."""
    after = state.copy()
    gnarl = after.of("Gnarl")[0]
    if action.name == "walk":
        gnarl.spot = action.args[0]
        return after
    blim = after.where(type="Blim", name=action.args[0])[0]
    gnarl.grip, blim.spot = (blim.name, None) if action.name == "grab" else (None, gnarl.spot)
    for twice in after.where(type="Twice", blim=blim.name):
        after.remove(twice)
    return after


def rows(seed: int, count: int) -> list[Transition]:
    """Random steps among what is offered."""
    rng, found = random.Random(seed), list[Transition]()
    state = start(rng)
    while len(found) < count:
        if len(found) % 12 == 0:
            state = start(rng)
        available = offered(state)
        action = rng.choice(available)
        after = step(state, action)
        found.append(Transition(state, action, 0.0, after, available=available))
        state = after
    return found


def ask(data: list[Transition]) -> Request:
    """A first request."""
    return Request(World("gnarls"), data, [], 0, 0)


def test_a_program_offers_what_the_environment_does_in_states_never_seen() -> None:
    model = load_model(propose(ask(rows(1, 150))).source)
    assert model.actions is not None
    for row in rows(2, 80):
        assert set(model.actions(row.state.copy())) == set(row.available or ())
        assert model.transition(row.state.copy(), row.action) == row.next_state


def test_what_was_learned_of_offers_is_the_same_with_and_without_memory() -> None:
    data, memory = rows(3, 60), Memory()
    propose(ask(data[:25]), memory)
    assert propose(ask(data), memory).source == propose(ask(data)).source


def test_rows_that_do_not_tell_what_was_offered_teach_nothing_of_it() -> None:
    data = [Transition(row.state, row.action, 0.0, row.next_state) for row in rows(1, 40)]
    assert "def actions" not in propose(ask(data)).source


@pytest.mark.parametrize("matters", ["hue", "grain"])
def test_a_later_rule_stands_up_to_the_states_that_fitted_an_earlier_one(matters: str) -> None:
    looks = [("low", "low"), ("low", "high"), ("high", "high")]  # of a blim: how it matters, and how it does not
    data = []
    for matter, other in looks:
        look = dict(zip((matters, "grain" if matters == "hue" else "hue"), (matter, other), strict=True))
        state = State([Object("Gnarl", grip=None), Object("Blim", name="b1", **look)])
        grab = [Action("grab", ["b1"])] if matter == "low" else []
        data.append(Transition(state, Action("rest"), 0.0, state, available=(*grab, Action("rest"))))
    model = load_model(propose(ask(data)).source)
    assert model.actions is not None
    for row in data:
        assert set(model.actions(row.state.copy())) == set(row.available or ())
