"""The breadth-first planner on small models whose shortest plans are known."""

from collections.abc import Callable, Iterable

import pytest

from sandbox.runtime import Action, ActionSchema, Argument, Object, State, UnknownGoal
from sandbox.runtime.model import Model
from sandbox.runtime.planners import FOUND, OPEN, REFUTED, Budget, Plan, Problem, Success
from sandbox.runtime.planners.base import never
from sandbox.runtime.planners.bfs import bfs

SIZE = 7
STEPS = {"north": (0, -1), "south": (0, 1), "west": (-1, 0), "east": (1, 0)}
SCHEMAS = tuple(ActionSchema(name) for name in STEPS)
HOLES = {(2, 1), (2, 2), (2, 3), (4, 5)}


def room(x: int, y: int) -> State:
    walls = [
        Object("Wall", x=i, y=j) for i in range(SIZE) for j in range(SIZE) if i in (0, SIZE - 1) or j in (0, SIZE - 1)
    ]
    return State([*walls, *(Object("Hole", x=i, y=j) for i, j in HOLES), Object("Agent", x=x, y=y)])


def walk(state: State, action: Action) -> State:
    agent = state.one("Agent")
    assert agent is not None
    dx, dy = STEPS[action.name]
    if not state.where(type="Wall", x=agent.x + dx, y=agent.y + dy):
        agent.x, agent.y = agent.x + dx, agent.y + dy
    return state


