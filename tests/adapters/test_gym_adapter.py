"""Gymnasium environments: what is understood of their spaces, and classes that say more."""

import enum
import re
from types import SimpleNamespace

import gymnasium
import minigrid  # noqa: F401 - it registers its environments
import numpy as np
import pytest
from gymnasium import spaces

from agent_client.adapters.gym_adapter import GymAdapter
from agent_client.adapters.gym_spaces import action_names, reader
from agent_client.adapters.testkit import check
from sandbox.data.records import Start, Success
from sandbox.data.wire import BatchDecoder, encode_batches
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State


class Grid(gymnasium.Env):
    """An agent on a square walks to a target; observations are vectors by name, as in gymnasium's own tutorial."""

    def __init__(self, size=4, render_mode=None):
        self.size, self.render_mode = size, render_mode
        place = spaces.Box(0, size - 1, (2,), np.int64)
        self.observation_space = spaces.Dict({"agent": place, "target": place})
        self.action_space = spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.agent, self.target = (self.np_random.integers(0, self.size, 2) for _ in range(2))
        return self.seen(), {}

    def step(self, action):
        way = [(1, 0), (0, 1), (-1, 0), (0, -1)][action]
        self.agent = np.clip(self.agent + way, 0, self.size - 1)
        there = np.array_equal(self.agent, self.target)
        return self.seen(), np.float32(there), np.bool_(there), False, {}

    def seen(self):
        return {"agent": self.agent, "target": self.target}

    def render(self):
        return np.zeros((40, 60, 3), np.uint8)


class Lake(GymAdapter):
    """An adapter as docs/agents.md shows one."""

    actions = ("left", "down", "right", "up")

    def to_objects(self, obs, info):
        y, x = divmod(int(obs), 4)
        yield Object("Player", x=x, y=y)
        for number, letter in enumerate(self.env.unwrapped.desc.flat):
            if letter in b"HG":
                yield Object("Hole" if letter == b"H" else "Gift", x=number % 4, y=number // 4)

    def goal(self, obs, info):
        return "reach the gift"


class Continuous(GymAdapter):
    """Actions with an argument, for an environment that takes vectors."""

    actions = (ActionSchema("push", (Argument((-1, 0, 1)),)),)
    success = Success(reward_above=-0.5, needs_done=False)

    def to_objects(self, obs, info):
        yield Object("Pole", side="left" if obs[1] < 0 else "right")

    def to_action(self, action):
        return np.array([float(action.args[0])], np.float32)


def lake(**options):
    return gymnasium.make("FrozenLake-v1", is_slippery=False, **options)


def told(space, seen):
    return State(reader(space)(seen))


@pytest.mark.parametrize(
    ("space", "seen", "objects"),
    [
        (spaces.Discrete(9), np.int64(4), [Object("Observation", value=4)]),
        (spaces.MultiDiscrete([3, 4]), np.array([2, 3]), [Object("Observation", v0=2, v1=3)]),
        (spaces.Box(0, 9, (), np.int32), np.array(7), [Object("Observation", value=7)]),
        (spaces.MultiBinary(3), np.array([1, 0, 1], np.int8), [Object("Observation", v0=1, v1=0, v2=1)]),
        (
            spaces.Box(0, 9, (2, 3), np.uint8),
            np.array([[0, 1, 2], [3, 4, 5]], np.uint8),
            [Object("Cell", x=x, y=y, value=3 * y + x) for x in range(3) for y in range(2)],
        ),
        (
            spaces.Dict({"door": spaces.Discrete(2), "at": spaces.MultiDiscrete([5, 5]), "word": spaces.Text(9)}),
            {"door": 1, "at": np.array([3, 2]), "word": "open"},
            [Object("Observation", door=1, word="open"), Object("At", v0=3, v1=2)],
        ),
        (
            spaces.Dict({"me": spaces.Dict({"hp": spaces.Discrete(5), "map": spaces.Box(0, 1, (1, 2), np.int8)})}),
            {"me": {"hp": 3, "map": np.array([[0, 1]])}},
            [Object("Observation", me_hp=3), Object("Me_map", x=0, y=0, value=0), Object("Me_map", x=1, y=0, value=1)],
        ),
        (
            spaces.Tuple((spaces.Discrete(32), spaces.Discrete(11))),
            (np.int64(12), 5),
            [Object("Observation", v0=12, v1=5)],
        ),
    ],
)
def test_whole_numbers_are_told_in_objects(space, seen, objects):
    state = told(space, seen)
    assert state == State(objects)
    decoder = BatchDecoder()
    assert [start for batch in encode_batches([], [Start(state)]) for start in decoder.decode(batch)[1]] == [
        Start(state)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_any_sample_of_such_a_space_is_read(seed):
    inner = {
        "grid": spaces.Box(-3, 3, (3, 4), np.int16),
        "pair": spaces.Tuple((spaces.Discrete(3), spaces.MultiBinary(2))),
    }
    space = spaces.Dict({"n": spaces.Discrete(5, start=-2), "inner": spaces.Dict(inner)}, seed=seed)
    seen = space.sample()
    state = told(space, seen)
    assert state.one("Observation") == Object(
        "Observation", n=int(seen["n"]), inner_pair_v0=int(seen["inner"]["pair"][0])
    )
    assert [cell.value for cell in state.where(type="Inner_grid", x=2)] == seen["inner"]["grid"][:, 2].tolist()
    assert len(state) == 1 + 12 + 1


@pytest.mark.parametrize(
    ("space", "says"),
    [
        (spaces.Box(0, 1, (4,)), "float32), that is no whole number"),
        (spaces.Box(0, 255, (7, 7, 3), np.uint8), "more than a grid of numbers"),
        (spaces.Box(0, 255, (210, 160), np.uint8), "such as a picture"),
        (spaces.Sequence(spaces.Discrete(3)), "Sequence"),
        (spaces.Dict({"n": spaces.Discrete(3), "speed": spaces.Box(0, 1, ())}), "`speed` of its observations"),
    ],
)
def test_what_is_not_understood_is_told_with_what_to_write(space, says):
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        reader(space)
    assert "to_objects(obs, info)" in str(caught.value)


def with_actions(space=None, **members):
    env = SimpleNamespace(action_space=space or spaces.Discrete(2), **members)
    env.unwrapped = env
    return env


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({}, ["action0", "action1"]),
        ({"space": spaces.Discrete(2, start=1)}, ["action1", "action2"]),
        ({"actions": enum.IntEnum("Actions", {"stay": 0, "go": 1})}, ["stay", "go"]),
        ({"space": spaces.Discrete(2, start=1), "Actions": enum.Enum("Actions", ["stay", "go"])}, ["stay", "go"]),
        ({"actions": enum.IntEnum("Actions", {"stay": 0, "go": 1, "fly": 2})}, ["action0", "action1"]),
        ({"ACTIONS": ["stay", "go"]}, ["stay", "go"]),
        ({"ACTIONS": ["go", "go"]}, ["action0", "action1"]),
        ({"action_names": {0: "stay", 1: "go"}}, ["stay", "go"]),
        ({"get_action_meanings": lambda: ["NOOP", "FIRE"], "actions": (1, 2)}, ["NOOP", "FIRE"]),
    ],
)
def test_actions_have_the_environment_s_own_names_where_it_has_one_for_each(members, names):
    assert action_names(with_actions(**members)) == names


