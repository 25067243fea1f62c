from contextlib import suppress

import pytest

from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from sandbox.runtime.values import FrozenMap
from synth_server.domain import Candidate
from synth_server.providers.protocol import ProviderExhaustedError
from tests.inductive.support import fits, learn


def room(x: int) -> State:
    return State([Object("Mouse", x=x, y=0), Object("Cheese", x=5, y=0), Object("Trap", x=7, y=0)])


def steps(goal: str = "find the cheese") -> list[Transition]:
    """A mouse that walked about and never met anything."""
    moves = {"east": 1, "west": -1}
    return [
        Transition(room(x), Action(name), 0.0, room(x + dx), goal) for x in range(1, 4) for name, dx in moves.items()
    ]


def test_before_any_reward_the_goals_words_say_what_to_hope_for() -> None:
    rows = steps()
    model = load_model(learn(rows, [Start(room(1), rows[0].goal)]).source)
    assert model.reward(room(4), Action("east"), room(5), rows[0].goal) == (1.0, True)
    assert model.reward(room(6), Action("east"), room(7), rows[0].goal) == (0.0, False)


def test_a_hope_pays_when_it_comes_true_and_not_for_as_long_as_it_holds() -> None:
    rows = steps()
    model = load_model(learn(rows, [Start(room(1), rows[0].goal)]).source)
    assert model.reward(room(5), Action("east"), room(5), rows[0].goal) == (0.0, False)


def test_when_these_hopes_are_refuted_others_follow_and_then_nothing() -> None:
    rows = steps()
    starts = [Start(room(1), rows[0].goal)]
    first = learn(rows, starts).source
    second = learn(rows, starts, [Candidate("c0", first)]).source
    assert load_model(second).reward(room(6), Action("east"), room(7), rows[0].goal) == (1.0, True)
    with pytest.raises(ProviderExhaustedError):
        learn(rows, starts, [Candidate("c0", first), Candidate("c1", second)])


def test_a_hope_that_came_true_without_pay_is_given_up() -> None:
    rows = [*steps(), Transition(room(4), Action("east"), 0.0, room(5), "find the cheese")]
    source = learn(rows, [Start(room(1), "find the cheese")]).source
    assert fits(source, rows) == (1.0, 1.0)
    model = load_model(source)
    assert model.reward(room(4), Action("east"), room(5), "find the cheese") == (0.0, False)


def test_what_paid_is_learned_and_hopes_end() -> None:
    rows = [*steps(), Transition(room(4), Action("east"), 1.0, room(5), "find the cheese", done=True)]
    source = learn(rows, [Start(room(1), "find the cheese")]).source
    assert "hoped" not in source
    assert load_model(source).reward(room(4), Action("east"), room(5), "find the cheese") == (1.0, True)


def test_an_action_in_a_situation_never_seen_is_uncertain_and_says_why() -> None:
    model = load_model(learn(steps()).source)
    assert model.uncertain is not None
    assert model.uncertain(room(2), Action("east")) is None
    reason = model.uncertain(room(4), Action("east"))
    assert reason is not None
    assert "Cheese" in reason


def test_without_rows_there_is_nothing_to_propose() -> None:
    with pytest.raises(ProviderExhaustedError):
        learn([])


def ring(door: str, name: str, at: int, goal: str) -> Transition:
    """A guest before two doors; ringing pays at the one that the goal names."""
    colors = {2: "red", 6: "blue"}
    doors = [Object("Door", x=x, y=1, color=color) for x, color in colors.items()]
    before = State([Object("Guest", x=at, y=0), *doors])
    after = State([Object("Guest", x=at + {"east": 1, "west": -1}.get(name, 0), y=0), *doors])
    paid = name == "ring" and colors.get(at) == door
    return Transition(before, Action(name), float(paid), after, goal, done=paid)


