"""What holds for every environment."""

import random
import re
import subprocess
import sys
from itertools import product

import pytest
from PIL import Image

from agent_client.adapters.registry import UnknownEnvironmentError, known, make
from agent_client.render import write_gif
from sandbox.runtime.actions import Action

SPECS = [
    "minigrid:MiniGrid-DoorKey-5x5-v0",
    "sokoban:7x7-2",
    "toytext:Taxi-v4",
    pytest.param("alfworld:generate?task=look", marks=pytest.mark.long),  # loads a game for each seed
]
MORE = ["minigrid:MiniGrid-UnlockPickup-v0", "minigrid:MiniGrid-Fetch-5x5-N2-v0", "minigrid:BabyAI-GoToLocal-v0"]


def play(env, seed, steps, luck=0):
    """State before, action, result and goal of each step of random play."""
    rng = random.Random(f"{seed}/{luck}")
    names = [schema.name for schema in env.world.actions]
    state, goal = env.reset(seed)
    for _ in range(steps):
        action = Action(rng.choice(names))
        result = env.step(action)
        yield state, action, result, goal
        state = result.state
        if result.done or result.truncated:
            return


@pytest.mark.parametrize("spec", SPECS + MORE)
def test_the_same_seed_gives_the_same_episode(spec):
    first, second = ([*play(make(spec), 7, 60)] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("spec", SPECS)
def test_an_episode_does_not_depend_on_earlier_ones(spec):
    env = make(spec)
    for _ in play(env, 1, 30):
        pass
    assert [*play(env, 7, 30)] == [*play(make(spec), 7, 30)]


@pytest.mark.parametrize("spec", SPECS)
def test_different_seeds_give_different_levels(spec):
    env = make(spec)
    assert len({env.reset(seed)[0] for seed in range(20)}) > 10


@pytest.mark.parametrize("spec", SPECS + MORE)
def test_nothing_is_hidden_the_same_state_and_action_lead_to_the_same(spec):
    env = make(spec)
    seen, again = {}, 0
    for luck, seed in product(range(3), range(15)):
        for state, action, result, goal in play(env, seed, 120, luck):
            key, outcome = (state.key(), action, goal), (result.state.key(), result.reward, result.done)
            again += key in seen
            assert seen.setdefault(key, outcome) == outcome
    assert again > 100


@pytest.mark.parametrize("spec", SPECS)
def test_pictures_have_lines_of_one_width_and_frames_one_size(spec):
    env = make(spec)
    env.reset(0)
    shown = {env.picture()}
    sizes = {env.frame().size}
    for name in [schema.name for schema in env.world.actions] * 3:
        env.step(Action(name))
        shown.add(env.picture())
        sizes.add(env.frame().size)
    widths = {len(re.sub(r"\x1b\[\d+m", "", line)) for picture in shown for line in picture.splitlines()}
    assert len(widths) == 1
    assert len(sizes) == 1
    assert len(shown) > 1


@pytest.mark.parametrize("spec", SPECS)
def test_an_episode_becomes_a_gif(spec, tmp_path):
    env = make(spec)
    env.reset(0)
    frames = [env.frame()]
    for name in [schema.name for schema in env.world.actions]:
        env.step(Action(name))
        frames.append(env.frame())
    path = tmp_path / "run" / "episode.gif"
    write_gif(frames, path, ms=100)
    with Image.open(path) as gif:
        assert gif.size == frames[0].size
        assert gif.n_frames > 1


def test_a_gif_needs_frames(tmp_path):
    with pytest.raises(ValueError, match="at least one frame"):
        write_gif([], tmp_path / "no.gif")
    assert not (tmp_path / "no.gif").exists()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("chess", "sokoban:7x7-2"),
        ("sokoban", "known are"),
        ("minigrid:MiniGrid-DoorKey-5x5", "MiniGrid-DoorKey-5x5-v0"),
        ("minigrid:", "no such id"),
        ("minigrid:MiniGrid-Dynamic-Obstacles-5x5-v0", "random"),
        ("minigrid:CartPole-v1", "no such id"),
        ("sokoban:7x7", "WIDTHxHEIGHT-BOXES"),
        ("sokoban:4x4-1", "5 to 30"),
        ("sokoban:5x5-5", "six cells"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_what_is_known(spec, says):
    with pytest.raises(UnknownEnvironmentError, match=re.escape(says)):
        make(spec)
    assert len(known()) == 6


def test_without_the_packages_the_client_works_and_says_what_to_install():
    program = (
        "import sys\n"
        "for name in ('gymnasium', 'minigrid', 'numpy', 'PIL'): sys.modules[name] = None\n"
        "import agent_client.client, agent_client.agent\n"
        "from agent_client.adapters.registry import MissingPackageError, make\n"
        "for spec in ('sokoban:7x7-2', 'minigrid:MiniGrid-DoorKey-5x5-v0'):\n"
        "    try: make(spec)\n"
        "    except MissingPackageError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.count("pip install 'worldsmith[envs]'") == 2


def test_making_an_environment_prints_nothing():
    program = (
        "from agent_client.adapters.registry import make\n"
        "for spec in ('sokoban:7x7-2', 'minigrid:BabyAI-BossLevel-v0'):\n"
        "    env = make(spec)\n"
        "    for seed in range(20): env.reset(seed)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