def test_actions_that_are_no_discrete_choice_are_refused_with_what_to_write():
    with pytest.raises(ValueError, match=r"Box.*only Discrete.*to_action"):
        action_names(with_actions(spaces.Box(-1, 1, (1,))))


def test_a_bare_environment_is_fit_for_an_agent():
    env = GymAdapter(Grid())
    assert check(env) == []
    state, goal = env.reset(3)
    assert (goal, {thing.type for thing in state}) == ("", {"Agent", "Target"})
    assert (env.name, [schema.name for schema in env.world.actions]) == ("Grid", [f"action{i}" for i in range(4)])
    before = state.one("Agent")
    for action, name, change in (("action0", "v0", 1), ("action2", "v0", -1), ("action1", "v1", 1)):
        after = env.step(Action(action)).state.one("Agent")
        assert after[name] == min(max(before[name] + change, 0), 3)
        before = after


def test_minigrid_s_own_names_are_found():
    env = gymnasium.make("MiniGrid-Empty-5x5-v0").unwrapped
    assert action_names(env) == ["left", "right", "forward", "pickup", "drop", "toggle", "done"]


def test_a_class_of_one_s_own_tells_objects_goals_and_actions():
    env = Lake(lake())
    assert check(env) == []
    state, goal = env.reset(0)
    assert goal == "reach the gift"
    assert state.one("Player") == Object("Player", x=0, y=0)
    assert (len(state.of("Hole")), state.one("Gift")) == (4, Object("Gift", x=3, y=3))
    came = [env.step(Action(name)) for name in ("down", "down", "right", "right", "down", "right")]
    assert [step.reward for step in came] == [0.0] * 5 + [1.0]
    assert (came[-1].done, came[-1].state.one("Player")) == (True, Object("Player", x=3, y=3))
    with pytest.raises(ValueError, match="there is no action fly; there are left, down, right, up"):
        env.step(Action("fly"))


def test_the_limit_of_steps_truncates():
    env = Lake(lake(max_episode_steps=2))
    env.reset(0)
    assert [(came.done, came.truncated) for came in (env.step(Action("left")) for _ in range(2))] == [
        (False, False),
        (False, True),
    ]


def test_actions_with_arguments_become_what_the_environment_takes():
    env = Continuous(gymnasium.make("Pendulum-v1"))
    state, _ = env.reset(0)
    assert state.one("Pole").side in {"left", "right"}
    assert env.world.success == Success(-0.5, needs_done=False)
    assert env.step(Action("push", [1])).reward < 0


def test_names_of_actions_must_be_as_many_as_there_are():
    class Short(Lake):
        actions = ("left", "right")

    with pytest.raises(ValueError, match="names 2 actions, and the environment has 4"):
        Short(lake())


def test_a_sketch_shows_places_as_a_map_and_the_environment_s_own_picture_is_taken():
    env = Lake(lake())
    env.reset(0)
    lines = [line.rstrip() for line in env.picture().splitlines()]
    assert lines == ["Pl", "  Ho  Ho", "      Ho", "Ho    Gi"]
    env.step(Action("down"))
    first = env.frame()
    env.step(Action("right"))
    assert (first.size, first.getcolors() is not None) == (env.frame().size, True)
    drawn = GymAdapter(Grid(render_mode="rgb_array"))
    drawn.reset(0)
    assert drawn.frame().size == (60, 40)
    bare = GymAdapter(Grid())
    state, _ = bare.reset(0)
    assert bare.picture().splitlines()[0].split() == [
        "Agent",
        "v0",
        str(state.one("Agent").v0),
        "v1",
        str(state.one("Agent").v1),
    ]