def test_what_was_never_done_beside_what_the_goal_names_is_hoped_to_pay_once_being_there_did_not() -> None:
    goals = {color: f"visit the {color} door" for color in ("red", "blue")}
    rows = [ring(color, name, x, goals[color]) for color in goals for x in range(1, 7) for name in ("east", "west")]
    rows += [ring(color, "ring", 4, goals[color]) for color in goals]
    starts = [Start(rows[0].state, goal) for goal in goals.values()]
    history: list[Candidate] = []
    with suppress(ProviderExhaustedError):
        while True:
            history.append(Candidate(f"c{len(history)}", learn(rows, starts, history).source))
    last = load_model(history[-1].source)
    there = ring("red", "ring", 2, goals["red"])
    assert last.reward(there.state, there.action, there.next_state, goals["red"]) == (1.0, True)
    away = ring("red", "ring", 4, goals["red"])
    assert last.reward(away.state, away.action, away.next_state, goals["red"]) == (0.0, False)
    vain = Transition(there.state, there.action, 0.0, there.next_state, goals["red"])
    assert "dared" not in learn([*rows, vain], starts, history).source


def lever(pulled: str, first: str, second: str, goal: str) -> Transition:
    """Two lamps, each lit by its own lever, which puts it out again."""

    def room(lit: str) -> State:
        lamps = [
            Object("Lamp", x=x, y=1, color=color, state="lit" if color in lit.split() else "dark")
            for x, color in ((2, "red"), (6, "blue"))
        ]
        return State([Object("Guest", x=4, y=0), *lamps])

    return Transition(room(first), Action(pulled), 0.0, room(second), goal)


def test_two_things_that_were_each_lit_in_vain_are_hoped_to_pay_when_both_are() -> None:
    goals = ["light the red lamp then the blue lamp", "light the blue lamp then the red lamp"]
    rows = [
        lever(name, first, second, goal)
        for goal in goals
        for name, first, second in (("a", "", "red"), ("a", "red", ""), ("b", "", "blue"), ("b", "blue", ""))
    ]
    model = load_model(learn(rows, [Start(rows[0].state, goal) for goal in goals]).source)
    both = lever("b", "red", "red blue", goals[0])
    assert model.reward(both.state, both.action, both.next_state, goals[0]) == (1.0, True)
    for row in rows:
        assert model.reward(row.state, row.action, row.next_state, row.goal) == (0.0, False)


def kitchen(**egg: object) -> State:
    """A robot with an egg and a mug, a fridge, a cabinet and a cup in it."""
    things = {"egg 1": {"inside": "cabinet 1"} | egg, "mug 1": {"inside": "fridge 1"}, "cup 1": {"inside": "cabinet 1"}}
    return State(
        [
            Object("Receptacle", name="fridge 1", sort="fridge"),
            Object("Receptacle", name="cabinet 1", sort="cabinet"),
            *(
                Object("Item", **{"name": name, "sort": name.split()[0], "clean": False, "hot": False, **more})
                for name, more in things.items()
            ),
            Object("Robot", holds=None, at="cabinet 1"),
        ]
    )


def kitchen_rows() -> list[Transition]:
    """A mug was put into the cabinet, which paid; an egg was heated and one washed, under that goal."""
    goal = "put a mug in the cabinet"
    start, held = kitchen(), kitchen(inside=None)
    moved = start.copy()
    moved.where(type="Item", name="mug 1")[0].inside = "cabinet 1"
    return [
        Transition(start, Action("put", ["mug 1", "cabinet 1"]), 1.0, moved, goal, done=True),
        Transition(start, Action("put", ["egg 1", "fridge 1"]), 0.0, kitchen(inside="fridge 1"), goal),
        Transition(kitchen(hot=True), Action("put", ["mug 1", "cabinet 1"]), 0.0, kitchen(hot=True), goal),
        Transition(held, Action("heat", ["egg 1"]), 0.0, kitchen(inside=None, hot=True), goal),
        Transition(held, Action("wash", ["egg 1"]), 0.0, kitchen(inside=None, clean=True), goal),
    ]


