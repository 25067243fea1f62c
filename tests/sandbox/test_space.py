"""States as tuples of numbers, and remembered steps, against the states and the model themselves."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runtime import Action, Object, State
from sandbox.runtime.bm25 import Bm25, words
from sandbox.runtime.model import Model
from sandbox.runtime.planners import Problem
from sandbox.runtime.planners.expand import Expander
from sandbox.runtime.planners.space import Marks, Space
from sandbox.runtime.planners.watch import Watch, watched
from tests.sandbox.small_worlds import GOAL, SmallWorld

BODIES = st.builds(Object, st.sampled_from(["Box", "Wall"]), x=st.integers(0, 2))
STATES = st.lists(BODIES, max_size=6).map(State)


@given(STATES, st.lists(STATES, min_size=1, max_size=6), st.sets(st.sampled_from(["Box", "Wall"])))
def test_equal_states_have_equal_marks_and_no_others_have(start: State, others: list[State], moves: set[str]) -> None:
    space = Space(start, frozenset(moves))
    assert space.state(space.start) == start
    marks = [space.marks(other) for other in others]
    for one, mine in zip(others, marks, strict=True):
        assert space.state(mine) == one
        assert [mine == its for its in marks] == [one == other for other in others]


@given(STATES, st.lists(STATES, min_size=2, max_size=5))
def test_a_change_leads_to_the_marks_of_its_outcome(start: State, way: list[State]) -> None:
    space = Space(start, frozenset({"Box"}))
    marks = space.start
    for before, after in zip([start, *way], way, strict=False):
        change = space.difference(marks, before, after)
        marks = space.apply(marks, *change)
        assert marks == space.marks(after)


@given(STATES, STATES, st.sets(st.sampled_from(["Box", "Wall"])), st.lists(st.integers(0, 3), max_size=4))
def test_what_a_program_changes_in_its_copy_leads_to_the_marks_of_its_outcome(
    start: State, now: State, moves: set[str], writes: list[int]
) -> None:
    space = Space(start, frozenset(moves))
    marks = space.marks(now)
    before = space.state(marks)
    after = before.copy()
    for x in writes:
        for obj in list(after)[x : x + 1]:
            obj.x = (obj.x + 1) % 3
        for obj in list(after)[4:] if x == 3 else ():
            after.remove(obj)
    assert space.apply(marks, *space.difference(marks, before, after)) == space.marks(after)
    assert space.state(space.marks(after)) == after


class Counted:
    """A model, and how often its transition and reward were called."""

    def __init__(self, model: Model) -> None:
        self.calls = 0
        self.model = Model(self._counting(model.transition), self._counting(model.reward), model.actions)

    def _counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any) -> Any:
            self.calls += 1
            return function(*args)

        return counting


def steps(expander: Expander, marks: Marks) -> list[tuple[str, State, float, bool]]:
    """What is known of the steps from a state, each outcome once."""
    found = expander.expand(marks)
    rows = {(edge.after, edge.reward, edge.done): edge for edge in found}
    return sorted(
        ((repr(expander.space.state(after)), expander.space.state(after), pay, done) for after, pay, done in rows),
        key=lambda row: (row[0], row[2]),
    )


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_what_is_remembered_is_what_the_model_answers(seed: int) -> None:
    world, rng = SmallWorld(seed), random.Random(seed)
    space = Space(world.start, frozenset({"Agent", "Thing"} if seed % 2 else {"Agent"}))
    few, many = Counted(world.model), Counted(world.model)
    remembering = Expander(Problem(few.model, world.start, GOAL, world.schemas), space)
    plain = Expander(Problem(many.model, world.start, GOAL, world.schemas), space, remember=False)
    marks = space.start
    for _ in range(80):
        assert steps(remembering, marks) == steps(plain, marks)
        marks = rng.choice(plain.expand(marks)).after
    assert few.calls < many.calls / 2


def test_steps_that_depend_on_little_are_run_once_however_the_rest_stands() -> None:
    def move(state: State, action: Action) -> State:
        state.of("Agent")[0].x += 1
        return state

    def arrive(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        return float(after.of("Agent")[0].x), False

    start = State([Object("Agent", x=0), *(Object("Lamp", x=x, on=False) for x in range(3))])
    space = Space(start, frozenset({"Agent", "Lamp"}))
    counted = Counted(Model(move, arrive, lambda state: [Action("go")]))
    expander = Expander(Problem(counted.model, start, ""), space)
    for lit in range(3):
        state = start.copy()
        state.of("Lamp")[lit].on = True
        (edge,) = expander.expand(space.marks(state))
        state.of("Agent")[0].x = 1
        assert (space.state(edge.after), edge.reward, edge.done) == (state, 1.0, False)
    assert counted.calls == 2


def test_whatever_a_model_looks_at_is_noted() -> None:
    start = State([Object("Box", x=1), Object("Box", x=2), Object("Wall", x=3)])
    space = Space(start, frozenset({"Box"}))

    def asked(look: object) -> list[Marks]:
        path: dict[object, Marks] = {}
        look(watched(space.state(space.start), Watch(space, space.start, path)))  # type: ignore[arg-type, operator]
        return list(path.values())

    both = space.start
    assert asked(lambda state: state.of("Wall")) == [()]
    assert asked(lambda state: state.one("Box")) == [both]
    assert asked(lambda state: state.where(x=2)) == [(both[1],)]
    assert asked(lambda state: state.copy().where(type="Box", x=[1])) == [()]
    assert asked(lambda state: state.add("Box", x=5)) == []
    for look in (len, list, repr, hash, lambda s: s.key(), lambda s: s == start, lambda s: Object("Wall", x=3) in s):
        assert asked(look) == [both]


def test_a_reward_that_looks_at_the_action_is_asked_for_each() -> None:
    start = State([Object("Lamp", on=False)])
    model = Model(lambda s, a: s, lambda s, a, n, g: (float(a == "wish"), a == "wish"))
    names = ("wait", "wish", "hope")
    problem = Problem(Model(model.transition, model.reward, lambda s: [Action(n) for n in names]), start, "")
    expander = Expander(problem, Space(start, frozenset()))
    for _ in range(2):
        edges = expander.expand(())
        assert [(expander.actions[edge.action].name, edge.done) for edge in edges] == [
            ("wait", False),
            ("wish", True),
            ("hope", False),
        ]


def test_a_text_scores_by_the_rare_words_that_it_shares() -> None:
    scorer = Bm25(words("Open the red box!"))
    texts = [Counter(words(text)) for text in ("the door", "the box", "the key", "a red box", "the the the")]
    for text in texts:
        scorer.learn(text)
    scores = [scorer.score(text) for text in texts]
    assert max(scores) == scores[3]
    assert scores[1] > scores[0] > 0
    assert scorer.score(Counter(["nothing"])) == 0
