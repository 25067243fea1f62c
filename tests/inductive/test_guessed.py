"""What a rule of few cases asks for may have been so by chance: the kind of thing counts before what is special."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from sandbox.runtime.values import FrozenMap
from tests.inductive.support import fits, learn

PULL = Action("pull")


def scene(x: int, held: str | None, paint: str, gate: str, open_: bool = False) -> State:
    """A guard at a place with a tool of some paint, and a gate of a paint at place 4."""
    tool = FrozenMap({"type": held, "paint": paint}) if held else None
    return State(
        [
            Object("Guard", x=x, y=0, tool=tool),
            Object("Gate", x=4, y=0, paint=gate, open=open_),
            Object("Rope", x=8, y=0, paint="red"),
            Object("Stick", x=9, y=0, paint="red"),
        ]
    )


def rows() -> list[Transition]:
    """A grey gate opened to a grey rope; others did not, to nothing and to a stick."""
    moves = {"east": 1, "west": -1}
    found = [
        Transition(scene(x, held, paint, gate), Action(name), 0.0, scene(x + dx, held, paint, gate))
        for x in (1, 2, 5, 6)
        for name, dx in moves.items()
        for held, paint, gate in ((None, "", "blue"), ("Rope", "grey", "grey"), ("Stick", "red", "blue"))
    ]
    vain = [("blue", None), ("green", None), ("blue", "Stick"), ("red", "Stick")]
    found += [Transition(before := scene(4, held, "red", gate), PULL, 0.0, before.copy()) for gate, held in vain]
    return [*found, Transition(scene(4, "Rope", "grey", "grey"), PULL, 0.0, scene(4, "Rope", "grey", "grey", True))]


def test_a_rule_of_one_case_asks_for_the_kind_of_what_is_held_or_for_what_two_things_share() -> None:
    source = learn(rows()).source
    model = load_model(source)
    assert fits(source, rows())[0] == 1.0
    assert model.transition(scene(4, "Rope", "blue", "blue"), PULL) == scene(4, "Rope", "blue", "blue", True)


def test_a_value_that_a_rule_of_one_case_asks_for_is_asked_about() -> None:
    stubborn = scene(4, "Rope", "blue", "blue")
    seen = [*rows(), Transition(stubborn, PULL, 0.0, stubborn.copy())]
    model = load_model(learn(seen).source)
    assert fits(learn(seen).source, seen)[0] == 1.0
    assert model.transition(scene(4, "Rope", "red", "white"), PULL) == scene(4, "Rope", "red", "white")
    assert model.uncertain is not None
    assert model.uncertain(scene(4, "Rope", "red", "white"), PULL) is not None
    assert model.uncertain(scene(4, "Rope", "grey", "grey"), PULL) is None
