"""MiniGrid, as the agent sees it."""

import random

import pytest

from agent_client.adapters.registry import make
from sandbox.data.jsonl import Dataset, read, write
from sandbox.data.records import Transition
from sandbox.data.wire import BatchDecoder, encode_batches
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object

DOOR_KEY = "minigrid:MiniGrid-DoorKey-5x5-v0"
# The level of seed 3: agent at (1, 2) facing right, key at (1, 3), locked door at (2, 1), goal at (3, 3).
TO_THE_KEY = ["right"]
TO_THE_DOOR = ["left", "left", "forward", "right"]
TO_THE_GOAL = ["forward", "forward", "right", "forward", "forward"]


@pytest.fixture
def env():
    adapter = make(DOOR_KEY)
    yield adapter
    adapter.close()


def act(env, names):
    results = [env.step(Action(name)) for name in names]
    return results[-1]


def agent(state):
    return state.of("Agent")[0]


def test_a_state_tells_the_whole_level(env):
    state, goal = env.reset(3)
    assert goal == "use the key to open the door and then get to the goal"
    assert agent(state) == Object("Agent", x=1, y=2, dir=0, carrying=None)
    assert state.of("Key") == [Object("Key", x=1, y=3, color="yellow")]
    assert state.of("Door") == [Object("Door", x=2, y=1, color="yellow", state="locked")]
    assert state.of("Goal") == [Object("Goal", x=3, y=3)]
    assert len(state.of("Wall")) == 18
    assert len(state) == 22


def test_the_key_opens_the_door_and_the_goal_pays(env):
    env.reset(3)
    assert act(env, TO_THE_KEY).reward == 0.0
    held = act(env, ["pickup"]).state
    assert agent(held).carrying == {"type": "Key", "color": "yellow"}
    assert held.of("Key") == []
    opened = act(env, [*TO_THE_DOOR, "toggle"]).state
    assert opened.of("Door")[0].state == "open"
    before = act(env, TO_THE_GOAL[:-1])
    assert (before.reward, before.done) == (0.0, False)
    last = act(env, TO_THE_GOAL[-1:])
    assert (last.reward, last.done, last.truncated) == (1.0, True, False)
    assert env.world.success.holds(last.reward, last.done)


def test_a_locked_door_stays_locked_without_the_key(env):
    env.reset(3)
    before = act(env, ["left", "forward", "right"]).state
    after = act(env, ["toggle"]).state
    assert after == before
    assert after.of("Door")[0].state == "locked"


def test_an_open_door_closes_and_does_not_lock_again(env):
    env.reset(3)
    act(env, [*TO_THE_KEY, "pickup", *TO_THE_DOOR, "toggle"])
    assert act(env, ["toggle"]).state.of("Door")[0].state == "closed"


def test_what_is_carried_can_be_put_down(env):
    env.reset(3)
    act(env, [*TO_THE_KEY, "pickup"])
    state = act(env, ["drop"]).state
    assert state.of("Key") == [Object("Key", x=1, y=3, color="yellow")]
    assert agent(state).carrying is None


def test_a_box_tells_what_it_holds_and_gives_it_up():
    env = make("minigrid:MiniGrid-ObstructedMaze-1Dlh-v0")
    rng = random.Random(1)
    state, _ = env.reset(0)
    (box,) = state.of("Box")
    assert box.contains["type"] == "Key"
    for _ in range(280):
        state = env.step(Action(rng.choice(["left", "right", "forward", "forward", "toggle"]))).state
        if not state.of("Box"):
            break
    assert [(key.x, key.y, key.color) for key in state.of("Key")] == [(box.x, box.y, box.contains.color)]


def test_the_step_limit_truncates_and_does_not_end(env):
    env.reset(0)
    results = [env.step(Action("left")) for _ in range(250)]
    assert [r.truncated for r in results] == [False] * 249 + [True]
    assert not any(r.done for r in results)


def test_lava_ends_without_reward():
    env = make("minigrid:MiniGrid-LavaGapS5-v0")
    state, _ = env.reset(0)
    assert len(state.of("Lava")) == 2
    rng = random.Random(0)
    for _ in range(90):
        result = env.step(Action(rng.choice(["left", "right", "forward"])))
        if result.done:
            break
    here = agent(result.state)
    assert result.done
    assert result.reward == 0.0
    assert [lava.type for lava in result.state.of("Lava") if (lava.x, lava.y) == (here.x, here.y)] == ["Lava"]


def test_an_unknown_action_is_refused(env):
    env.reset(0)
    for action in (Action("fly"), Action("left", [1])):
        with pytest.raises(ValueError, match="has no action"):
            env.step(action)


def test_the_schema_lists_minigrid_s_actions(env):
    assert [s.name for s in env.world.actions] == ["left", "right", "forward", "pickup", "drop", "toggle", "done"]


def test_transitions_survive_the_file_and_the_wire(env):
    rng = random.Random(5)
    rows = []
    for seed in range(3):
        state, goal = env.reset(seed)
        for step in range(40):
            action = Action(rng.choice(env.world.actions).name)
            result = env.step(action)
            rows.append(Transition(state, action, result.reward, result.state, goal, result.done, step=step))
            state = result.state
    assert list(read(write(Dataset(env.world, tuple(rows))), "d").transitions) == rows
    decoder = BatchDecoder()
    assert [t for batch in encode_batches(rows) for t in decoder.decode(batch)[0]] == rows


def test_states_are_not_changed_by_later_steps(env):
    state, _ = env.reset(3)
    before = repr(state)
    act(env, [*TO_THE_KEY, "pickup", *TO_THE_DOOR, "toggle"])
    assert repr(state) == before


def test_things_of_a_mission_tell_where_they_were_as_seen_at_the_start():
    env = make("minigrid:BabyAI-OpenDoor-v0")
    state, goal = env.reset(0)
    assert goal == "open the door in front of you"
    assert agent(state) == Object("Agent", x=9, y=13, dir=2, carrying=None)
    sides = {(door.x, door.y): (door.along, door.aside) for door in state.of("Door")}
    assert sides == {
        (7, 8): ("front", "right"),
        (9, 7): ("level", "right"),
        (9, 14): ("level", "left"),
        (14, 8): ("behind", "right"),
    }
    later = act(env, ["right", "forward", "left"]).state
    assert later.of("Door") == state.of("Door")
    env.close()


def test_a_thing_that_is_carried_and_put_down_keeps_what_it_tells_of_the_start():
    env = make("minigrid:BabyAI-PickupLoc-v0")
    state, _ = env.reset(0)
    ball = next(thing for thing in state.of("Ball") if (thing.x, thing.y) == (3, 5))
    assert (ball.along, ball.aside) == ("level", "left")
    held = act(env, ["left", "pickup"]).state
    assert agent(held).carrying == {"type": "Ball", "color": "red", "along": "level", "aside": "left"}
    put = act(env, ["right", "drop"]).state
    assert Object("Ball", x=4, y=4, color="red", along="level", aside="left") in put.of("Ball")
    env.close()
