"""What is worth trying next, on a small model and rivals of it."""

from collections.abc import Callable

from sandbox.runtime import Action, State, UnknownGoal
from sandbox.runtime.model import Model
from sandbox.runtime.planners import FOUND, OPEN, REFUTED, Budget, Problem, explore
from tests.sandbox.test_bfs import STEPS, arrive, problem, room, run, walk

ALL = Budget(1000)
Rule = Callable[[State, Action], State]


def far(state: State, action: Action) -> str | None:
    agent = state.one("Agent")
    assert agent is not None
    return {(3, 4): "middle", (1, 5): "corner"}.get((agent.x, agent.y)) if action == "east" else None


def test_exploring_ends_with_the_nearest_uncertain_action() -> None:
    found = explore(problem("9,9", uncertain=far), Budget(1000), frozenset())
    assert (found.verdict, found.reason) == (FOUND, "corner")
    assert found.actions == (Action("south"),) * 4 + (Action("east"),)
    skipped = explore(problem("9,9", uncertain=far), Budget(1000), frozenset({"corner"}))
    assert skipped.reason == "middle"
    assert run(skipped.actions[:-1]) == (3, 4)
    assert explore(problem("9,9", uncertain=far), Budget(1000), frozenset({"corner", "middle"})).verdict == REFUTED


def test_of_doubts_in_one_state_the_one_about_what_was_taken_least_comes_first() -> None:
    def always(state: State, action: Action) -> str | None:
        return f"whether {action} works"

    tried = [(0, Action(name)) for name in STEPS]
    for least in STEPS:
        others = [(mark, action) for mark, action in tried if action.name != least]
        assert explore(problem("9,9", uncertain=always), ALL, tried=others).actions == (Action(least),)


def test_exploring_never_passes_through_an_end() -> None:
    ends = problem("1,3", uncertain=far)  # the goal lies on the only way down this side
    assert explore(ends, Budget(1000), frozenset()).verdict == REFUTED
    assert explore(problem("1,5", uncertain=far), Budget(1000), frozenset()).reason == "middle"


def test_exploring_needs_no_known_goal_and_no_uncertainty_means_nothing_to_find() -> None:
    def unknown(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        raise UnknownGoal(goal)

    assert explore(problem("sing", reward=unknown, uncertain=far), Budget(1000), frozenset()).reason == "corner"
    assert explore(problem("9,9"), Budget(1000), frozenset()).verdict == REFUTED


def stuck(x: int, y: int, name: str) -> Rule:
    """The rules of the room, but for one action at one place, which leads nowhere."""

    def step(state: State, action: Action) -> State:
        agent = state.one("Agent")
        assert agent is not None
        return state if (agent.x, agent.y, action.name) == (x, y, name) else walk(state, action)

    return step


def rival(rule: Rule, reward: Callable[[State, Action, State, str], tuple[float, bool]] = arrive) -> Model:
    return Model(rule, reward)


def test_what_rivals_disagree_on_comes_before_a_nearer_doubt() -> None:
    near = problem("9,9", uncertain=lambda state, action: "always")
    assert (explore(near, ALL).kind, explore(near, ALL).reason) == ("doubt", "always")
    found = explore(near, ALL, rivals=[rival(stuck(3, 4, "south"))])
    assert (found.verdict, found.kind, found.apart) == (FOUND, "rivals", 2)
    assert run(found.actions[:-1]) == (3, 4)
    assert found.actions[-1] == Action("south")
    assert found.reason == "2 programs that fit predict 2 different outcomes of south"


def test_the_action_that_tells_most_rivals_apart_is_taken_though_others_are_nearer() -> None:
    def both(state: State, action: Action) -> State:
        return stuck(1, 2, "south")(state, action) if action.name == "south" else turned(state, action)

    def turned(state: State, action: Action) -> State:
        agent = state.one("Agent")
        assert agent is not None
        back = (agent.x, agent.y, action.name) == (1, 4, "east")
        return walk(state, Action("north")) if back else walk(state, action)

    rivals = [rival(stuck(1, 4, "east")), rival(both)]
    found = explore(problem("9,9"), ALL, rivals=rivals)
    assert (found.apart, run(found.actions[:-1]), found.actions[-1].name) == (3, (1, 4), "east")


def test_rewards_and_ends_tell_rivals_apart_too() -> None:
    def generous(state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        agent = after.one("Agent")
        return (1.0, True) if agent is not None and (agent.x, agent.y) == (3, 1) else arrive(state, action, after, goal)

    found = explore(problem("9,9"), ALL, rivals=[rival(walk, generous)])
    assert found.kind == "rivals"
    assert [action.name for action in found.actions] == ["south", "south", "east", "east", "north", "north"] or (
        run(found.actions) == (3, 1)
    )


def test_a_rival_that_raises_has_no_opinion() -> None:
    def broken(state: State, action: Action) -> State:
        raise ValueError(action.name)

    assert explore(problem("9,9"), ALL, rivals=[rival(broken)]).verdict == REFUTED
    found = explore(problem("9,9"), ALL, rivals=[rival(broken), rival(stuck(1, 1, "south"))])
    assert (found.actions, found.apart) == ((Action("south"),), 2)


def test_without_doubt_or_disagreement_the_least_tried_is_tried() -> None:
    start = room(1, 1)
    mark = start.fingerprint()
    tried = [(mark, Action(name)) for name in STEPS]
    found = explore(problem("9,9"), ALL, tried=tried[:3])
    assert (found.kind, found.actions) == ("unseen", (Action("east"),))
    assert found.reason == "east was taken 0 times, but never there"
    away = explore(problem("9,9"), ALL, tried=tried)
    assert len(away.actions) == 2
    assert explore(problem("9,9"), ALL).verdict == REFUTED


def test_a_spent_budget_ends_with_the_best_that_was_found() -> None:
    doubtful = problem("9,9", uncertain=far)
    rivals = [rival(stuck(5, 5, "east"))]
    short = explore(doubtful, Budget(20), rivals=rivals)
    assert (short.kind, short.reason) == ("doubt", "corner")
    assert explore(doubtful, Budget(3), rivals=rivals).verdict == OPEN
    assert explore(doubtful, ALL, rivals=[rival(stuck(1, 2, "south")), rival(stuck(1, 2, "south"))]).apart == 2


def test_equal_questions_get_equal_answers() -> None:
    asked = Problem(Model(walk, arrive), room(1, 1), "9,9", problem("9,9").schemas)
    rivals = [rival(stuck(3, 4, "south")), rival(stuck(4, 3, "south"))]
    assert explore(asked, ALL, rivals=rivals) == explore(asked, ALL, rivals=rivals)
