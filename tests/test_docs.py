"""What the docs show works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent_client.adapters.testkit import check as check_adapter
from sandbox.data.jsonl import DataError, read
from sandbox.policy import check
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.allowed import MODULES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def block(page, language, having=""):
    """The first code block in a language, of those with these words in it."""
    found = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    return next(text for text in found if having in text)


def test_the_example_data_are_read_as_the_page_says():
    data = read(block("data.md", "json").splitlines(), "example")
    assert data.world.actions == (ActionSchema("wait"), ActionSchema("press", (Argument((), "Switch", "name"),)))
    assert [t.action for t in data.transitions] == [Action("wait"), Action("press", ["s1"])]
    assert len(data.starts) == 2


def test_the_example_error_looks_as_the_page_says():
    lines = block("data.md", "json").splitlines()
    row = lines[1].replace('"on": false}]', '"on": false}, {"type": "Lamp", "x": 9223372036854775808}]', 1)
    with pytest.raises(DataError) as caught:
        read([lines[0], *[lines[1]] * 15, row], "steps.jsonl")
    assert f"{caught.value}\n" == block("data.md", "text")


def test_the_example_model_runs_with_a_vendored_runtime_and_predicts_the_example_data(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sandbox" / "runtime", tmp_path / "worldsmith_runtime", ignore=ignore)
    (tmp_path / "model.py").write_text(block("models.md", "python"))
    (tmp_path / "try_it.py").write_text(
        "import json, sys\n"
        "from model import actions, reward, transition, uncertain\n"
        "from worldsmith_runtime import Action, Object, State, UnknownGoal\n"
        "def state(rows): return State([Object.from_mapping(row.pop('type'), row)"
        " for row in rows])\n"
        "for line in sys.stdin:\n"
        "    row = json.loads(line)\n"
        "    if 'next_state' not in row: continue\n"
        "    before, after, goal = state(row['state']), state(row['next_state']), row['goal']\n"
        "    told = row['action']\n"
        "    action = Action(told) if isinstance(told, str) else Action(told['name'], told['args'])\n"
        "    assert transition(before.copy(), action) == after\n"
        "    assert reward(before, action, after, goal) == (row['reward'], row['done'])\n"
        "    assert actions(before) == [Action('press', ['s1'])]\n"
        "    assert uncertain(before, action) is None\n"
        "    try: reward(before, action, after, 'sing')\n"
        "    except UnknownGoal: print('good')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import try_it"],
        check=False,
        input=block("data.md", "json"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("good\ngood\n", "")


def test_the_example_adapter_is_fit_for_an_agent():
    told = {}
    exec(compile(block("agents.md", "python", "GymAdapter"), "agents.md", "exec"), told)
    env = told["lake"]()
    assert check_adapter(env) == []
    assert env.reset(0)[1] == "reach the gift"


def test_the_example_for_asyncio_solves(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", block("agents.md", "python", "asyncio")],
        check=False,
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"solved after \d+ steps\nStarted\(", done.stdout)
    assert "\nFinished(status=<Status.VERIFIED" in done.stdout


def test_the_example_model_passes_the_static_gate():
    assert check(block("models.md", "python")) == []


def test_the_page_lists_what_a_model_may_import():
    listed = (DOCS / "models.md").read_text().split("## Imports")[1].split("##")[0]
    names = set(re.findall(r"`([\w.]+)`", listed))
    assert names == {name for name in MODULES if "." not in name}


@pytest.mark.parametrize("page", sorted(p.relative_to(ROOT).as_posix() for p in DOCS.rglob("*.md")))
def test_links_between_pages_lead_somewhere(page):
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []
