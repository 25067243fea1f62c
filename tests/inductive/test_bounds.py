"""Where the rules and what was shown agree there is no doubt; where they do not, both sides are told."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from tests.inductive.support import learn

WIDTH = 12


def place(x: int, full: bool, *things: tuple[str, int]) -> State:
    walls = [Object("Wall", x=wall, y=y) for wall in (-1, WIDTH) for y in (0,)]
    return State([Object("Cart", x=x, y=0, full=full), *walls, *(Object(kind, x=spot, y=0) for kind, spot in things)])


def row(before: State, name: str) -> Transition:
    """A cart rolls east or west unless a wall is there, and is loaded or emptied; nothing is to be seen of `ring`."""
    state = before.copy()
    cart = state.one("Cart")
    assert cart is not None
    if name == "load":
        cart.full = not cart.full
    elif name in ("east", "west"):
        to = cart.x + (1 if name == "east" else -1)
        if not state.where(type="Wall", x=to):
            cart.x = to
    return Transition(before, Action(name), 0.0, state)


def rows() -> list[Transition]:
    """Carts empty and full, rugs under empty ones only; bells are rung when there is none, or by empty carts."""
    found = [row(place(x, False, ("Rug", 4), ("Rug", 5)), name) for x in range(WIDTH) for name in ("east", "west")]
    found += [row(place(x, True), name) for x in range(WIDTH) for name in ("east", "west", "load", "ring")]
    found += [row(place(x, False), "load") for x in range(4)]
    found.append(row(place(WIDTH - 1, True, ("Peg", WIDTH - 1)), "east"))
    found += [row(place(x, False, ("Bell", x - 1), ("Bell", x + 1)), "ring") for x in range(2, 6)]
    return found


MODEL = load_model(learn(rows()).source)


def doubt(state: State, name: str) -> str | None:
    assert MODEL.uncertain is not None
    return MODEL.uncertain(state, Action(name))


def test_a_new_combination_of_parts_that_were_each_seen_with_the_effect_is_supported() -> None:
    assert doubt(place(3, True, ("Rug", 4)), "east") is None
    assert doubt(place(6, True, ("Rug", 5)), "west") is None


def test_a_part_that_never_came_with_the_effect_is_a_doubt_that_counts_both_sides() -> None:
    told = doubt(place(3, True, ("Mud", 4)), "east")
    assert told is not None
    assert told.startswith("never seen: east, (Cart something), meeting")
    assert "transitions changed Cart, none with (Mud)" in told
    assert "did otherwise" not in told
    against = doubt(place(3, True, ("Peg", 3)), "east")  # where the only cart on a peg stood before a wall
    assert against is not None
    assert against.endswith("none with (Peg); with that, 1 did otherwise")


def test_that_nothing_happens_is_not_taken_for_granted() -> None:
    """What a full cart does with a bell was never seen, though both were there when ringing did nothing."""
    told = doubt(place(3, True, ("Bell", 2), ("Bell", 4)), "ring")
    assert told is not None
    assert "transitions changed" not in told


def test_what_was_seen_is_no_doubt_and_equal_rows_give_equal_doubts() -> None:
    assert all(doubt(one.state, one.action.name) is None for one in rows())
    again = load_model(learn(rows()).source)
    assert again.uncertain is not None
    strange = place(3, True, ("Mud", 4))
    assert again.uncertain(strange, Action("east")) == doubt(strange, "east")