def arrive(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
    agent = after.one("Agent")
    assert agent is not None
    if after.where(type="Hole", x=agent.x, y=agent.y):
        return 0.0, True
    there = f"{agent.x},{agent.y}" == goal
    return float(there), there


def problem(
    goal: str,
    transition: Callable[[State, Action], State] = walk,
    reward: Callable[[State, Action, State, str], tuple[float, bool]] = arrive,
    actions: Callable[[State], Iterable[Action]] | None = None,
    uncertain: Callable[[State, Action], str | None] | None = None,
) -> Problem:
    return Problem(Model(transition, reward, actions, uncertain), room(1, 1), goal, SCHEMAS)


def plan(problem: Problem, nodes: int, success: Success, expired: Callable[[], bool] = never) -> Plan:
    return bfs(problem._replace(success=success), Budget(nodes, expired))


def run(actions: Iterable[Action]) -> tuple[int, int]:
    state = room(1, 1)
    for action in actions:
        state = walk(state, action)
    agent = state.one("Agent")
    assert agent is not None
    return agent.x, agent.y


def test_the_shortest_way_round_the_holes_is_found() -> None:
    found = plan(problem("3,1"), 1000, Success())
    assert found.verdict == FOUND
    assert len(found.actions) == 8
    assert run(found.actions) == (3, 1)
    assert found.error is None
    assert plan(problem("3,1"), 1000, Success()) == found


def test_a_place_that_cannot_be_reached_is_refuted_after_all_that_can() -> None:
    refuted = plan(problem("9,9"), 1000, Success())
    assert (refuted.verdict, refuted.actions) == (REFUTED, ())
    assert refuted.nodes == 25 - len(HOLES)


def test_the_budget_counts_distinct_states() -> None:
    assert plan(problem("9,9"), 25 - len(HOLES), Success()).verdict == REFUTED
    left_open = plan(problem("9,9"), 25 - len(HOLES) - 1, Success())
    assert (left_open.verdict, left_open.nodes) == (OPEN, 20)
    assert plan(problem("9,9"), 1000, Success(), expired=lambda: True).verdict == OPEN


def test_done_without_success_ends_a_branch() -> None:
    def only_hole(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        value, done = arrive(state, action, after, "3,1")
        return value, done or run([]) == (0, 0)

    fenced = problem("3,1", reward=lambda s, a, n, g: (only_hole(s, a, n, g)[0], True))
    assert plan(fenced, 1000, Success()).verdict == REFUTED
    assert plan(fenced, 1000, Success()).nodes == 1


def test_reward_on_a_step_that_changes_nothing_counts() -> None:
    bump = problem("", reward=lambda s, a, n, g: (float(s == n), s == n))
    assert plan(bump, 10, Success()).actions == (Action("north"),)


@pytest.mark.parametrize(
    ("success", "verdict"),
    [(Success(0.5), REFUTED), (Success(0.25), FOUND), (Success(0.25, False), FOUND), (Success(-1.0, True), FOUND)],
)
def test_success_is_reward_above_and_done(success: Success, verdict: str) -> None:
    half = problem("1,3", reward=lambda s, a, n, g: (arrive(s, a, n, g)[0] / 2, arrive(s, a, n, g)[1]))
    assert plan(half, 1000, success).verdict == verdict


def test_done_is_not_asked_for_where_the_world_does_not() -> None:
    endless = problem("1,3", reward=lambda s, a, n, g: (arrive(s, a, n, g)[0], False))
    assert plan(endless, 1000, Success()).verdict == REFUTED
    assert plan(endless, 1000, Success(0.0, False)).actions == (Action("south"),) * 2


def test_an_action_that_raises_is_a_dead_branch_and_the_first_error_is_told() -> None:
    def no_south(state: State, action: Action) -> State:
        if action == "south":
            raise RuntimeError(f"cannot go {action}")
        return walk(state, action)

    refuted = plan(problem("1,3", no_south), 1000, Success())
    assert (refuted.verdict, refuted.error) == (REFUTED, "RuntimeError: cannot go south")
    found = plan(problem("1,1", no_south, lambda s, a, n, g: (1.0, a == "west")), 1000, Success())
    assert (found.actions, found.error) == ((Action("west"),), "RuntimeError: cannot go south")
    nothing = plan(problem("1,3", lambda s, a: None), 1000, Success())  # type: ignore[arg-type, return-value]
    assert "transition returned None" in str(nothing.error)


def test_an_unknown_goal_has_no_plan() -> None:
    def unknown(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        raise UnknownGoal(goal)

    refuted = plan(problem("sing", reward=unknown), 1000, Success())
    assert (refuted.verdict, refuted.nodes, refuted.error) == (REFUTED, 1, "UnknownGoal: sing")


def test_the_models_own_actions_are_preferred_to_the_schemas() -> None:
    east_only = problem("1,3", actions=lambda state: ["east", Action("west")])  # type: ignore[list-item]
    assert plan(east_only, 1000, Success()).verdict == REFUTED
    wrong = plan(problem("1,3", actions=lambda state: [3]), 1000, Success())  # type: ignore[list-item]
    assert wrong.error == "actions gave a int, not an Action"
    broken = plan(problem("1,3", actions=lambda state: state.nothing), 1000, Success())  # type: ignore[attr-defined]
    assert str(broken.error).startswith("AttributeError")


def test_the_model_gets_copies_that_it_may_spoil() -> None:
    def spoiling(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        answer = arrive(state, action, after, goal)
        for one in (state, after):
            for obj in one.of("Wall"):
                one.remove(obj)
        return answer

    found = plan(problem("3,1", reward=spoiling), 1000, Success())
    assert (found.verdict, len(found.actions)) == (FOUND, 8)


def test_typed_arguments_are_grounded_in_each_state() -> None:
    schema = ActionSchema("take", (Argument(type="Box", attribute="name"),))
    start = State([Object("Box", name=name) for name in "cab"])

    def take(state: State, action: Action) -> State:
        for box in state.where(type="Box", name=action.args[0]):
            state.remove(box)
        return state

    model = Model(take, lambda s, a, n, g: (float(len(n) == 0), len(n) == 0))
    found = plan(Problem(model, start, "", (schema,)), 100, Success())
    assert [action.args[0] for action in found.actions] == ["a", "b", "c"]
    assert found.nodes == 7


def test_a_plan_tells_the_states_that_the_model_predicts() -> None:
    found = plan(problem("3,1"), 1000, Success())
    assert [(one.x, one.y) for state in found.states for one in state.of("Agent")][-2:] == [(3, 2), (3, 1)]
    assert (found.reward, found.done, found.shortest) == (1.0, True, True)


def test_without_a_plan_the_way_to_the_best_reward_is_told() -> None:
    half = problem("1,3", reward=lambda s, a, n, g: (arrive(s, a, n, g)[0] / 2, False))
    assert plan(half, 1000, Success()).partial == (Action("south"),) * 2
