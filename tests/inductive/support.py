"""What the learner's tests share: learning from rows, scoring a program on rows, gathering rows from environments."""

import random
from collections.abc import Sequence

from agent_client.adapters import registry
from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from synth_server.domain import Candidate
from synth_server.inductive.learn import Learned, propose
from synth_server.providers.protocol import Request


def learn(
    rows: Sequence[Transition], starts: Sequence[Start] = (), history: Sequence[Candidate] = (), index: int = 0
) -> Learned:
    """What the learner proposes for these rows."""
    return propose(Request(World("test"), rows, starts, index, 0, history=history))


def fits(source: str, rows: Sequence[Transition]) -> tuple[float, float]:
    """Shares of the rows whose next state, and whose reward and end, the program predicts."""
    model = load_model(source)
    states = sum(model.transition(row.state.copy(), row.action) == row.next_state for row in rows)
    rewards = sum(
        model.reward(row.state, row.action, row.next_state, row.goal) == (row.reward, row.done) for row in rows
    )
    return states / len(rows), rewards / len(rows)


def play_at_random(env: str, rows: int, seed: int) -> tuple[list[Transition], list[Start]]:
    """Distinct transitions of an agent that acts at random, over many levels."""
    game, rng = registry.make(env), random.Random(seed)
    found: dict[str, Transition] = {}
    starts = []
    actions = [Action(schema.name) for schema in game.world.actions]
    try:
        while len(found) < rows:
            state, goal = game.reset(rng.randrange(10**6))
            starts.append(Start(state, goal))
            for _ in range(60):
                action = rng.choice(actions)
                step = game.step(action)
                row = Transition(state, action, step.reward, step.state, goal, step.done)
                found[row.digest()] = row
                state = step.state
                if step.done or step.truncated or len(found) >= rows:
                    break
    finally:
        game.close()
    return list(found.values()), starts
