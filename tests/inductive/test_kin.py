"""Actions that differ in their direction only: which they are, and what one tells of the others."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from synth_server.inductive.kin import families, guessed
from tests.inductive.support import learn

WAYS = {"north": (0, -1), "south": (0, 1), "west": (-1, 0), "east": (1, 0)}


def named(*deeds: str) -> dict[object, tuple[int, int]]:
    return {f"{deed} {way}": vector for deed in deeds for way, vector in WAYS.items()}


def test_words_tell_which_of_several_actions_in_each_direction_belong_together() -> None:
    shove, walk = families(named("shove", "walk"))
    assert shove == {"shove north", "shove south", "shove west", "shove east"}
    assert walk == {"walk north", "walk south", "walk west", "walk east"}


def test_actions_of_one_word_are_a_family_where_each_leads_elsewhere() -> None:
    assert families(dict(WAYS)) == (frozenset(WAYS),)
    assert families({**WAYS, "up": (0, -1)}) == ()


def test_a_name_tells_a_direction_only_by_words_that_others_show() -> None:
    known = named("shove")
    known["walk north"] = (0, -1)
    assert guessed(known, {"walk east", "rest", "fly east", "walk far"}) == {"walk east": (1, 0)}
    assert guessed(dict(WAYS), {"wait", "northeast"}) == {}


def state(x: int, y: int, *crates: tuple[int, int]) -> State:
    frame = [(i, j) for i in range(9) for j in range(9) if not (0 < i < 8 and 0 < j < 8)]
    things = [Object("Crate", x=i, y=j) for i, j in crates]
    return State([Object("Golem", x=x, y=y), *things, *(Object("Stone", x=i, y=j) for i, j in frame)])


def row(before: State, name: str) -> Transition:
    """Shoving moves a crate, walking stops before it."""
    after, golem = before.copy(), before.of("Golem")[0]
    dx, dy = WAYS[name.split()[1]]
    first, second = (golem.x + dx, golem.y + dy), (golem.x + 2 * dx, golem.y + 2 * dy)
    crates = after.where(type="Crate", x=first[0], y=first[1])
    free = not before.where(x=second[0], y=second[1]) and name.startswith("shove")
    if crates and free:
        crates[0].x, crates[0].y = second
    if not before.where(type="Stone", x=first[0], y=first[1]) and (free or not crates):
        after.of("Golem")[0].x, after.of("Golem")[0].y = first
    return Transition(before, Action(name), 0.0, after)


def rows() -> list[Transition]:
    """Walking and shoving in the open in all directions; crates to the west and the south alone, never two in a row."""
    found = [row(state(x, y, (6, 6), (6, 7)), name) for name in map(str, named("shove", "walk")) for x, y in OPEN]
    for x, y in OPEN:
        for deed in ("shove", "walk"):
            found += [row(state(x, y, (x - 1, y), (6, 7)), f"{deed} west")]
            found += [row(state(x, y, (x, y + 1), (6, 7)), f"{deed} south")]
    return [*found, row(state(2, 4, (1, 4), (6, 7)), "shove west")]


OPEN = ((3, 2), (3, 3), (4, 3), (4, 4))


def test_what_was_shown_in_one_direction_holds_in_the_others() -> None:
    model = load_model(learn(rows()).source)
    for name in map(str, named("shove", "walk")):
        dx, dy = WAYS[name.split()[1]]
        for beyond in ((7, 7), (4 + 2 * dx, 4 + 2 * dy)):
            unseen = row(state(4, 4, (4 + dx, 4 + dy), beyond), name)
            assert model.transition(unseen.state.copy(), unseen.action) == unseen.next_state


def test_what_was_tried_in_one_direction_is_no_doubt_in_the_others() -> None:
    model = load_model(learn(rows()).source)
    assert model.uncertain is not None
    assert model.uncertain(state(4, 4, (5, 4), (6, 7)), Action("walk east")) is None
    assert model.uncertain(state(4, 4, (5, 4), (6, 4)), Action("shove east")) is not None
