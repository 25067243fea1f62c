"""A program of another hand, repaired: what the data show is put right, what they never show is kept."""

from bench.learning.goal_worlds import BABYAI, missions
from sandbox.data.records import Transition, World
from sandbox.policy.check import check
from sandbox.runtime.loader import load_model
from synth_server.domain import Candidate
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request
from tests.inductive.support import fits, play_at_random

DOORKEY = "minigrid:MiniGrid-DoorKey-5x5-v0"

CORRECT = """
from worldsmith_runtime import Action, State

WAYS = {0: (1, 0), 1: (0, 1), 2: (-1, 0), 3: (0, -1)}


def ahead(agent):
    dx, dy = WAYS[agent.dir]
    return agent.x + dx, agent.y + dy


def transition(state, action):
    agent = state.of("Agent")[0]
    x, y = ahead(agent)
    things = state.where(x=x, y=y)
    if action.name == "left":
        agent.dir = (agent.dir - 1) % 4
    elif action.name == "right":
        agent.dir = (agent.dir + 1) % 4
    elif action.name == "forward":
        if all(t.type == "Goal" or (t.type == "Door" and t.state == "open") for t in things):
            agent.x, agent.y = x, y
    elif action.name == "pickup":
        for thing in things:
            if thing.type == "Key" and agent.carrying is None:
                agent.carrying = {"type": "Key", "color": thing.color}
                state.remove(thing)
    elif action.name == "drop":
        if agent.carrying is not None and not things:
            state.add(agent.carrying["type"], x=x, y=y, color=agent.carrying["color"])
            agent.carrying = None
    elif action.name == "toggle":
        for door in things:
            if door.type == "Door":
                toggle(door, agent)
    return state


def toggle(door, agent):
    if door.state == "locked":
        if agent.carrying is not None and agent.carrying["color"] == door.color:
            door.state = "open"
    else:
        door.state = "closed" if door.state == "open" else "open"


def reward(state, action, next_state, goal):
    agent = next_state.of("Agent")[0]
    done = any(t.type == "Goal" for t in next_state.where(x=agent.x, y=agent.y))
    return float(done), done
"""
MISTAKES = (
    ("(agent.dir - 1) % 4", "(agent.dir + 1) % 4"),
    ("agent.carrying is not None and not things", "agent.carrying is not None"),
    ('thing.type == "Key" and agent.carrying is None', 'thing.type == "Key"'),
)


def shows(row: Transition) -> bool:
    """Whether a row shows what happens to a door that is toggled."""
    return row.action.name == "toggle" and row.state != row.next_state


def test_planted_mistakes_are_put_right_and_a_rule_that_no_row_shows_is_kept() -> None:
    rows, starts = play_at_random(DOORKEY, 600, seed=1)
    unseen, _ = play_at_random(DOORKEY, 1000, seed=777)
    wrong = CORRECT
    for right, mistake in MISTAKES:
        assert right in wrong
        wrong = wrong.replace(right, mistake)
    shown = [row for row in rows if not shows(row)]
    doors = [row for row in unseen if shows(row)]
    assert len(doors) >= 3
    assert fits(CORRECT, unseen) == (1.0, 1.0)
    assert fits(wrong, shown)[0] < 0.9
    request = Request(World("test"), shown, starts, 1, 0, parent=Candidate("c0", wrong))
    source = propose(request).source
    assert fits(source, shown) == (1.0, 1.0)
    assert fits(source, doors) == (1.0, 1.0)
    assert fits(source, unseen)[0] > fits(wrong, unseen)[0]
    assert check(source) == []


def test_a_parent_that_is_no_program_is_not_kept() -> None:
    rows, starts = play_at_random(DOORKEY, 60, seed=1)
    source = propose(Request(World("test"), rows, starts, 1, 0, parent=Candidate("c0", "def transition("))).source
    assert load_model(source).uncertain is not None


def test_a_parent_of_the_learners_own_is_learned_anew() -> None:
    rows, starts = play_at_random(DOORKEY, 60, seed=1)
    first = propose(Request(World("test"), rows, starts, 0, 0)).source
    second = propose(Request(World("test"), rows[:40], starts, 1, 0, parent=Candidate("c0", first))).source
    assert "former_transition" not in second


ONE_GOAL = """
from worldsmith_runtime import UnknownGoal


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    if goal != "sing":
        raise UnknownGoal(goal)
    return 2.0, True
"""


def test_where_the_parent_knows_no_such_goal_others_of_its_form_tell() -> None:
    rows = [row for episode in missions(BABYAI["pick up"], 12, seed=5) for row in episode]
    goals = {row.goal for row in rows}
    unseen = [row for episode in missions(BABYAI["pick up"], 20, seed=99) for row in episode if row.goal not in goals]
    source = propose(Request(World("test"), rows, [], 1, 0, parent=Candidate("c0", ONE_GOAL))).source
    model = load_model(source)
    assert check(source) == []
    assert sum(row.done for row in unseen) >= 5
    assert fits(source, rows) == (1.0, 1.0)
    assert fits(source, unseen)[1] == 1.0
    assert model.reward(rows[0].state, rows[0].action, rows[0].next_state, "sing") == (2.0, True)
