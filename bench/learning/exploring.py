"""Rows gathered by an explorer that asks a real server for the next experiment."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from agent_client.adapters.base import Environment, StepResult
from agent_client.explorer import Explorer
from agent_client.learning import Learner, LearnSettings
from agent_client.session import Connection, ServerChoice, connect
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from sandbox.runtime_text import runtime_digest

LEVEL = 10  # steps after which another level begins


class Levels:
    """Several environments of the same rules by turns; keeps the distinct transitions."""

    def __init__(self, envs: Sequence[Environment]) -> None:
        self.name = f"levels-{secrets.token_hex(4)}"
        self.world = replace(envs[0].world, name=self.name)
        self.rows: dict[str, Transition] = {}
        self._envs = envs
        self._number = -1
        self._here = (State(), "")

    def reset(self, seed: int) -> tuple[State, str]:
        """The next environment's start."""
        self._number += 1
        self._here = self._envs[self._number % len(self._envs)].reset(seed + self._number)
        return self._here

    def step(self, action: Action) -> StepResult:
        """What the present environment does."""
        state, goal = self._here
        came = self._envs[self._number % len(self._envs)].step(action)
        row = Transition(state, action, came.reward, came.state, goal, came.done)
        self.rows[row.digest()] = row
        self._here = (came.state, goal)
        return came

    def close(self) -> None:
        """Closes all of them."""
        for env in self._envs:
            env.close()


@contextmanager
def server() -> Iterator[Connection]:
    """A server of one's own, with an empty store."""
    with tempfile.TemporaryDirectory() as folder, connect(ServerChoice(data_dir=Path(folder)), print) as connection:
        yield connection


def explored(connection: Connection, envs: Sequence[Environment], rows: int, seed: int) -> list[Transition]:
    """At most so many distinct transitions of an explorer that began with nothing."""
    levels = Levels(envs)
    connection.client.create_world(levels.world)
    learner = Learner(
        client=connection.client,
        world=levels.world,
        key=connection.key,
        runtime_digest=runtime_digest(),
        settings=LearnSettings(provider="inductive", seed=seed),
        observer=lambda event: None,
    )
    explorer = Explorer(levels, connection.client, learner, seed=seed * 1000)
    for begun in range(0, rows, LEVEL):
        explorer.run(min(LEVEL, rows - begun))
    return list(levels.rows.values())
