"""Every planner, against an exhaustive search of small worlds and on what must never count as success."""

import random

import pytest

from sandbox.runtime import Action, ActionSchema, Object, State, UnknownGoal
from sandbox.runtime.model import Model
from sandbox.runtime.planners import FOUND, OPEN, PLANNERS, REFUTED, Budget, Plan, Success, plan
from tests.sandbox.small_worlds import GOAL, SmallWorld

WORLDS = [(world, *world.exhaustive()) for world in map(SmallWorld, range(200))]
WAYS = {"north": (0, -1), "south": (0, 1), "west": (-1, 0), "east": (1, 0)}


def check_plan(world: SmallWorld, found: Plan) -> None:
    """A plan's actions lead through its states to success, by the rules themselves."""
    state = world.start
    for number, (action, told) in enumerate(zip(found.actions, found.states, strict=True), 1):
        after = world.transition(state.copy(), action)
        assert after == told
        value, done = world.reward(state, action, after, GOAL)
        assert done == (number == len(found.actions))
        state = after
    assert (value, done) == (found.reward, found.done) == (1.0, True)


def test_the_worlds_are_a_mixture() -> None:
    lengths = [shortest for _, shortest, _ in WORLDS]
    assert 40 < lengths.count(None) < 160
    assert sum(length is not None and length > 3 for length in lengths) > 20


@pytest.mark.parametrize("planner", PLANNERS)
def test_a_planner_agrees_with_exhaustive_search(planner: str) -> None:
    claims = 0
    for world, shortest, states in WORLDS:
        found = plan(world.model, world.start.copy(), GOAL, Budget(10_000), schemas=world.schemas, planner=planner)
        assert found.verdict == (REFUTED if shortest is None else FOUND), found.error
        assert found.error is None
        if shortest is None:
            assert (found.nodes, found.actions, found.shortest) == (states, (), False)
        else:
            check_plan(world, found)
            assert len(found.actions) >= shortest
            assert not found.shortest or len(found.actions) == shortest
            claims += found.shortest
    assert claims or planner == "mcts"


