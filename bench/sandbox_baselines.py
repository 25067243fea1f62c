"""What the sandbox is measured against: programs run without it, or in a fresh container or process each."""

import copy
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from agent_client.adapters import registry
from bench.models import sokoban_plain
from sandbox.data.records import Transition
from sandbox.limits import Limits
from sandbox.process import GUEST_FLAGS, RUNTIME_FOLDER
from sandbox.runtime.actions import ground
from sandbox.runtime.state import to_json

TRIVIAL = "def transition(state, action):\n    return state\n\n\ndef reward(s, a, n, g):\n    return 0.0, False\n"


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def play(env: str, count: int, seed: int) -> list[Transition]:
    """So many distinct transitions of random play, in the order in which they happened."""
    game, rng = registry.make(env), random.Random(seed)
    rows: dict[str, Transition] = {}
    episode = 0
    try:
        while len(rows) < count:
            state, goal = game.reset(seed * 1000 + episode)
            episode += 1
            over = False
            while not over and len(rows) < count:
                action = rng.choice(list(ground(game.world.actions, state)))
                result = game.step(action)
                row = Transition(state, action, result.reward, result.state, goal, result.done)
                rows.setdefault(row.digest(), row)
                state, over = result.state, result.done or result.truncated
    finally:
        game.close()
    return list(rows.values())


# Loads the program on standard input and predicts one row, as the guest would, and no more: what the guest loads ahead
# for later is not loaded here.
_ONCE = """\
import sys
sys.path.insert(0, {folder!r})
from runtime.actions import Action
from runtime.loader import load_model
from runtime.state import State
from runtime.steps import next_state, reward
model = load_model(sys.stdin.read())
before, action = State(), Action("wait")
after = next_state(model, before, action)
print(len(after), reward(model, before, action, after, ""))
"""


def docker_run(image: str) -> Callable[[], object]:
    """One candidate in a container of its own, from `docker run` to its end, under the limits of the warm ones."""
    own = Limits()
    command = ["docker", "run", "--rm", "-i", "--network=none", "--read-only", "--cap-drop=ALL"]
    command += ["--security-opt=no-new-privileges", f"--memory={own.container_memory}"]
    command += [f"--memory-swap={own.container_memory}", f"--pids-limit={own.processes}", "--log-driver=none"]
    return _once([*command, "--entrypoint=python3", image], "/opt/worldsmith")


def fresh_python() -> Callable[[], object]:
    """One candidate in a Python process of its own, with no protection at all."""
    return _once([sys.executable], str(RUNTIME_FOLDER.parent))


def _once(command: list[str], folder: str) -> Callable[[], object]:
    whole = [*command, *GUEST_FLAGS, "-c", _ONCE.replace("{folder!r}", repr(folder))]

    def work() -> None:
        told = subprocess.run(whole, check=True, capture_output=True, text=True, input=TRIVIAL).stdout
        assert told == "0 (0.0, False)\n", told

    return work


class PlainLoop:
    """All rows in this process, by the plain rules: no sandbox, no limits, answers beside the questions."""

    def __init__(self, rows: list[Transition]) -> None:
        self._rows = [(to_json(row.state), row.action.name, to_json(row.next_state), row.reward) for row in rows]
        self._ends = [row.done for row in rows]
        self._order = [_canonical(after) for _, _, after, _ in self._rows]

    def serialised(self) -> int:
        """States, actions and answers go through JSON, both ways; how many rows fit."""
        fit = 0
        for (state, action, _, paid), wanted, end in zip(self._rows, self._order, self._ends, strict=True):
            asked = json.loads(json.dumps([state, action]))
            before: list[dict[str, Any]] = copy.copy(asked[0])
            after = sokoban_plain.transition([dict(thing) for thing in before], asked[1])
            told = json.loads(json.dumps([after, *sokoban_plain.reward(before, after)]))
            fit += _canonical(told[0]) == wanted and abs(told[1] - paid) < 1e-6 and told[2] is end
        return fit

    def bare(self) -> int:
        """Nothing is serialised; how many rows fit."""
        fit = 0
        for (state, action, _, paid), wanted, end in zip(self._rows, self._order, self._ends, strict=True):
            after = sokoban_plain.transition([dict(thing) for thing in state], action)
            reward, done = sokoban_plain.reward(state, after)
            fit += _canonical(after) == wanted and abs(reward - paid) < 1e-6 and done is end
        return fit


def _canonical(state: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((thing["type"], thing["x"], thing["y"]) for thing in state)
