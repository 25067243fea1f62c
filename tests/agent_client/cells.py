"""Data of the corridor as files, and the command line as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.data.jsonl import Dataset, write
from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import ACTIONS, GOAL, Corridor, situation


def walk(names: Sequence[str]) -> Dataset:
    """What the corridor does with these actions, from its first cell."""
    env, rows = Corridor(), []
    state, goal = env.reset(0)
    for name in names:
        outcome = env.step(Action(name))
        rows.append(Transition(state, Action(name), outcome.reward, outcome.state, goal, outcome.done))
        state = outcome.state
    return Dataset(World("corridor", actions=ACTIONS), tuple(rows), (Start(situation(0, lamp=11), GOAL),))


def write_data(path: Path, names: Sequence[str] = ("press", *["right"] * 12, "press")) -> Path:
    """A file of such data."""
    path.write_text("".join(write(walk(names))))
    return path


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of standard output."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


def worldsmith(
    *arguments: object,
    home: Path,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """Runs the command line as a user does; settings and data of the user are below ``home``."""
    own = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"), **(environment or {})}
    command = [sys.executable, "-m", "agent_client", *map(str, arguments)]
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **own},
        cwd=cwd,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