@pytest.mark.parametrize(
    ("goal", "right", "wrong"),
    [
        ("heat some egg and put it in fridge", "hot", "clean"),
        ("put a hot egg in the fridge", "hot", "clean"),
        ("put a clean egg in the fridge", "clean", "hot"),
    ],
)
def test_a_goals_words_name_the_state_that_is_hoped_for_or_the_deed_that_brings_it(
    goal: str, right: str, wrong: str
) -> None:
    model = load_model(learn(kitchen_rows(), [Start(kitchen(), goal)]).source)
    put = Action("put", ["egg 1", "fridge 1"])

    def paid(**egg: bool) -> tuple[float, bool]:
        return model.reward(kitchen(**egg), put, kitchen(inside="fridge 1", **egg), goal)

    assert paid(**{right: True}) == (1.0, True)
    assert paid(**{wrong: True}) == paid() == (0.0, False)


def test_what_is_made_from_what_is_not_there_is_not_made() -> None:
    """A step of the egg out of a receptacle leaves a trace of that receptacle; without one it leaves none."""

    def leave(inside: str | None) -> Transition:
        after = kitchen(inside=None)
        if inside is not None:
            after.add(Object("Trace", item="egg 1", of=inside))
        return Transition(kitchen(inside=inside), Action("take", ["egg 1"]), 0.0, after)

    rows = [leave("cabinet 1"), leave("fridge 1"), leave(None)]
    model = load_model(learn(rows, []).source)
    assert [model.transition(row.state.copy(), row.action) for row in rows] == [row.next_state for row in rows]


def desk(at: int, hand: tuple[str, str] | None, **things: int) -> State:
    """A clerk at a place of a row of desks, with things such as ``Cup_red`` on them."""
    told = {"type": hand[0], "tint": hand[1]} if hand is not None else None
    named = ((name.split("_"), x) for name, x in things.items())
    return State(
        [Object("Clerk", x=at, y=0, hand=told), *(Object(kind, tint=tint, x=x, y=0) for (kind, tint), x in named)]
    )


def clerk_rows(goal: str, **others: int) -> list[Transition]:
    """A clerk that walks, takes cups from under it, and puts them down."""
    rows = []
    for x in range(1, 5):
        rows.append(Transition(desk(x, None, **others), Action("east"), 0.0, desk(x + 1, None, **others), goal))
        rows.append(Transition(desk(x, None, **others), Action("west"), 0.0, desk(x - 1, None, **others), goal))
        rows.append(Transition(desk(x, None, **others), Action("take"), 0.0, desk(x, None, **others), goal))
        full = desk(x, None, Cup_grey=x, **others)
        taken = desk(x, ("Cup", "grey"), **others)
        rows.append(Transition(full, Action("take"), 0.0, taken, goal))
        rows.append(Transition(taken, Action("put"), 0.0, full, goal))
    return rows


def test_a_kind_of_thing_that_the_goal_names_is_hoped_to_pay_once_it_is_held() -> None:
    rows = clerk_rows("fetch the vase", Vase_grey=8)
    rows.append(Transition(desk(7, None, Vase_grey=8), Action("east"), 0.0, desk(8, None, Vase_grey=8), rows[0].goal))
    model = load_model(learn(rows, [Start(rows[0].state, rows[0].goal)]).source)
    before, goal = desk(8, None, Vase_grey=8), rows[0].goal
    assert model.reward(before, Action("take"), desk(8, ("Vase", "grey")), goal) == (1.0, True)
    cup = desk(8, ("Cup", "grey"), Vase_grey=9)
    assert model.reward(desk(8, None, Cup_grey=8, Vase_grey=9), Action("take"), cup, goal) == (0.0, False)


