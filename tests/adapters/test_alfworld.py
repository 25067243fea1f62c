"""ALFWorld by the engine itself is the official text environment, told in objects."""

import json
import lzma
import random
import subprocess
import sys

import pytest
from alfworld.agents.environment.alfred_tw_env import AlfredDemangler
from textworld.core import EnvInfos
from textworld.envs.pddl import PddlEnv

from agent_client.adapters.alfworld_games import find
from agent_client.adapters.alfworld_maker import TASKS
from agent_client.adapters.registry import UnknownEnvironmentError, make
from sandbox.runtime.actions import Action, ground

pytestmark = pytest.mark.long  # games take seconds to load; `make test-full` installs what they need

SAYINGS = {
    "go": "go to {}",
    "take": "take {} from {}",
    "move": "move {} to {}",
    "heat": "heat {} with {}",
    "cool": "cool {} with {}",
    "clean": "clean {} with {}",
    "slice": "slice {} with {}",
    "examine thing": "examine {}",
    "examine receptacle": "examine {}",
    "open": "open {}",
    "close": "close {}",
    "use": "use {}",
}
RELATIONS = {
    ("Agent", "location"): "atlocation",
    ("Agent", "holding"): "holds",
    ("Receptacle", "location"): "receptacleatlocation",
    ("Receptacle", "kind"): "receptacletype",
    ("Thing", "location"): "objectatlocation",
    ("Thing", "receptacle"): "inreceptacle",
    ("Thing", "inside"): "inreceptacleobject",
    ("Thing", "kind"): "objecttype",
}


def said(action):
    return SAYINGS.get(action.name, action.name).format(*action.args)


def facts_of(state):
    """The relations that a state's objects tell."""
    facts = set()
    for obj in state:
        if obj.type == "CanContain":
            facts.add(("cancontain", f"{obj.receptacle}type", f"{obj.thing}type"))
        elif obj.type == "Also":
            facts.add((RELATIONS["Thing", obj.attribute], obj.name, obj.value))
        else:
            for name, value in ((name, obj[name]) for name in obj):
                if value is True:
                    facts.add((name, obj.name))
                elif value and name != "name":
                    facts.add((RELATIONS[obj.type, name], obj.name, f"{value}type" if name == "kind" else value))
            if obj.type == "Agent" and obj.holding:
                facts.add(("holdsany", obj.name))
    return facts


class Official:
    """The official text environment on a game."""

    def __init__(self, game):
        self.engine = PddlEnv(EnvInfos(facts=True))
        self.env = AlfredDemangler(self.engine)
        self.env.load(game.data())
        self.state = self.env.reset()

    def facts(self):
        told = {(fact.name, *(arg.name.strip() for arg in fact.arguments)) for fact in self.state["facts"]}
        return {fact for fact in told if not fact[0].startswith(("not_", "new-axiom"))}

    def commands(self):
        return self.state["admissible_commands"]

    def plan(self):
        return self.engine._pddl_state.replan(self.engine._entity_infos)

    def step(self, command):
        self.state, reward, done = self.env.step(command)
        return reward, done


def compare(task, seed, steps, solve=True):
    """Plays both side by side: at random, and then (``solve``) by the engine's own plan to the goal."""
    spec = f"generate?task={task}&seed={seed}"
    ours, official = make(f"alfworld:{spec}"), Official(find(spec).of(0))
    state, _ = ours.reset(0)
    rng = random.Random(f"{task} {seed}")
    plan, done = [], False
    for i in range(50 if solve else steps):
        offered = {said(action): action for action in ours.available()}
        assert sorted(offered) == official.commands()
        assert facts_of(state) == official.facts()
        if i >= steps and not plan:
            plan = official.plan()
        command = rng.choice(sorted(offered)) if i < steps else plan.pop(0)
        result = ours.step(offered[command])
        assert (result.reward, result.done) == official.step(command)
        state, done = result.state, result.done
        if done:
            break
    assert facts_of(state) == official.facts()
    assert done or not solve
    ours.close()


def test_a_made_game_equals_the_official_text_environment():
    compare("clean", 3, 4)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("task", TASKS)
def test_games_of_every_task_equal_the_official_text_environment(task, seed):
    plannable = task in {"pick", "look", "clean"} or (
        task == "heat" and seed < 3
    )  # elsewhere the planner takes minutes
    compare(task, seed, 10, plannable)


def test_what_does_not_apply_changes_nothing_and_fifty_steps_are_the_limit():
    env = make("alfworld:generate?task=pick&seed=3")
    before, _ = env.reset(0)
    results = [env.step(Action("take", ["moon 1", "drawer 1"])) for _ in range(50)]
    assert {result.state for result in results} == {before}
    assert [result.truncated for result in results] == [False] * 49 + [True]
    with pytest.raises(ValueError, match="has no action"):
        env.step(Action("fly"))


def test_the_schemas_of_the_world_cover_what_is_available():
    env = make("alfworld:generate?task=clean&seed=3")
    state, _ = env.reset(0)
    for _ in range(20):
        assert set(env.available()) <= set(ground(env.world.actions, state))
        state = env.step(env.available()[-1]).state


def test_a_seed_makes_the_same_game_again_and_another_one_another():
    games = [find("generate?task=heat").of(seed) for seed in (1, 1, 2)]
    assert games[0] == games[1] != games[2]
    assert {find("generate").of(seed).name.partition("-")[0] for seed in range(6)} == set(TASKS)


def test_games_are_found_in_files_folders_and_collections(tmp_path, monkeypatch):
    game = find("generate?task=pick&seed=3").of(0)
    folder = tmp_path / "json" / "train" / "pick" / "trial_1"
    folder.mkdir(parents=True)
    file = folder / "game.tw-pddl"
    file.write_text(json.dumps(game.data()))
    assert find(str(file)).of(5).problem == find(str(tmp_path / "json")).of(5).problem == game.problem
    assert find(str(file)).of(0).task == game.task

    collection = tmp_path / "alfworld" / "few.jsonl"
    collection.parent.mkdir()
    collection.with_name("domain.pddl").write_text(game.domain)
    collection.with_name("grammar.twl2").write_text(game.grammar.replace(game.task, "{task}"))
    row = {"name": "n", "trial": "t", "task": game.task, "pddl_problem": game.problem}
    collection.write_text(json.dumps(row) + "\n")
    assert find(str(collection)).of(1).data() == game.data()

    collection.with_name("few.jsonl.xz").write_bytes(lzma.compress(collection.read_bytes()))
    monkeypatch.setenv("WORLDSMITH_DATA", str(tmp_path))
    assert find("few").of(1).data() == game.data()


@pytest.mark.parametrize("name", ["nowhere", "generate?task=fry", "generate?seed=x", "generate?speed=3"])
def test_names_that_mean_nothing_are_refused(name):
    with pytest.raises(UnknownEnvironmentError):
        make(f"alfworld:{name}")


def test_a_file_that_is_no_game_is_refused(tmp_path):
    file = tmp_path / "game.tw-pddl"
    file.write_text('{"grammar": "none"}')
    with pytest.raises(UnknownEnvironmentError, match="is no game"):
        make(f"alfworld:{file}")


def test_a_process_that_closed_its_games_ends_well():
    program = (
        "from agent_client.adapters.registry import make\n"
        "for seed in (0, 1):\n"
        "    env = make(f'alfworld:generate?task=two&seed={seed}')\n"
        "    env.reset(0)\n"
        "    env.close()\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
