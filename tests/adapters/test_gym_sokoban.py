"""Our Sokoban and the real gym-sokoban, side by side."""

import random
import subprocess
import sys

import numpy as np
import pytest

from agent_client.adapters.gym_sokoban import original
from agent_client.adapters.registry import UnknownEnvironmentError, make
from agent_client.adapters.sokoban_env import ACTIONS, SokobanEnv
from agent_client.adapters.sokoban_levels import Level
from sandbox.runtime.actions import Action

SIZES = [(7, 7, 1), (7, 7, 2), (6, 8, 2)]
TRANSITIONS = 3000
EPISODE = 60


def drawn(env):
    """A situation of the original, read from its arrays: 0 wall, 2 target, 3 and 4 box, 5 player; rows first."""
    rows, fixed = env.room_state.tolist(), env.room_fixed.tolist()

    def cells(grid, marks):
        return frozenset((x, y) for y, row in enumerate(grid) for x, mark in enumerate(row) if mark in marks)

    (player,) = cells(rows, {5})
    return Level(len(rows[0]), len(rows), cells(fixed, {0}), cells(fixed, {2}), cells(rows, {3, 4}), player)


@pytest.fixture
def seeded():
    before, numbers = random.getstate(), np.random.get_state()

    def seed(value):
        random.seed(value)
        np.random.seed(value)

    yield seed
    random.setstate(before)
    np.random.set_state(numbers)


def test_three_thousand_random_transitions_are_the_originals(seeded, capsys):
    rng, compared, pushes, finished = random.Random(5), 0, 0, 0
    while compared < TRANSITIONS:
        width, height, boxes = SIZES[compared // EPISODE % len(SIZES)]
        theirs, ours = original(width, height, boxes), SokobanEnv(width, height, boxes, max_steps=10**6)
        seeded(compared)
        theirs.reset()
        level = drawn(theirs)
        ours.reset(options={"level": level})
        for _ in range(EPISODE):
            action = rng.choice([0, *[1, 2, 3, 4] * 4, 5, 6, 7, 8])
            before = ours.level
            _, reward, done, info = theirs.step(action)
            _, our_reward, our_done, truncated, _ = ours.step(action)
            assert (ours.level, our_reward, our_done) == (drawn(theirs), pytest.approx(reward), done)
            assert info["action.name"].removeprefix("no operation") == ACTIONS[action].removeprefix("noop")
            assert not truncated
            pushes += ours.level.boxes != before.boxes
            finished += done
            compared += 1
            if done:
                break
    assert pushes > 100
    assert finished > 0
    capsys.readouterr()


def test_the_original_can_be_played_as_it_is():
    env = make("gym-sokoban:7x8-2")
    (first, goal), (again, _) = env.reset(4), env.reset(4)
    assert first == again
    assert goal == "push every box onto a target"
    assert {kind: len(first.of(kind)) for kind in ("Player", "Box", "Target")} == {"Player": 1, "Box": 2, "Target": 2}
    assert max(wall.x for wall in first.of("Wall")) == 6
    assert max(wall.y for wall in first.of("Wall")) == 7
    assert len({env.reset(seed)[0] for seed in range(10)}) == 10
    assert env.world.name == "gym-sokoban-7x8-2"
    assert [schema.name for schema in env.world.actions] == list(ACTIONS)
    assert env.picture()
    assert env.frame().size == (7 * 32, 8 * 32)
    with pytest.raises(ValueError, match="no action"):
        env.step(Action("jump"))
    env.close()


def test_its_step_limit_truncates_and_does_not_end():
    env = make("gym-sokoban:7x7-2")
    env.reset(0)
    results = [env.step(Action("noop")) for _ in range(200)]
    assert {(result.reward, result.done) for result in results} == {(-0.1, False)}
    assert [result.truncated for result in results] == [False] * 199 + [True]


def test_the_generators_of_the_caller_are_left_as_they_were(seeded):
    seeded(1)
    wanted = random.random(), np.random.random()
    seeded(1)
    make("gym-sokoban:7x7-2").reset(9)
    assert (random.random(), np.random.random()) == wanted


def test_a_wrong_size_is_refused():
    for size in ("7x7", "levels.txt#1", "4x4-1"):
        with pytest.raises(UnknownEnvironmentError, match="gym-sokoban"):
            make(f"gym-sokoban:{size}")


@pytest.mark.parametrize("missing", ["gym_sokoban", "gym"])
def test_without_the_package_the_extra_is_named(missing):
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from agent_client.adapters.registry import make\n"
        "try: make('gym-sokoban:7x7-2')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("MissingPackageError")
    assert "pip install 'worldsmith[gym-sokoban]'" in done.stdout


def test_its_import_says_nothing_and_leaves_no_stand_in():
    code = (
        "import sys\nfrom agent_client.adapters.registry import make\n"
        "make('gym-sokoban:7x7-2').reset(1)\nassert 'pkg_resources' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
