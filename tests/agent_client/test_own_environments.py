"""``module:callable`` at the command line, as a user with a module in the working directory has it."""

from pathlib import Path

import pytest
from PIL import Image

from agent_client import embedded, make
from agent_client.adapters.registry import UnknownEnvironmentError
from agent_client.client import Client
from tests.agent_client.cells import Ran, worldsmith

KITCHEN = '''
"""An environment as the README shows one: nothing to be watched by."""

import gymnasium

from agent_client import StepResult
from agent_client.adapters.gym_adapter import GymAdapter
from sandbox.data.records import World
from sandbox.runtime import Action, ActionSchema, Object, State


class Kitchen:
    name, world = "kitchen", World("kitchen", actions=(ActionSchema("left"), ActionSchema("right")))

    def __init__(self, oven: int = 6, hot: bool = False) -> None:
        assert type(oven) is int and type(hot) is bool
        self.oven = oven

    def reset(self, seed):
        self.x = 1 + seed % 3
        return self.state(), "reach the oven"

    def step(self, action):
        self.x = max(0, self.x + (1 if action == "right" else -1))
        return StepResult(self.state(), float(self.x == self.oven), self.x == self.oven, truncated=False)

    def state(self):
        return State([Object("Cook", x=self.x, y=0), Object("Oven", x=self.oven, y=0)])


class Lake(GymAdapter):
    def to_objects(self, obs, info):
        yield Object("Player", x=int(obs) % 3, y=int(obs) // 3)
        yield Object("Gift", x=2, y=2)

    def goal(self, obs, info):
        return "reach the gift"


def lake():
    return Lake(gymnasium.make("FrozenLake-v1", desc=["SFF", "FFF", "FFG"], is_slippery=False))


class Nameless:
    def reset(self, seed): ...
    def step(self, action): ...


class Broken(Kitchen):
    def step(self, action):
        raise RuntimeError("the oven is off")


def burnt():
    raise RuntimeError("all is lost")


def leave():
    raise SystemExit(0)


kitchen = Kitchen()
'''
MODEL = """
def transition(state, action):
    cook = state.one("Cook")
    cook.x = max(0, cook.x + (1 if action == "right" else -1))
    return state


def reward(state, action, next_state, goal):
    there = next_state.one("Cook").x == next_state.one("Oven").x
    return float(there), there
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A working directory with a package ``mypkg`` in it."""
    (tmp_path / "mypkg").mkdir()
    (tmp_path / "mypkg" / "worlds.py").write_text(KITCHEN)
    (tmp_path / "mypkg" / "wrong.py").write_text("def make(:\n")
    (tmp_path / "mypkg" / "needy.py").write_text("import a_package_that_is_not_there\n")
    return tmp_path


def ran(here: Path, *arguments: object) -> Ran:
    return worldsmith(*arguments, home=here, cwd=here)


@pytest.mark.parametrize(
    ("spec", "env"),
    [
        ("mypkg.worlds:Kitchen?oven=5", "kitchen"),
        ("mypkg.worlds:lake", "FrozenLake-v1"),
        (
            'gymnasium:make?id=FrozenLake-v1&is_slippery=false&desc=["SF","FF","FG"]',
            'gymnasium:make?id=FrozenLake-v1&is_slippery=false&desc=["SF","FF","FG"]',
        ),
    ],
)
def test_an_environment_of_one_s_own_is_learned_and_solved(
    here: Path, server: embedded.EmbeddedServer, spec: str, env: str
) -> None:
    gif = here / "solved.gif"
    played = ran(
        here, "play", spec, "--episodes", 2, "--max-steps", 400, "--gif", gif, "--server", server.address, "--json"
    )
    assert played.code == 0, played.err
    assert played.json["env"] == env
    assert [episode["solved"] for episode in played.json["episodes"]][-2:] == [True, True]
    assert played.json["syntheses"] >= 1
    with Image.open(gif) as picture:
        assert picture.n_frames > 2
    with Client(server.address) as client:
        assert any(model.world.startswith(("kitchen-", "FrozenLake-v1-")) for model in client.list_models())


def test_a_plan_is_tried_in_an_environment_of_one_s_own(here: Path) -> None:
    (here / "model.py").write_text(MODEL)
    planned = ran(here, "plan", "model.py", "--env", "mypkg.worlds:Kitchen?oven=4", "--seed", 1, "--json")
    assert planned.code == 0, planned.err
    assert [step["action"] for step in planned.json["steps"]] == ["right", "right"]
    assert planned.json["environment"]["solved"] is True