def test_a_relation_that_was_in_vain_is_hoped_to_pay_when_the_first_thing_named_is_put_so() -> None:
    goals = [f"put the {one} cup beside the {other} vase" for one, other in [("red", "blue"), ("blue", "red")]]
    rows = clerk_rows(goals[0], Cup_red=9, Vase_blue=12) + clerk_rows(goals[1], Cup_blue=9, Vase_red=12)
    held, put = desk(8, ("Vase", "blue"), Cup_red=9), desk(8, None, Cup_red=9, Vase_blue=8)
    taken = Transition(
        desk(9, None, Cup_red=9, Vase_blue=12), Action("take"), 0.0, desk(9, ("Cup", "red"), Vase_blue=12), goals[0]
    )
    wrong = [
        Transition(held, Action("put"), 0.0, put, goals[0]),
        Transition(put, Action("take"), 0.0, held, goals[0]),
        taken,
    ]
    model = load_model(learn([*rows, *wrong], [Start(row.state, row.goal) for row in rows[:: len(rows) // 2]]).source)
    assert model.reward(held, Action("put"), put, goals[0]) == (0.0, False)
    carried, beside = desk(11, ("Cup", "red"), Vase_blue=12), desk(11, None, Cup_red=11, Vase_blue=12)
    assert model.reward(carried, Action("put"), beside, goals[0]) == (1.0, True)


def test_what_is_in_hand_is_told_apart_by_its_kind_in_what_is_asked() -> None:
    rows = clerk_rows("fetch the vase", Vase_grey=8)
    vases = [
        Transition(desk(8, None, Vase_grey=8), Action("take"), 0.0, desk(8, ("Vase", "grey")), rows[0].goal),
        Transition(desk(8, ("Vase", "grey")), Action("put"), 0.0, desk(8, None, Vase_grey=8), rows[0].goal),
    ]
    bell = Transition(
        desk(3, ("Cup", "grey"), Vase_grey=8), Action("ring"), 0.0, desk(3, ("Cup", "grey"), Vase_grey=8), rows[0].goal
    )
    model = load_model(learn([*rows, *vases, bell]).source)
    assert model.uncertain is not None
    assert model.uncertain(desk(4, ("Cup", "grey"), Vase_grey=8), Action("ring")) is None
    assert model.uncertain(desk(4, ("Vase", "grey"), Vase_grey=8), Action("ring")) is not None


def test_to_hold_what_is_named_is_hoped_for_before_anything_of_its_kind() -> None:
    def scene(x: int, held: str | None = None) -> State:
        holds = FrozenMap({"type": "Cup", "paint": held}) if held else None
        cups = [Object("Cup", x=at, y=0, paint=paint) for at, paint in ((5, "red"), (6, "blue")) if paint != held]
        return State([Object("Hand", x=x, y=0, holds=holds), Object("Jug", x=9, y=0, paint="red"), *cups])

    goals = ("bring the red cup", "bring the blue cup", "bring the red jug")
    moves = {"east": 1, "west": -1}
    rows = [
        Transition(scene(x), Action(name), 0.0, scene(x + dx), goal)
        for goal in goals
        for x in range(1, 4)
        for name, dx in moves.items()
    ]
    jug = State([Object("Hand", x=9, y=0, holds=FrozenMap({"type": "Jug", "paint": "red"})), *scene(1).of("Cup")])
    rows.append(Transition(scene(9), Action("lift"), 0.0, jug, "bring the blue cup"))
    starts = [Start(scene(1), goal) for goal in goals]
    first = learn(rows, starts).source
    second = learn(rows, starts, [Candidate("c0", first)]).source
    lift, red = Action("lift"), scene(4, "red")
    assert load_model(first).reward(scene(4), lift, red, "bring the red cup") == (1.0, True)
    assert load_model(first).reward(scene(4), lift, red, "bring the blue cup") == (0.0, False)
    assert load_model(second).reward(scene(4), lift, red, "bring the blue cup") == (1.0, True)
