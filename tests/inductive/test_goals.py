"""Goals: what was learned under some is carried over to others of the same form."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bench.learning.families import Family
from bench.learning.goal_worlds import BABYAI, missions
from sandbox.data.records import Start, Transition
from sandbox.policy.check import check
from sandbox.runtime import UnknownGoal
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.loader import load_model
from sandbox.runtime.planners import Budget, plan
from sandbox.runtime.state import Object, State
from synth_server.inductive.emit_goals import lifted_term
from synth_server.inductive.forms import Hearing
from synth_server.inductive.frames import Frame
from synth_server.inductive.named_things import Target
from synth_server.inductive.refs import View
from synth_server.inductive.scene import Shape
from synth_server.inductive.targets import Near
from synth_server.verify import memoriser
from synth_server.verify.contents import contents, vocabulary
from synth_server.verify.rows import distinct
from tests.inductive import household
from tests.inductive.support import fits, learn

THREE = "go to, pick up, open"


def bot_rows(family: str, episodes: int, seed: int) -> list[Transition]:
    """What a bot shows in BabyAI."""
    return [row for episode in missions(BABYAI[family], episodes, seed) for row in episode]


def of_unseen_goals(rows: Sequence[Transition], known: Sequence[Transition]) -> list[Transition]:
    """The rows whose goal no known row has."""
    goals = {row.goal for row in known}
    return [row for row in rows if row.goal not in goals]


def rewards(source: str, rows: Sequence[Transition]) -> list[tuple[float, bool] | str]:
    """What the program says of each row."""
    model, found = load_model(source), list[tuple[float, bool] | str]()
    for row in rows:
        try:
            found.append(model.reward(row.state, row.action, row.next_state, row.goal))
        except UnknownGoal:
            found.append("unknown")
    return found


def told(rows: Sequence[Transition]) -> list[tuple[float, bool] | str]:
    """What the rows pay."""
    return [(row.reward, row.done) for row in rows]


@pytest.mark.parametrize("family", ["go to", "pick up", "put next to"])
def test_ten_missions_are_enough_for_goals_of_the_same_form(family: str) -> None:
    rows = bot_rows(family, 10, seed=0)
    unseen = of_unseen_goals(bot_rows(family, 30, seed=777), rows)
    assert sum(row.done for row in unseen) >= 10
    source = learn(rows).source
    assert rewards(source, unseen) == told(unseen)
    assert check(source) == []


def test_forms_that_pay_for_other_things_stay_apart() -> None:
    rows = bot_rows(THREE, 30, seed=0)
    unseen = of_unseen_goals(bot_rows(THREE, 30, seed=777), rows)
    source = learn(rows).source
    assert rewards(source, unseen) == told(unseen)
    reached = next(row for row in unseen if row.done and row.goal.startswith("go to") and row.action == "forward")
    other = reached.goal.replace("go to", "pick up")
    assert load_model(source).reward(reached.state, reached.action, reached.next_state, other) == (0.0, False)


def test_a_goal_that_tells_less_of_its_thing_is_understood_and_one_of_no_form_is_not() -> None:
    rows = bot_rows("pick up", 10, seed=0)
    taken = next(row for row in rows if row.done)
    model = load_model(learn(rows).source)
    kind = taken.next_state.of("Agent")[0].carrying["type"].lower()
    assert f"pick up the {kind}" not in {row.goal for row in rows}
    assert model.reward(taken.state, taken.action, taken.next_state, f"pick up the {kind}") == (1.0, True)
    with pytest.raises(UnknownGoal):
        model.reward(taken.state, taken.action, taken.next_state, f"sing of the {kind}")


def test_a_world_with_one_goal_is_not_burdened_with_reading_goals() -> None:
    rows = [row for row in bot_rows("go to", 6, seed=0) if row.goal == bot_rows("go to", 6, seed=0)[0].goal]
    assert "heard" not in learn(rows).source
    doors = [State([Object("Man", x=1, y=0), Object("Door", x=3, y=0, hue="red", now=now)]) for now in ("shut", "open")]
    done = Transition(doors[0], Action("push"), 1.0, doors[1], "open the red door", done=True)
    rest = Transition(doors[0], Action("rest"), 0.0, doors[0], done.goal)
    assert "heard" not in learn([rest, done]).source


def test_a_single_goal_that_tells_several_things_apart_is_read() -> None:
    (episode,) = missions(BABYAI["put next to"], 1, 3)
    rows, end = [row for row in episode if not row.done], episode[-1]
    source = learn(rows, [Start(rows[0].state, end.goal)]).source
    assert end.done
    assert "heard" in source
    assert rewards(source, [*rows, end]) == told([*rows, end])


def test_the_type_of_the_one_thing_that_paid_is_not_taken_for_the_reason() -> None:
    """Of one success nothing tells whether a ball had to be put down or what the goal names; goals name any type."""
    episodes = list(missions(BABYAI["put next to"], 20, 5))
    kinds = [episode[-1].goal.split()[3] for episode in episodes]
    known = next(i for i, kind in enumerate(kinds) if kind == "ball")
    others = [episode[-1] for i, episode in enumerate(episodes) if kinds[i] != kinds[known] and episode[-1].done]
    starts = [Start(row.state, row.goal) for row in others]
    assert len(others) >= 5
    assert rewards(learn(episodes[known], starts).source, others) == told(others)


def test_what_solves_says_nothing_against_what_pays_on_the_way() -> None:
    """Each box on a target pays, the last one more: not that pushes north pay otherwise than those east."""

    def boxes(*spots: tuple[int, int]) -> State:
        targets = [Object("Target", x=x, y=y) for x, y in ((1, 0), (5, 1))]
        return State([*(Object("Box", x=x, y=y) for x, y in spots), *targets])

    def step(name: str, before: State, after: State, reward: float = -0.1, done: bool = False) -> Transition:
        return Transition(before, Action(name), reward, after, "push every box onto a target", done)

    start, half, over = boxes((0, 0), (5, 0)), boxes((1, 0), (5, 0)), boxes((1, 0), (5, 1))
    rows = [step("east", start, half, 0.9), step("north", half, over, 10.9, True)]
    rows += [step(name, half, half) for name in ("east", "rest")] + [step("north", start, boxes((0, 1), (5, 0)))]
    other = step("north", start, boxes((0, 0), (5, 1)), 0.9)
    assert rewards(learn(rows).source, [*rows, other]) == told([*rows, other])


@pytest.mark.parametrize("synonyms", [False, True])
def test_invented_goals_in_words_that_mean_nothing_are_learned(synonyms: bool) -> None:
    for seed in (100, 103):
        family, rng = Family(seed, synonyms=synonyms), random.Random(seed)
        rows = [row for _ in range(35) for row in family.play(rng)]
        words = {word for row in rows if row.done for word in row.goal.split()}
        unseen = of_unseen_goals([row for _ in range(30) for row in family.play(rng)], rows)
        fair = [row for row in unseen if set(row.goal.split()) <= words]
        found = [ours == theirs for ours, theirs in zip(rewards(learn(rows).source, fair), told(fair), strict=True)]
        assert sum(row.done for row in fair) >= 5
        assert sum(found) >= 0.98 * len(found)


def test_household_sentences_are_learned() -> None:
    rng = random.Random(3)
    rows = [row for _ in range(48) for row in household.play(rng)]
    unseen = of_unseen_goals([row for _ in range(60) for row in household.play(rng)], rows)
    found = [ours == theirs for ours, theirs in zip(rewards(learn(rows).source, unseen), told(unseen), strict=True)]
    assert sum(row.done for row in unseen) >= 10
    assert sum(found) >= 0.98 * len(found)


def nonsense(word: str) -> str:
    """Another word, the same in goals and states, with as much case."""
    digest = hashlib.sha256(b"goals" + word.lower().encode()).hexdigest()
    text = "".join("bdfgklmnprtvz"[int(digit, 16) % 13] + "aou"[int(digit, 16) % 3] for digit in digest[:4])
    return text.capitalize() if word[:1].isupper() else text


def renamed(value: Any) -> Any:
    """A value with all its strings renamed."""
    if isinstance(value, str):
        return nonsense(value)
    if isinstance(value, Mapping):
        return {nonsense(key): renamed(item) for key, item in value.items()}
    return value


def renamed_state(state: State) -> State:
    """The state with all words renamed."""
    return State(
        Object.from_mapping(nonsense(thing.type), {nonsense(name): renamed(thing[name]) for name in thing})
        for thing in state
    )


def renamed_row(row: Transition) -> Transition:
    """The row with all words renamed, those of the goal alike."""
    goal = " ".join(map(nonsense, row.goal.split()))
    states = renamed_state(row.state), renamed_state(row.next_state)
    return Transition(states[0], Action(nonsense(row.action.name)), row.reward, states[1], goal, row.done)


def test_words_mean_what_they_are_used_for() -> None:
    rows = bot_rows(THREE, 30, seed=1)
    unseen = of_unseen_goals(bot_rows(THREE, 30, seed=778), rows)
    plain = rewards(learn(rows).source, unseen)
    assert plain == told(unseen)
    assert rewards(learn([renamed_row(row) for row in rows]).source, [renamed_row(row) for row in unseen]) == plain


def test_a_new_goal_of_a_known_form_has_a_plan_at_once() -> None:
    rows = bot_rows("pick up", 12, seed=0)
    fresh = [row for row in of_unseen_goals(bot_rows("pick up", 12, seed=779), rows) if row.state.of("Agent")]
    first = {row.goal: row for row in reversed(fresh)}
    model, starts = load_model(learn(rows).source), [Start(row.state, row.goal) for row in first.values()][:4]
    schemas = tuple(ActionSchema(name) for name in sorted({row.action.name for row in rows}))
    for start in starts:
        found = plan(model, start.state.copy(), start.goal, Budget(20_000), schemas=schemas)
        assert found.verdict == "found"


def test_before_any_goal_paid_what_each_form_names_is_hoped_for() -> None:
    """What held in vain under goals of one form is hoped for under others still."""
    family, rng = Family(104, synonyms=False), random.Random(1)
    episodes = [family.play(rng) for _ in range(8)]
    rows = [row for episode in episodes for row in episode if not row.done]
    starts = [Start(episode[0].state, episode[0].goal) for episode in episodes]
    source = learn(rows, starts).source
    assert rewards(source, rows) == told(rows)
    ends = [episode[-1] for episode in episodes if episode[-1].done]
    assert len({len(row.goal.split()) for row in ends}) == 2
    assert rewards(source, ends) == [(1.0, True)] * len(ends)


def test_goals_of_one_form_that_pay_for_what_they_do_not_name_keep_a_rule_each() -> None:
    """Under "blue" the green ball pays and the other way round: nothing can be said of a goal never seen."""
    balls = {0: "red", 3: "blue", 6: "green"}
    pays = {"red": "red", "blue": "green", "green": "blue"}

    def at(x: int) -> State:
        return State([Object("Man", x=x, y=0), *(Object("Ball", x=spot, y=0, hue=hue) for spot, hue in balls.items())])

    def step(hue: str, x: int, dx: int) -> Transition:
        done = balls.get(x + dx) == pays[hue]
        action = Action("east" if dx > 0 else "west")
        return Transition(at(x), action, float(done), at(x + dx), f"reach the {hue} ball", done)

    rows = [step(hue, x, dx) for hue in pays for x in range(1, 6) for dx in (1, -1)]
    source = learn(rows).source
    assert rewards(source, rows) == told(rows)
    other = Transition(at(1), Action("west"), 1.0, at(0), "reach the pink ball", done=True)
    assert rewards(source, [other]) == ["unknown"]


def test_many_forms_of_goals_do_not_make_a_program_look_like_one_that_recites_its_data() -> None:
    rows = [row for family in sorted(BABYAI) for row in bot_rows(family, 2, seed=1)][::2]
    assert len({row.goal for row in rows}) >= 8
    seen = distinct(rows)
    found = contents(learn(rows).source, vocabulary(seen))
    assert found.entries > 0
    assert memoriser.find(found, seen, memoriser.Gap()) is None


def test_a_thing_in_a_certain_state_near_another_is_said_with_its_state() -> None:
    view = View(Shape(("x", "y"), ("Walker",), "Walker", {}), Frame())
    lamp, bell = Target(Hearing(), (0,)), Target(Hearing(), (1,))
    near = Near(lamp, bell, view.shape, "beside", ("state", "lit"))
    assert lifted_term(near, True, view).endswith(" if a != b and get(a, 'state', ...) == 'lit')")


def test_of_two_rules_that_the_data_leave_open_the_one_that_solves_counts() -> None:
    """Taking what was asked for solves, taking anything else ends the episode; then there are two of a kind."""

    def scene(*things: tuple[str, int], hand: str = "") -> State:
        holds = {"type": hand} if hand else None
        return State([Object("Walker", x=1, y=0, hand=holds), *(Object(kind, x=x, y=0) for kind, x in things)])

    rows = []
    for asked, other in (("Pear", "Plum"), ("Plum", "Pear"), ("Fig", "Plum"), ("Pear", "Fig")):
        for x in (2, 3, 4):
            for taken, left in ((asked, other), (other, asked)):
                before, after = scene((taken, 1), (left, x)), scene((left, x), hand=taken)
                won = taken == asked
                rows.append(Transition(before, Action("take"), float(won), after, f"take a {asked}", done=True))
                rows.append(Transition(before, Action("rest"), 0.0, before, f"take a {asked}"))
    two = scene(("Pear", 1), ("Pear", 3))
    row = Transition(two, Action("take"), 1.0, scene(("Pear", 3), hand="Pear"), "take a Pear", done=True)
    assert rewards(learn(rows).source, [row]) == told([row])


def ward(nurse: str, rooms: dict[str, str]) -> State:
    """A nurse and patients, each in some room; rooms have names and no places."""
    return State(
        [
            Object("Nurse", name="nurse", room=nurse),
            *(Object("Room", name=f"room {i}") for i in range(1, 6)),
            *(Object("Patient", name=f"{sort} 1", sort=sort, room=room) for sort, room in rooms.items()),
        ]
    )


def visit(to: str, rooms: dict[str, str], start: str, whom: str) -> Transition:
    """The nurse goes to a room; that pays where the patient is that the goal names."""
    paid = rooms[whom] == to
    return Transition(
        ward(start, rooms), Action("go", [to]), float(paid), ward(to, rooms), f"look after the {whom}", paid
    )


def test_being_where_a_named_thing_is_pays_wherever_it_is() -> None:
    days = [
        {"baker": "room 1", "smith": "room 2", "miner": "room 3"},
        {"baker": "room 4", "smith": "room 1", "miner": "room 5"},
    ]
    rows = [
        visit(f"room {to}", rooms, f"room {start}", whom)
        for rooms in days
        for whom in ("baker", "smith")
        for start in (1, 2, 5)
        for to in range(1, 6)
        if to != start and rooms[whom] != f"room {start}"
    ]
    source = learn(rows, [Start(rows[0].state, rows[0].goal)]).source
    assert fits(source, rows) == (1.0, 1.0)
    model = load_model(source)
    other = {"baker": "room 3", "smith": "room 3", "miner": "room 5"}
    for room in ("room 1", "room 3", "room 5"):
        came = visit(room, other, "room 2", "miner")
        assert model.reward(came.state, came.action, came.next_state, came.goal) == (came.reward, came.done)