@pytest.mark.parametrize("planner", PLANNERS)
def test_a_spent_budget_leaves_it_open(planner: str) -> None:
    world, _, states = max((known for known in WORLDS if known[1] is None), key=lambda known: known[2])
    for nodes in (1, 2, states // 2, states - 1):
        left = plan(world.model, world.start.copy(), GOAL, Budget(nodes), schemas=world.schemas, planner=planner)
        assert (left.verdict, left.nodes) == (OPEN, nodes)
    cancelled = Budget(10_000, lambda: True)
    left = plan(world.model, world.start.copy(), GOAL, cancelled, schemas=world.schemas, planner=planner)
    assert left.verdict == OPEN


class Yard:
    """A walker on a square yard with crates to push; trap doors end it for nothing, and the words promise much."""

    def __init__(self, size: int, crates: int, seed: int = 0) -> None:
        rng = random.Random(seed)
        inner = [(x, y) for x in range(2, size - 2) for y in range(2, size - 2)]
        places = rng.sample(inner, 2 * crates)
        edge = [(x, y) for x in range(size) for y in range(size) if x in (0, size - 1) or y in (0, size - 1)]
        self.start = State(
            [
                *(Object("Hedge", x=x, y=y) for x, y in edge),
                *(Object("Pad", x=x, y=y) for x, y in places[crates:]),
                *(Object("Crate", x=x, y=y) for x, y in places[:crates]),
                Object("Walker", x=1, y=1),
            ]
        )
        self.schemas = tuple(ActionSchema(name) for name in WAYS)
        self.model = Model(self.transition, self.reward)

    def transition(self, state: State, action: Action) -> State:
        walker = state.of("Walker")[0]
        dx, dy = WAYS[action.name]
        ahead, beyond = (walker.x + dx, walker.y + dy), (walker.x + 2 * dx, walker.y + 2 * dy)
        if state.where(type="Hedge", x=ahead[0], y=ahead[1]):
            return state
        for crate in state.where(type="Crate", x=ahead[0], y=ahead[1]):
            if any(thing.type in ("Crate", "Hedge") for thing in state.where(x=beyond[0], y=beyond[1])):
                return state
            crate.x, crate.y = beyond
        walker.x, walker.y = ahead
        return state

    def reward(self, state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        home = [crate for crate in after.of("Crate") if after.where(type="Pad", x=crate.x, y=crate.y)]
        return (1.0, True) if len(home) == len(after.of("Crate")) else (-0.1, False)


@pytest.mark.parametrize("planner", ["auto", "best"])
def test_what_a_goal_wishes_is_found_out_by_asking(planner: str) -> None:
    yard = Yard(9, 3)
    blind = plan(yard.model, yard.start.copy(), "", Budget(4000), schemas=yard.schemas, planner="bfs")
    assert blind.verdict == OPEN
    found = plan(yard.model, yard.start.copy(), "", Budget(4000), schemas=yard.schemas, planner=planner)
    assert (found.verdict, found.done, found.shortest) == (FOUND, True, False)


def test_auto_tells_which_search_answered() -> None:
    near, far = Yard(7, 1), Yard(9, 3)
    first = plan(near.model, near.start.copy(), "", Budget(4000), schemas=near.schemas)
    assert (first.planner, first.shortest) == ("bfs", True)
    second = plan(far.model, far.start.copy(), "", Budget(4000), schemas=far.schemas)
    assert (second.planner, second.shortest) == ("best", False)

    def picky(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        value, done = far.reward(state, action, after, goal)
        corner = after.where(type="Walker", x=7, y=7)
        return (value, done) if corner else (0.0, False)

    third = plan(Model(far.transition, picky), far.start.copy(), "", Budget(9000), schemas=far.schemas)
    assert third.planner == "bfws"  # two wishes at once are none


def test_a_thing_in_a_place_of_no_return_is_left_for_last_and_still_refuted() -> None:
    yard = Yard(6, 1, seed=1)
    stuck = yard.start.copy()
    for crate in stuck.of("Crate"):
        crate.x, crate.y = 4, 4
    for planner in ("auto", "best", "bfws"):
        refuted = plan(yard.model, stuck.copy(), "", Budget(1000), schemas=yard.schemas, planner=planner)
        assert (refuted.verdict, refuted.nodes) == (REFUTED, 15)


@pytest.mark.parametrize("planner", PLANNERS)
def test_an_end_without_reward_is_no_success_however_promising(planner: str) -> None:
    yard = Yard(7, 1)

    def nothing(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        return 0.0, yard.reward(state, action, after, goal)[1]

    model = Model(yard.transition, nothing)
    words = "push the crate onto the pad with the walker"
    end = plan(model, yard.start.copy(), words, Budget(5000), schemas=yard.schemas, planner=planner)
    assert (end.verdict, end.actions) == (REFUTED, ())
    early = Model(yard.transition, lambda s, a, n, g: (yard.reward(s, a, n, g)[0], False))
    assert plan(early, yard.start.copy(), words, Budget(5000), schemas=yard.schemas, planner=planner).verdict == REFUTED
    lenient = Success(0.0, needs_done=False)
    found = plan(early, yard.start.copy(), words, Budget(5000), schemas=yard.schemas, planner=planner, success=lenient)
    assert found.verdict == FOUND


@pytest.mark.parametrize("planner", PLANNERS)
def test_errors_and_unknown_goals_are_told(planner: str) -> None:
    yard = Yard(7, 1)

    def broken(state: State, action: Action) -> State:
        if action == "east":
            raise RuntimeError("no east")
        return yard.transition(state, action)

    def unknown(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        raise UnknownGoal(goal)

    end = plan(Model(broken, yard.reward), yard.start.copy(), "", Budget(500), schemas=yard.schemas, planner=planner)
    assert (end.verdict, end.error) == (REFUTED, "RuntimeError: no east")
    end = plan(Model(yard.transition, unknown), yard.start.copy(), "sing", Budget(500), schemas=yard.schemas)
    assert (end.verdict, end.nodes, end.error) == (REFUTED, 1, "UnknownGoal: sing")


@pytest.mark.parametrize("planner", PLANNERS)
def test_the_same_question_gets_the_same_answer(planner: str) -> None:
    yard = Yard(8, 2)
    first, second = (
        plan(yard.model, yard.start.copy(), "", Budget(3000), schemas=yard.schemas, planner=planner) for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("planner", PLANNERS)
def test_a_model_that_answers_in_two_ways_is_never_believed(planner: str) -> None:
    yard = Yard(7, 1)
    asked = []

    def moody(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        asked.append(len(after))
        return (1.0, True) if 20 < len(asked) < 40 else (0.0, False)

    found = plan(
        Model(yard.transition, moody), yard.start.copy(), "", Budget(800), schemas=yard.schemas, planner=planner
    )
    assert found.verdict != FOUND or found.done


def test_without_a_plan_the_way_to_the_nearest_is_told() -> None:
    yard = Yard(9, 3)
    start = yard.start.copy()
    for crate in start.of("Crate")[:1]:
        crate.x, crate.y = 7, 7  # it will never leave the corner
    left = plan(yard.model, start.copy(), "", Budget(20_000), schemas=yard.schemas, planner="auto")
    assert left.verdict == OPEN
    state = start
    for action in left.partial:
        state = yard.transition(state.copy(), action)
    assert left.partial
    assert not left.actions


def test_an_unknown_planner_is_refused() -> None:
    yard = Yard(7, 1)
    with pytest.raises(ValueError, match="no planner 'oracle'; there are bfs, astar"):
        plan(yard.model, yard.start, "", Budget(5), planner="oracle")


@pytest.mark.parametrize("planner", PLANNERS)
def test_a_search_is_cancelled_within_a_few_runs_of_the_model(planner: str) -> None:
    yard, runs = Yard(9, 3), []

    def counted(state: State, action: Action) -> State:
        runs.append(action)
        return yard.transition(state, action)

    budget = Budget(100_000, lambda: len(runs) > 400)
    model = Model(counted, yard.reward)
    left = plan(model, yard.start.copy(), "", budget, schemas=yard.schemas, planner=planner)
    assert left.verdict == OPEN
    assert len(runs) < 400 + 8 * len(WAYS) + len(WAYS) * len(left.partial) + 60
