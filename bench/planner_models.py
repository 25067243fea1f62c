"""The models that planners are measured with: learned by the built-in provider, or written by hand; each checked."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_client.adapters import registry
from agent_client.adapters.base import Adapter
from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import ground
from sandbox.runtime.loader import load_model
from sandbox.runtime.model import Model
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request

BY_HAND = Path(__file__).parent / "models" / "minigrid.py"
_EPISODE = 60


@dataclass(frozen=True)
class Checked:
    """A model, where it is from, and on how many real transitions it was right."""

    model: Model
    origin: str
    right: int
    rows: int

    @property
    def told(self) -> str:
        """Where it is from and how well it does, in words."""
        return f"{self.origin}, right on {self.right:,} of {self.rows:,} real transitions"


def play(game: Adapter, rows: int, seed: int) -> tuple[list[Transition], list[Start]]:
    """Transitions of an agent that acts at random, over many levels."""
    rng = random.Random(seed)
    found: list[Transition] = []
    starts = []
    while len(found) < rows:
        state, goal = game.reset(rng.randrange(10**6))
        starts.append(Start(state, goal))
        for _ in range(_EPISODE):
            action = rng.choice(list(ground(game.world.actions, state)))
            step = game.step(action)
            found.append(Transition(state, action, step.reward, step.state, goal, step.done))
            state = step.state
            if step.done or step.truncated or len(found) >= rows:
                break
    return found, starts


def learned(worlds: Sequence[tuple[str, int]], check: Sequence[tuple[str, int]]) -> Checked:
    """What the inductive provider learns from so many random steps of these worlds, checked on others."""
    rows: list[Transition] = []
    starts: list[Start] = []
    for name, count in worlds:
        game = registry.make(name)
        more, begun = play(game, count, seed=1)
        game.close()
        rows += more
        starts += begun
    distinct = list({row.digest(): row for row in rows}.values())
    source = propose(Request(World("bench"), distinct, starts, 0, 0, None, ())).source
    return checked(load_model(source), f"learned from {len(distinct):,} transitions", check)


def by_hand(check: Sequence[tuple[str, int]]) -> Checked:
    """The model of MiniGrid under ``bench/models/``."""
    return checked(load_model(BY_HAND.read_text()), "written by hand", check)


def checked(model: Model, origin: str, check: Sequence[tuple[str, int]]) -> Checked:
    """A model with its record on random steps of these worlds."""
    right = total = 0
    for name, count in check:
        game = registry.make(name)
        rows, _ = play(game, count, seed=777)
        game.close()
        total += len(rows)
        for row in rows:
            after = model.transition(row.state.copy(), row.action)
            pay = model.reward(row.state.copy(), row.action, row.next_state.copy(), row.goal)
            right += after == row.next_state and abs(pay[0] - row.reward) < 1e-6 and pay[1] == row.done
    return Checked(model, origin, right, total)