def test_environments_of_one_s_own_are_checked(here: Path) -> None:
    assert ran(here, "check-env", "mypkg.worlds:Kitchen").code == 0
    assert ran(here, "check-env", "gymnasium:make?id=FrozenLake-v1&is_slippery=false").code == 0
    by_chance = ran(here, "check-env", "gymnasium:make?id=FrozenLake-v1&is_slippery=true", "--json")
    assert by_chance.code == 1
    assert "hidden state" in {finding["kind"] for finding in by_chance.json["findings"]}
    assert "the oven is off" in ran(here, "check-env", "mypkg.worlds:Broken").out


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("nowhere.at.all:make", "there is no module nowhere"),
        ("mypkg.gone:make", "there is no module mypkg.gone"),
        ("mypkg.needy:make", "there is no module a_package_that_is_not_there"),
        ("mypkg.wrong:make", "importing mypkg.wrong raised SyntaxError"),
        ("mypkg.worlds:Pantry", "there is no Pantry in module mypkg.worlds"),
        ("mypkg.worlds:kitchen", "is an instance of Kitchen, and cannot be called"),
        ("mypkg.worlds:burnt", "calling it raised RuntimeError: all is lost"),
        ("mypkg.worlds:leave", "calling it raised SystemExit"),
        ("mypkg.worlds:Kitchen?oven=hot", "calling it raised AssertionError"),
        ("mypkg.worlds:Kitchen?heat=3", "unexpected keyword argument 'heat'"),
        ("mypkg.worlds:Kitchen?6", "write key=value and & between, not '6'"),
        ("mypkg.worlds:Kitchen?oven=6&oven=7", "a key is given twice"),
        (
            "mypkg.worlds:Nameless",
            "an instance of Nameless, which is no gymnasium.Env and, for an Environment, lacks name",
        ),
        ("json:dumps?obj=3", "it returned an instance of str"),
        ("gymnasium:make?id=CartPole-v1", "float32), that is no whole number"),
        ("gymnasium:make?id=Pendulum-v1", "to_objects(obs, info)"),
        ("gymnasium:make?id=FrozenLike-v1", "raised NameNotFound"),
        ("gymnasium:Env", "an instance of Env, which lacks observation_space, action_space"),
        ("chess:", "MODULE:CALLABLE"),
    ],
)
def test_what_is_wrong_with_one_is_told_with_its_name_and_the_reason(
    here: Path, monkeypatch: pytest.MonkeyPatch, spec: str, says: str
) -> None:
    monkeypatch.chdir(here)
    monkeypatch.syspath_prepend(here)
    with pytest.raises(UnknownEnvironmentError) as caught:
        make(spec)
    assert f"`{spec}`" in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("command", [["play"], ["check-env"], ["plan", "model.py", "--env"]])
def test_every_command_refuses_in_one_line(here: Path, command: list[str]) -> None:
    (here / "model.py").write_text(MODEL)
    for spec, says in (("mypkg.worlds:burnt", "all is lost"), ("mypkg.gone:make", "no module mypkg.gone")):
        refused = ran(here, *command, spec)
        assert (refused.code, refused.out) == (2, "")
        (line,) = refused.err.strip().splitlines()
        assert line.startswith(f"error: `{spec}`: ")
        assert says in line


def test_one_that_raises_while_it_is_played_is_told_by_its_error(here: Path, server: embedded.EmbeddedServer) -> None:
    failed = ran(here, "play", "mypkg.worlds:Broken", "--server", server.address)
    assert failed.code == 2
    assert "error: the environment kitchen failed in step after 0 steps: RuntimeError: the oven is off" in failed.err


def test_pillow_that_is_not_installed_is_told_before_the_plan_is_tried(here: Path) -> None:
    (here / "PIL.py").write_text("raise ModuleNotFoundError('No module named PIL', name='PIL')\n")
    (here / "model.py").write_text(MODEL)
    without_gym = KITCHEN.partition("class Lake")[0].replace("import gymnasium", "")
    (here / "plain.py").write_text(without_gym.replace("from agent_client.adapters.gym_adapter import GymAdapter", ""))
    planned = ran(here, "plan", "model.py", "--env", "plain:Kitchen", "--json")
    assert planned.code == 0, planned.err
    refused = ran(here, "plan", "model.py", "--env", "plain:Kitchen", "--gif", "plan.gif")
    assert (refused.code, refused.out) == (2, "")
    assert "GIFs need PIL; install it with: pip install 'worldsmith[envs]'" in refused.err


def test_gymnasium_that_is_not_installed_is_told_with_what_to_install(here: Path) -> None:
    (here / "gymnasium.py").write_text("raise ModuleNotFoundError('No module named gymnasium', name='gymnasium')\n")
    refused = ran(here, "check-env", "gymnasium:make?id=FrozenLake-v1")
    assert refused.code == 2
    assert "pip install 'worldsmith[envs]'" in refused.err
